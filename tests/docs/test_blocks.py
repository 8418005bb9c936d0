"""Contracts and policies in the documents are real."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.cli import main

from .fences import ROOT, Block, all_blocks

SOLIDITY = [block for block in all_blocks() if block.language == "solidity"]
POLICIES = [block for block in all_blocks() if block.language == "yaml" and block.text.startswith("version:")]
GAP = "// …"


def normal(text: str) -> str:
    """Without line breaks, comments at a line's end, and `virtual`, which a reader can do without."""
    lines = (line.split("//")[0].strip() for line in text.splitlines())
    return " ".join(word for word in " ".join(lines).split() if word != "virtual")


def pieces(block: Block) -> list[str]:
    """What stands between the gaps of an excerpt."""
    parts = [normal(part) for part in block.text.split(GAP)]
    return [part for part in parts if part]


def sources() -> dict[Path, str]:
    return {path: normal(path.read_text()) for path in sorted((ROOT / "contracts").rglob("*.sol"))}


def in_order(parts: list[str], source: str) -> bool:
    at = 0
    for part in parts:
        at = source.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@pytest.mark.parametrize("block", SOLIDITY, ids=lambda block: f"{block.page}:{block.line}")
def test_solidity_is_taken_from_the_contracts(block: Block) -> None:
    """In one file and in its order; or, where a page shows pieces of several, each function in some file."""
    found = sources()
    if any(in_order(pieces(block), source) for source in found.values()):
        return
    functions = [normal(part) for part in block.text.split("\n\n")]
    missing = [one for one in functions if not any(one in source for source in found.values())]
    assert not missing


def test_the_readmes_contract_is_minimal_and_short() -> None:
    [block] = [block for block in SOLIDITY if block.page == "README.md"]
    minimal = normal((ROOT / "contracts/examples/Minimal.sol").read_text())
    assert in_order(pieces(block), minimal)
    code = [line for line in block.text.splitlines() if line.strip() and line.strip() != GAP]
    assert len(code) <= 15


@pytest.mark.parametrize("block", POLICIES, ids=lambda block: f"{block.page}:{block.line}")
def test_policies_pass_check_without_a_warning(block: Block, tmp_path: Path) -> None:
    policy = tmp_path / "guardrails.yaml"
    policy.write_text(block.text)
    result = CliRunner().invoke(main, ["check", "--strict", str(policy)])
    assert result.exit_code == 0, result.output


def test_the_readme_shows_a_contract_and_a_policy() -> None:
    assert {"README.md"} <= {block.page for block in SOLIDITY} & {block.page for block in POLICIES}
