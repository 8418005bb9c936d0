"""S51: whose an address is, what counts as a way out, what holds on every path: shape by shape."""

from __future__ import annotations

import pytest

from guardrails.fuzz.bypass.static import Entry, Verdict, guarded_contracts, read
from guardrails.fuzz.bypass.trees import Trees

QUIET, METERED, DESIGN = Verdict.QUIET, Verdict.METERED, Verdict.DESIGN
UNCLEAR, BYPASS = Verdict.UNCLEAR, Verdict.BYPASS

SHAPES = {
    "reassigned": (BYPASS, "to an address that is computed"),
    "inBrackets": (QUIET, ""),
    "approvesContext": (BYPASS, "the spender is the caller"),
    "approvesField": (BYPASS, "the spender is an argument"),
    "approvesElement": (BYPASS, "the spender is an argument"),
    "approvesStoredField": (UNCLEAR, "the spender is an address in storage"),
    "approvesStoredElement": (UNCLEAR, "the spender is an address in storage"),
    "approvesMapped": (UNCLEAR, "the spender is an address in storage"),
    "approvesComputed": (BYPASS, "the spender is an address that is computed"),
    "approvesLiteral": (UNCLEAR, "the spender is an address fixed"),
    "named": (BYPASS, "to an argument"),
    "namedIn": (QUIET, ""),
    "nftLeaves": (BYPASS, "to an argument"),
    "nftApproved": (BYPASS, "the spender is an argument"),
    "burns": (BYPASS, "to zero"),
    "sends777": (BYPASS, "to an argument"),
    "solmateEth": (BYPASS, "to an argument"),
    "solmateAll": (BYPASS, "to an argument"),
    "solmateApprove": (BYPASS, "the spender is an argument"),
    "solmateSum": (QUIET, ""),
    "increases": (BYPASS, "the spender is an argument"),
    "encodedForALibrary": (BYPASS, "without a meter"),
    "ethToItself": (QUIET, ""),
    "assemblyDelegates": (BYPASS, "it can do anything"),
    "assemblyDestroys": (BYPASS, "without a meter"),
    "assemblyCreates": (BYPASS, "without a meter"),
    "assemblyCreatesForNothing": (QUIET, ""),
    "assemblyCallsUnknown": (UNCLEAR, "it can be a transfer"),
    "createsForNothing": (QUIET, ""),
    "callsWithNothing": (QUIET, ""),
    "encodedBySelector": (BYPASS, "without a meter"),
    "ping": (BYPASS, "without a meter"),
    "pong": (BYPASS, "without a meter"),
    "deadCode": (QUIET, ""),
    "deadBranch": (QUIET, ""),
    "deadAfterAnError": (QUIET, ""),
    "deadAssembly": (QUIET, ""),
    "enteredWhereItWorks": (BYPASS, "it stays open"),
    "byNumber": (METERED, "closed by ?"),
    "enteredByReturn": (BYPASS, "it stays open"),
    "inALoopHeader": (BYPASS, "to the caller"),
    "inALoopStep": (BYPASS, "to the caller"),
    "inALoopCondition": (BYPASS, "to the caller"),
    "inAnEvent": (BYPASS, "to the caller"),
    "inAnIndex": (BYPASS, "to the caller"),
    "inAnArgument": (BYPASS, "to the caller"),
    "inATry": (BYPASS, "to the caller"),
    "inACatch": (BYPASS, "to the caller"),
    "onlyItselfByIf": (DESIGN, "only the contract itself"),
    "itselfMakesNoDifference": (BYPASS, "without a meter"),
    "aFlagIsNoCaller": (BYPASS, "without a meter"),
    "enteredInATernary": (BYPASS, "it stays open"),
    "notOnlyItself": (BYPASS, "without a meter"),
    "itselfOrMore": (BYPASS, "without a meter"),
    "announcedInOneArm": (BYPASS, "without a meter"),
    "announcedTwice": (DESIGN, "after its delay"),
    "meteredInOneArm": (BYPASS, "without a meter"),
    "itselfInOneArm": (BYPASS, "without a meter"),
}


@pytest.fixture(scope="module")
def shapes(trees: Trees) -> dict[str, Entry]:
    return {entry.function.split("(")[0]: entry for entry in read(trees, "MoreShapes").entries}


@pytest.mark.parametrize("function", SHAPES)
def test_a_shape(shapes: dict[str, Entry], function: str) -> None:
    verdict, why = SHAPES[function]
    entry = shapes[function]
    assert entry.verdict is verdict, entry.ways
    assert not why or any(why in way.why for way in entry.of(verdict)), entry.ways


def test_every_shape_has_its_line(shapes: dict[str, Entry]) -> None:
    assert set(shapes) == set(SHAPES) | {"deposit", "withdraw", "onClaimEnded", "fallback"}


def test_structs_and_arrays_are_named_as_people_write_them(shapes: dict[str, Entry]) -> None:
    assert shapes["approvesField"].function == "approvesField(Order)"
    assert shapes["approvesElement"].function == "approvesElement(address[])"


def test_a_member_of_a_hub_that_pays_by_hand(trees: Trees) -> None:
    verdicts = {e.function.split("(")[0]: e.verdict for e in read(trees, "HubShapes").entries}
    assert verdicts == {
        "byHand": UNCLEAR,
        "metersTheWrongWay": BYPASS,
        "pays": METERED,
        "onClaimEnded": QUIET,
    }


def test_the_names_of_the_guards_alone_are_not_believed(trees: Trees) -> None:
    assert {e.function.split("(")[0]: e.verdict for e in read(trees, "Forged").entries} == {
        "withdraw": BYPASS,
        "enter": BYPASS,
        "sweep": BYPASS,
        "byHand": BYPASS,
    }


def test_a_gate_of_ones_own_does_not_close(trees: Trees) -> None:
    [entry] = read(trees, "OwnGate").bypasses
    assert entry.function == "leave(uint256)"
    assert "it stays open" in entry.ways[0].why


def test_guarded_are_contracts_that_can_be_deployed(trees: Trees) -> None:
    names = {name.rpartition(":")[2] for name in guarded_contracts(trees)}
    assert {"GuardedVault", "HubVault", "Forgotten", "HubShapes"} <= names
    assert not {"Guardrails", "HubGuarded", "Base", "Bare", "BareVault", "Sender", "IOther"} & names
