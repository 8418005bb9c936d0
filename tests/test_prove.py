"""What `make prove` counts as proven; the proofs themselves take minutes and run by that verb."""

from __future__ import annotations

import importlib.util
import re
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
    assert prove._verdict(goal, outcome(check_a=0, check_b=1)) == "not proven: check_b (counterexample)"
    assert prove._verdict(goal, outcome(check_a=2, check_b=0)) == "not proven: check_a (time-out)"
    assert prove._verdict(goal, outcome(check_a=0, check_b=5)) == "not proven: check_b (halmos failed)"
    assert prove._verdict(goal, outcome(check_a=0)) == "not run: check_b"


def test_a_loop_that_was_cut_short_is_not_proven(prove: ModuleType) -> None:
    goal = prove.Property("P", "any", ("check_a",))
    cut = {"test_results": {"P": [{"name": "check_a()", "exitcode": 0, "num_bounded_loops": 1}]}}
    assert prove._verdict(goal, cut) == "not proven: check_a (loop cut short)"


def test_every_property_has_a_mutant_that_still_fits(prove: ModuleType) -> None:
    mutants = tomllib.loads((ROOT / "tests/forge/proofs/teeth.toml").read_text())["mutant"]
    assert {goal.name for goal in prove.properties()} == {mutant["property"] for mutant in mutants}
    for mutant in mutants:
        assert (ROOT / mutant["file"]).read_text().count(mutant["old"]) == 1, mutant["what"]


NAMED = {
    *("BoundedLoss", "NoFlashEffect", "NoStarvation", "ConstantCost", "BoundedFreeze", "OnlyTighten"),
    *("DelayedLoosening", "Expiry", "Abdication", "Conservation", "ProRataExit", "OracleAnchored"),
    *("ShadowEqualsLive", "EmbeddedEqualsHub", "NoBypass"),
}


def test_every_property_of_the_design_has_evidence_that_is_there(prove: ModuleType) -> None:
    found = prove.evidence()
    assert {entry.property for entry in found} == NAMED
    contracts = {goal.name: goal for goal in prove.properties()}
    for entry in found:
        text = (ROOT / entry.file).read_text()
        if entry.engine == "halmos":
            assert entry.file == f"{prove.PROOFS}/{entry.test}.sol"
            assert not entry.theorem or entry.theorem in contracts[entry.test].theorems
            continue
        assert entry.engine in ("invariant", "fuzz", "differential")
        assert entry.test.startswith("invariant_" if entry.engine == "invariant" else "testFuzz_")
        assert f"function {entry.test}(" in text, entry
        assert entry.bounds


def test_the_page_lists_the_evidence_and_nothing_else(prove: ModuleType) -> None:
    page = (ROOT / "docs/proofs.md").read_text()
    rows = re.findall(r"^\| (\w+) \| (\w+) \| \[.*?\]\(\.\./(.*?)\), (.*?) \| (.*?) \|$", page, re.MULTILINE)
    expected = []
    for entry in prove.evidence():
        shown = entry.theorem or (entry.test if entry.engine != "halmos" else "")
        what = f"`{shown}`" if shown else "every theorem of the contract"
        bounds = entry.bounds or "in the contract, tag `bounds`"
        expected.append((entry.property, entry.engine, entry.file, what, bounds))
    assert rows == expected


def test_every_proof_is_on_the_page(prove: ModuleType) -> None:
    page = (ROOT / "docs/proofs.md").read_text()
    for goal in prove.properties():
        assert f"]({'../' + prove.PROOFS}/{goal.name}.sol) |" in page


def test_only_what_ran_and_passed_everywhere_held(prove: ModuleType) -> None:
    entry = prove.Evidence("P", "fuzz", "tests/A.t.sol", "testFuzz_A", "any")

    def suites(one: str, other: str, file: str = "tests/A.t.sol") -> dict[str, object]:
        return {
            f"{file}:One": {"test_results": {"testFuzz_A(uint256)": {"status": one, "reason": "why"}}},
            f"{file}:Other": {"test_results": {"testFuzz_A(uint256)": {"status": other, "reason": "why"}}},
        }

    assert prove.outcome_of(entry, suites("Success", "Success")) == "held"
    assert prove.outcome_of(entry, suites("Success", "Failure")) == "Other: why"
    assert prove.outcome_of(entry, suites("Success", "Success", "tests/B.t.sol")) == "not run"
    assert not prove.Row("P", "forge fuzz", "not run", "any").holds
    assert prove.Row("P", "forge fuzz", "held", "any").holds


def test_the_heavy_profile_runs_ten_thousand_sequences() -> None:
    profiles = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]
    assert profiles["heavy"]["invariant"]["runs"] == 10_000
    # what a file says of its own runs counts in every profile, unless it says so of the heavy one too
    own = re.compile(r"forge-config: default\.(invariant|fuzz)\.runs = .*\n *(.*)")
    found = [
        match for path in (ROOT / "tests/forge").rglob("*.sol") for match in own.findall(path.read_text())
    ]
    assert {kind for kind, _ in found} == {"invariant", "fuzz"}
    for kind, following in found:
        # a hyphen in the profile's name would not do: forge 1.7.1 ignores such lines
        runs = re.fullmatch(rf"/// forge-config: heavy\.{kind}\.runs = (\d+)", following)
        assert runs is not None, following
        assert int(runs[1]) >= (10_000 if kind == "invariant" else 2000)


def test_a_finding_without_an_answer_is_seen(prove: ModuleType) -> None:
    slither = prove.slither_answers
    finding = slither.Finding("timestamp", "Low", "A.b()", "said")
    answer = slither.Answer("timestamp", "A.b", "why")
    assert slither.unanswered([finding], [answer]) == []
    assert slither.unanswered([finding], [slither.Answer("timestamp", "A.c", "why")]) == [finding]
    assert slither.needless([], [answer]) == [answer]


def test_a_place_whose_parent_slither_does_not_know(prove: ModuleType) -> None:
    element = {"name": "value", "type_specific_fields": {"parent": None, "signature": "value()"}}
    assert prove.slither_answers._where(element) == "value()"
