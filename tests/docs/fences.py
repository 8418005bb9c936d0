"""What the documents show: fenced blocks, commands, links."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELL = ("", "bash", "sh", "console")
COMMANDS = ("ape", "export", "git", "guardrails", "make", "pip", "pytest", "python")


@dataclass(frozen=True)
class Block:
    """A fenced block. `note` is the comment `<!-- test: … -->` right above it."""

    page: str
    line: int
    language: str
    text: str
    note: str

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command; none for blocks in another language."""
        if self.language not in SHELL:
            return []
        lines = [shlex.split(line, comments=True) for line in self.text.splitlines()]
        known = [words for words in lines if words and words[0] in COMMANDS]
        if self.language:  # in a block of shell every line is a command
            assert known == [words for words in lines if words], (
                f"{self.page}:{self.line}: an unknown command"
            )
        return known


def pages() -> list[Path]:
    """Every document of the project: what git has and what it would add, templates left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    found = {ROOT / name for name in listing.stdout.split("\0") if name}
    return sorted(page for page in found if page.is_file() and "templates" not in page.parts)


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    note, language, start, text = "", None, 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if language is None and (opened := re.fullmatch(r"```(\w*)", line)):
            language, start, text = opened[1], number, []
        elif language is not None and line == "```":
            name = str(page.relative_to(ROOT))
            found.append(Block(name, start, language, "\n".join(text) + "\n", note))
            note, language = "", None
        elif language is not None:
            text.append(line)
        elif said := re.fullmatch(r"<!-- test: (.*) -->", line):
            note = said[1]
        elif line.strip():
            note = ""
    assert language is None, f"{page}: a block that starts at line {start} does not end"
    return found


def all_blocks() -> Iterator[Block]:
    for page in pages():
        yield from blocks(page)


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def spans(page: Path) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(page))
