"""What actions on accounts, entries, caps and prices change, read from the chain and put into words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from guardrails.chain import ZERO_ADDRESS, Address
from guardrails.deploy import Guarded
from guardrails.deploy.caps import cap_text
from guardrails.deploy.texts import bps_text, operations_text
from guardrails.deploy.words import cut_until, standing_cap
from guardrails.policy import Asset, Operation
from guardrails.policy.caps import EXPOSURES, Exposure
from guardrails.policy.oracle import PRICE_SCALE
from guardrails.policy.units import format_duration, format_number
from guardrails.response.views import time_text

FAULTS = (
    "usable",
    "unusable: the sequencer is down, or just was",
    "unusable: there is no price",
    "unusable: stale",
    "unusable: dated in the future",
    "in doubt: the second source gives none",
    "in doubt: the two sources differ",
    "in doubt: too far from the reference",
    "in doubt: tripped",
)
"""In the order of the contract's `Fault`."""
TRIPS = ("follows", "has seen a price outside", "tripped", "tripped, and the price is back")
"""In the order of the contract's `Trip`."""


def blocked(guarded: Guarded, accounts: Sequence[Address]) -> dict[str, str]:
    now = guarded.chain.block().timestamp
    untils = {one: guarded.guard.call("accountBlockedUntil", one) for one in accounts}
    return {
        one: f"blocked until {time_text(until)}" if until > now else "not blocked"
        for one, until in untils.items()
    }


def entry(guarded: Guarded, selector: bytes, name: str) -> dict[str, str]:
    now = guarded.chain.block().timestamp
    untils = {op: guarded.guard.call("selectorBlockedUntil", selector, op.value) for op in Operation}
    closed = {op: until for op, until in untils.items() if until > now}
    if not closed:
        return {name: "open"}
    return {name: f"closed until {time_text(max(closed.values()))}, for {operations_text(sum(closed))}"}


def cap(guarded: Guarded, asset: Asset, exposure: Exposure) -> dict[str, str]:
    kind, text = EXPOSURES.index(exposure), cap_text(asset)
    word = guarded.guard.call("capWord", kind, asset.address)
    until, name = cut_until(word), f"{asset.symbol} {exposure}"
    cut = f"cut until {time_text(until)}" if until > guarded.chain.block().timestamp else "not cut"
    return {
        f"{name} cap in force": text(guarded.guard.call("capOf", kind, asset.address)),
        f"{name} standing cap": f"{text(standing_cap(word))}, {cut}",
    }


def price(guarded: Guarded, asset: Asset) -> dict[str, str]:
    fault, answer = guarded.guard.call("priceFault", asset.address)
    state = guarded.guard.call("referenceOf", asset.address)
    by_hand = state.trippedUntil > guarded.chain.block().timestamp
    return {
        f"{asset.symbol} price": f"{_number(answer)}, {FAULTS[fault] if fault < len(FAULTS) else fault}",
        f"{asset.symbol} reference": _number(state.anchor),
        f"{asset.symbol} tripped by hand": f"until {time_text(state.trippedUntil)}" if by_hand else "no",
    }


def reference(guarded: Guarded, asset: Asset) -> dict[str, str]:
    state = guarded.guard.call("referenceOf", asset.address)
    trip = TRIPS[state.trip] if state.trip < len(TRIPS) else str(state.trip)
    return price(guarded, asset) | {
        f"{asset.symbol} reference is": f"{trip}, last moved {time_text(state.anchoredAt)}"
    }


def rule(guarded: Guarded, asset: Asset) -> dict[str, str]:
    found, name = guarded.guard.call("oracleOf", asset.address)[0], f"{asset.symbol} price"
    return {
        f"{name} usable up to": format_duration(found.maxAge),
        f"{name} within": f"{bps_text(found.thresholdBps)} of the reference",
        f"{name} second source within": bps_text(found.deviationBps) if found.deviationBps else "none",
    }


def blocks(guarded: Guarded) -> dict[str, str]:
    horizon = guarded.guard.call("blockHorizon")
    return {"blocks": f"looked for; the last one ends {time_text(horizon)}" if horizon else "not looked for"}


def somebody(address: Address) -> str:
    return "nobody" if address == ZERO_ADDRESS else address


def _number(scaled: int) -> str:
    return format_number(Fraction(scaled, PRICE_SCALE))
