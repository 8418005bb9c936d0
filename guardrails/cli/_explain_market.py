"""The plain words of `guardrails check` about what markets have: caps and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.policy import Asset, Policy
from guardrails.policy.caps import Corridor, Exposure
from guardrails.policy.units import format_duration, format_percent

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
