"""`guardrails fuzz replay` and `export`: exit codes, documents, and nothing half-done on bad input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main
from guardrails.fuzz.artefact import Artefact


def run(*words: object) -> Result:
    result = CliRunner(mix_stderr=False).invoke(main, ["fuzz", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def file(found: Artefact, tmp_path: Path) -> Path:
    found.write(tmp_path / "finding.json")
    return tmp_path / "finding.json"


def test_a_replay_shows_each_step_and_the_broken_property(file: Path) -> None:
    result = run("replay", file)
    assert result.exit_code == 1
    assert "too little deposited" in result.stdout
    assert "NoBypass is violated on revm after step 4: promised: all that leaves" in result.stdout
    assert "changed since" not in result.stdout
    rows = [line.split() for line in result.stdout.splitlines() if " s  " in line]
    assert [row[0] for row in rows] == ["1", "2", "3", "4"], "as `fuzz run` counts them"
    document = json.loads(run("replay", file, "--backend", "anvil", "--json").stdout)
    assert (document["ok"], document["backend"], document["broken_at"]) == (False, "anvil", 4)
    assert document["changes"] == []
    assert [step["ok"] for step in document["steps"]] == [True, True, False, True]


def test_what_was_mended_holds_and_is_said_to_have_changed(
    found: Artefact, twin: Callable[[Artefact], Artefact], tmp_path: Path
) -> None:
    twin(found).write(tmp_path / "twin.json")
    result = run("replay", tmp_path / "twin.json")
    assert result.exit_code == 0
    assert "changed since: the code of protocol has changed" in result.stdout
    assert "NoBypass holds on revm." in result.stdout
    document = json.loads(run("replay", tmp_path / "twin.json", "--json").stdout)
    assert (document["ok"], document["changes"]) == (True, ["the code of protocol has changed"])


def test_confirmed_on_anvil(file: Path) -> None:
    result = run("replay", file, "--confirm")
    assert (result.exit_code, result.stdout) == (1, "NoBypass: confirmed\n")
    document = json.loads(run("replay", file, "--confirm", "--json").stdout)
    assert document == {"ok": False, "property": "NoBypass", "verdict": "confirmed", "differences": []}


def test_a_hostile_text_does_not_steer_the_terminal(found: Artefact, tmp_path: Path) -> None:
    finding = replace(found.finding, property="NoBypass")
    steps = (replace(finding.sequence.steps[0], actor="\x1b[2J[bold]x"), *finding.sequence.steps[1:])
    hostile = replace(found, finding=replace(finding, sequence=replace(finding.sequence, steps=steps)))
    hostile.write(tmp_path / "hostile.json")
    assert "\x1b[2J" not in run("replay", tmp_path / "hostile.json").stdout


@pytest.mark.parametrize("form", ["pytest", "forge", "json"])
def test_export_says_what_it_wrote(file: Path, form: str) -> None:
    output = file.parent / "new" / "out"
    result = run("export", file, "--format", form, "-o", output)
    assert result.exit_code == 0
    written = [line.removeprefix("wrote ") for line in result.stdout.splitlines()]
    assert written == [str(output)] + [f"{output}.state.json"] * (form == "forge")
    assert all(Path(one).stat().st_size for one in written)
    numbers = re.findall(r"^ +// (\d+)\. ", output.read_text(), flags=re.MULTILINE)
    assert numbers == (["1", "2", "3", "4"] if form == "forge" else [])
    document = json.loads(run("export", file, "--format", form, "-o", output, "--json").stdout)
    assert document == {"ok": True, "format": form, "files": written}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("replay", "absent.json"), "cannot be read"),
        (("replay", "bad.json"), "not JSON"),
        (("replay", "lost.json"), "there is no such file"),
        (("replay", "finding.json", "--backend", "geth"), "'geth' is not one of"),
        (("export", "bad.json", "--format", "forge", "-o", "x"), "not JSON"),
        (("export", "finding.json", "--format", "forge"), "Missing option"),
        (("export", "finding.json", "--format", "json", "-o", "bad.json/x"), "cannot be written"),
    ],
)
def test_bad_input(file: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], what: str) -> None:
    monkeypatch.chdir(file.parent)
    Path("bad.json").write_text("{")
    Path("lost.json").write_text(file.read_text().replace("targets.py:", "absent.py:"))
    before = sorted(path.name for path in file.parent.iterdir())
    plain = run(*words)
    assert (plain.exit_code, plain.stdout) == (2, "")
    assert what in plain.stderr
    result = run(*words, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["ok"], document["exit_code"]) == (2, False, 2)
    assert what in document["problems"][0]["what"]
    assert sorted(path.name for path in file.parent.iterdir()) == before
