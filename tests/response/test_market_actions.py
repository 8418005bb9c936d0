"""Blocks, cuts, steps and trips: their effect and its check; their refusal, decoded, with nothing sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails import artifacts
from guardrails.chain import Contract
from guardrails.chain.abi import selector
from guardrails.deploy.words import cut_of, cut_until, standing_cap
from guardrails.policy import Asset
from guardrails.policy.caps import EXPOSURES, UNLIMITED_CAP
from guardrails.response import actions, announced, market, market_views, overrides, perform, prepare
from guardrails.response.perform import Prepared

from .conftest import SOURCE, Scene
from .test_actions import DAY, HOUR, do, later, refused

USDC = 10**6
SUPPLY = EXPOSURES.index("supply")


def asset(scene: Scene, symbol: str = "USDC") -> Asset:
    return scene.guarded.policy.asset(symbol)


def after(prepared: Prepared) -> dict[str, str]:
    assert prepared.after is not None
    return dict(prepared.after)


def executed(scene: Scene) -> None:
    """What waits, when its delay is over."""
    [one] = announced(scene.guarded)
    later(scene, one.executable_at)
    do(scene, overrides.execute(scene.guarded, one.id), scene.actors.keeper)


def test_a_blocked_account_and_its_return(scene: Scene) -> None:
    alice, guard = scene.actors.alice, scene.guard
    prepared, outcome = do(scene, market.block([alice], HOUR, "thief"), scene.actors.sentinel)
    assert prepared.call == f"blockAccount('{alice}', 3600, 'thief')"
    assert prepared.before == {alice: "not blocked"}
    assert after(prepared)[alice].startswith("blocked until")
    assert outcome.after[alice].startswith("blocked until")
    assert guard.call("accountBlockedUntil", alice) == scene.chain.block().timestamp + HOUR
    assert scene.guarded.protocol.call("maxWithdraw", alice) == 0
    prepared, _ = do(scene, market.block([alice], 5 * DAY, "longer"), scene.actors.governance)
    prepared, _ = do(scene, market.unblock(alice, "cleared"), scene.actors.governance)
    assert prepared.delay == 2 * DAY
    assert "Unauthorised" in refused(scene, market.unblock(alice, "x"), scene.actors.guardian)
    executed(scene)
    assert guard.call("accountBlockedUntil", alice) <= scene.chain.block().timestamp


def test_what_cannot_be_blocked_is_refused_alone_and_named_among_others(scene: Scene) -> None:
    actors = scene.actors
    assert "CannotBeBlocked" in refused(scene, market.block([actors.governance], HOUR, "x"), actors.sentinel)
    assert "DurationOutOfBounds" in refused(scene, market.block([actors.bob], 7 * HOUR, "x"), actors.sentinel)
    assert "Unauthorised" in refused(scene, market.block([actors.bob], HOUR, "x"), actors.attacker)
    action = market.block([actors.bob, actors.governance], HOUR, "x")
    prepared = prepare(action, scene.guarded, actors.sentinel)
    assert prepared.action.function == "blockAccounts"
    assert after(prepared)[actors.governance] == "not blocked"
    outcome = perform(prepared, scene.guarded)
    [problem] = outcome.problems
    assert problem.startswith(f"{actors.governance} is blocked only until")
    assert scene.guard.call("accountBlockedUntil", actors.bob) > scene.chain.block().timestamp


def test_an_entry_is_closed_to_everybody(scene: Scene) -> None:
    [entry] = scene.guarded.protocol.interface.functions["withdraw"]
    head = selector(entry)
    prepared, _ = do(scene, market.block_entry(head, "withdraw", HOUR, "bug"), scene.actors.sentinel)
    assert prepared.before == {"withdraw": "open"}
    assert after(prepared)["withdraw"].endswith("for WITHDRAW, REDEEM"), "what the rank may close"
    do(scene, market.unblock_entry(head, "withdraw", "fixed"), scene.actors.governance)
    later(scene, scene.chain.block().timestamp + HOUR)
    do(scene, market.block_entry(head, "withdraw", 10 * DAY, "bug"), scene.actors.governance)
    executed(scene)
    assert market_views.entry(scene.guarded, head, "withdraw") == {"withdraw": "open"}


def test_a_cut_and_its_end(bazaar: Scene) -> None:
    usdc, guard, actors = asset(bazaar), bazaar.guard, bazaar.actors
    prepared, outcome = do(bazaar, market.cut_cap(usdc, "supply", 40_000 * USDC, HOUR, "x"), actors.guardian)
    assert prepared.before["USDC supply cap in force"] == "100_000 USDC"
    assert outcome.after["USDC supply cap in force"] == "40_000 USDC"
    assert "100_000 USDC, cut until" in outcome.after["USDC supply standing cap"]
    assert prepared.power["budget left"] == "30h of 30h in 30d"
    assert guard.call("capOf", SUPPLY, usdc.address) == 40_000 * USDC
    assert cut_of(guard.call("capWord", SUPPLY, usdc.address), 2)[0] == 40_000 * USDC
    do(bazaar, market.cut_cap(usdc, "supply", 0, 5 * DAY, "all"), actors.governance)
    prepared, _ = do(bazaar, market.lift_cut(usdc, "supply", "over"), actors.governance)
    assert prepared.delay == 2 * DAY
    executed(bazaar)
    assert guard.call("capOf", SUPPLY, usdc.address) == 100_000 * USDC
    assert cut_until(guard.call("capWord", SUPPLY, usdc.address)) <= bazaar.chain.block().timestamp


def test_cuts_that_are_refused(bazaar: Scene) -> None:
    usdc, actors = asset(bazaar), bazaar.actors
    cut = market.cut_cap(usdc, "supply", 1, HOUR, "x")
    assert "CutOutOfBounds" in refused(bazaar, cut, actors.sentinel), "it may not close DEPOSIT"
    assert "Unauthorised" in refused(bazaar, cut, actors.attacker)
    same = market.cut_cap(usdc, "supply", 100_000 * USDC, HOUR, "x")
    assert "CutNotLower" in refused(bazaar, same, actors.guardian)
    unset = market.cut_cap(usdc, "borrow", 1, HOUR, "x")
    assert "CapNotSet" in refused(bazaar, unset, actors.guardian)
    assert "DurationOutOfBounds" in refused(
        bazaar, market.cut_cap(usdc, "supply", 1, 25 * HOUR, "x"), actors.guardian
    )
    lift = market.lift_cut(usdc, "supply", "x")
    assert "Unauthorised" in refused(bazaar, lift, actors.guardian)


def test_a_cap_is_lowered_now_and_raised_later(bazaar: Scene) -> None:
    usdc, actors = asset(bazaar), bazaar.actors
    do(bazaar, market.set_cap(usdc, "account_supply", 5_000 * USDC), actors.governance)
    assert bazaar.guard.call("capOf", EXPOSURES.index("account_supply"), usdc.address) == 5_000 * USDC
    prepared, _ = do(bazaar, market.set_cap(usdc, "account_supply", UNLIMITED_CAP), actors.governance)
    assert prepared.delay == 2 * DAY
    executed(bazaar)
    assert bazaar.guard.call("capOf", EXPOSURES.index("account_supply"), usdc.address) == UNLIMITED_CAP
    lower = market.set_cap(usdc, "supply", 60_000 * USDC)
    assert "Unauthorised" in refused(bazaar, lower, actors.guardian)


def test_a_step_of_the_steward_and_his_end(bazaar: Scene) -> None:
    usdc, actors = asset(bazaar), bazaar.actors
    step = market.set_cap(usdc, "supply", 110_000 * USDC, steward=actors.keeper)
    assert step.actor == actors.keeper
    assert "NotRiskSteward" in refused(bazaar, step, actors.governance)
    do(bazaar, step, actors.keeper)
    assert standing_cap(bazaar.guard.call("capWord", SUPPLY, usdc.address)) == 110_000 * USDC
    again = market.set_cap(usdc, "supply", 120_000 * USDC, steward=actors.keeper)
    assert "StepTooSoon" in refused(bazaar, again, actors.keeper)
    later(bazaar, bazaar.chain.block().timestamp + DAY)
    over = market.set_cap(usdc, "supply", 121_001 * USDC, steward=actors.keeper)
    assert "StepOutOfBounds" in refused(bazaar, over, actors.keeper)
    assert "Unauthorised" in refused(bazaar, market.revoke_steward(), actors.sentinel)
    prepared, outcome = do(bazaar, market.revoke_steward(), actors.guardian)
    assert prepared.before == {"risk steward": actors.keeper}
    assert outcome.after == {"risk steward": "nobody"}
    assert "NotRiskSteward" in refused(bazaar, again, actors.keeper)


def test_a_trip_and_a_reset(bazaar: Scene) -> None:
    usdc, actors = asset(bazaar), bazaar.actors
    prepared, outcome = do(bazaar, market.trip_oracle(usdc, HOUR, "odd"), actors.sentinel)
    assert prepared.before == {
        "USDC price": "1, usable",
        "USDC reference": "1",
        "USDC tripped by hand": "no",
    }
    assert outcome.after["USDC price"] == "1, in doubt: tripped"
    assert outcome.after["USDC tripped by hand"].startswith("until")
    assert "Unauthorised" in refused(bazaar, market.reset_oracle(usdc, 10**18), actors.guardian)
    do(bazaar, market.trip_oracle(usdc, 10 * DAY, "odd"), actors.governance)
    prepared, _ = do(bazaar, market.reset_oracle(usdc, 101 * 10**16), actors.governance)
    assert prepared.delay == 2 * DAY
    executed(bazaar)
    assert market_views.price(bazaar.guarded, usdc) == {
        "USDC price": "1, usable",
        "USDC reference": "1.01",
        "USDC tripped by hand": "no",
    }


def test_trips_that_are_refused(bazaar: Scene) -> None:
    actors = bazaar.actors
    weth = market.trip_oracle(asset(bazaar, "WETH"), HOUR, "x")
    assert "OracleNotConfigured" in refused(bazaar, weth, actors.guardian)
    usdc = asset(bazaar)
    assert "Unauthorised" in refused(bazaar, market.trip_oracle(usdc, HOUR, "x"), actors.attacker)
    assert "DurationOutOfBounds" in refused(bazaar, market.trip_oracle(usdc, 7 * HOUR, "x"), actors.sentinel)


def test_a_price_in_doubt_is_shown_as_what_it_is(bazaar: Scene) -> None:
    usdc = asset(bazaar)
    for code, shown in (
        (f"7f{2 * 10**18:064x}5f524260205260405ff3", "2, in doubt: too far from the reference"),
        (f"7f{10**18:064x}5f5260205260405ff3", "unusable: there is no price"),
        ("5f5ffd", "0, unusable: there is no price"),
    ):
        bazaar.chain.set_code(SOURCE, bytes.fromhex(code))
        assert market_views.price(bazaar.guarded, usdc)["USDC price"].endswith(shown)


def test_the_faults_are_the_contract_s(root: Path) -> None:
    source = (root / "contracts/guards/oracle/PriceTypes.sol").read_text(encoding="utf-8")
    body = source.split("enum Fault {")[1].split("}")[0]
    names = [line.split("//")[0].strip(" ,") for line in body.strip().splitlines()]
    assert names == [
        "NONE",
        "SEQUENCER",
        "NO_PRICE",
        "STALE",
        "FUTURE",
        "NO_SECOND",
        "DEVIATION",
        "REFERENCE",
        "TRIPPED",
    ]
    assert len(market_views.FAULTS) == len(names)


def test_a_resume_gate_that_refuses_is_decoded(scene: Scene) -> None:
    made, actors = artifacts.load("ResumeChecklist"), scene.actors
    gate = Contract.deploy(scene.chain, made, actors.governance, [], sender=actors.deployer)
    scene.guard.send("setResumeGate", gate.address, sender=actors.governance)
    gate.send("add", scene.usdc.address, sender=actors.governance)
    do(scene, actions.pause(2, HOUR, "x"), actors.guardian)
    unpause = actions.unpause(2, "y")
    assert f"CheckFails(index=0, check={scene.usdc.address})" in refused(scene, unpause, actors.governance)
    assert not scene.guard.call("isOpen", 2)


@pytest.mark.parametrize("verb", ["block", "cut", "trip"])
def test_an_effect_that_is_not_there_is_named(bazaar: Scene, verb: str) -> None:
    """The check reads the chain, whatever the transaction said."""
    at = bazaar.chain.block().timestamp
    usdc, guardian = asset(bazaar), bazaar.actors.guardian
    action = {
        "block": market.block([bazaar.actors.bob], HOUR, "x"),
        "cut": market.cut_cap(usdc, "supply", 1, HOUR, "x"),
        "trip": market.trip_oracle(usdc, HOUR, "x"),
    }[verb]
    assert action.check(bazaar.guarded, guardian, at)
    do(bazaar, action, guardian)
    now = bazaar.chain.block().timestamp
    assert action.check(bazaar.guarded, guardian, now) == []
    assert action.check(bazaar.guarded, guardian, now + 1), "a second too short is too short"
