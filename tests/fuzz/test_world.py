"""Steps are data: the same ones do the same on each backend, and nonsense is the harness's fault."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import pytest
from eth_utils.address import to_checksum_address
from pydantic import BaseModel, PlainSerializer
from pydantic_core import PydanticSerializationError

from guardrails.chain import Chain
from guardrails.chain.errors import NodeDown, Reverted
from guardrails.fuzz import HarnessFault, Loan, Outcome, Sequence, Step, World, find_target
from guardrails.fuzz.errors import fault_of

ROOT = Path(__file__).resolve().parents[2]
VAULT = f"{ROOT}/examples/vault/fuzz.py:Vault"
MILLION = 10**12

LATER = (
    Step("environment", "USDC", "setFaults", (8,)),
    Step("carol", "protocol", "withdraw", (5, "@carol", "@carol")),
    Step("environment", "USDC", "setFaults", (0,)),
    Step.batch(
        "thief",
        (
            Step("thief", "protocol", "deposit(uint256,address)", (MILLION, "@thief_contract")),
            Step("thief", "protocol", "redeem", (MILLION, "@thief", "@thief_contract"), may_fail=True),
        ),
        loans=(Loan("USDC", 5 * MILLION),),
    ),
    Step("guardian", "guard", "pause", (0xFFFF, 3_600, "a drill")),
    Step("governance", "guard", "schedule", ({"call": ["guard", "setGovernance", ["@alice"]]},)),
)


@pytest.fixture
def steps(leaving: tuple[Step, ...]) -> tuple[Step, ...]:
    return leaving + LATER


@pytest.fixture
def world(chain: Chain) -> World:
    return find_target(VAULT).build(chain)


def in_names(world: World, outcome: Outcome) -> str:
    said = world.explain(outcome)
    return said.replace(world.address("thief"), "THIEF").replace(world.address("USDC"), "USDC")


def test_the_same_steps_come_out_the_same_on_each_backend(world: World, steps: tuple[Step, ...]) -> None:
    seen = [(outcome.ok, "" if outcome.ok else in_names(world, outcome)) for outcome in world.run(steps)]
    assert seen == EXPECTED
    assert world.now - world.started == 3_600 + 86_400 + len(steps) - 2
    assert world.holdings("thief") == world.thief_began_with


EXPECTED = [
    (True, ""),
    (True, ""),
    (False, "ERC20InsufficientAllowance(spender=THIEF, allowance=0, needed=5000000)"),
    (True, ""),
    (True, ""),
    (True, ""),
    (False, "Faulty()"),
    (True, ""),
    (False, "NotGivenBack(token=USDC)"),
    (True, ""),
    (True, ""),
]


def test_a_sequence_survives_json(steps: tuple[Step, ...]) -> None:
    sequence = Sequence(VAULT, steps)
    assert Sequence.from_json(sequence.to_json()) == sequence


@pytest.mark.guardrails_backends("revm")
def test_going_back_brings_everything_back(world: World, steps: tuple[Step, ...]) -> None:
    before = world.snapshot()
    now, held = world.now, world.holdings("alice")
    world.run(steps)
    assert world.holdings("alice") != held
    world.revert(before)
    assert (world.now, world.holdings("alice")) == (now, held)


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("nobody", "protocol", "settle", (1,)), "nobody is called 'nobody'"),
        (Step("0x" + "ab" * 20, "protocol", "settle", (1,)), "cannot send here"),
        (Step("alice", "nothing", "settle", (1,)), "no contract is called 'nothing'"),
        (Step("alice", "protocol", "sett1e", (1,)), "the ABI has no function sett1e"),
        (Step("alice", "protocol", "settle", ()), "settle takes 1 arguments, 0 given"),
        (Step("alice", "protocol", "settle", (1, 2)), "settle takes 1 arguments, 2 given"),
        (Step("alice", "protocol", "settle", ("x",)), "cannot take these arguments"),
        (Step.batch("alice", (Step("alice", "protocol", "settle", (1,)),)), "alice has no contract"),
        (Step.batch("thief", (), loans=()), "passes"),
    ],
)
def test_a_step_that_makes_no_sense_is_the_harness_s_fault(world: World, step: Step, said: str) -> None:
    if said == "passes":
        assert world.do(step).ok
        return
    with pytest.raises(HarnessFault, match=said):
        world.do(step)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "a step is not an object"),
        ({"actor": 1}, "actor is 1"),
        ({"value": -1}, "value is -1"),
        ({"value": True}, "value is True"),
        ({"wait": "1"}, "wait is '1'"),
        ({"extra": 1}, "a step has no 'extra'"),
        ({"calls": [{"calls": [{}]}]}, "itself a batch"),
        ({"calls": [{"wait": 1}]}, "or waits"),
        ({"loans": [["USDC"]]}, "a loan is"),
        ({"loans": [["USDC", -1]]}, "a loan is of -1"),
    ],
)
def test_a_document_that_is_no_step(document: object, said: str) -> None:
    with pytest.raises(HarnessFault, match=said):
        Step.from_json(document)


def test_the_protocol_goes_by_that_name_where_it_is_the_guard_too(world: World) -> None:
    assert world.address("protocol") == world.address("guard")
    assert [world.name_of(world.address(name)) for name in ("guard", "USDC")] == ["protocol", "USDC"]


def test_whose_trouble_it_is() -> None:
    """A node that is gone is nobody's fault; what a target raises is its own, with the place."""
    gone = NodeDown("it does not answer", "localhost", "Start it.")
    assert fault_of(gone, "t.py:T") is gone
    reverted = fault_of(Reverted(b""), "t.py:T")
    assert (type(reverted), reverted.exit_code, reverted.where) == (HarnessFault, 2, "t.py:T")
    for library, text in ((json.loads, "x"), (to_checksum_address, 7)):
        with pytest.raises((ValueError, TypeError)) as raised:
            library(text)
        found = fault_of(raised.value, "t.py:T")
        assert found.what.startswith(f"the target raised {raised.type.__name__}: ")
        assert str(found.where).startswith(f"{__file__}:")
    assert fault_of(ValueError(), "t.py:T").where == "t.py:T"


def test_control_c_is_nobodys_fault() -> None:
    """pydantic wraps what is raised while its serializers are at work; the policy has some."""

    class Asked(BaseModel):
        when: Annotated[int, PlainSerializer(signal.default_int_handler)] = signal.SIGINT

    with pytest.raises(PydanticSerializationError) as raised:
        Asked().model_dump()
    with pytest.raises(KeyboardInterrupt):
        fault_of(raised.value, "t.py:T")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("nothing", "names no target"),
        ("absent.py:Vault", "there is no such file"),
        ("guardrails.absent:Vault", "it cannot be imported: ModuleNotFoundError"),
        ("guardrails.fuzz:World", "there is no target 'World'"),
        ("guardrails.fuzz:Absent", "there is no target 'Absent'"),
        ("guardrails.fuzz:Target", "there is no target 'Target'"),
    ],
)
def test_a_reference_that_names_no_target(reference: str, said: str) -> None:
    with pytest.raises(HarnessFault, match=said):
        find_target(reference)


def test_a_target_may_import_what_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", list(sys.path))
    (tmp_path / "beside_a_target.py").write_text("from guardrails.fuzz import PolicyTarget as Base")
    (tmp_path / "fuzz.py").write_text("from beside_a_target import Base\nclass Own(Base): pass")
    assert find_target(f"{tmp_path}/fuzz.py:Own").reference() == f"{tmp_path}/fuzz.py:Own"
