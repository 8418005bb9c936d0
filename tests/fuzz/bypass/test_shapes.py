"""S51: what lies between an entry and a transfer is followed, shape by shape; nothing is clean by default."""

from __future__ import annotations

import pytest

from guardrails.fuzz.bypass.static import Entry, Verdict, read
from guardrails.fuzz.bypass.trees import Trees

QUIET, METERED, DESIGN = Verdict.QUIET, Verdict.METERED, Verdict.DESIGN
UNCLEAR, BYPASS = Verdict.UNCLEAR, Verdict.BYPASS

SHAPES = {
    "guardedInside": (METERED, "closed by WITHDRAW"),
    "byOwnModifier": (METERED, "closed by operation"),
    "enteredInBothArms": (METERED, "closed by WITHDRAW"),
    "refusedInOneArm": (METERED, "closed by WITHDRAW"),
    "inALoop": (METERED, "closed by WITHDRAW"),
    "enteredInOneArm": (BYPASS, "stays open"),
    "enteredInALoop": (BYPASS, "stays open"),
    "enteredAfterwards": (BYPASS, "stays open"),
    "enteredByChance": (BYPASS, "stays open"),
    "enteredWhereItFails": (BYPASS, "stays open"),
    "afterAReturn": (BYPASS, "to the caller"),
    "inACondition": (BYPASS, "to an argument"),
    "inAnArm": (BYPASS, "to an argument"),
    "inAnUncheckedLoop": (BYPASS, "to an argument"),
    "afterARecursion": (BYPASS, "without a meter"),
    "throughALibrary": (BYPASS, "to an argument"),
    "throughLinkedCode": (BYPASS, "to an argument"),
    "fromItself": (BYPASS, "to an argument"),
    "encoded": (BYPASS, "without a meter"),
    "encodedByName": (BYPASS, "without a meter"),
    "approvesByCall": (UNCLEAR, "the spender is an address fixed"),
    "parent": (BYPASS, "to the caller"),
    "governedAtOnce": (BYPASS, "to an argument"),
    "ethByTransfer": (BYPASS, "to an argument"),
    "ethBySend": (BYPASS, "to an argument"),
    "ethByLibrary": (BYPASS, "to an argument"),
    "ethWithACall": (BYPASS, "without a meter"),
    "ethToANewContract": (BYPASS, "without a meter"),
    "ethByAssembly": (BYPASS, "without a meter"),
    "destroyed": (BYPASS, "to an argument"),
    "approvesPartner": (UNCLEAR, "the spender is an address fixed"),
    "approvesStored": (UNCLEAR, "the spender is an address in storage"),
    "approvesCaller": (BYPASS, "the spender is the caller"),
    "revokes": (QUIET, ""),
    "delegatesToPartner": (UNCLEAR, "read it too"),
    "delegatesToStored": (BYPASS, "an address in storage"),
    "multicall": (QUIET, ""),
    "callsPartner": (UNCLEAR, "the call goes to an address fixed"),
    "callsAnything": (BYPASS, "a transfer of any token"),
    "pokes": (UNCLEAR, "not seen here"),
    "looks": (QUIET, ""),
    "pointer": (UNCLEAR, "decided when it runs"),
    "movesAnyones": (UNCLEAR, "if the payer is this contract"),
    "movesCallers": (QUIET, ""),
    "sendsToItself": (QUIET, ""),
    "takesIn": (UNCLEAR, "nothing closes it"),
    "takesInUnlessChanged": (BYPASS, "without a meter"),
    "byHand": (UNCLEAR, "metered by hand"),
    "governedLater": (DESIGN, "after its delay"),
    "ownCall": (DESIGN, "only the contract itself"),
    "othersCall": (BYPASS, "to an argument"),
    "callsItself": (DESIGN, "only the contract itself"),
    "migrateLogic": (UNCLEAR, "by its name"),
    "hook": (BYPASS, "to the caller"),
    "above": (QUIET, ""),
}
MORE_SHAPES = {
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
FOUND = {"Shapes": SHAPES, "MoreShapes": MORE_SHAPES}
"""By contract: of each function the verdict, and why."""
NO_SHAPES = {"deposit", "withdraw", "onClaimEnded", "fallback"}


def entries(trees: Trees, contract: str) -> dict[str, Entry]:
    return {entry.function.split("(")[0]: entry for entry in read(trees, contract).entries}


@pytest.fixture(scope="module")
def shapes(trees: Trees) -> dict[str, dict[str, Entry]]:
    return {contract: entries(trees, contract) for contract in FOUND}


@pytest.mark.parametrize(
    ("contract", "function"), [(contract, name) for contract, found in FOUND.items() for name in found]
)
def test_a_shape(shapes: dict[str, dict[str, Entry]], contract: str, function: str) -> None:
    verdict, why = FOUND[contract][function]
    entry = shapes[contract][function]
    assert entry.verdict is verdict, entry.ways
    assert not why or any(why in way.why for way in entry.of(verdict)), entry.ways


def test_every_shape_has_its_line(shapes: dict[str, dict[str, Entry]]) -> None:
    for contract, found in FOUND.items():
        assert set(shapes[contract]) == set(found) | NO_SHAPES
