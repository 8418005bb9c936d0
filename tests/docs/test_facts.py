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
PAGES = sorted((ROOT / "docs/guards").glob("*.md"))
OF_THE_ENGINE = [
    ROOT / f"docs/guards/{name}.md"
    for name in ("roles", "pause", "level", "outflow", "settlement", "lock", "override")
]
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
    pages = (GUARDS, *PAGES)
    missing = named(kind) - set().union(*map(words, pages)) - ADDRESSES
    assert not missing


def test_the_pages_of_the_engine_name_nothing_else() -> None:
    """Lists of functions and events, separated by commas or a middle dot, name what exists."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in (GUARDS, *OF_THE_ENGINE))
    there = named("function") | named("event") | {"GuardDecision"}
    lists = re.findall(
        r"^(?:Events: )?`\w+`(?:(?:,|\.| ·)\s+(?:Events: )?`\w+`){2,}", text, flags=re.MULTILINE
    )
    assert len(lists) >= 7
    for found in lists:
        assert set(re.findall(r"`(\w+)`", found)) <= there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_guard_has_a_page_with_a_picture(page: Path) -> None:
    """And says what it guards, whom it trusts, what it assumes, what it leaves open, and what shows it."""
    text = page.read_text(encoding="utf-8")
    assert "```mermaid" in text
    for word in ("Guards", "Trusts", "Assumes", r"Does\s+not\s+guard"):
        assert re.search(rf"\*\*{word}\*\*", text), word
    assert re.search(r"^Tests: \[", text, flags=re.MULTILINE)
    assert f"](guards/{page.name})" in GUARDS.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_of_a_guard_names_what_its_interface_has(page: Path) -> None:
    """Every function, event and error that a caller or a reader of logs meets there."""
    said = words(page)
    for path in (ROOT / "contracts/guards" / page.stem).glob("I*.sol"):
        source = path.read_text(encoding="utf-8")
        missing = (
            set(re.findall(r"^    (?:function|event|error) (\w+)", source, flags=re.MULTILINE))
            - said
            - ADDRESSES
        )
        assert not missing, path.name


def test_every_folder_of_a_guard_has_a_page() -> None:
    """`gate` is what pause and level have in common; `resume` is a section of guards.md."""
    folders = {path.name for path in (ROOT / "contracts/guards").iterdir() if path.is_dir()}
    assert folders - {"gate", "resume"} <= {page.stem for page in PAGES}


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
        (
            "settlement/Settlement.sol",
            "MAX_GOVERNANCE_HOLD = 365 days",
            "guards/settlement.md",
            "at most 365 days",
        ),
        ("settlement/Settlement.sol", "MAX_HOLD = 90 days", "guards/settlement.md", "at most 90 days"),
        ("gate/Gate.sol", "MAX_LIQUIDATION_GRACE = 1 days", "guards/pause.md", "(at most a day)"),
        ("outflow/Outflow.sol", "SYNC_INTERVAL = 1 hours", "guards/outflow.md", "at most once an hour"),
    ],
)
def test_times(source: str, constant: str, page: str, said: str) -> None:
    assert constant in (ROOT / "contracts/guards" / source).read_text(encoding="utf-8")
    assert said in " ".join((ROOT / "docs" / page).read_text(encoding="utf-8").split())


LAYERS = [
    {"errors"},
    {"policy", "chain"},
    {"artifacts"},
    {"deploy", "response", "risk", "drill", "testing", "fuzz"},
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
