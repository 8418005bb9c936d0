"""What keeps caps, references and the blocklist up to date, and what narrows an oracle; see `actions`."""

from __future__ import annotations

from guardrails.chain import Address
from guardrails.deploy import Guarded
from guardrails.deploy.caps import cap_text
from guardrails.deploy.texts import bps_text
from guardrails.deploy.words import standing_cap
from guardrails.errors import GuardrailsError
from guardrails.policy import Asset, Rank
from guardrails.policy.caps import EXPOSURES, Exposure
from guardrails.policy.units import format_duration
from guardrails.response import market_views as views
from guardrails.response.actions import Action

_USABLE, _OUTSIDE = 0, 7
"""Of the contract's `Fault`: NONE and REFERENCE."""
_NORMAL = 0


def sync_reference(asset: Asset) -> Action:
    """Anyone: the reference follows a good price, a price outside is noted, a calm one ends a trip."""

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        fault, _ = guarded.guard.call("priceFault", asset.address)
        trip = guarded.guard.call("referenceOf", asset.address).trip
        if fault == _USABLE and trip != _NORMAL:
            return [f"the price of {asset.symbol} is usable, and its reference does not follow"]
        if fault == _OUTSIDE and trip == _NORMAL:
            return [f"the price of {asset.symbol} is outside, and its reference has not seen that"]
        return []

    return Action(
        f"bring the reference of {asset.symbol} up to date",
        "syncReference",
        (asset.address,),
        f"the reference of {asset.symbol} knows the present price, and moves towards a good one by its drift",
        lambda guarded: views.reference(guarded, asset),
        check,
    )


def sync_cap(guarded: Guarded, asset: Asset, exposure: Exposure) -> Action:
    """Anyone: a cap that follows a source moves towards it."""
    kind, name = EXPOSURES.index(exposure), f"the {exposure} cap of {asset.symbol}"
    before = standing_cap(guarded.guard.call("capWord", kind, asset.address))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        found = standing_cap(guarded.guard.call("capWord", kind, asset.address))
        return [] if found != before else [f"{name} still stands at {cap_text(asset)(found)}"]

    return Action(
        f"move {name} towards its source",
        "syncCap",
        (kind, asset.address),
        f"{name} has moved, within its corridor and its pace",
        lambda guarded: views.cap(guarded, asset, exposure),
        check,
    )


def tighten_oracle(
    guarded: Guarded, asset: Asset, max_age: int | None, threshold: int | None, deviation: int | None
) -> Action:
    """Governance: narrows what a usable price is. Seconds and 1/10,000; None leaves what is."""
    now = guarded.guard.call("oracleOf", asset.address)[0]
    given = (max_age, threshold, deviation)
    if given == (None, None, None):
        raise GuardrailsError(
            "nothing is to be tightened", "oracle tighten", "State --max-age, --threshold or --deviation."
        )
    standing = (now.maxAge, now.thresholdBps, now.deviationBps)
    wanted = tuple(old if new is None else new for old, new in zip(standing, given, strict=True))

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        rule = guarded.guard.call("oracleOf", asset.address)[0]
        found = (rule.maxAge, rule.thresholdBps, rule.deviationBps)
        return [] if found == wanted else [f"a price of {asset.symbol} is usable {_words(*found)}"]

    return Action(
        f"let a price of {asset.symbol} be usable {_words(*wanted)}",
        "tightenOracle",
        (asset.address, *wanted),
        f"a price of {asset.symbol} is usable {_words(*wanted)}",
        lambda guarded: views.rule(guarded, asset),
        check,
        Rank.GOVERNANCE,
    )


def clean_up_blocks() -> Action:
    """Anyone, once the last block has run out: users then pay less gas."""

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        return [] if guarded.guard.call("blockHorizon") == 0 else ["blocks are still looked for"]

    return Action(
        "end the search for blocks that have run out",
        "cleanUpBlocks",
        (),
        "no call looks for blocks any more, until somebody is blocked again",
        views.blocks,
        check,
    )


def _words(max_age: int, threshold: int, deviation: int) -> str:
    second = f", its second source within {bps_text(deviation)}" if deviation else ""
    return f"up to {format_duration(max_age)} old, within {bps_text(threshold)} of the reference{second}"
