"""What `make prove` counts as proven; the proofs themselves take minutes and run by that verb."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def prove() -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        spec = importlib.util.spec_from_file_location("prove", ROOT / "tools/prove.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["prove"] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(ROOT / "tools"))


def outcome(**codes: int) -> dict[str, object]:
    tests = [{"name": f"{name}(uint256)", "exitcode": code} for name, code in codes.items()]
    return {"test_results": {"P.sol:P": tests}}


def test_the_named_properties_are_there_and_say_their_bounds(prove: ModuleType) -> None:
    found = {goal.name: goal for goal in prove.properties()}
    required = {"BoundedLoss", "OnlyTighten", "DelayedLoosening", "BoundedFreeze", "Conservation"}
    assert required <= set(found)
    assert all(goal.bounds and goal.theorems for goal in found.values())


def test_only_every_theorem_proven_is_proven(prove: ModuleType) -> None:
    goal = prove.Property("P", "any", ("check_a", "check_b"))
    assert prove._verdict(goal, outcome(check_a=0, check_b=0)) == "proven"
    assert prove._verdict(goal, outcome(check_a=0, check_b=1)) == "not proven: check_b"
    assert prove._verdict(goal, outcome(check_a=0)) == "not run: check_b"


def test_a_loop_that_was_cut_short_is_not_proven(prove: ModuleType) -> None:
    goal = prove.Property("P", "any", ("check_a",))
    cut = {"test_results": {"P": [{"name": "check_a()", "exitcode": 0, "num_bounded_loops": 1}]}}
    assert prove._verdict(goal, cut) == "not proven: check_a"


def test_every_property_has_a_mutant_that_still_fits(prove: ModuleType) -> None:
    mutants = tomllib.loads((ROOT / "tests/forge/proofs/teeth.toml").read_text())["mutant"]
    assert {goal.name for goal in prove.properties()} == {mutant["property"] for mutant in mutants}
    for mutant in mutants:
        assert (ROOT / mutant["file"]).read_text().count(mutant["old"]) == 1, mutant["what"]


def test_a_finding_without_an_answer_is_seen(prove: ModuleType) -> None:
    slither = prove.slither_answers
    finding = slither.Finding("timestamp", "Low", "A.b()", "said")
    answer = slither.Answer("timestamp", "A.b", "why")
    assert slither.unanswered([finding], [answer]) == []
    assert slither.unanswered([finding], [slither.Answer("timestamp", "A.c", "why")]) == [finding]
    assert slither.needless([], [answer]) == [answer]
