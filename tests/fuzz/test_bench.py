"""The bench of the fuzz lab: what it reads of forge, what it writes, and when it fails."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

GOOD = {"raw": 8_000.0, "machine": 1_500.0, "ape": 15.0, "ape_chain": 20.0, "forge_invariant": 16_000.0}


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    folder = str(Path(__file__).resolve().parents[2] / "bench")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("fuzz")
    finally:
        sys.path.remove(folder)


def result(bench: ModuleType, speeds: dict[str, float], *seconds: float | None, forge: int = 1) -> Any:
    rows = [
        bench.Row(f"F{i}", "Solvency", one, 1, 0.1 if i < forge else None) for i, one in enumerate(seconds)
    ]
    return bench.summary(speeds, rows)


def missed(bench: ModuleType, of: Any) -> list[str]:
    return [name for name, _, _, reached in bench.verdicts(of) if not reached]


def test_forges_durations_are_seconds(bench: ModuleType) -> None:
    read = bench.fuzz_forge.duration
    assert read("5s 89ms 167µs 170ns") == pytest.approx(5.089167170)
    assert read("1h 2m 3s") == 3_723
    assert read("30ms 559µs 510ns") == pytest.approx(0.030559510)


def test_the_summary_has_the_agreed_fields(bench: ModuleType) -> None:
    made = result(bench, GOOD, 1.0, None, 3.0)
    assert made["calls_per_second"] == GOOD
    assert made["seeded"] == {"total": 3, "found": 2, "median_seconds": 2.0, "forge_found": 1}
    assert made["faults"][1]["seconds"] is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"raw": 7_999.9}, "raw, calls a second"),
        ({"forge_invariant": 16_001.0}, "raw, calls a second"),
        ({"machine": 1_499.9}, "machine, steps a second"),
        ({"ape": 15.1}, "machine, steps a second"),
    ],
)
def test_a_speed_just_reaches_its_target_or_just_misses_it(
    bench: ModuleType, change: dict[str, float], name: str
) -> None:
    assert missed(bench, result(bench, GOOD, 1.0)) == []
    assert missed(bench, result(bench, GOOD | change, 1.0)) == [name]


def test_every_fault_must_be_found_in_time_and_no_fewer_than_by_forge(bench: ModuleType) -> None:
    assert missed(bench, result(bench, GOOD, 60.0, 1.0, forge=2)) == []
    assert missed(bench, result(bench, GOOD, 60.1, 1.0)) == ["slowest, seconds"]
    assert missed(bench, result(bench, GOOD, None, 1.0, forge=1)) == ["seeded faults found"]
    assert missed(bench, result(bench, GOOD, None, 1.0, forge=2)) == ["seeded faults found", "found by forge"]


def test_forge_comes_to_the_vault_of_revm(bench: ModuleType) -> None:
    vault = bench.fuzz_vault
    assert vault.write_world() > 30
    blob = vault.WORLD.read_text()
    world = vault.build(bench.RevmChain())
    assert world.address("protocol")[2:].lower() in blob
    assert [step for step, _ in zip(vault.steps(), range(50), strict=False)] == [
        step for step, _ in zip(vault.steps(), range(50), strict=False)
    ]


def test_a_fault_is_looked_for(bench: ModuleType) -> None:
    found, seconds, steps = bench.look_for("RoundingOut", 60)
    assert (found, steps) == ("Solvency", 1)
    assert 0 < seconds < 60


def test_ape_takes_the_machines_walks_in_another_order(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first are the simplest: what is measured of a few would be too fast."""
    walks = [(bench.Step.pause(i),) for i in range(1, 50)]
    monkeypatch.setattr(bench.VaultMachine, "walks", walks)
    assert bench.walks() == bench.walks() != walks
    assert sorted(bench.walks(), key=walks.index) == walks
