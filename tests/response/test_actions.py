"""Each action: its effect and its post-condition; its refusal, decoded, with nothing sent."""

from __future__ import annotations

from typing import Any

import pytest

from guardrails.chain import Chain, NotSupported
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, Operation
from guardrails.response import Action, Refused, actions, announced, overrides, perform, prepare

from .conftest import Scene

HOUR, DAY = 3_600, 86_400
WITHDRAW, REDEEM, DEPOSIT = Operation.WITHDRAW.value, Operation.REDEEM.value, Operation.DEPOSIT.value


def do(scene: Scene, action: Action, sender: str) -> Any:
    """Prepares and performs; the post-condition must hold, and the dry run must have said the same."""
    height = scene.chain.block().number
    prepared = prepare(action, scene.guarded, sender)
    assert scene.chain.block().number == height, "a dry run leaves no block"
    outcome = perform(prepared, scene.guarded)
    assert outcome.problems == ()
    return prepared, outcome


def later(scene: Scene, timestamp: int) -> None:
    """A block at that time: a warp alone is dropped when the simulation of a dry run is undone."""
    scene.chain.warp(timestamp)
    scene.chain.mine()


def refused(scene: Scene, action: Action, sender: str) -> str:
    height = scene.chain.block().number
    with pytest.raises(Refused) as caught:
        prepare(action, scene.guarded, sender)
    assert caught.value.remedy
    assert scene.chain.block().number == height
    return caught.value.what


def test_pause_and_unpause(scene: Scene) -> None:
    prepared, outcome = do(scene, actions.pause(WITHDRAW | REDEEM, HOUR, "drain seen"), scene.actors.sentinel)
    assert prepared.call == f"pause({WITHDRAW | REDEEM}, 3600, 'drain seen')"
    assert prepared.before == {"WITHDRAW": "open", "REDEEM": "open"}
    assert prepared.after is not None
    assert all(text.startswith("closed until") for text in prepared.after.values())
    assert prepared.power["budget left"] == "6h of 6h in 30d"
    assert not scene.guard.call("isOpen", WITHDRAW)
    assert scene.guard.call("isOpen", DEPOSIT)
    assert outcome.after["WITHDRAW"].startswith("closed until")
    do(scene, actions.unpause(WITHDRAW | REDEEM, "all clear"), scene.actors.governance)
    assert scene.guard.call("isOpen", WITHDRAW)


def test_pause_is_refused_outside_the_bounds_of_the_rank(scene: Scene) -> None:
    actors = scene.actors
    assert "OperationsOutOfBounds" in refused(scene, actions.pause(DEPOSIT, HOUR, "x"), actors.sentinel)
    assert "DurationOutOfBounds" in refused(scene, actions.pause(WITHDRAW, 2 * HOUR, "x"), actors.sentinel)
    assert "Unauthorised" in refused(scene, actions.pause(WITHDRAW, HOUR, "x"), actors.attacker)
    do(scene, actions.pause(WITHDRAW, DAY, "a"), actors.guardian)
    later(scene, scene.chain.block().timestamp + DAY + 1)
    assert "BudgetExhausted" in refused(scene, actions.pause(WITHDRAW, DAY, "b"), actors.guardian)


def test_unpause_by_a_fast_role_is_refused(scene: Scene) -> None:
    do(scene, actions.pause(WITHDRAW, HOUR, "x"), scene.actors.guardian)
    assert "Unauthorised" in refused(scene, actions.unpause(WITHDRAW, "x"), scene.actors.guardian)
    assert not scene.guard.call("isOpen", WITHDRAW)


def test_lock_and_a_scheduled_unlock(scene: Scene) -> None:
    subject = scene.guard.call("accountSubject", scene.actors.alice)
    prepared, _ = do(scene, actions.lock(subject, "alice", HOUR, 7, "suspect"), scene.actors.sentinel)
    assert prepared.after is not None
    assert prepared.after["alice"].endswith("case 7")
    assert scene.guarded.protocol.call("maxWithdraw", scene.actors.alice) == 0
    unlock = actions.unlock(subject, "alice", "cleared")
    prepared, _ = do(scene, unlock, scene.actors.governance)
    assert prepared.delay == 2 * DAY, "a loosening becomes an announcement by itself"
    assert prepared.action.function == "schedule"
    assert scene.guarded.protocol.call("maxWithdraw", scene.actors.alice) == 0
    [waiting] = announced(scene.guarded)
    assert waiting.status == "waiting"
    assert waiting.text.startswith("unlock(subject=0x")
    assert "AlreadyScheduled" in refused(scene, unlock, scene.actors.governance)


def test_a_live_lock_is_unlocked_after_the_delay(scene: Scene) -> None:
    subject = scene.guard.call("assetSubject", scene.usdc.address)
    do(scene, actions.lock(subject, "USDC", 5 * DAY, 0, "x"), scene.actors.governance)
    do(scene, actions.unlock(subject, "USDC", "y"), scene.actors.governance)
    [waiting] = announced(scene.guarded)
    assert "NotYetExecutable" in refused(
        scene, overrides.execute(scene.guarded, waiting.id), scene.actors.keeper
    )
    later(scene, waiting.executable_at)
    do(scene, overrides.execute(scene.guarded, waiting.id), scene.actors.keeper)
    assert announced(scene.guarded) == []
    assert scene.guarded.protocol.call("maxWithdraw", scene.actors.alice) == 1_000 * 10**6


def test_lock_is_refused_beyond_the_rank(scene: Scene) -> None:
    subject = scene.guard.call("accountSubject", scene.actors.alice)
    too_long = actions.lock(subject, "alice", 7 * HOUR, 0, "x")
    assert "DurationOutOfBounds" in refused(scene, too_long, scene.actors.sentinel)
    assert "Unauthorised" in refused(scene, actions.unlock(subject, "alice", "x"), scene.actors.sentinel)


def test_level_up_and_down(scene: Scene) -> None:
    actors = scene.actors
    prepared, _ = do(scene, actions.raise_level(Level.QUEUED, HOUR, "unsure"), actors.sentinel)
    assert prepared.before["level"].startswith("normal")
    assert prepared.after is not None
    assert prepared.after["level"].startswith("queued")
    assert "LevelOutOfBounds" in refused(scene, actions.raise_level(Level.FROZEN, HOUR, "x"), actors.sentinel)
    do(scene, actions.raise_level(Level.FROZEN, 0, "sure"), actors.governance)
    lower = actions.lower_level(Level.NORMAL, "over")
    assert "Unauthorised" in refused(scene, lower, actors.guardian)
    prepared, _ = do(scene, lower, actors.governance)
    assert prepared.delay == 2 * DAY
    [waiting] = announced(scene.guarded)
    later(scene, waiting.executable_at)
    do(scene, overrides.execute(scene.guarded, waiting.id), actors.keeper)
    assert scene.guard.call("level") == Level.NORMAL


def test_limit_down_at_once_and_up_by_announcement(scene: Scene) -> None:
    down = actions.set_limit(scene.guarded, "USDC", 100 * 10**6)
    prepared, _ = do(scene, down, scene.actors.governance)
    assert prepared.delay is None
    assert prepared.after is not None
    assert prepared.after["USDC limit"] == "100 USDC in 24h"
    assert scene.guard.call("available", scene.usdc.address) == 100 * 10**6
    up = actions.set_limit(scene.guarded, "USDC", 1_000 * 10**6)
    prepared, _ = do(scene, up, scene.actors.governance)
    assert prepared.delay == 2 * DAY
    assert scene.guard.call("available", scene.usdc.address) == 100 * 10**6
    assert "Unauthorised" in refused(scene, down, scene.actors.guardian)


def test_limit_that_cannot_be(scene: Scene) -> None:
    with pytest.raises(GuardrailsError, match="short form") as caught:
        actions.set_limit(scene.guarded, "USDC", 1_234_567_890)
    assert "1_234.56 USDC" in caught.value.remedy
    with pytest.raises(GuardrailsError, match="follows a base"):
        actions.set_limit(scene.guarded, "WETH", 10**18)


def test_veto(scene: Scene) -> None:
    do(scene, actions.set_limit(scene.guarded, "USDC", 10**12), scene.actors.governance)
    [waiting] = announced(scene.guarded)
    veto = overrides.veto(scene.guarded, waiting.id)
    assert "Unauthorised" in refused(scene, veto, scene.actors.sentinel)
    do(scene, veto, scene.actors.guardian)
    assert announced(scene.guarded) == []
    with pytest.raises(GuardrailsError, match="waits"):
        overrides.execute(scene.guarded, waiting.id)


def test_an_announcement_expires(scene: Scene) -> None:
    do(scene, actions.set_limit(scene.guarded, "USDC", 10**12), scene.actors.governance)
    [waiting] = announced(scene.guarded)
    later(scene, waiting.expires_at)
    assert [one.status for one in announced(scene.guarded)] == ["expired"]
    assert "Expired" in refused(scene, overrides.execute(scene.guarded, waiting.id), scene.actors.keeper)


def test_claims(scene: Scene) -> None:
    actors = scene.actors
    first, second, third = (scene.claim(2_000 * 10**6) for _ in range(3))
    until = scene.chain.block().timestamp + 7 * DAY
    do(scene, actions.claims("hold", [first, second], "suspect", until), actors.guardian)
    assert "ClaimNotReady" in refused(scene, actions.claims("settle", [first], ""), actors.keeper)
    before = scene.usdc.call("balanceOf", scene.guarded.address)
    do(scene, actions.claims("cancel", [first], "thief"), actors.governance)
    assert scene.usdc.call("balanceOf", scene.guarded.address) == before
    prepared, _ = do(scene, actions.claims("release", [second], "honest"), actors.governance)
    assert prepared.delay == 2 * DAY
    later(scene, scene.chain.block().timestamp + DAY)
    balance = scene.usdc.call("balanceOf", actors.alice)
    do(scene, actions.claims("settle", [third], ""), actors.keeper)
    assert scene.usdc.call("balanceOf", actors.alice) == balance + 2_000 * 10**6


def test_what_a_batch_skips_is_named(scene: Scene) -> None:
    """The contract skips a claim that has ended instead of reverting; the post-condition names it."""
    paid, waiting = scene.claim(2_000 * 10**6), scene.claim(2_000 * 10**6)
    later(scene, scene.chain.block().timestamp + DAY)
    scene.guard.send("settle", paid, sender=scene.actors.keeper)
    until = scene.chain.block().timestamp + 7 * DAY
    prepared = prepare(
        actions.claims("hold", [paid, waiting], "x", until), scene.guarded, scene.actors.guardian
    )
    assert perform(prepared, scene.guarded).problems == (f"claim {paid} is paid",)


def test_heartbeat(scene: Scene) -> None:
    later(scene, scene.chain.block().timestamp + 6 * DAY)
    prepared, _ = do(scene, actions.heartbeat(scene.actors.sentinel), scene.actors.sentinel)
    assert prepared.before != prepared.after
    assert "Unauthorised" in refused(scene, actions.heartbeat(scene.actors.attacker), scene.actors.attacker)
    later(scene, scene.chain.block().timestamp + 7 * DAY)
    assert "Unauthorised" in refused(
        scene, actions.heartbeat(scene.actors.sentinel), scene.actors.sentinel
    ), "one that has lapsed must be granted anew"


def test_a_report_of_success_is_not_believed(scene: Scene) -> None:
    """S33, S56: the transaction succeeds, but the chain does not show the effect: that is a failure."""
    from dataclasses import replace

    prepared = prepare(actions.pause(WITHDRAW, HOUR, "x"), scene.guarded, scene.actors.guardian)
    harmless = scene.guard.encode("heartbeat")
    outcome = perform(replace(prepared, data=harmless), scene.guarded)
    assert outcome.receipt.status == 1
    assert outcome.problems == ("not closed: WITHDRAW", "closed only until 1970-01-01 00:00:00 UTC")


@pytest.mark.guardrails_backends("revm")
def test_on_a_public_network_nothing_is_simulated(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(self: Chain) -> object:
        raise NotSupported("evm_snapshot is for development chains", "public", "Use a fork.")

    monkeypatch.setattr(type(scene.chain), "snapshot", no)
    prepared = prepare(actions.pause(WITHDRAW, HOUR, "x"), scene.guarded, scene.actors.guardian)
    assert prepared.after is None
    assert "Unauthorised" in refused(scene, actions.pause(WITHDRAW, HOUR, "x"), scene.actors.attacker)


def test_calls_from_text(scene: Scene) -> None:
    call = overrides.encode_call(scene.guarded, "setHolder", ("council", "0"))
    assert call == scene.guard.encode("setHolder", scene.actors.governance, 0)
    for texts in (("council",), ("council", "many")):
        with pytest.raises(GuardrailsError) as caught:
            overrides.encode_call(scene.guarded, "setHolder", texts)
        assert caught.value.remedy
