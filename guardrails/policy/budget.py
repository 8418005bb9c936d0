"""One budget over several assets, in a common unit at fixed conversions."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from guardrails.policy.asset import EncodedOutflow
from guardrails.policy.encoding import LIMIT_BITS, MAX_WINDOW_MINUTES, Scaled, scale_down, state_fits
from guardrails.policy.fields import Money, Name, Seconds, Strict
from guardrails.policy.operations import OverLimit
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_number

BUDGET_DECIMALS: Final = 12
"""Decimals of the common unit on chain: fine enough for a token of 18 decimals that is worth a millionth."""
RATE_SCALE: Final = 10**18
"""The chain holds a conversion as common units per this many smallest units of the asset, in 128 bits."""


class SharedBudget(Strict):
    """How much may leave over all of its assets together. Conversions are fixed: no price feed is asked."""

    limit: Annotated[Money, Field(description="The sum that may leave in one window, e.g. 8_000_000 USD.")]
    window: Annotated[Seconds, Field(description="As for an asset; whole minutes.")]
    assets: Annotated[
        dict[Name, Money],
        Field(description="Worth of one whole token in the common unit, by symbol.", min_length=1),
    ]

    @property
    def units(self) -> int:
        """The limit in the common unit's smallest units."""
        return int(self.limit.number * 10**BUDGET_DECIMALS)

    @property
    def scaled(self) -> Scaled:
        """The limit as the chain stores it."""
        return scale_down(self.units, LIMIT_BITS)

    def exact_rate(self, symbol: str, decimals: int) -> Fraction:
        """Smallest common units per 1e18 smallest units of the asset."""
        return self.assets[symbol].number * Fraction(10**BUDGET_DECIMALS * RATE_SCALE, 10**decimals)

    def rate(self, symbol: str, decimals: int) -> int:
        """The same as the chain's `unitRate`; whole, because the policy refuses others."""
        return int(self.exact_rate(symbol, decimals))

    def encoded(self) -> EncodedOutflow:
        """The budget's limiter, as the chain stores it under its pseudo-asset."""
        limit, mode = self.scaled, OverLimit.LIMITED_QUEUE
        return EncodedOutflow(limit.mantissa, limit.exponent, self.window // 60, 0, 0, 0, 0, mode, 0, 0, 0)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        found, unit = Findings("shared_budget"), self.limit.unit
        if self.window == 0 or self.window % 60 or self.window > MAX_WINDOW_MINUTES * 60:
            found.add(("window",), "the window has to be whole minutes, from 1m to 65535m", "write e.g. 24h")
        if self.units != self.limit.number * 10**BUDGET_DECIMALS or self.scaled.value != self.units:
            lower = format_number(Fraction(self.scaled.value, 10**BUDGET_DECIMALS))
            what = (
                f"{self.limit} does not fit the chain's short form (at most 1,048,575 times a power of ten)"
            )
            found.add(("limit",), what, f"the nearest lower value is {lower} {unit}")
        elif not state_fits(self.units, self.window):
            what = "limit times window is too large for the chain's counter"
            found.add(("limit",), what, "lower the limit or shorten the window")
        for symbol, worth in self.assets.items():
            loc = ("assets", symbol)
            if worth.unit != unit:
                found.add(
                    loc, f"`{worth.unit}` is not the budget's unit, which is {unit}", f"write it in {unit}"
                )
            if worth.number == 0:
                found.add(
                    loc,
                    f"a worth of 0 leaves {symbol} out of the budget",
                    "remove the line, or give its worth",
                )
        found.settle()
        return self
