"""When the price of an asset may be used. Names and units are those of `contracts/guards/oracle`."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, NamedTuple, Self

from pydantic import Field, model_validator

from guardrails.policy.caps import whole_bps
from guardrails.policy.fields import Operations, Percent, Price, Seconds, Strict, TokenAddress
from guardrails.policy.operations import Operation, mask_of, names_of
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_duration, format_percent

PRICE_SCALE: Final = 10**18
MAX_TIME: Final = 2**24 - 1
"""Seconds that the chain's 24 bits hold: 194 days."""
MAX_SEQUENCER_GRACE: Final = 86_400
LENDS: Final = Operation.BORROW | Operation.REMOVE_COLLATERAL | Operation.MINT
"""Nothing is lent on a price that nobody confirms now."""
_ZERO: Final = "0x" + "0" * 40


class EncodedOracle(NamedTuple):
    """The arguments of `setOracle` in its order: three structs of addresses, seconds, 1/10,000 and masks."""

    rule: tuple[str, int, int, int, int, int, bool]
    backup: tuple[str, int, int, int]
    follow: tuple[int, int, int, int]
    anchor: int


class Sequencer(Strict):
    """On a layer two: the feed that says whether the chain's sequencer is up."""

    feed: Annotated[TokenAddress, Field(description="The uptime feed of the sequencer.")]
    grace: Annotated[
        Seconds, Field(description="Prices stay unusable this long after it is back; at most 24h.")
    ]

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        found = Findings("sequencer")
        if self.grace > MAX_SEQUENCER_GRACE:
            what = f"{format_duration(self.grace)} is over the 24h that the contracts accept"
            found.add(("grace",), what, "write at most 24h")
        found.settle()
        return self


class Oracle(Strict):
    """When the price of an asset may be used, and what takes its place where it is in doubt."""

    source: Annotated[
        TokenAddress, Field(description="A contract with `price()`, such as a ChainlinkSource, that stands.")
    ]
    max_age: Annotated[Seconds, Field(description="A price is usable up to this age; at most 194d.")]
    reference: Annotated[
        Price,
        Field(description="What one whole asset costs, in the source's unit: where the reference starts."),
    ]
    threshold: Annotated[
        Percent, Field(description="A price is usable up to this distance from the reference.")
    ]
    drift: Annotated[
        Percent, Field(description="The reference follows by at most this much of itself a day.")
    ]
    trip_after: Annotated[
        Seconds,
        Field(description="A price beyond the threshold trips when it is seen again this much later."),
    ] = 0
    calm: Annotated[
        Percent, Field(description="A trip ends where the price is this near, below threshold …")
    ] = Fraction(0)
    calm_time: Annotated[Seconds, Field(description="… for this long. 0s: only governance ends a trip.")] = 0
    second_source: Annotated[
        TokenAddress | None, Field(description="Another source, which has to agree.")
    ] = None
    max_second_age: Annotated[
        Seconds | None, Field(description="As `max_age`, of the second source; the same if left out.")
    ] = None
    deviation: Annotated[
        Percent | None, Field(description="Largest distance between the two sources; with a second only.")
    ] = None
    liquidation: Annotated[
        Percent, Field(description="Liquidation goes on at a fresh price this near to the reference.")
    ] = Fraction(0)
    last_good_uses: Annotated[
        Operations, Field(description="Operations that go on at the reference while the price is in doubt.")
    ] = ()
    last_good_age: Annotated[
        Seconds, Field(description="For this long after the reference last saw a good price.")
    ] = 0
    cap_uses: Annotated[
        Operations,
        Field(description="Operations that go on at the worse, for the user, of price and reference."),
    ] = ()
    asks_sequencer: Annotated[bool, Field(description="Refuse while the sequencer is down.")] = False

    @property
    def anchor(self) -> int:
        """The reference as the chain stores it."""
        return int(self.reference * PRICE_SCALE)

    def encoded(self) -> EncodedOracle:
        """What `setOracle` takes; exact, because inexact values were refused."""
        second_age = self.max_age if self.max_second_age is None else self.max_second_age
        return EncodedOracle(
            (
                self.source,
                self.max_age,
                _bps(self.threshold),
                _bps(self.deviation or Fraction(0)),
                mask_of(self.last_good_uses),
                mask_of(self.cap_uses),
                self.asks_sequencer,
            ),
            (
                self.second_source or _ZERO,
                second_age if self.second_source else 0,
                self.last_good_age,
                _bps(self.liquidation),
            ),
            (_bps(self.drift), _bps(self.calm), self.calm_time, self.trip_after),
            self.anchor,
        )

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("oracle")
        self._check_shares(found)
        for name in ("max_age", "trip_after", "calm_time", "max_second_age", "last_good_age"):
            if (getattr(self, name) or 0) > MAX_TIME:
                found.add((name,), "longer than the chain's field holds", "write at most 194d")
        for name in ("max_age", "max_second_age"):
            if getattr(self, name) == 0:
                found.add((name,), "an age of 0s lets no price count", "write e.g. 1h")
        if (self.reference * PRICE_SCALE).denominator != 1 or self.anchor >> 128:
            found.add(("reference",), "the chain has 18 decimals and 128 bits for it", "write fewer digits")
        self._check_second(found)
        self._check_uses(found)
        found.settle()
        return self

    def _check_shares(self, found: Findings) -> None:
        for name in ("threshold", "drift", "calm", "deviation", "liquidation"):
            share = getattr(self, name)
            if share is None:
                continue
            whole_bps(found, (name,), share)
            if share == 1:
                found.add((name,), f"a {name} of 100 % accepts a price of nothing", "write less")
        if self.threshold == 0:
            found.add(("threshold",), "a threshold of 0 % refuses every price that moves", "write e.g. 10 %")
        elif self.calm >= self.threshold:
            what = f"calm ({format_percent(self.calm)}) has to be nearer than the threshold"
            found.add(("calm",), what, f"write less than {format_percent(self.threshold)}")
        if self.drift > self.threshold:
            what = f"the reference would drift ({format_percent(self.drift)}) further than the threshold"
            found.add(("drift",), what, f"write at most {format_percent(self.threshold)}")

    def _check_second(self, found: Findings) -> None:
        if self.second_source is None:
            for name in ("deviation", "max_second_age"):
                if getattr(self, name) is not None:
                    found.add(
                        (name,), f"`{name}` belongs to a second source", "remove it, or state the source"
                    )
        elif self.second_source == self.source:
            found.add(("second_source",), "it is the first source again", "name another one")
        elif not self.deviation:
            found.add(
                ("second_source",), "a second source needs `deviation`", "state it, e.g. deviation: 2 %"
            )

    def _check_uses(self, found: Findings) -> None:
        last, capped = mask_of(self.last_good_uses), mask_of(self.cap_uses)
        if last & LENDS:
            what = f"{', '.join(names_of(last & LENDS))}: nothing is lent on a price that nobody confirms now"
            found.add(("last_good_uses",), what, "remove them, or name them under `cap_uses`")
        if last & capped:
            what = f"{', '.join(names_of(last & capped))} has two policies"
            found.add(("cap_uses",), what, "name each operation once")
        if last and not self.last_good_age:
            found.add(("last_good_uses",), "a last good price of what age?", "state `last_good_age`, e.g. 4h")


def _bps(share: Fraction) -> int:
    return int(share * 10_000)
