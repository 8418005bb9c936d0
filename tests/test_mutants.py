"""`make mutants`: which faults are made, and that a fault is seen where a test looks and only there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import mutants  # noqa: E402
from compiler import syntax_trees  # noqa: E402
from mutation.mutators import Mutant, Source, state_variables  # noqa: E402
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
    comparison = next(mutant for mutant in found if mutant.text == "!=")
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
        return Mutant(file, "flip", start, start + len(before), after, 3, before)

    assert worker.run(mutant("a > 3", "a >= 3"), ["tiny"]) == "killed"
    assert worker.run(mutant("a > 3", "a > 4"), ["tiny"]) == "killed"
    assert worker.run(mutant("a == 1", "a == 2"), ["tiny"]) == "survived"
    assert worker.run(mutant("a == 1", "a == true"), ["tiny"]) == "stillborn"
    assert (folder / file).read_text() == text


def test_every_mutated_file_meets_the_tests_beside_it() -> None:
    """Files in a folder of a guard's folder too; a group that is not there ends the run."""
    files = mutants.mutated_files()
    assert all(mutants.groups_of(file) for file in files)
    assert mutants.groups_of("contracts/guards/breaker/metrics/RateMetric.sol")[0] == "breaker"
    assert mutants.groups_of("contracts/guards/lockdown/Lockdown.sol")[0] == "lockdown"
    assert mutants.groups_of("contracts/guards/oracle/sources/ChainlinkSource.sol")[0] == "oracle"
    with pytest.raises(SystemExit, match="no tests/forge/absent"):
        mutants.groups_of("contracts/guards/absent/Absent.sol")
