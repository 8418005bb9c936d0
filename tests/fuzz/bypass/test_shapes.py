"""S51: what lies between an entry and a transfer is followed; nothing is clean by default."""

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


@pytest.fixture(scope="module")
def shapes(trees: Trees) -> dict[str, Entry]:
    return {entry.function.split("(")[0]: entry for entry in read(trees, "Shapes").entries}


@pytest.mark.parametrize("function", SHAPES)
def test_a_shape(shapes: dict[str, Entry], function: str) -> None:
    verdict, why = SHAPES[function]
    entry = shapes[function]
    assert entry.verdict is verdict, entry.ways
    assert not why or any(why in way.why for way in entry.of(verdict)), entry.ways


def test_every_shape_has_its_line(shapes: dict[str, Entry]) -> None:
    rest = {"deposit", "withdraw", "onClaimEnded", "fallback"}
    assert set(shapes) == set(SHAPES) | rest


def test_an_upgrade_is_by_design_only_where_it_is_announced(trees: Trees) -> None:
    governed, plain = read(trees, "Governed"), read(trees, "Upgradeable")
    assert [e.function for e in governed.of(BYPASS)] == []
    assert "upgradeToAndCall(address, bytes)" in [e.function for e in governed.of(DESIGN)]
    assert [e.function for e in plain.of(BYPASS)] == ["upgradeToAndCall(address, bytes)"]
    assert [way.why for way in plain.bypasses[0].of(BYPASS)] == [
        "the code is at an argument of the call: it can do anything"
    ]


def test_a_protocols_hook_is_not_excused_by_the_guards_function_that_calls_it(trees: Trees) -> None:
    reading = read(trees, "GreedyExit")
    assert [e.function for e in reading.bypasses] == ["exitProRata(uint256, address)"]
    [way] = reading.bypasses[0].of(BYPASS)
    assert way.path == ("FrozenExit.exitProRata", "GreedyExit._takeForExit")


def test_a_fallback_that_delegates_elsewhere_is_a_bypass(trees: Trees) -> None:
    assert [e.function for e in read(trees, "OwnControls").bypasses] == ["fallback()"]


def test_a_contract_without_guards_says_so(trees: Trees) -> None:
    reading = read(trees, "Bare")
    assert not reading.guarded
    assert [e.function for e in reading.bypasses] == ["give(address, uint256)"]
    assert len(reading.entries) == 1
