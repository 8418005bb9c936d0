"""Every command in the documents exists, with the options that it is shown with."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from guardrails.cli import main

from .fences import ROOT, all_blocks, blocks, pages, spans

SHOWN = [
    pytest.param(words, id=f"{block.page}:{block.line} {' '.join(words)[:60]}")
    for block in all_blocks()
    for words in block.commands
]


def parse(words: list[str]) -> None:
    """Parses a command line without running it; click's own error where it does not parse."""
    command: click.Command = main
    context = click.Context(main, info_name="guardrails")
    while isinstance(command, click.Group):
        assert words, f"`{context.info_name}` needs a command"
        found = command.get_command(context, words[0])
        assert found is not None, f"no command `{words[0]}`"
        command, words = found, words[1:]
    # names that stand for something else are as good as real ones for parsing
    command.make_context(command.name, list(words), parent=context)


@pytest.mark.parametrize("words", SHOWN)
def test_a_shown_command_parses(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDRAILS_NETWORK", "http://127.0.0.1:1")
    program, rest = words[0], words[1:]
    if program == "guardrails":
        parse(rest)
    elif program == "make":
        verbs = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
        assert rest[0] in verbs
    elif program == "python":
        there = ROOT / (rest[1].replace(".", "/") + ".py") if rest[0] == "-m" else ROOT / rest[0]
        assert there.is_file()
    elif program == "export":
        assert re.match(r"GUARDRAILS_(NETWORK|ACCOUNT|POLICY)=\S", rest[0])
    elif program == "ape":
        assert rest[0] in ("accounts", "guardrails", "run")
    else:
        assert words in (
            ["pip", "install", "."],
            ["pip", "install", ".[revm]"],
            ["pip", "install", ".[fuzz]"],
        )


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_the_text_exist(page: Path) -> None:
    for span in spans(page):
        words = span.split()
        if words[:2] == ["ape", "guardrails"]:
            words = words[1:]
        if words[0] == "guardrails" and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
            command = main.get_command(click.Context(main), words[1])
            assert command is not None, span
            if isinstance(command, click.Group) and len(words) > 2 and re.fullmatch(r"[a-z]+", words[2]):
                assert command.get_command(click.Context(command), words[2]) is not None, span
        elif words[0] == "make" and len(words) > 1:
            assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE), span
        elif words[:1] == ["python"] and words[1].endswith(".py"):
            assert (ROOT / words[1]).is_file(), span
        elif words[:2] == ["ape", "run"]:
            assert (ROOT / "scripts" / f"{words[2]}.py").is_file(), span


def test_the_readmes_first_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init`, then `check`: they run as shown."""
    monkeypatch.chdir(tmp_path)
    shown = [words for block in blocks(ROOT / "README.md") for words in block.commands]
    steps = [words[1:] for words in shown if words[:2] in (["guardrails", "init"], ["guardrails", "check"])]
    assert len(steps) == 2
    for words in steps:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
    assert "Worst-case loss against time to containment" in result.output
