"""BoundedLoss: the worst case as a function of the time to containment.

Property: over any interval T the gross outflow of an asset is at most `L × (1 + T/W) + C`, whatever the
sequence of calls and deposits: L is the effective limit, W its window, C = floor(L × inflow credit) the most
that recent deposits may add. A transaction counts by what it takes out in the end: in and out again is
nothing. The limit of a relative asset is taken at the largest base that can be reached in that time. What
waits as a claim is apart: it leaves no earlier than the settlement delay, and until then anyone with the
power to stop it can. All results are rounded up, in integers of smallest units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from guardrails.policy.asset import Asset
from guardrails.policy.model import Policy
from guardrails.policy.operations import OverLimit

CONTAINMENT_SECONDS: Final = (60, 300, 900, 1_800, 3_600, 14_400, 86_400)
"""The times to containment of the table: 1, 5, 15, 30, 60 minutes, 4 and 24 hours."""

_SYNC_INTERVAL: Final = 3_600


def outflow_bound(limit: int, credit_tenths: int, window_seconds: int, seconds: int) -> int:
    """`L × (1 + T/W) + floor(L × credit)`, rounded up; all amounts in smallest units."""
    refilled = limit * (1 + Fraction(seconds, window_seconds))
    return ceil(refilled) + limit * credit_tenths // 10


@dataclass(frozen=True, slots=True)
class AssetLoss:
    """The worst case of one asset at one time to containment.

    `units` is in smallest units, None when nothing bounds it. `usd` needs a price. With `claims_due`, claims
    that nobody stopped have begun to leave too, and no figure here includes them.
    """

    symbol: str
    seconds: int
    units: int | None
    usd: Fraction | None
    claims_due: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """The worst case of the whole policy at one time to containment; `usd` is None when an asset has no
    price.
    """

    seconds: int
    assets: tuple[AssetLoss, ...]
    usd: Fraction | None
    shared_usd: Fraction | None
    claims_due: bool


def asset_loss(asset: Asset, seconds: int, settlement_delay: int) -> AssetLoss:
    """The bound for one asset."""
    queued = asset.mode is OverLimit.LIMITED_QUEUE and seconds >= settlement_delay
    units: int | None = None
    if asset.limit is not None:
        limit = asset.limit if asset.outflow.relative is None else asset.limit_at(_grown_base(asset, seconds))
        units = outflow_bound(limit, asset.encoded().credit_tenths, asset.outflow.window, seconds)
    usd = None
    if units is not None and asset.price_usd is not None:
        usd = Fraction(units, 10**asset.decimals) * asset.price_usd
    return AssetLoss(asset.symbol, seconds, units, usd, queued)


def _grown_base(asset: Asset, seconds: int) -> int:
    """The largest base that a relative limit can have `seconds` after its base was the stated one.

    At first a whole window may have passed since the last synchronisation, then one an hour follows.
    """
    window, growth = asset.outflow.window, asset.outflow.base_growth or Fraction(0)
    hourly = growth * min(Fraction(_SYNC_INTERVAL, window), Fraction(1))
    steps = -(-seconds // _SYNC_INTERVAL)
    largest = Fraction(1)
    for _ in range(steps):
        largest *= 1 + hourly
    return ceil(asset.base * (1 + growth) * largest)


def policy_loss(policy: Policy, seconds: int) -> Loss:
    """The bound for all assets together.

    A shared budget caps the sum of its assets. Its conversions are fixed while prices are not, so the cap in
    USD uses the asset whose price stands highest above its conversion: never less than the truth.
    """
    delay = policy.settlement.delay
    losses = tuple(asset_loss(asset, seconds, delay) for asset in policy.assets)
    shared = _shared_cap(policy, seconds)
    members = policy.shared_budget.assets if policy.shared_budget else {}
    inside = _sum([loss.usd for loss in losses if loss.symbol in members])
    outside = _sum([loss.usd for loss in losses if loss.symbol not in members])
    if shared is not None:
        inside = shared if inside is None else min(inside, shared)
    usd = None if inside is None or outside is None else inside + outside
    return Loss(seconds, losses, usd, shared, any(loss.claims_due for loss in losses))


def _shared_cap(policy: Policy, seconds: int) -> Fraction | None:
    budget = policy.shared_budget
    if budget is None:
        return None
    ratios: list[Fraction] = []
    for symbol, worth in budget.assets.items():
        price = policy.asset(symbol).price_usd
        if price is None:
            return None
        ratios.append(price / worth.number)
    return budget.limit.number * (1 + Fraction(seconds, budget.window)) * max(ratios)


def _sum(values: Sequence[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def loss_table(policy: Policy, times: Sequence[int] = CONTAINMENT_SECONDS) -> tuple[Loss, ...]:
    """The table that `guardrails check` prints."""
    return tuple(policy_loss(policy, seconds) for seconds in times)
