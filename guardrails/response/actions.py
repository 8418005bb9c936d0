"""What can be done in an emergency: one call each, what it promises, and how to see that it held."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.chain import Address
from guardrails.deploy import Guarded
from guardrails.deploy.words import outflow_fields, outflow_word
from guardrails.errors import GuardrailsError
from guardrails.policy import Asset, EncodedOutflow, Level, OverLimit, Rank
from guardrails.policy.encoding import LIMIT_BITS, Scaled, scale_down
from guardrails.policy.operations import Operation, names_of
from guardrails.policy.units import format_duration
from guardrails.response import views

Check = Callable[[Guarded, Address, int], list[str]]
"""(guarded, sender, time of the block) → what does not hold, in words; empty when it had its effect."""


@dataclass(frozen=True)
class Action:
    """`observe` reads what the action changes, for before and after; `needs` is the lowest rank that may;
    `actor` the account where it is no rank's affair; `contract` the key of what is called, not the guards."""

    title: str
    function: str
    arguments: tuple[Any, ...]
    promise: str
    observe: Callable[[Guarded], Mapping[str, str]]
    check: Check
    needs: Rank | None = None
    actor: Address | None = None
    contract: str = ""


def pause(operations: int, duration: int, reason: str) -> Action:
    names = ", ".join(names_of(operations))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        rank = guarded.guard.call("rankOf", sender)
        closed, until = guarded.guard.call("pauseOf", rank)
        missing = operations & ~closed
        found = [f"not closed: {', '.join(names_of(missing))}"] if missing else []
        if until < at + duration:
            found.append(f"closed only until {views.time_text(until)}")
        return found

    return Action(
        f"pause {names} for {format_duration(duration)}",
        "pause",
        (operations, duration, reason),
        f"{names} closed for at least {format_duration(duration)} from the block on",
        lambda guarded: views.operations(guarded, operations),
        check,
        Rank.SENTINEL,
    )


def unpause(operations: int, reason: str) -> Action:
    names = ", ".join(names_of(operations))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        found = []
        for rank in (Rank.SENTINEL, Rank.GUARDIAN, Rank.GOVERNANCE):
            closed, until = guarded.guard.call("pauseOf", int(rank))
            left = closed & operations & ~Operation.LIQUIDATE
            if left and until > at:
                found.append(f"{rank.name.lower()} still closes {', '.join(names_of(left))}")
        return found

    return Action(
        f"end pauses of {names}",
        "unpause",
        (operations, reason),
        f"no pause closes {names} any more (LIQUIDATE opens after its grace)",
        lambda guarded: views.operations(guarded, operations),
        check,
        Rank.GOVERNANCE,
    )


def lock(subject: bytes, name: str, duration: int, case: int, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        until, _ = guarded.guard.call("lockOf", subject)
        return [] if until >= at + duration else [f"{name} is locked only until {views.time_text(until)}"]

    return Action(
        f"lock {name} for {format_duration(duration)}",
        "lock",
        (subject, duration, case, reason),
        f"collateral of {name} stays for at least {format_duration(duration)} from the block on",
        lambda guarded: views.locked(guarded, subject, name),
        check,
        Rank.SENTINEL,
    )


def unlock(subject: bytes, name: str, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        until, _ = guarded.guard.call("lockOf", subject)
        return [] if until <= at else [f"{name} is still locked until {views.time_text(until)}"]

    return Action(
        f"unlock {name}",
        "unlock",
        (subject, reason),
        f"no lock on {name} is live",
        lambda guarded: views.locked(guarded, subject, name),
        check,
        Rank.GOVERNANCE,
    )


def raise_level(level: Level, duration: int, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        live = views.live_level(guarded)
        return [] if live >= level else [f"the level is {live.name.lower()}"]

    name = level.name.lower()
    return Action(
        f"raise the level to {name} for {format_duration(duration)}",
        "raiseLevel",
        (int(level), duration, reason),
        f"the level is at least {name}",
        views.level,
        check,
        Rank.SENTINEL,
    )


def lower_level(level: Level, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        live = views.live_level(guarded)
        return [] if live <= level else [f"the level is {live.name.lower()}"]

    name = level.name.lower()
    return Action(
        f"lower the level to {name}",
        "lowerLevel",
        (int(level), reason),
        f"the level is at most {name}",
        views.level,
        check,
        Rank.GOVERNANCE,
    )


def set_limit(guarded: Guarded, symbol: str, units: int) -> Action:
    """The limit of an asset in smallest units; the other fields of its configuration stay as they are."""
    asset = guarded.policy.asset(symbol)
    now = outflow_fields(guarded.guard.call("outflowWord", asset.address))
    if guarded.guard.call("relativeLimit", asset.address)[0]:
        raise GuardrailsError(
            f"the limit of {symbol} follows a base: a fixed one would be overwritten at the next sync",
            symbol,
            "Change its share: `guardrails override schedule setRelativeLimit …`.",
        )
    if now["mode"] not in (OverLimit.LIMITED_QUEUE, OverLimit.LIMITED_REVERT):
        raise GuardrailsError(
            f"{symbol} has no limit on chain", symbol, "Use `guardrails override schedule setLimit …`."
        )
    limit = require_exact(asset, units, symbol)
    raw = guarded.guard.call("outflowWord", asset.address)
    config = EncodedOutflow(
        limit.mantissa,
        limit.exponent,
        now["window"] // 60,
        now["inflow_credit"],
        now["reserve"],
        (raw >> 232) & 0xFF,
        (raw >> 240) & 31,
        OverLimit(now["mode"]),
        0,
        0,
        0,
    )
    word = outflow_word(config, shared=bool(now["shared"]))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        found = outflow_fields(guarded.guard.call("outflowWord", asset.address))["limit"]
        return [] if found == units else [f"the limit of {symbol} is {asset.text(found)}"]

    return Action(
        f"set the limit of {symbol} to {asset.text(units)}",
        "setLimit",
        (asset.address, word),
        f"the limit of {symbol} is {asset.text(units)}; what is available does not rise at once",
        lambda guarded: views.limit(guarded, asset),
        check,
        Rank.GOVERNANCE,
    )


def heartbeat(holder: Address) -> Action:
    def observe(guarded: Guarded) -> Mapping[str, str]:
        return {"alive until": views.time_text(guarded.guard.call("holderOf", holder)[1])}

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        _, alive = guarded.guard.call("holderOf", sender)
        return [] if alive > at else [f"the role of {sender} is lapsed since {views.time_text(alive)}"]

    return Action(
        "show that this holder is alive",
        "heartbeat",
        (),
        "the holder's power is extended by its heartbeat",
        observe,
        check,
        Rank.SENTINEL,
    )


def claims(verb: str, ids: Sequence[int], reason: str, until: int = 0) -> Action:
    """`verb`: hold (until a Unix time), release or cancel, of several claims; settle, of one."""
    wanted = {"hold": "SUSPECT", "release": "PENDING", "cancel": "RETURNED", "settle": "PAID"}[verb]

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        states = {number: views.claim_state(guarded, number) for number in ids}
        return [f"claim {n} is {state.lower()}" for n, state in states.items() if state != wanted]

    arguments: tuple[Any, ...] = (list(ids), reason)
    if verb == "hold":
        arguments = (list(ids), until, reason)
    elif verb == "settle":
        arguments = (ids[0],)
    numbers = ", ".join(map(str, ids))
    return Action(
        f"{verb} claims {numbers}",
        verb,
        arguments,
        f"claims {numbers} are {wanted.lower()}; what cannot be done is skipped and named",
        lambda guarded: {f"claim {n}": views.claim_text(guarded, n) for n in ids},
        check,
        {"hold": Rank.SENTINEL, "settle": None}.get(verb, Rank.GOVERNANCE),
    )


def require_exact(asset: Asset, units: int, where: str) -> Scaled:
    """A limit or cap in the chain's short form; GuardrailsError where that is another number."""
    found = scale_down(units, LIMIT_BITS)
    if found.value != units:
        raise GuardrailsError(
            f"{asset.text(units)} does not fit the chain's short form",
            where,
            f"The nearest lower value is {asset.text(found.value)}.",
        )
    return found
