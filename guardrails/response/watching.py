"""What keeps a circuit breaker at work: anyone calls its `check`, and renews the role of what holds one."""

from __future__ import annotations

from collections.abc import Mapping

from guardrails import artifacts
from guardrails.chain import Address, ChainError, Contract
from guardrails.deploy import Guarded
from guardrails.deploy.breakers import breaker_key, number_text
from guardrails.deploy.texts import level_text, rank_text
from guardrails.policy.breakers import Breaker
from guardrails.response import views
from guardrails.response.actions import Action


def check(breaker: Breaker) -> Action:
    """Anyone: the breaker reads its number, and raises the level where it must."""
    key = breaker_key(breaker)

    def verify(guarded: Guarded, sender: Address, at: int) -> list[str]:
        wanted, live = guarded.contracts[key].call("wantedLevel"), views.live_level(guarded)
        if live >= wanted:
            return []
        left = f"but its role leaves no more than {live.name.lower()}"
        return [f"{breaker.name} asks for {level_text(wanted)}, {left}"]

    return Action(
        f"let the breaker {breaker.name} read its number",
        "check",
        (),
        f"the level is at least what {breaker.name} asks for",
        lambda guarded: _state(guarded, breaker) | views.level(guarded),
        verify,
        contract=key,
    )


def beat(key: str, name: str) -> Action:
    """Anyone: the role of a breaker, of the attestation or of the beacon does not lapse."""

    def observe(guarded: Guarded) -> Mapping[str, str]:
        rank, alive = guarded.guard.call("holderOf", guarded.contracts[key].address)
        return {f"{name} is": rank_text(rank), f"{name} alive until": views.time_text(alive)}

    def verify(guarded: Guarded, sender: Address, at: int) -> list[str]:
        _, alive = guarded.guard.call("holderOf", guarded.contracts[key].address)
        return [] if alive > at else [f"the role of {name} is lapsed since {views.time_text(alive)}"]

    return Action(
        f"show that somebody calls {name}",
        "beat",
        (),
        f"the role of {name} is extended by its heartbeat",
        observe,
        verify,
        contract=key,
    )


def _state(guarded: Guarded, breaker: Breaker) -> dict[str, str]:
    this = guarded.contracts[breaker_key(breaker)]
    stage, wanted = this.call("stage"), this.call("wantedLevel")
    metric = Contract(guarded.chain, this.call("metric"), artifacts.load("SuppliedMetric").abi)
    try:
        number = number_text(guarded.policy, breaker)(metric.call("value"))
    except ChainError:
        number = "none"
    return {
        f"{breaker.name} number": number,
        f"{breaker.name} stage": f"{stage} of {len(breaker.thresholds)}",
        f"{breaker.name} asks for": level_text(wanted),
    }
