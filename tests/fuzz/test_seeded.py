"""Seeded faults: each is found, under its property's name and in few steps; in the corrected twin nothing is.

The quick profile leaves out those marked `deep` in faults.toml; `--guardrails-fuzz=deep` looks for all of
them, and longer at the twins. Effort is counted in sequences, not seconds: the
same seed finds the same everywhere.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import find_target
from guardrails.fuzz.finding import broken_by
from guardrails.fuzz.search import Progress, SearchResult, search

FOLDER = Path(__file__).resolve().parent / "seeded"
FAULTS: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "faults.toml").read_text(encoding="utf-8"))
PROPERTIES = {
    *("BoundedLoss", "BoundedFreeze", "OnlyTighten", "DelayedLoosening"),
    *("Conservation", "ProRataExit", "ShadowEqualsLive", "NoBypass", "Solvency"),
}
SEED = 1
QUICK, DEEP = 3_000, 60_000
"""Sequences in which a fault must be found."""
QUICK_TWIN, DEEP_TWIN = 120, 5_000
LONGEST = 8


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        deep = metafunc.config.getoption("--guardrails-fuzz") == "deep"
        wanted = "twin" in metafunc.function.__name__ or deep
        names = [name for name, entry in FAULTS.items() if wanted or not entry.get("deep")]
        metafunc.parametrize("fault", names)


@pytest.fixture
def deep(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--guardrails-fuzz") == "deep")


def look(name: str, executions: int) -> SearchResult:
    def stop(progress: Progress) -> bool:
        return bool(progress.broken)

    return search(f"{FOLDER}/targets.py:{name}", seed=SEED, executions=executions, on_progress=stop)


def test_a_seeded_fault_is_found_and_shrunk(fault: str, deep: bool) -> None:
    result = look(fault, DEEP if deep else QUICK)
    assert [finding.property for finding in result.findings] == [FAULTS[fault]["property"]]
    (finding,) = result.findings
    assert 1 <= len(finding.sequence.steps) <= LONGEST
    target = find_target(finding.sequence.target)
    world = target.build(RevmChain())
    world.invariants.extend(target.invariants(world))
    broken = broken_by(world, finding.sequence)
    assert broken is not None
    assert (broken.name, broken.evidence) == (finding.property, finding.evidence)


def test_nothing_is_found_in_the_corrected_twin(fault: str, deep: bool) -> None:
    result = look(f"{fault}Twin", DEEP_TWIN if deep else QUICK_TWIN)
    assert result.findings == ()
    assert result.progress.executions >= (DEEP_TWIN if deep else QUICK_TWIN)


def test_a_twin_is_the_fault_but_for_one_flag() -> None:
    for name in FAULTS:
        text = (FOLDER / f"contracts/{name}.sol").read_text(encoding="utf-8")
        assert "SOUND" in text, name
        assert len(text.splitlines()) <= 80, name
        assert (FOLDER / f"forge/{name}.t.sol").is_file(), name


def test_the_table_names_each_contract_its_property_and_its_scenario() -> None:
    contracts = {path.stem for path in (FOLDER / "contracts").glob("*.sol")} - {"Seeded", "Ledger"}
    assert set(FAULTS) == contracts
    assert len(FAULTS) >= 22
    assert {entry["property"] for entry in FAULTS.values()} == PROPERTIES
    for name, entry in FAULTS.items():
        header = " ".join((FOLDER / f"contracts/{name}.sol").read_text(encoding="utf-8").split(" ///"))
        assert f"{entry['scenario']}. {entry['property']}: " in header
        assert entry["promise"] in " ".join(header.replace("///", " ").split()), name
        assert f'"{entry["property"]}"' in (FOLDER / f"forge/{name}.t.sol").read_text(encoding="utf-8"), name
