"""An exported test fails while the fault is there and passes on the corrected contract."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.errors import GuardrailsError
from guardrails.fuzz import HarnessFault, Loan, Sequence, Step, find_target
from guardrails.fuzz.artefact import Artefact, read
from guardrails.fuzz.enact import Reading, enact, open_world
from guardrails.fuzz.export import comment, export
from guardrails.fuzz.finding import Finding

ROOT = Path(__file__).resolve().parents[3]
Twin = Callable[[Artefact], Artefact]
Failures = Callable[[Path], dict[str, str]]
HOSTILE = 'a promise"); evil(); //\n}} {{ 7 * 7 }} \\ \u202e """ \x1b[31m'


@pytest.fixture(scope="module")
def stolen() -> Artefact:
    """The thief settles what alice has asked for."""
    steps = (
        Step("alice", "protocol", "deposit", (500 * 10**6,)),
        Step("alice", "protocol", "request", (200 * 10**6,)),
        Step("thief", "protocol", "settle", ("@alice",), wait=86_400),
    )
    target = f"{ROOT}/tests/fuzz/findings/payee.py:WrongPayee"
    return Artefact.of(Finding("BoundedProfit", "the thief gained", Sequence(target, steps), 1))


def settled(stolen: Artefact, amount: int) -> Artefact:
    """As if that much had been too much: whatever is asserted is asserted after the last step."""
    steps = list(stolen.finding.sequence.steps)
    steps[1] = replace(steps[1], arguments=(amount,))
    sequence = replace(stolen.finding.sequence, steps=tuple(steps))
    return replace(stolen, finding=replace(stolen.finding, sequence=sequence), broken_at=3)


def of_another_profit(stolen: Artefact) -> Artefact:
    """On the seeded target, which counts its thief's gain in its own way; with the answers that come."""
    finding = stolen.finding
    sequence = replace(finding.sequence, target=f"{ROOT}/tests/fuzz/seeded/targets.py:WrongPayee")
    target = find_target(sequence.target)
    done = enact(target, open_world(target, target.chain()), sequence, "BoundedProfit")
    return replace(stolen, finding=replace(finding, sequence=sequence), readings=done.readings)


def test_in_forge_the_faults_fail_and_their_twins_pass(
    found: Artefact, stolen: Artefact, twin: Twin, forge_project: Path, forge_failures: Failures
) -> None:
    hostile = replace(
        found, finding=replace(found.finding, evidence=HOSTILE, property=found.finding.property)
    )
    folder = forge_project / "test"
    for name, artefact in {
        "Bypassed": found,
        "BypassedTwin": twin(found),
        "Stolen": stolen,
        "StolenTwin": twin(stolen),
        "Hostile": hostile,
        "Dust": settled(stolen, 10**6),
        "OverDust": settled(stolen, 10**6 + 1),
        "OtherProfit": of_another_profit(settled(stolen, 10**6)),
    }.items():
        written = export(artefact, "forge", folder / f"{name}.t.sol")
        assert [path.name for path in written] == [f"{name}.t.sol", f"{name}.state.json"]
    results = forge_failures(forge_project)
    assert results["Bypassed.t.sol"] == "NoBypass: promised: all that leaves has been metered"
    assert results["Stolen.t.sol"].startswith("BoundedProfit: the thief gained")
    assert results["Hostile.t.sol"].startswith('NoBypass: a promise"); evil(); // }}')
    assert results["Dust.t.sol"] == ""
    assert results["OverDust.t.sol"].startswith("BoundedProfit")
    assert results["OtherProfit.t.sol"].startswith("BoundedProfit"), (
        "its own profit is not for forge to count"
    )
    assert results["BypassedTwin.t.sol"] == results["StolenTwin.t.sol"] == ""


def test_in_pytest_the_fault_fails_and_its_twin_passes(found: Artefact, twin: Twin, tmp_path: Path) -> None:
    hostile = replace(found, finding=replace(found.finding, evidence=HOSTILE))
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -p no:ape_test\n")
    for name, artefact in {"fault": hostile, "twin": twin(found)}.items():
        export(artefact, "pytest", tmp_path / f"test_{name}.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("CI", None)  # there pytest prints the whole of what was compared
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert "2 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("promised: all that leaves has been metered; it does not hold") == 2


def test_a_batch_is_written_as_the_code_that_makes_it(found: Artefact, tmp_path: Path) -> None:
    steps = (
        Step.batch("thief", (Step("thief", "COIN", "approve", ("@protocol", 5), may_fail=True),)),
        *found.finding.sequence.steps,
    )
    sequence = replace(found.finding.sequence, steps=steps)
    path = tmp_path / "test_batch.py"
    export(replace(found, finding=replace(found.finding, sequence=sequence), broken_at=5), "pytest", path)
    names: dict[str, object] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    assert names["STEPS"] == steps[:5]


def test_json_is_the_finding_itself(found: Artefact, tmp_path: Path) -> None:
    assert export(found, "json", tmp_path / "x.json") == (tmp_path / "x.json",)
    assert read(tmp_path / "x.json") == found


def test_what_cannot_be_exported(found: Artefact, tmp_path: Path) -> None:
    with pytest.raises(HarnessFault, match="no format 'echidna'"):
        export(found, "echidna", tmp_path / "x")
    for form in ("pytest", "forge"):
        with pytest.raises(HarnessFault, match="there is nothing to assert"):
            export(replace(found, broken_at=None), form, tmp_path / "x")
    with pytest.raises(HarnessFault, match="nobody is called 'nobody'"):
        export(replace(found, readings=(Reading("nobody", "00", ""),)), "forge", tmp_path / "x")
    injected = Reading("0x" + "1" * 40 + "); evil(", "00", "")
    with pytest.raises(GuardrailsError, match="is not an address"):
        export(replace(found, readings=(injected,)), "forge", tmp_path / "x")
    with pytest.raises(HarnessFault, match="forge could not judge it"):
        export(replace(found, readings=()), "forge", tmp_path / "x")
    assert os.listdir(tmp_path) == []


def test_a_comment_is_one_line_whatever_a_file_says() -> None:
    for text in ("a\nb", "a\r\nb", "a\u2028b", "a\x0bb", "a\x85b"):
        assert len(comment(text).splitlines()) == 1


def test_forge_comes_to_the_same_state_with_loans_callbacks_and_a_policy(
    forge_project: Path, forge_failures: Failures
) -> None:
    """The answers asserted are those of revm after the last step: "again" means that forge gives them all."""
    million = 10**12
    steps = (
        Step("alice", "protocol", "withdraw", (1_000 * 10**6, "@alice", "@alice")),
        Step("bob", "protocol", "withdraw", (9 * million, "@bob", "@bob"), wait=3_600),
        Step("thief", "protocol", "withdraw", (1, "@thief", "@alice")),
        Step("bob", "protocol", "settle", (1,), wait=86_400),
        Step.batch(
            "thief",
            (
                Step("thief", "protocol", "deposit(uint256,address)", (million, "@thief_contract")),
                Step("thief", "USDC", "transfer", ("@alice", 7), may_fail=True),
                Step("environment", "USDC", "mint", ("@thief_contract", 1), may_fail=True),
            ),
            loans=(Loan("USDC", million + 7),),
        ),
        Step("environment", "USDC", "mint", ("@thief_contract", 2 * million)),
        Step.batch(
            "thief",
            (Step("thief", "protocol", "deposit(uint256,address)", (million, "@thief_contract")),),
            loans=(Loan("USDC", million),),
        ),
        # in one transaction the second would give back what the first has used
        Step("alice", "protocol", "withdraw", (500_000 * 10**6, "@alice", "@alice")),
        Step("carol", "protocol", "deposit(uint256,address)", (400_000 * 10**6, "@carol")),
        Step("guardian", "guard", "pause", (2, 3_600, "a drill")),
    )
    vault = find_target(f"{ROOT}/examples/vault/fuzz.py:Vault")
    chain = vault.chain()
    world = open_world(vault, chain)
    sequence = Sequence(vault.reference(), steps)
    done = enact(vault, world, sequence, "BoundedLoss")
    assert [deed.ok for deed in done.deeds] == [
        *(True, True, False, True, False),
        *(True, True, True, True, True),
    ]
    asked = [
        ("protocol", world.contracts["guard"].encode("available", world.assets["USDC"].address)),
        ("protocol", world.contracts["protocol"].encode("balanceOf", world.address("thief_contract"))),
        ("protocol", world.contracts["protocol"].encode("maxWithdraw", world.address("alice"))),
        ("USDC", world.assets["USDC"].encode("balanceOf", world.address("bob"))),
        ("USDC", world.assets["USDC"].encode("balanceOf", world.address("thief_contract"))),
    ]
    readings = [
        Reading(name, data.hex(), chain.call(world.address(name), data).hex()) for name, data in asked
    ]
    assert len({reading.answer for reading in readings}) == len(readings)
    finding = Finding("BoundedLoss", "the same state", sequence, 1)
    for index, reading in enumerate(readings):  # one by one: each must be the same
        artefact = Artefact(finding, None, {}, {}, len(steps), (reading,))
        export(artefact, "forge", forge_project / f"test/Reading{index}.t.sol")
    results = forge_failures(forge_project)
    assert set(results.values()) == {"BoundedLoss: the same state"}
    assert len(results) == len(readings)
