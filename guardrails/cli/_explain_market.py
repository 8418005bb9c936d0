"""The plain words of `guardrails check` about what markets have: caps and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.policy import Asset, Policy
from guardrails.policy.caps import Corridor, Exposure
from guardrails.policy.operations import Operation, mask_of, names_of
from guardrails.policy.oracle import Oracle
from guardrails.policy.units import format_duration, format_number, format_percent

_OF: Final[dict[str, str]] = {
    "supply": "supplied",
    "borrow": "borrowed",
    "open_interest": "held open",
    "custom": "counted by the protocol",
}


def caps(policy: Policy) -> Iterator[str]:
    """What each cap allows, and who moves it."""
    for asset in policy.assets:
        for exposure, cap, corridor in asset.caps.stated():
            most = "without limit" if cap is None else f"at most {asset.text(asset.units(cap))}"
            yield f"{asset.symbol}: {most} {_words(exposure)}."
            if corridor is not None:
                yield from _corridor(asset, corridor, policy)


def _words(exposure: Exposure) -> str:
    one = exposure.startswith("account_")
    return _OF[exposure.removeprefix("account_")] + (" by one account" if one else " in all")


def _corridor(asset: Asset, corridor: Corridor, policy: Policy) -> Iterator[str]:
    low, high = (asset.text(asset.units(amount)) for amount in (corridor.floor, corridor.ceiling))
    up, down = format_percent(corridor.up), format_percent(corridor.down)
    steps = f"at most {up} up and {down} down in {format_duration(corridor.interval)}"
    if corridor.follows is not None:
        target = format_percent(corridor.follows.target)
        base = asset.text(asset.units(corridor.follows.base))
        yield f"  It follows {corridor.follows.source}: {base} at a volatility of {target}, less at more."
    elif policy.risk_steward is None:
        yield "  It has a corridor, but nobody moves it: no risk steward and no source."
    else:
        yield "  The risk steward moves it."
    yield f"  Only between {low} and {high}, and by {steps}."


def prices(policy: Policy) -> Iterator[str]:
    """When each asset's price may be used, and what goes on where it is in doubt."""
    for asset in policy.assets:
        if asset.oracle is not None:
            yield from _price(asset.symbol, asset.oracle)
    watch = policy.sequencer
    if watch is not None:
        grace = format_duration(watch.grace)
        yield f"While {watch.feed} says that the sequencer is down, and {grace} after it,"
        yield "  no price that asks it may be used."


def _price(symbol: str, oracle: Oracle) -> Iterator[str]:
    age, near = format_duration(oracle.max_age), format_percent(oracle.threshold)
    yield f"{symbol}: the price of {oracle.source}, up to {age} old, within {near} of the reference."
    start, drift = format_number(oracle.reference), format_percent(oracle.drift)
    yield f"  The reference starts at {start} and follows good prices by at most {drift} a day."
    if oracle.second_source is not None and oracle.deviation is not None:
        yield f"  {oracle.second_source} has to agree within {format_percent(oracle.deviation)}."
    trip = (
        "at first sight" if not oracle.trip_after else f"when seen {format_duration(oracle.trip_after)} long"
    )
    yield f"  A price beyond that is refused there and then, and trips {trip}."
    if oracle.calm_time:
        calm, calm_time = format_percent(oracle.calm), format_duration(oracle.calm_time)
        yield f"  A trip ends {calm_time} after it is back within {calm}."
    else:
        yield "  Only governance ends a trip."
    yield from _in_doubt(oracle)


def _in_doubt(oracle: Oracle) -> Iterator[str]:
    last, capped = mask_of(oracle.last_good_uses), mask_of(oracle.cap_uses)
    if last:
        names, age = ", ".join(names_of(last)), format_duration(oracle.last_good_age)
        yield f"  In doubt, {names} goes on at the reference, for {age} after its last good price."
    if capped:
        names = ", ".join(names_of(capped))
        yield f"  In doubt, {names} goes on at the worse, for the user, of price and reference."
    if oracle.liquidation:
        band = format_percent(oracle.liquidation)
        yield f"  Liquidation goes on at a fresh price within {band} of the reference."
    elif not (last | capped) & Operation.LIQUIDATE and oracle.second_source is None:
        yield "  In doubt nobody is liquidated: no second source, and no `liquidation` band."
