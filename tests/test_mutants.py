"""`make mutants`: which faults are made, and that a fault is seen where a test looks and only there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from compiler import syntax_trees  # noqa: E402
from mutation import groups, switchboard  # noqa: E402
from mutation.ledger import Ledger  # noqa: E402
from mutation.mutators import Mutant, Source, state_variables  # noqa: E402
from mutation.report import report  # noqa: E402
from mutation.schema import Schema  # noqa: E402
from mutation.worker import Worker  # noqa: E402

SOURCE = """
contract C {
    enum Rank { NONE, SENTINEL, GUARDIAN, GOVERNANCE }
    error No();
    uint256 total;
    uint256 constant FIXED = 1 + 2;
    modifier checked() { if (total == 7) revert No(); _; }
    function f(uint256 amount, Rank rank) external checked {
        if (amount > 3) revert No();
        uint256 local = amount + 1;
        if (rank >= Rank.GUARDIAN && local != 5) total = local;
        g();
        assembly { sstore(0, lt(amount, 2)) }
    }
    function g() internal { total += 1; }
}
"""
EXPECTED = {
    ("drop-check", "if (total == 7) revert No();", "{}"),
    ("flip-comparison", "==", "!="),
    ("off-by-one", "7", "(7 + 1)"),
    ("drop-modifier", "checked", ""),
    ("drop-check", "if (amount > 3) revert No();", "{}"),
    ("flip-comparison", ">", ">="),
    ("off-by-one", "3", "(3 + 1)"),
    ("swap-operator", "+", "-"),
    ("off-by-one", "1", "(1 + 1)"),
    ("negate-branch", "rank >= Rank.GUARDIAN && local != 5", "!(rank >= Rank.GUARDIAN && local != 5)"),
    ("swap-operator", "&&", "||"),
    ("flip-comparison", ">=", ">"),
    ("swap-role", "Rank.GUARDIAN", "Rank.SENTINEL"),
    ("flip-comparison", "!=", "=="),
    ("off-by-one", "5", "(5 + 1)"),
    ("drop-write", "total = local;", ""),
    ("drop-call", "g();", ""),
    ("drop-write", "sstore(0, lt(amount, 2))", ""),
    ("flip-comparison", "lt(amount, 2)", "iszero(gt(amount, 2))"),
    ("drop-write", "total += 1;", ""),
}


def parsed(text: str) -> Source:
    tree = syntax_trees({"C.sol": text})["C.sol"]
    return Source("C.sol", text.encode(), tree, state_variables(tree))


def test_the_mutants_of_a_source() -> None:
    """Constants, local variables and what is emitted or reverted with are left alone."""
    found = parsed(SOURCE).mutants()
    assert {(mutant.mutator, mutant.before, mutant.text) for mutant in found} == EXPECTED
    assert [mutant.start for mutant in found] == sorted(mutant.start for mutant in found)
    assert len({mutant.key for mutant in found}) == len(found)
    comparison = next(mutant for mutant in found if mutant.text == "!=")
    assert comparison.key == "C.sol checked: modifier checked() { if (total [== -> !=] 7) revert No(); _; }"
    assert SOURCE.splitlines()[comparison.line - 1].strip().startswith("modifier checked")


def test_loosening_without_waiting_and_rounding() -> None:
    text = """
    library Math {
        enum Rounding { Floor, Ceil }
        function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) { return a; }
        function min(uint256 a, uint256 b) internal pure returns (uint256) { return b; }
    }
    contract D {
        function _governed(bool loosens) internal {}
        function f(uint256 a) external returns (uint256) {
            _governed(a != 2);
            Math.Rounding r = Math.Rounding.Ceil;
            return Math.ceilDiv(a, Math.min(a, uint256(r)));
        }
    }
    """
    found = {(mutant.mutator, mutant.before, mutant.text) for mutant in parsed(text).mutants()}
    assert ("swap-role", "a != 2", "false") in found
    assert ("wrong-rounding", "Math.Rounding.Ceil", "Math.Rounding.Floor") in found
    assert ("wrong-rounding", "Math.min", "Math.max") in found
    whole = "Math.ceilDiv(a, Math.min(a, uint256(r)))"
    assert ("wrong-rounding", whole, "((a) / (Math.min(a, uint256(r))))") in found


@pytest.mark.serial
def test_a_worker_tells_killed_survived_and_stillborn(tmp_path: Path) -> None:
    """On a guard of its own, so that it costs seconds: one test that looks at one of two checks."""
    worker = Worker(tmp_path / "worker")
    folder = worker.folder
    (folder / "contracts/guards/tiny").mkdir()
    file = "contracts/guards/tiny/Tiny.sol"
    text = (
        "pragma solidity ^0.8.28;\nerror No();\n"
        "function f(uint256 a) pure { if (a > 3) revert No(); if (a == 1) revert No(); }\n"
    )
    (folder / file).write_text(text)
    (folder / "tests/forge/tiny").mkdir()
    (folder / "tests/forge/tiny/Tiny.t.sol").write_text(
        "pragma solidity ^0.8.28;\n"
        'import {f} from "../../../contracts/guards/tiny/Tiny.sol";\n'
        "contract T { function call(uint256 a) external pure { f(a); }\n"
        "function test_f() external view { f(3); try this.call(4) { revert(); } catch {} } }\n"
    )

    def mutant(before: str, after: str) -> Mutant:
        start = text.index(before)
        return Mutant(file, "flip", start, start + len(before), after, 3, before, before)

    assert worker.run(mutant("a > 3", "a >= 3"), ["tiny"]) == "killed"
    assert worker.run(mutant("a > 3", "a > 4"), ["tiny"]) == "killed"
    assert worker.run(mutant("a == 1", "a == 2"), ["tiny"]) == "survived"
    assert worker.run(mutant("a == 1", "a == true"), ["tiny"]) == "stillborn"
    assert (folder / file).read_text() == text


TINY = """pragma solidity ^0.8.28;
contract Tiny {
    error No();
    uint256 public total;
    modifier fresh(uint256 amount) { if (total != 0 || amount == 0) revert No(); _; }
    function add(uint256 amount) external fresh(amount) {
        if (amount > 3) revert No();
        total = amount + 1;
    }
    function less(uint256 a) external pure returns (bool found, uint256 steps) {
        assembly { found := lt(a, 2) }
        for (uint256 i = 0; i < a; steps = steps + i) ++i;
        if (steps >= 9) steps = a >= 5 ? 0 : 4;
        if (bytes32(a) == 0) steps = 7;
    }
}
"""
TINY_TEST = """pragma solidity ^0.8.28;
import {Tiny} from "../../../contracts/Tiny.sol";
contract T {
    function call(uint256 a) internal returns (Tiny tiny, bool done) {
        tiny = new Tiny();
        try tiny.add(a) { done = true; } catch {}
    }
    function test_it() external {
        (Tiny tiny, bool done) = call(3);
        assert(done && tiny.total() == 4);
        try tiny.add(1) { assert(false); } catch {}
        (, done) = call(4);
        assert(!done);
        (bool found, uint256 steps) = tiny.less(1);
        assert(found && steps == 1);
        (, steps) = tiny.less(0);
        assert(steps == 7);
    }
}
"""
# Nothing looks at the amount 0, at two and more of `less`, and so at what is done when there are many steps.
TINY_SURVIVORS = {
    ("off-by-one", "0", "(0 + 1)"),
    ("flip-comparison", "lt(a, 2)", "iszero(gt(a, 2))"),
    ("flip-comparison", ">=", ">"),
    ("off-by-one", "9", "(9 + 1)"),
    ("off-by-one", "5", "(5 + 1)"),
}


@pytest.mark.serial
def test_mutants_behind_switches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One program with all of them; what cannot be switched (bytes32 has no 1) has no switch."""
    tree = syntax_trees({"contracts/Tiny.sol": TINY})["contracts/Tiny.sol"]
    source = Source("contracts/Tiny.sol", TINY.encode(), tree, state_variables(tree))
    found = source.mutants()
    schema = Schema(found, {source.file: source.text}, {source.file: tree})

    def write(folder: Path) -> None:
        (folder / "contracts").mkdir(parents=True)
        (folder / "contracts/Tiny.sol").write_text(TINY)
        (folder / "tests/forge/tiny").mkdir(parents=True)
        (folder / "tests/forge/tiny/T.t.sol").write_text(TINY_TEST)
        (folder / "foundry.toml").write_text((ROOT / "foundry.toml").read_text())

    monkeypatch.setattr(switchboard, "copy_checkout", write)
    board = switchboard.Switchboard(tmp_path / "together", schema, 1)
    alone = [mutant for mutant in found if not board.has(mutant)]
    assert [(mutant.before, mutant.text, mutant.line) for mutant in alone] == [("0", "(0 + 1)", 14)]
    outcome = {mutant: board.test(0, mutant, "tiny") for mutant in found if board.has(mutant)}
    survived = {(m.mutator, m.before, m.text) for m, what in outcome.items() if what == "survived"}
    assert survived == TINY_SURVIVORS
    assert ("drop-modifier", "killed") in {(m.mutator, what) for m, what in outcome.items()}
    assert (tmp_path / "together/contracts/Tiny.sol").read_text().count("modifier fresh") == 2


def test_a_survivor_is_done_until_a_test_changes_and_wants_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "contracts/guards/lock/Lock.sol"
    lost = Mutant(file, "flip", 1, 2, ">=", 1, ">", "lost")
    seen = Mutant(file, "flip", 3, 4, "<=", 1, "<", "seen")
    monkeypatch.setattr("mutation.ledger.nearest", lambda file: "near")
    monkeypatch.setattr("mutation.ledger.everything", lambda file: "all")
    ledger = Ledger(tmp_path / "outcomes.jsonl")
    ledger.add(lost, "survived")
    ledger.add(seen, "killed")
    assert Ledger(tmp_path / "outcomes.jsonl").of(lost) == "survived"
    answers = tmp_path / "answers.toml"
    found = report([lost, seen], ledger, answers, {"lost", "seen"})
    assert (found["generated"], found["killed"], found["survivors"][0]["why"]) == (2, 1, "")
    answers.write_text(
        '[[survivor]]\nmutant = "lost"\nwhy = "equal"\n[[survivor]]\nmutant = "seen"\nwhy = "no"\n'
    )
    found = report([lost, seen], ledger, answers, {"lost", "seen"})
    assert found["survivors"][0]["why"] == "equal"
    assert found["answers_for_no_survivor"] == ["seen"]
    monkeypatch.setattr("mutation.ledger.everything", lambda file: "changed")
    assert ledger.of(lost) is None
    assert ledger.of(seen) == "killed"


def test_every_mutated_file_meets_the_tests_beside_it() -> None:
    """Files in a folder of a guard's folder too; a group that is not there ends the run."""
    files = groups.mutated_files()
    assert all(groups.groups_of(file) for file in files)
    assert groups.groups_of("contracts/guards/breaker/metrics/RateMetric.sol")[0] == "breaker"
    assert groups.groups_of("contracts/guards/lockdown/Lockdown.sol")[0] == "lockdown"
    assert groups.groups_of("contracts/guards/oracle/sources/ChainlinkSource.sol")[0] == "oracle"
    with pytest.raises(SystemExit, match="no tests/forge/absent"):
        groups.groups_of("contracts/guards/absent/Absent.sol")
