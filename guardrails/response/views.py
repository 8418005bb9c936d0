"""What an action changes, read from the chain and put into words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from guardrails.chain import ZERO_ADDRESS, Address, ChainError
from guardrails.deploy import Guarded
from guardrails.deploy.words import outflow_fields, rank_limits_fields
from guardrails.policy import Asset, Level, Operation, Rank
from guardrails.policy.operations import names_of
from guardrails.policy.units import format_duration

CLAIM_STATES = ("NONE", "PENDING", "SUSPECT", "PAID", "RETURNED", "WITHDRAWN")
NEVER = 2**32 - 1


def time_text(timestamp: int) -> str:
    """`2026-11-21 04:00:00 UTC`; `for ever` past what a time field holds."""
    if timestamp > NEVER:
        return "for ever"
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def operations(guarded: Guarded, mask: int) -> dict[str, str]:
    """Open or closed until when, for each operation of a mask."""
    found = {}
    for operation in Operation:
        if mask & operation:
            until = guarded.guard.call("pausedUntil", operation.value)
            is_open = guarded.guard.call("isOpen", operation.value)
            found[str(operation.name)] = "open" if is_open else f"closed until {time_text(until)}"
    return found


def locked(guarded: Guarded, subject: bytes, name: str) -> dict[str, str]:
    until, case = guarded.guard.call("lockOf", subject)
    now = guarded.chain.block().timestamp
    text = f"locked until {time_text(until)}" if until > now else "not locked"
    return {name: text + (f", case {case}" if case and until > now else "")}


def level(guarded: Guarded) -> dict[str, str]:
    live = live_level(guarded)
    rule = guarded.policy.levels.rule(live)
    closes = ", ".join(names_of(rule.mask)) or "nothing"
    return {"level": f"{live.name.lower()} (closes {closes}, leaves {rule.share_percent} % of each limit)"}


def limit(guarded: Guarded, asset: Asset) -> dict[str, str]:
    fields = outflow_fields(guarded.guard.call("outflowWord", asset.address))
    available = guarded.guard.call("available", asset.address)
    return {
        f"{asset.symbol} limit": f"{asset.text(fields['limit'])} in {format_duration(fields['window'])}",
        f"{asset.symbol} available": asset.text(available) if available < 2**255 else "unlimited",
    }


def claim(guarded: Guarded, number: int) -> Any:
    """The claim as the chain has it: owner, createdAt, readyAt, state, asset, amount."""
    return guarded.guard.call("claim", number)


def claim_state(guarded: Guarded, number: int) -> str:
    return state_name(claim(guarded, number))


def state_name(claim: Any) -> str:
    """`PENDING`; ChainError for a number that is no state."""
    if claim.state >= len(CLAIM_STATES):
        raise _strange("claim state", claim.state)
    return CLAIM_STATES[claim.state]


def live_level(guarded: Guarded) -> Level:
    """ChainError where the contract answers what is no level."""
    return _level(guarded.guard.call("level"))


def _level(number: int) -> Level:
    if number not in Level.__members__.values():
        raise _strange("level", number)
    return Level(number)


def _strange(kind: str, number: int) -> ChainError:
    remedy = "Check that the record names a guarded contract of this version; or ask another node."
    return ChainError(f"the contract answers {kind} {number}, which does not exist", None, remedy)


def claim_text(guarded: Guarded, number: int) -> str:
    found = claim(guarded, number)
    if found.owner == ZERO_ADDRESS:
        return "there is no such claim"
    asset = next((a for a in guarded.policy.assets if a.address == found.asset), None)
    amount = asset.text(found.amount) if asset else f"{found.amount} of {found.asset}"
    state = state_name(found).lower()
    waits = f", ready {time_text(found.readyAt)}" if state in ("pending", "suspect") else ""
    return f"{amount} of {found.owner}, {state}{waits}"


def rank(guarded: Guarded, account: Address) -> dict[str, str]:
    """The power of an account: its rank, the bounds of that rank, and what is left of its budget."""
    number = guarded.guard.call("rankOf", account)
    if number not in Rank.__members__.values():
        raise _strange("rank", number)
    held = Rank(number)
    found = {"rank": held.name.lower() if held else "none"}
    if held in (Rank.SENTINEL, Rank.GUARDIAN):
        limits = rank_limits_fields(guarded.guard.call("rankLimits", int(held)))
        left = guarded.guard.call("pauseBudgetLeft", int(held))
        _, alive = guarded.guard.call("holderOf", account)
        found |= {
            "longest pause": format_duration(limits["max_pause"]),
            "budget left": f"{format_duration(left)} of {format_duration(limits['budget'])}"
            f" in {format_duration(limits['period'])}",
            "may close": ", ".join(names_of(limits["operations"])) or "nothing",
            "highest level": _level(limits["max_level"]).name.lower(),
            "longest lock": format_duration(limits["max_lock"]),
            "alive until": time_text(alive),
        }
    return found
