"""One token that the guards meter, and its limit as the chain stores it."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from guardrails.policy.caps import (
    UNLIMITED_CAP,
    Caps,
    Corridor,
    EncodedCap,
    EncodedCapSource,
    EncodedCorridor,
    Exposure,
    VolatilitySource,
)
from guardrails.policy.encoding import EXEMPTION_BITS, LIMIT_BITS, scale_down, state_fits
from guardrails.policy.fields import Name, PriceUsd, Strict, TokenAddress
from guardrails.policy.operations import OverLimit
from guardrails.policy.oracle import Oracle
from guardrails.policy.outflow import Outflow
from guardrails.policy.problems import Findings, Location
from guardrails.policy.units import Amount, format_number


class EncodedOutflow(NamedTuple):
    """The limiter's configuration as integers; `relative_bps` > 0 means that the limit follows a base."""

    mantissa: int
    exponent: int
    window_minutes: int
    credit_tenths: int
    reserve_tenths: int
    exemption_mantissa: int
    exemption_exponent: int
    mode: OverLimit
    relative_bps: int
    base_growth_bps: int
    base: int


class Asset(Strict):
    """One token that the guards meter."""

    symbol: Annotated[Name, Field(description="The unit that amounts of this asset are written in.")]
    address: Annotated[TokenAddress, Field(description="The token's contract, checksummed (EIP-55).")]
    decimals: Annotated[int, Field(ge=0, le=36, description="As the token says; `verify` compares.")]
    price_usd: Annotated[
        PriceUsd | None, Field(description="Price of one whole token; only for reports, never used on chain.")
    ] = None
    outflow: Outflow
    caps: Caps = Caps()
    oracle: Oracle | None = None
    built_in_oracle: Annotated[
        bool,
        Field(
            description="The protocol's constructor sets the oracle; `verify` asks only that there is one."
        ),
    ] = False

    @property
    def limit(self) -> int | None:
        """The limit in smallest units, at the stated base if it is relative; None if unlimited."""
        if isinstance(self.outflow.limit, Amount):
            return self.units(self.outflow.limit)
        return self.limit_at(self.base) if self.outflow.relative is not None else None

    def limit_at(self, base: int) -> int:
        """A relative limit at a base, both in smallest units, cut to the short form of the chain."""
        return scale_down(int((self.outflow.relative or 0) * base), LIMIT_BITS).value

    @property
    def exemption(self) -> int:
        """The largest small withdrawal in smallest units, 0 for none."""
        return self.units(self.outflow.exemption) if self.outflow.exemption else 0

    @property
    def base(self) -> int:
        """The base to start from in smallest units, 0 for an absolute limit."""
        return self.units(self.outflow.base) if self.outflow.base else 0

    @property
    def mode(self) -> OverLimit:
        """What the limiter does with this asset."""
        if self.outflow.unlimited:
            return OverLimit.UNLIMITED
        return OverLimit.LIMITED_QUEUE if self.outflow.over_limit == "queue" else OverLimit.LIMITED_REVERT

    def units(self, amount: Amount) -> int:
        """Smallest units of an amount of this asset (which the validator has found to be whole)."""
        return int(amount.number * 10**self.decimals)

    def text(self, units: int) -> str:
        """Smallest units as people read them: `5_000_000 USDC`."""
        return f"{format_number(Fraction(units, 10**self.decimals))} {self.symbol}"

    def encoded(self) -> EncodedOutflow:
        """The configuration as the chain stores it; exact, because inexact values were refused."""
        limit = scale_down(self.limit or 0, LIMIT_BITS)
        exemption = scale_down(self.exemption, EXEMPTION_BITS)
        return EncodedOutflow(
            limit.mantissa,
            limit.exponent,
            self.outflow.window // 60,
            int(self.outflow.inflow_credit * 10),
            int(self.outflow.reserve * 10),
            exemption.mantissa,
            exemption.exponent,
            self.mode,
            int((self.outflow.relative or 0) * 10_000),
            int((self.outflow.base_growth or 0) * 10_000),
            self.base,
        )

    def encoded_caps(self) -> dict[Exposure, EncodedCap]:
        """Every stated cap by its exposure, as the chain stores it; exact, as above."""
        found = {}
        for exposure, cap, corridor in self.caps.stated():
            follows = corridor.follows if corridor else None
            found[exposure] = EncodedCap(
                UNLIMITED_CAP if cap is None else self.units(cap),
                self._corridor(corridor) if corridor else None,
                self._source(follows) if follows else None,
            )
        return found

    def _corridor(self, corridor: Corridor) -> EncodedCorridor:
        bounds = self.units(corridor.floor), self.units(corridor.ceiling)
        return EncodedCorridor(*bounds, corridor.up_bps, corridor.down_bps, corridor.interval)

    def _source(self, follows: VolatilitySource) -> EncodedCapSource:
        base = self.units(follows.base)
        return EncodedCapSource(follows.source, base, follows.target_bps, follows.max_age)

    def accepts_unit(self, unit: str) -> bool:
        """Its own symbol; `ETH` too for WETH, which wraps it one to one."""
        return unit == self.symbol or (unit == "ETH" and self.symbol == "WETH" and self.decimals == 18)

    @model_validator(mode="after")
    def _units_and_encoding(self) -> Self:
        found = Findings("asset")
        if self.oracle is not None and self.built_in_oracle:
            what = "there is an oracle in the policy already"
            found.add(("built_in_oracle",), what, "state the oracle in one place only")
        for name, bits in (("limit", LIMIT_BITS), ("exemption", EXEMPTION_BITS), ("base", None)):
            amount = getattr(self.outflow, name)
            if isinstance(amount, Amount):
                self._check_amount(found, ("outflow", name), amount, bits)
        for place, amount in self.caps.amounts():
            self._check_amount(found, ("caps", *place), amount, LIMIT_BITS)
        if not found.items and self.limit is not None:
            self._check_sizes(found, self.limit)
        found.settle()
        return self

    def _check_amount(self, found: Findings, loc: Location, amount: Amount, bits: int | None) -> None:
        if not self.accepts_unit(amount.unit):
            right = f"{format_number(amount.number)} {self.symbol}"
            what = f"`{amount.unit}` is not the unit of this asset, which is {self.symbol}"
            found.add(loc, what, f"write the amount in {self.symbol}, e.g. {right}")
            return
        scaled = amount.number * 10**self.decimals
        if scaled.denominator != 1:
            what = f"{amount} is finer than the token's {self.decimals} decimals"
            found.add(loc, what, f"the nearest lower value is {self.text(int(scaled))}")
            return
        lower = scale_down(int(scaled), bits).value if bits else int(scaled)
        if lower != scaled:
            digits = {LIMIT_BITS: "1,048,575", EXEMPTION_BITS: "255"}[bits or LIMIT_BITS]
            what = f"{amount} does not fit the chain's short form (at most {digits} times a power of ten)"
            found.add(loc, what, f"the nearest lower value is {self.text(lower)}")

    def _check_sizes(self, found: Findings, limit: int) -> None:
        if not state_fits(limit, self.outflow.window):
            what = "limit times window is too large for the chain's counter"
            found.add(
                ("outflow", "limit"), what, "lower the limit or shorten the window, or write `unlimited`"
            )
        if self.exemption > limit:
            what = f"the exemption ({self.text(self.exemption)}) is over the limit ({self.text(limit)})"
            found.add(
                ("outflow", "exemption"), what, "a small withdrawal is far below the limit, e.g. 0.2 % of it"
            )
