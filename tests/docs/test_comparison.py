"""docs/comparison.md: every cell says something, and what it says of us can be followed to a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .fences import ROOT
from .test_generated import tool

PAGE = ROOT / "docs/comparison.md"
PEERS = 9
LINK = re.compile(r"\]\(([^)\s]+)\)")
SAID_OF_PEERS = re.compile(r"not verified|(?:yes|partly|no) · ([A-Z]\d+(?:, [A-Z]\d+)*)")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def features() -> list[list[str]]:
    """The rows of the feature tables: name, ours, the peers."""
    text = PAGE.read_text(encoding="utf-8").split("\n## Gas\n")[0]
    rows = [cells(line) for line in text.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {2 + PEERS}, "a row with a cell too few or too many"
    found = [row for row in rows if row[1] != "Guardrails" and set(row[0]) != {"-"}]
    assert len(found) >= 40
    return found


def evidence() -> dict[str, str]:
    """Key to path, of the tables under Evidence."""
    text = PAGE.read_text(encoding="utf-8").split("\n## Evidence\n")[1]
    return {row[0]: row[1] for row in map(cells, re.findall(r"^\| [A-Z]\d+ \|.*$", text, flags=re.MULTILINE))}


def links(cell: str) -> list[Path]:
    return [(PAGE.parent / link.partition("#")[0]).resolve() for link in LINK.findall(cell)]


@pytest.mark.parametrize("row", features(), ids=lambda row: row[0])
def test_a_row(row: list[str]) -> None:
    name, ours, *peers = row
    assert name
    assert re.match(r"yes: |no\b", ours), "ours is yes or no, and says why"
    found = links(ours)
    assert all(path.is_file() for path in found)
    if ours.startswith("yes"):
        assert any(path.is_relative_to(ROOT / "contracts") for path in found)
        assert any(path.is_relative_to(ROOT / "tests") for path in found)
    for peer in peers:
        assert SAID_OF_PEERS.fullmatch(peer), peer


def test_each_key_stands_for_a_file_that_is_named_once() -> None:
    named = evidence()
    used = {
        key
        for _, _, *peers in features()
        for peer in peers
        if (said := SAID_OF_PEERS.fullmatch(peer)) and said[1]
        for key in said[1].split(", ")
    }
    assert used == set(named), "a key without a file, or a file that nothing uses"
    assert all(re.fullmatch(r"`[\w./-]+`", path) for path in named.values())


def test_there_are_rows_in_which_a_peer_is_better() -> None:
    behind = [
        row
        for row in features()
        if row[1].startswith("no") and any(peer.startswith("yes") for peer in row[2:])
    ]
    assert len(behind) >= 5


def test_each_feature_and_each_peer_is_there_once() -> None:
    names = [row[0] for row in features()]
    assert len(set(names)) == len(names)
    headers = {
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| | Guardrails |")
    }
    assert len(headers) == 1
    assert len(cells(headers.pop())) == 2 + PEERS


def test_the_gas_is_the_measured_one() -> None:
    figures = tool("readme_figures")
    text = PAGE.read_text(encoding="utf-8")
    assert text == figures.with_blocks(text, figures.comparison_blocks()), (
        "run: python tools/readme_figures.py"
    )
    block = re.search(r"<!-- gas: .*?-->\n(.*?)<!-- /gas -->", text, flags=re.DOTALL)
    assert block
    assert {"**pause+outflow**", "OpenZeppelin Pausable + bucket"} <= {
        cells(row)[0] for row in block[1].splitlines() if row
    }
