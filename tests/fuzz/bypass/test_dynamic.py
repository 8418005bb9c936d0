"""S51: a path that skips its check is found by trying it, beside an account of what left and was charged."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.chain import AnvilChain, RevmChain
from guardrails.fuzz import HarnessFault, find_target
from guardrails.fuzz.bypass.dynamic import Search
from guardrails.fuzz.bypass.tried import Tried, last_leak, unconfirmed
from tests.fuzz.bypass import bypass_targets

ROOT = Path(__file__).resolve().parents[3]
TRIES = 8

OUT, CLOSED = "0 of it were charged to the limiter", "although every operation was closed"
LEAKS = {
    "Forgotten": ("protocol.rescue(address,uint256)", OUT),
    "Helper": ("protocol.collectReward()", OUT),
    "Delegate": None,  # code that would do something there has to be written first: the static half finds it
    "Assembly": ("protocol.skim(address,uint256)", OUT),
    "Approval": ("protocol.allow(address,uint256)", "somebody else may now take USDC"),
    "HalfVault": ("protocol.redeem(uint256,address,address)", OUT),
    "Callback": ("protocol.onFlashLoan(address,address,uint256,uint256,bytes)", OUT),
    "EtherSweep": ("protocol.sweep(address)", "1000000000000000000 wei left"),
    "NeverClosed": ("protocol.leave()", CLOSED),
    "OwnerSweep": ("protocol.sweep(address,uint256)", "its owner can do this at once"),
    "ClaimPaid": ("protocol.withdrawClaim(uint256)", "USDC left"),
    "AnyCall": ("protocol.call(address,bytes)", "USDC"),
    "OwnPayOut": ("protocol.withdraw(uint256)", OUT),
    "Branch": ("protocol.take(uint256,bool)", CLOSED),
}
EXAMPLES = {
    name: f"{ROOT}/examples/{name.lower()}/fuzz.py:{name}" for name in ("Lending", "Exchange", "Bridge")
}
CLEAN = ("Shipped", "Exit", "Hub", "NomadBridge", *EXAMPLES)


def _tried(name: str, **options: int) -> Tried:
    target = find_target(EXAMPLES[name]) if name in EXAMPLES else getattr(bypass_targets, name)()
    return Search(target, RevmChain(), **{"tries": TRIES, **options}).run()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", LEAKS)
def test_each_leak_is_found_and_nothing_else_leaves(name: str) -> None:
    found = [one for one in _tried(name).bypasses if one.leaves]
    expected = LEAKS[name]
    if expected is None:
        assert found == []
        return
    [one] = found
    assert one.function == expected[0]
    assert expected[1] in one.finding.evidence
    assert one.owner is (name == "OwnerSweep")
    assert one.finding.property == "NoBypassAtAll"
    steps = one.finding.sequence.steps
    assert f"{steps[-1].target}.{steps[-1].function}" == one.function
    assert len(steps) <= 4  # shrunk: at most somebody's business, a pause, and the call
    world = find_target(one.finding.sequence.target).build(RevmChain())
    leak = last_leak(world, steps)
    assert leak is not None
    assert last_leak(find_target(one.finding.sequence.target).build(RevmChain()), steps[:-1]) is None


def test_what_only_comes_in_is_told_apart() -> None:
    came = [one for one in _tried("HalfVault").bypasses if not one.leaves]
    assert [one.function for one in came] == ["protocol.mint(uint256,address)"]
    assert "USDC came in although every operation was closed" in came[0].finding.evidence


@pytest.mark.parametrize("name", CLEAN)
def test_the_examples_are_clean(name: str) -> None:
    tried = _tried(name)
    assert tried.bypasses == []
    assert tried.guarded
    assert tried.succeeded > 200
    assert {"as built", "in use", "at level 4", "while all is paused", "while alice is blocked"} <= set(
        tried.states
    )
    assert tried.skipped == []


def test_a_vault_is_clean_while_claims_wait_and_when_they_are_due() -> None:
    tried = _tried("Shipped", tries=40)
    assert {"while claims wait", "when claims are due"} <= set(tried.states)
    assert tried.bypasses == []
    assert tried.never == []
    assert not {"protocol.settle(uint256)", "protocol.withdrawClaim(uint256)"} & set(tried.never_of_guards)


def test_a_target_may_say_what_nobody_would_draw() -> None:
    assert "replica.deliver(address,address,address,uint256)" not in _tried("Bridge").never
    tried = _tried("NomadBridge")
    assert "replica.process(bytes)" not in tried.never
    assert "replica.proveAndProcess(bytes,bytes32[32],uint256)" in tried.never
    assert tried.bypasses == []


def test_leaving_pro_rata_is_no_bypass() -> None:
    tried = _tried("Exit", tries=40)
    assert "protocol.exitProRata(uint256,address)" not in tried.never
    assert tried.bypasses == []


def test_without_guards_everything_that_leaves_is_a_bypass() -> None:
    tried = _tried("Bare")
    assert not tried.guarded
    assert sorted(one.function for one in tried.bypasses) == [
        "vault.redeem(uint256,address,address)",
        "vault.withdraw(uint256,address,address)",
    ]
    assert all("and there is no limiter" in one.finding.evidence for one in tried.bypasses)


def test_governance_is_trusted_with_what_it_announces_and_with_nothing_else() -> None:
    tried = _tried("OwnerSweep")
    assert "protocol.setLimit(address,uint256)" in tried.governed
    assert "protocol.sweep(address,uint256)" not in tried.governed
    assert "protocol.withdraw(uint256)" not in tried.governed


def test_the_same_seed_tries_the_same() -> None:
    first, again, other = (_tried("Branch", tries=1, seed=seed) for seed in (1, 1, 2))
    assert first.to_json() == again.to_json()
    assert first.to_json() != other.to_json()


def test_when_the_time_is_over_the_states_that_are_left_are_named() -> None:
    tried = Search(bypass_targets.Forgotten(), RevmChain(), tries=1, seconds=0).run()
    assert tried.states == {}
    assert "as built" in tried.skipped
    assert "while all is paused" in tried.skipped


def test_an_abi_without_code_is_a_fault_of_the_target() -> None:
    with pytest.raises(HarnessFault, match="there is an ABI but no code") as caught:
        _tried("NoCode")
    assert caught.value.where == "vault"


def test_no_tries_are_refused() -> None:
    with pytest.raises(HarnessFault, match="0 tries"):
        Search(bypass_targets.Forgotten(), RevmChain(), tries=0)
    assert Search(bypass_targets.Forgotten(), RevmChain(), tries=1).tries == 1


def test_what_was_found_happens_on_anvil_too() -> None:
    tried = _tried("ClaimPaid")
    chain = AnvilChain.start()
    try:
        assert unconfirmed(bypass_targets.ClaimPaid(), chain, tried) == []
    finally:
        chain.close()
    assert unconfirmed(bypass_targets.Shipped(), RevmChain(), tried) == ["protocol.withdrawClaim(uint256)"]
    assert unconfirmed(bypass_targets.Shipped(), RevmChain(), Tried(True)) == []
