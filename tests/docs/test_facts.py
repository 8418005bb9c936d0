"""What the pages say of the contracts and of the package is what these are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails import artifacts

from .fences import ROOT, spans

GUARDS = ROOT / "docs/guards.md"
CONTRACTS = ("EmergencyControls", "GovernanceControls", "MarketControls", "OracleControls", "GuardrailHub")
ADDRESSES = {"controls", "governanceControls", "marketControls", "oracleControls", "governance", "isSealed"}
"""Views that say no more than their names."""


def named(kind: str) -> set[str]:
    """The functions or events that roles and users meet."""
    found = {
        entry["name"] for name in CONTRACTS for entry in artifacts.load(name).abi if entry["type"] == kind
    }
    return {name for name in found if not name.isupper() and "_" not in name}


def words(page: Path) -> set[str]:
    return {word for span in spans(page) for word in re.findall(r"\w+", span)}


@pytest.mark.parametrize("kind", ["function", "event"])
def test_the_guards_pages_name_every_function_and_event(kind: str) -> None:
    pages = (GUARDS, *(ROOT / "docs/guards").glob("*.md"))
    missing = named(kind) - set().union(*map(words, pages)) - ADDRESSES
    assert not missing


def test_guards_md_names_nothing_else() -> None:
    """Lists of functions and events, separated by commas or a middle dot, name what exists."""
    text = GUARDS.read_text(encoding="utf-8")
    there = named("function") | named("event") | {"GuardDecision"}
    lists = re.findall(
        r"^(?:Events: )?`\w+`(?:(?:,|\.| ·)\s+(?:Events: )?`\w+`){2,}", text, flags=re.MULTILINE
    )
    assert len(lists) >= 7
    for found in lists:
        assert set(re.findall(r"`(\w+)`", found)) <= there


def governed() -> Iterator[str]:
    """The functions that ask `_governed`: those of governance."""
    for path in (ROOT / "contracts").rglob("*.sol"):
        for function in re.split(r"\bfunction ", path.read_text(encoding="utf-8"))[1:]:
            name = re.match(r"\w+", function)
            if (
                name
                and re.search(r"^\s+_governed\(", function, flags=re.MULTILINE)
                and name[0] != "_governed"
            ):
                yield name[0]


def test_the_table_of_the_override_has_every_function_of_governance() -> None:
    text = GUARDS.read_text(encoding="utf-8")
    table = re.findall(r"^\| (`.*`.*?) \| .* \| (?:yes|always) \|$", text, flags=re.MULTILINE)
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == set(governed())


@pytest.mark.parametrize(
    ("source", "constant", "page", "said"),
    [
        ("roles/Roles.sol", "MAX_GOVERNANCE_RESTRICTION = 90 days", "trust.md", "one pause at most 90 days"),
        ("settlement/Settlement.sol", "MAX_GOVERNANCE_HOLD = 365 days", "guards.md", "at most 365 days"),
        ("settlement/Settlement.sol", "MAX_HOLD = 90 days", "guards.md", "at most 90 days"),
        ("gate/Gate.sol", "MAX_LIQUIDATION_GRACE = 1 days", "guards.md", "(at most a day)"),
        ("outflow/Outflow.sol", "SYNC_INTERVAL = 1 hours", "guards.md", "at most once an hour"),
    ],
)
def test_times(source: str, constant: str, page: str, said: str) -> None:
    assert constant in (ROOT / "contracts/guards" / source).read_text(encoding="utf-8")
    assert said in " ".join((ROOT / "docs" / page).read_text(encoding="utf-8").split())


LAYERS = [
    {"errors"},
    {"policy", "chain"},
    {"artifacts"},
    {"deploy", "response", "risk", "drill", "testing"},
    {"report"},
    {"cli"},
]
"""From the bottom up, as docs/architecture.md draws them."""


def imports(path: Path) -> Iterator[str]:
    """The parts of the package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from re.findall(r"^guardrails\.(\w+)", node.module)
            if node.module == "guardrails":
                yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from re.findall(r"^guardrails\.(\w+)", alias.name)


@pytest.mark.parametrize("part", sorted(set.union(*LAYERS) - {"errors"}))
def test_imports_run_downwards(part: str) -> None:
    height = {name: level for level, names in enumerate(LAYERS) for name in names}
    for path in (ROOT / "guardrails" / part).rglob("*.py"):
        for other in imports(path):
            assert height[other] <= height[part], f"{path.relative_to(ROOT)} imports {other}"


def test_policy_and_chain_know_nothing_of_each_other() -> None:
    for part, other in (("policy", "chain"), ("chain", "policy")):
        for path in (ROOT / "guardrails" / part).rglob("*.py"):
            assert other not in set(imports(path)), path


def test_the_layers_are_the_package() -> None:
    there = {path.stem for path in (ROOT / "guardrails").iterdir() if not path.name.startswith(("_", "."))}
    assert there - {"py"} == set.union(*LAYERS)
