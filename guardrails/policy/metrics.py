"""The numbers that a circuit breaker can watch: the contracts of `contracts/guards/breaker/metrics`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from guardrails.policy.fields import FunctionName, Holder, Name, Place, Seconds, Strict, TokenAddress
from guardrails.policy.problems import Findings, Location
from guardrails.policy.units import format_duration

PROTOCOL: Final = "protocol"
"""The guarded contract; in hub mode the one member."""
MAX_RATE_WINDOW: Final = 30 * 86_400
PERCENT: Final = "%"
COUNT: Final = ""

_Source = Annotated[
    Place, Field(description="Who is asked: `protocol`, a member by its artifact, or an address.")
]


class Liquidity(Strict):
    """What an account holds of an asset, less what waits there in claims. Bounds are amounts of the asset."""

    asset: Annotated[Name, Field(description="Symbol of the asset.")]
    holder: Annotated[
        Place, Field(description="Who holds it: `protocol`, a member by its artifact, or an address.")
    ] = PROTOCOL


class Utilisation(Strict):
    """What is lent out over what was supplied. Bounds are percentages."""

    source: _Source = PROTOCOL
    borrowed: Annotated[FunctionName, Field(description="Its function that tells what is lent out.")]
    supplied: Annotated[
        FunctionName, Field(description="Its function that tells what was supplied, what is lent out too.")
    ]


class CollateralRatio(Strict):
    """The value of what backs over what is owed. Bounds are percentages, over 100 % too."""

    source: _Source = PROTOCOL
    backing: Annotated[FunctionName, Field(description="Its function that tells the value of collateral.")]
    owed: Annotated[FunctionName, Field(description="Its function that tells the debt, in the same unit.")]


class Rate(Strict):
    """Events of the last window, which its sources push with `count`. Bounds are plain numbers."""

    window: Annotated[Seconds, Field(description="Time in which events are counted; at most 30d.")]
    sources: Annotated[
        tuple[Place, ...],
        Field(min_length=1, description="Who counts: `protocol`, members by artifact, addresses."),
    ] = (PROTOCOL,)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        found = Findings("rate")
        if not 0 < self.window <= MAX_RATE_WINDOW:
            what = f"a window of {format_duration(self.window)} is outside what the contracts accept"
            found.add(("window",), what, "write from 1s to 30d")
        if len(set(self.sources)) < len(self.sources):
            found.add(("sources",), "a source stands twice", "name each once")
        found.settle()
        return self


class Supplied(Strict):
    """A number that an account supplies. Bounds are plain numbers, in its unit."""

    source: Annotated[Holder, Field(description="Who supplies it: an alias or an address.")]
    max_age: Annotated[Seconds, Field(description="An older number is none.")]

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        found = Findings("supplied")
        if self.max_age == 0:
            found.add(("max_age",), "an age of 0s lets no number count", "write e.g. 1h")
        found.settle()
        return self


class Metric(Strict):
    """The number, by one of these keys."""

    liquidity: Liquidity | None = None
    utilisation: Utilisation | None = None
    collateral_ratio: CollateralRatio | None = None
    rate: Rate | None = None
    supplied: Supplied | None = None
    contract: Annotated[
        TokenAddress | None,
        Field(description="A contract with `value()` that stands. Bounds are plain numbers, in its unit."),
    ] = None

    @property
    def kind(self) -> str:
        """The key that is stated."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def unit(self) -> str:
        """What stands beside a bound: an asset's symbol, `%`, or nothing."""
        if self.liquidity is not None:
            return self.liquidity.asset
        return PERCENT if self.utilisation or self.collateral_ratio else COUNT

    def places(self) -> Iterator[tuple[Location, str]]:
        """Every contract that is named, with its place."""
        if self.liquidity is not None:
            yield ("liquidity", "holder"), self.liquidity.holder
        for name in ("utilisation", "collateral_ratio"):
            ratio: Utilisation | CollateralRatio | None = getattr(self, name)
            if ratio is not None:
                yield (name, "source"), ratio.source
        if self.rate is not None:
            for i, source in enumerate(self.rate.sources):
                yield ("rate", "sources", i), source

    def canonical(self) -> dict[str, Any]:
        """The stated key with its values, as text."""
        return self.model_dump(mode="json", exclude_none=True)

    @model_validator(mode="after")
    def _one(self) -> Self:
        found = Findings("metric")
        stated = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(stated) != 1:
            names = ", ".join(f"`{name}`" for name in stated)
            what = f"{names} are several numbers" if stated else "no number is named"
            found.add((), what, f"state one of {', '.join(type(self).model_fields)}")
        found.settle()
        return self
