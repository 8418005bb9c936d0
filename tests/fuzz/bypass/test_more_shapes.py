"""S51: whole contracts as they are read: upgrades, hooks, fallbacks, members of a hub, forged guards."""

from __future__ import annotations

from guardrails.fuzz.bypass.static import Verdict, guarded_contracts, read
from guardrails.fuzz.bypass.trees import Trees

QUIET, METERED, DESIGN = Verdict.QUIET, Verdict.METERED, Verdict.DESIGN
UNCLEAR, BYPASS = Verdict.UNCLEAR, Verdict.BYPASS


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


def test_structs_and_arrays_are_named_as_people_write_them(trees: Trees) -> None:
    shapes = {entry.function.split("(")[0]: entry for entry in read(trees, "MoreShapes").entries}
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
