"""The shared budget over all assets, chosen together with their own limits.

Honest users seldom take much of every token on the same day. One budget over all of them therefore lowers the
worst case further than any choice of single limits. Counting is as in `calibrate`: fast, then exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from itertools import product

import numpy as np
from numpy.typing import NDArray

from guardrails.drill.calibrate import HOUR, LIMIT_DIGITS, Choice, choose
from guardrails.drill.flows import Flow
from guardrails.errors import GuardrailsError
from guardrails.policy.budget import BUDGET_DECIMALS, RATE_SCALE
from guardrails.risk.bounds import outflow_bound
from guardrails.risk.config import LimiterConfig
from guardrails.risk.model import Decision, RationalLimiter

BUDGET_WINDOWS = tuple(HOUR * hours for hours in (2, 4, 6, 8, 12, 24, 48))
BUDGETS_USD = tuple(digits * 10**5 for digits in LIMIT_DIGITS)
"""One to nine millions."""
PRICE_DAYS = 30
WORTH_DIGITS = 3


@dataclass(frozen=True, slots=True)
class BudgetChoice:
    """The assets' limits and the budget over them. `limit_usd` in whole USD, `window` in seconds; `worth` is
    what one whole token counts.
    """

    assets: Mapping[str, Choice]
    worth: Mapping[str, Decimal]
    limit_usd: int
    window: int
    delayed: int
    bound_usd: int


def highest_price(flows: Sequence[Flow], symbol: str, days: int = PRICE_DAYS) -> Decimal:
    """USD for one whole token at its dearest in the last days of the flows, rounded up to three digits.

    A conversion is fixed on chain; one from the top keeps the budget's bound true in USD until the price is
    higher still.
    """
    since = flows[-1].timestamp - days * 86_400
    prices = [
        flow.usd * Decimal(10**flow.decimals) / flow.amount
        for flow in flows
        if flow.symbol == symbol and flow.timestamp >= since and flow.usd is not None and flow.usd >= 100
    ]
    top = max(prices)
    step = Decimal(1).scaleb(top.adjusted() - WORTH_DIGITS + 1)
    return (top / step).quantize(Decimal(1), ROUND_UP) * step


def rate(worth: Decimal, decimals: int) -> int:
    """As the chain holds it: common units per 1e18 smallest units."""
    return int(worth * 10**BUDGET_DECIMALS * RATE_SCALE / Decimal(10**decimals))


def delayed_under(
    flows: Sequence[Flow],
    configs: Mapping[str, LimiterConfig],
    worth: Mapping[str, Decimal],
    budgets: Sequence[tuple[int, int]],
) -> NDArray[np.int64]:
    """How many withdrawals each budget (USD, seconds) delays, together with the assets' own limits."""
    limit = np.array([float(usd) for usd, _ in budgets])
    refill = limit / np.array([float(window) for _, window in budgets])
    spent, then, delayed = np.zeros_like(limit), 0, np.zeros(len(budgets), np.int64)
    used = {symbol: np.zeros_like(limit) for symbol in configs}
    credit_end, at = dict.fromkeys(configs, 0.0), dict.fromkeys(configs, 0)
    for flow in flows:
        symbol, now, amount = flow.symbol, flow.timestamp, float(flow.amount)
        config = configs[symbol]
        if flow.is_deposit:
            if config.most_credit:
                life = amount * config.window / config.most_credit
                credit_end[symbol] = min(max(credit_end[symbol], now) + life, now + config.window)
            continue
        used[symbol] = np.maximum(used[symbol] - config.limit / config.window * (now - at[symbol]), 0.0)
        spent = np.maximum(spent - refill * (now - then), 0.0)
        at[symbol], then = now, now
        credit = config.most_credit * max(credit_end[symbol] - now, 0.0) / config.window
        cost = amount * float(worth[symbol]) / 10**flow.decimals
        fits = (used[symbol] + amount <= config.ceiling(flow.amount) + credit) & (spent + cost <= limit)
        used[symbol] += np.where(fits, amount, 0.0)
        spent += np.where(fits, cost, 0.0)
        delayed += ~fits
    return delayed


def delayed_exactly_under(
    flows: Sequence[Flow],
    configs: Mapping[str, LimiterConfig],
    worth: Mapping[str, Decimal],
    usd: int,
    window: int,
) -> int:
    """The same for one budget, by the exact model."""
    shared = RationalLimiter(LimiterConfig(usd * 10**BUDGET_DECIMALS, window))
    decimals = {flow.symbol: flow.decimals for flow in flows}
    limiters = {
        symbol: RationalLimiter(config, shared=shared, unit_rate=rate(worth[symbol], decimals[symbol]))
        for symbol, config in configs.items()
    }
    delayed = 0
    for number, flow in enumerate(flows):
        if flow.is_deposit:
            limiters[flow.symbol].take_in(flow.amount, flow.timestamp, number)
        elif limiters[flow.symbol].pay_out(flow.amount, flow.timestamp, number) is not Decision.PASS:
            delayed += 1
    return delayed


def choose_with_budget(
    flows: Sequence[Flow], prices: dict[str, Decimal], *, seconds: int, most_delayed: int
) -> BudgetChoice:
    """Limits and budget that together delay at most `most_delayed` withdrawals, with the smallest worst case.

    The single limits are tried at each share of those delays; of equal budgets the one with the smaller
    single limits is taken.
    """
    worth = {symbol: highest_price(flows, symbol) for symbol in prices}
    budgets = list(product(BUDGETS_USD, BUDGET_WINDOWS))
    bounds = [outflow_bound(usd, 0, window, seconds) for usd, window in budgets]
    found: list[tuple[int, Decimal, BudgetChoice]] = []
    for share in range(most_delayed + 1):
        assets = choose(flows, prices, seconds=seconds, most_delayed=share)
        configs = {symbol: choice.config for symbol, choice in assets.items()}
        delayed = delayed_under(flows, configs, worth, budgets)
        fitting = [i for i in range(len(budgets)) if delayed[i] <= most_delayed]
        if fitting:
            i = min(fitting, key=lambda i: (bounds[i], int(delayed[i])))
            single = sum((choice.bound_usd for choice in assets.values()), Decimal(0))
            usd, window = budgets[i]
            choice = BudgetChoice(assets, worth, usd, window, int(delayed[i]), bounds[i])
            found.append((bounds[i], single, choice))
    if not found:
        raise GuardrailsError(f"no budget delays at most {most_delayed} withdrawals", None, "Allow more.")
    best = min(found, key=lambda entry: entry[:2])[2]
    configs = {symbol: choice.config for symbol, choice in best.assets.items()}
    exact = delayed_exactly_under(flows, configs, worth, best.limit_usd, best.window)
    if exact != best.delayed:
        what = f"the exact model delays {exact} withdrawals, the search {best.delayed}"
        raise GuardrailsError(what, "guardrails.drill.calibrate_budget", "Move the grid off that tie.")
    return best
