"""Emergency actions on accounts, entries, caps and prices; see `actions`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from guardrails.chain import ZERO_ADDRESS, Address
from guardrails.deploy import Guarded
from guardrails.deploy.caps import cap_text
from guardrails.deploy.words import cut_of, cut_until, standing_cap
from guardrails.policy import Asset, Operation, Rank
from guardrails.policy.caps import EXPOSURES, Exposure
from guardrails.policy.oracle import PRICE_SCALE
from guardrails.policy.units import format_duration, format_number
from guardrails.response import market_views as views
from guardrails.response.actions import Action
from guardrails.response.views import time_text


def block(accounts: Sequence[Address], duration: int, reason: str) -> Action:
    """One account, or up to a hundred: of many those that cannot be blocked are left out, and named."""

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        untils = {one: guarded.guard.call("accountBlockedUntil", one) for one in accounts}
        short = {one: until for one, until in untils.items() if until < at + duration}
        return [f"{one} is blocked only until {time_text(until)}" for one, until in short.items()]

    names = ", ".join(accounts)
    alone = len(accounts) == 1
    return Action(
        f"block {names} for {format_duration(duration)}",
        "blockAccount" if alone else "blockAccounts",
        (accounts[0] if alone else list(accounts), duration, reason),
        f"{names} blocked for at least {format_duration(duration)} from the block on",
        lambda guarded: views.blocked(guarded, accounts),
        check,
        Rank.SENTINEL,
    )


def unblock(account: Address, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        until = guarded.guard.call("accountBlockedUntil", account)
        return [] if until <= at else [f"{account} is still blocked until {time_text(until)}"]

    return Action(
        f"unblock {account}",
        "unblockAccount",
        (account, reason),
        f"no block of {account} is live",
        lambda guarded: views.blocked(guarded, [account]),
        check,
        Rank.GOVERNANCE,
    )


def block_entry(selector: bytes, name: str, duration: int, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        latest = max(guarded.guard.call("selectorBlockedUntil", selector, op.value) for op in Operation)
        return [] if latest >= at + duration else [f"{name} is closed only until {time_text(latest)}"]

    return Action(
        f"block the entry {name} for {format_duration(duration)}",
        "blockSelector",
        (selector, duration, reason),
        f"{name} closed to everybody for at least {format_duration(duration)}, "
        "for the operations that the rank may close",
        lambda guarded: views.entry(guarded, selector, name),
        check,
        Rank.SENTINEL,
    )


def unblock_entry(selector: bytes, name: str, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        latest = max(guarded.guard.call("selectorBlockedUntil", selector, op.value) for op in Operation)
        return [] if latest <= at else [f"{name} is still closed until {time_text(latest)}"]

    return Action(
        f"unblock the entry {name}",
        "unblockSelector",
        (selector, reason),
        f"no block of {name} is live",
        lambda guarded: views.entry(guarded, selector, name),
        check,
        Rank.GOVERNANCE,
    )


def cut_cap(asset: Asset, exposure: Exposure, units: int, duration: int, reason: str) -> Action:
    """The cap in smallest units, for a time; what is over it already can only shrink."""
    kind, name = EXPOSURES.index(exposure), f"the {exposure} cap of {asset.symbol}"

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        rank = guarded.guard.call("rankOf", sender)
        amount, until = cut_of(guarded.guard.call("capWord", kind, asset.address), rank)
        found = [] if amount <= units else [f"{name} is cut to {asset.text(amount)} only"]
        if until < at + duration:
            found.append(f"{name} is cut only until {time_text(until)}")
        return found

    return Action(
        f"cut {name} to {asset.text(units)} for {format_duration(duration)}",
        "cutCap",
        (kind, asset.address, units, duration, reason),
        f"{name} is at most {asset.text(units)} for at least {format_duration(duration)} from the block on",
        lambda guarded: views.cap(guarded, asset, exposure),
        check,
        Rank.SENTINEL,
    )


def lift_cut(asset: Asset, exposure: Exposure, reason: str) -> Action:
    kind, name = EXPOSURES.index(exposure), f"the {exposure} cap of {asset.symbol}"

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        until = cut_until(guarded.guard.call("capWord", kind, asset.address))
        return [] if until <= at else [f"{name} is still cut until {time_text(until)}"]

    return Action(
        f"lift the cuts of {name}",
        "liftCut",
        (kind, asset.address, reason),
        f"no cut of {name} is live",
        lambda guarded: views.cap(guarded, asset, exposure),
        check,
        Rank.GOVERNANCE,
    )


def set_cap(asset: Asset, exposure: Exposure, units: int, *, steward: Address | None = None) -> Action:
    """The standing cap; with `steward` a step of his, else governance's."""
    kind, name = EXPOSURES.index(exposure), f"the {exposure} cap of {asset.symbol}"
    text = cap_text(asset)

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        found = standing_cap(guarded.guard.call("capWord", kind, asset.address))
        return [] if found == units else [f"{name} stands at {text(found)}"]

    return Action(
        f"{'step' if steward else 'set'} {name} to {text(units)}",
        "stepCap" if steward else "setCap",
        (kind, asset.address, units),
        f"{name} stands at {text(units)}; a live cut stays below it",
        lambda guarded: views.cap(guarded, asset, exposure),
        check,
        None if steward else Rank.GOVERNANCE,
        steward,
    )


def revoke_steward() -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        steward = guarded.guard.call("riskSteward")
        return [] if steward == ZERO_ADDRESS else [f"{steward} is still the risk steward"]

    return Action(
        "take the role of the risk steward away",
        "revokeRiskSteward",
        (),
        "nobody is risk steward",
        lambda guarded: {"risk steward": views.somebody(guarded.guard.call("riskSteward"))},
        check,
        Rank.GUARDIAN,
    )


def trip_oracle(asset: Asset, duration: int, reason: str) -> Action:
    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        until = guarded.guard.call("referenceOf", asset.address).trippedUntil
        return [] if until >= at + duration else [f"{asset.symbol} is tripped only until {time_text(until)}"]

    return Action(
        f"trip the oracle of {asset.symbol} for {format_duration(duration)}",
        "tripOracle",
        (asset.address, duration, reason),
        f"prices of {asset.symbol} are in doubt for at least {format_duration(duration)} from the block on",
        lambda guarded: views.price(guarded, asset),
        check,
        Rank.SENTINEL,
    )


def reset_oracle(asset: Asset, anchor: int) -> Action:
    """`anchor`: the new reference, times 1e18. It is stated, because whoever executes chooses the moment."""
    text = format_number(Fraction(anchor, PRICE_SCALE))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        state = guarded.guard.call("referenceOf", asset.address)
        found = [] if state.anchor == anchor else [f"the reference of {asset.symbol} is another"]
        if state.trip or state.trippedUntil > at:
            found.append(f"the oracle of {asset.symbol} is tripped")
        return found

    return Action(
        f"end every trip of the oracle of {asset.symbol} at {text}",
        "resetOracle",
        (asset.address, anchor),
        f"the oracle of {asset.symbol} is not tripped, and its reference is {text}",
        lambda guarded: views.price(guarded, asset),
        check,
        Rank.GOVERNANCE,
    )
