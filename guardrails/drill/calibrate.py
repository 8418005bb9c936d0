"""Limits chosen from a history of honest flows: the smallest worst case that delays few enough withdrawals.

For each asset every combination of limit, window and inflow credit is run over the history at once, in
vectors of floating-point numbers. What is chosen is then counted again by the exact model of the limiter, and
a difference is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np
from numpy.typing import NDArray

from guardrails.drill.flows import Flow
from guardrails.errors import GuardrailsError
from guardrails.risk.bounds import outflow_bound
from guardrails.risk.config import LimiterConfig
from guardrails.risk.model import Decision, RationalLimiter

HOUR = 3_600
WINDOWS = tuple(HOUR * hours for hours in (1, 2, 4, 6, 8, 12, 24, 48, 96, 168))
CREDIT_TENTHS = (0, 1, 2, 3, 5, 7, 10)
LIMIT_DIGITS = (10, 12, 14, 16, 18, 20, 23, 26, 30, 35, 40, 45, 50, 60, 70, 80, 90)
LEAST_LIMIT_USD, MOST_LIMIT_USD = 50_000, 10_000_000
RESERVE_TENTHS = 1
"""A tenth of every limit is for small withdrawals, so that a whale does not make everybody else wait."""
SMALL_QUANTILE = Decimal("0.9")
SMALLEST_SHARE = 20
"""Small is what nine of ten honest withdrawals were at most, and at most a twentieth of the limit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One asset's configuration, the honest withdrawals that it delays, its worst case in USD."""

    config: LimiterConfig
    delayed: int
    bound_usd: Decimal


def digits(value: int, count: int = 2) -> int:
    """`value` cut to its first `count` decimal digits."""
    scale: int = 10 ** max(len(str(value)) - count, 0)
    return value // scale * scale


def small(flows: Sequence[Flow]) -> int:
    """What nine of ten withdrawals were at most, in smallest units."""
    amounts = sorted(flow.amount for flow in flows if not flow.is_deposit)
    return amounts[int(len(amounts) * SMALL_QUANTILE)]


def candidates(flows: Sequence[Flow], price: Decimal) -> list[LimiterConfig]:
    """The grid of one asset; limits are round numbers of tokens."""
    unit = Decimal(10 ** flows[0].decimals)
    least, most = (int(Decimal(usd) / price * unit) for usd in (LEAST_LIMIT_USD, MOST_LIMIT_USD))
    limits = [d * 10**e for e in range(len(str(most))) for d in LIMIT_DIGITS if least <= d * 10**e <= most]
    exemption = small(flows)
    return [
        LimiterConfig(limit, window, credit, RESERVE_TENTHS, digits(min(exemption, limit // SMALLEST_SHARE)))
        for limit, window, credit in product(limits, WINDOWS, CREDIT_TENTHS)
    ]


def delayed_by(flows: Sequence[Flow], configs: Sequence[LimiterConfig]) -> NDArray[np.int64]:
    """How many of the withdrawals each configuration delays. Floating point: may be off at an exact tie."""
    limit = np.array([float(c.limit) for c in configs])
    window = np.array([float(c.window) for c in configs])
    exemption = np.array([float(c.exemption) for c in configs])
    large = np.array([float(c.ceiling(c.limit + 1)) for c in configs])
    credit = np.array([float(c.most_credit) for c in configs])
    rate, life = limit / window, window / np.where(credit > 0, credit, np.inf)
    used, end, delayed = np.zeros_like(limit), np.zeros_like(limit), np.zeros(len(configs), np.int64)
    then = 0
    for flow in flows:
        now, amount = flow.timestamp, float(flow.amount)
        if flow.is_deposit:
            end = np.minimum(np.maximum(end, now) + amount * life, now + window)
            continue
        used = np.maximum(used - rate * (now - then), 0.0)
        then = now
        ceiling = np.where(amount <= exemption, limit, large) + credit * np.maximum(end - now, 0) / window
        fits = used + amount <= ceiling
        used += np.where(fits, amount, 0.0)
        delayed += ~fits
    return delayed


def delayed_exactly(flows: Sequence[Flow], config: LimiterConfig) -> int:
    """The same for one configuration, by the exact model."""
    limiter, delayed = RationalLimiter(config), 0
    for number, flow in enumerate(flows):
        if flow.is_deposit:
            limiter.take_in(flow.amount, flow.timestamp, number)
        elif limiter.pay_out(flow.amount, flow.timestamp, number) is not Decision.PASS:
            delayed += 1
    return delayed


def front(flows: Sequence[Flow], price: Decimal, seconds: int, most_delayed: int) -> list[Choice]:
    """The best configuration for each number of delays: fewer delays cost a higher bound."""
    configs = candidates(flows, price)
    delayed = delayed_by(flows, configs)
    bounds = [_bound_usd(config, price, flows[0].decimals, seconds) for config in configs]
    order = sorted(range(len(configs)), key=lambda i: (int(delayed[i]), bounds[i], configs[i].window))
    found: list[Choice] = []
    for i in order:
        if delayed[i] <= most_delayed and (not found or bounds[i] < found[-1].bound_usd):
            found.append(Choice(configs[i], int(delayed[i]), bounds[i]))
    return found


def choose(
    flows: Sequence[Flow], prices: dict[str, Decimal], *, seconds: int, most_delayed: int
) -> dict[str, Choice]:
    """One configuration an asset: together they delay at most `most_delayed` of the withdrawals, and no
    others that do have a smaller worst case, summed over the assets, after `seconds`.
    """
    best: dict[int, tuple[Decimal, dict[str, Choice]]] = {0: (Decimal(0), {})}
    for symbol, price in prices.items():
        own = [flow for flow in flows if flow.symbol == symbol]
        choices = front(own, price, seconds, most_delayed)
        best = _extended(best, symbol, choices, most_delayed)
    if not best:
        raise GuardrailsError(
            f"no limits on the grid delay at most {most_delayed} withdrawals",
            None,
            "Allow more, or raise it.",
        )
    chosen = min(best.values(), key=lambda entry: entry[0])[1]
    for symbol, choice in chosen.items():
        exact = delayed_exactly([flow for flow in flows if flow.symbol == symbol], choice.config)
        if exact != choice.delayed:
            what = f"{symbol}: the exact model delays {exact} withdrawals, the search {choice.delayed}"
            raise GuardrailsError(what, "guardrails.drill.calibrate", "Move the grid off that tie.")
    return chosen


def _extended(
    best: dict[int, tuple[Decimal, dict[str, Choice]]], symbol: str, choices: Sequence[Choice], most: int
) -> dict[int, tuple[Decimal, dict[str, Choice]]]:
    found: dict[int, tuple[Decimal, dict[str, Choice]]] = {}
    for total, bound, chosen in _sums(best, symbol, choices):
        if total <= most and (total not in found or bound < found[total][0]):
            found[total] = (bound, chosen)
    return found


def _sums(
    best: dict[int, tuple[Decimal, dict[str, Choice]]], symbol: str, choices: Sequence[Choice]
) -> Iterator[tuple[int, Decimal, dict[str, Choice]]]:
    for (delayed, (bound, chosen)), choice in product(best.items(), choices):
        yield delayed + choice.delayed, bound + choice.bound_usd, {**chosen, symbol: choice}


def _bound_usd(config: LimiterConfig, price: Decimal, decimals: int, seconds: int) -> Decimal:
    units = outflow_bound(config.limit, config.credit_tenths, config.window, seconds)
    return Decimal(units) * price / Decimal(10**decimals)
