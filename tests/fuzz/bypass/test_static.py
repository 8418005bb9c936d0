"""S51: a path that skips its check is found by reading the contract, and a contract without one is clean."""

from __future__ import annotations

import pytest

from guardrails.fuzz.bypass.static import Verdict, guarded_contracts, read
from guardrails.fuzz.bypass.trees import Trees

LEAKS = {
    "Forgotten": ("rescue(address, uint256)", "to an argument of the call, without a meter"),
    "Helper": ("collectReward()", "to the caller, without a meter"),
    "Delegate": ("run(address, bytes)", "it can do anything"),
    "Assembly": ("skim(address, uint256)", "without a meter"),
    "Approval": ("allow(address, uint256)", "it can take the approved amount at any time"),
    "HalfVault": ("redeem(uint256, address, address)", "without a meter"),
    "Callback": ("onFlashLoan(address, address, uint256, uint256, bytes)", "to the caller, without a meter"),
    "EtherSweep": ("sweep(address payable)", "to an argument of the call, without a meter"),
    "NeverClosed": ("leave()", "it stays open"),
    "OwnerSweep": ("sweep(address, uint256)", "without a meter"),
    "ClaimPaid": ("onClaimEnded(uint256, address, address, uint256, bool)", "without a meter"),
    "AnyCall": ("call(address, bytes)", "it can be a transfer of any token"),
    "OwnPayOut": ("withdraw(uint256)", "to the caller, without a meter"),
    "Branch": ("take(uint256, bool)", "it stays open"),
}

FOREIGN = "it takes what this contract approved, or holds there in its own name: not seen here"
APPROVED = "the spender is an address fixed at construction: what it takes is its own code's matter"
EXCHANGE = {"trade(Order, bytes, uint256)": {FOREIGN}, "close(Order, bytes, uint256)": {FOREIGN}}
EXAMPLES: dict[str, dict[str, set[str]]] = {
    "Minimal": {},
    "GuardedVault": {},
    "HubVault": {},
    "ExitVault": {},
    "GuardedLending": {},
    "GuardedBridge": {"send(address, uint256, bytes32)": {FOREIGN}},
    "HubBridge": {"send(address, uint256, bytes32)": {FOREIGN}},
    "GuardedExchange": EXCHANGE,
    "HubExchange": EXCHANGE,
    "AaveVault": {
        "deposit(uint256, address)": {APPROVED, FOREIGN},
        "mint(uint256, address)": {APPROVED, FOREIGN},
        "withdraw(uint256, address, address)": {FOREIGN},
        "redeem(uint256, address, address)": {FOREIGN},
    },
    "ERC7265Adapter": {},
    "GuardrailHub": {},
}


@pytest.mark.parametrize("contract", LEAKS)
def test_each_leak_is_found_and_nothing_else(trees: Trees, contract: str) -> None:
    function, why = LEAKS[contract]
    [entry] = read(trees, contract).bypasses
    assert entry.function == function
    [way] = entry.of(Verdict.BYPASS)
    assert why in way.why
    assert len(way.path) >= 1
    assert way.place.rpartition(":")[2].isdigit()


def test_every_contract_that_leaks_is_in_the_table(trees: Trees) -> None:
    there = {name.rpartition(":")[2] for name in guarded_contracts(trees) if "/Leaky.sol:" in name}
    assert there == set(LEAKS)


def test_the_path_goes_through_every_helper(trees: Trees) -> None:
    [entry] = read(trees, "Helper").bypasses
    [way] = entry.ways
    assert way.path == ("Helper.collectReward", "Helper._reward", "Helper._send")
    line = int(way.place.rpartition(":")[2])
    source = (trees.text("tests/fuzz/bypass/contracts/Leaky.sol") or "").splitlines()
    assert "safeTransfer(account, amount)" in source[line - 1]


def test_an_owner_is_named_and_not_excused(trees: Trees) -> None:
    [entry] = read(trees, "OwnerSweep").bypasses
    assert entry.restricted == ("onlyOwner",)


@pytest.mark.parametrize("contract", EXAMPLES)
def test_the_examples_are_clean_and_what_cannot_be_told_is_explained(trees: Trees, contract: str) -> None:
    reading = read(trees, contract)
    assert reading.guarded
    assert reading.bypasses == ()
    unclear = {e.function: {way.why for way in e.of(Verdict.UNCLEAR)} for e in reading.of(Verdict.UNCLEAR)}
    assert unclear == EXAMPLES[contract]


def test_what_pays_is_metered_and_says_what_closes_it(trees: Trees) -> None:
    lending = {
        e.function: [w.why for w in e.of(Verdict.METERED)] for e in read(trees, "GuardedLending").entries
    }
    assert {f: why for f, why in lending.items() if why} == {
        "removeCollateral(uint256)": ["closed by REMOVE_COLLATERAL"],
        "borrow(uint256)": ["closed by BORROW"],
        "liquidate(address, uint256)": ["closed by LIQUIDATE"],
        "unlend(uint256)": ["closed by WITHDRAW"],
    }


def test_leaving_pro_rata_and_settling_are_by_design_with_the_reason(trees: Trees) -> None:
    exits = {e.function: {w.why for w in e.of(Verdict.DESIGN)} for e in read(trees, "ExitVault").entries}
    assert exits["exitProRata(uint256, address)"] == {
        "leaves pro rata while FROZEN, opened by governance after its delay"
    }
    assert exits["collectExit(address, address)"] == {"what FrozenExit owes since a payment failed"}
    controls = {
        e.function: {w.why for w in e.of(Verdict.DESIGN)} for e in read(trees, "EmergencyControls").entries
    }
    assert controls["settle(uint256)"] == {"a claim that waited its delay; closed by SETTLE"}
