"""How much of an asset there may be, in all and in one account, and who moves these caps between what bounds.

Names and units are those of `contracts/guards/caps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Final, Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from guardrails.policy.fields import UNLIMITED, CapValue, Money, Percent, Seconds, Strict, TokenAddress
from guardrails.policy.problems import Findings, Location
from guardrails.policy.units import Amount, format_duration, format_percent

Exposure = Literal[
    "supply",
    "borrow",
    "open_interest",
    "custom",
    "account_supply",
    "account_borrow",
    "account_open_interest",
    "account_custom",
]
EXPOSURES: Final[tuple[Exposure, ...]] = get_args(Exposure)
"""In the order of the contract's enumeration; the second four are those of one account."""
MIN_INTERVAL: Final = 3_600
MAX_INTERVAL: Final = 365 * 86_400
UNLIMITED_CAP: Final = 2**256 - 1


class EncodedCorridor(NamedTuple):
    """Smallest units, 1/10,000, seconds."""

    floor: int
    ceiling: int
    up: int
    down: int
    interval: int


class EncodedCapSource(NamedTuple):
    """Base in smallest units, target in 1/10,000, maximum age in seconds."""

    source: str
    base: int
    target: int
    max_age: int


class EncodedCap(NamedTuple):
    """A cap in smallest units, UNLIMITED_CAP for unlimited."""

    cap: int
    corridor: EncodedCorridor | None
    source: EncodedCapSource | None


class VolatilitySource(Strict):
    """A contract with `volatility(asset)`: the cap goes to base × target / what it answers."""

    source: Annotated[TokenAddress, Field(description="The contract that says the volatility.")]
    base: Annotated[Money, Field(description="The cap at the target volatility.")]
    target: Annotated[Percent, Field(description="The target volatility, over the source's horizon.")]
    max_age: Annotated[Seconds, Field(description="An older answer is none: the cap then falls slowly.")]

    @property
    def target_bps(self) -> int:
        """The target as the chain stores it."""
        return int(self.target * 10_000)

    @model_validator(mode="after")
    def _stated(self) -> Self:
        found = Findings("follows")
        whole_bps(found, ("target",), self.target)
        if self.target == 0:
            found.add(("target",), "a target of 0 % asks for a cap of nothing", "write e.g. 30 %")
        if self.base.number == 0:
            found.add(("base",), "a base of 0 asks for a cap of nothing", "write the cap at the target")
        if self.max_age == 0:
            found.add(("max_age",), "an age of 0s lets no answer count", "write e.g. 2h")
        found.settle()
        return self


class Corridor(Strict):
    """Between what bounds, by how much and how often the risk steward or a source may move a cap."""

    floor: Annotated[Money, Field(description="Nobody but governance moves the cap below this; not 0.")]
    ceiling: Annotated[Money, Field(description="Nobody but governance moves the cap above this.")]
    up: Annotated[Percent, Field(description="Most that it rises in one interval, of itself.")]
    down: Annotated[Percent, Field(description="Most that it falls in one interval, of itself.")]
    interval: Annotated[Seconds, Field(description="Time between two steps; from 1h to 365d.")]
    follows: VolatilitySource | None = None

    @property
    def up_bps(self) -> int:
        """In 1/10,000, as the chain stores it."""
        return int(self.up * 10_000)

    @property
    def down_bps(self) -> int:
        """In 1/10,000, as the chain stores it."""
        return int(self.down * 10_000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        found = Findings("corridor")
        if self.floor.number == 0:
            found.add(("floor",), "a floor of 0 lets a steward close the market", "write more than 0")
        for name in ("up", "down"):
            whole_bps(found, (name,), getattr(self, name))
        if not MIN_INTERVAL <= self.interval <= MAX_INTERVAL:
            what = f"an interval of {format_duration(self.interval)} is outside what the contracts accept"
            found.add(("interval",), what, "write from 1h to 365d")
        if self.follows is not None and self.down < self.up:
            what = f"a cap that follows a source rises faster ({format_percent(self.up)}) than it falls"
            found.add(("down",), what, f"write at least {format_percent(self.up)}")
        found.settle()
        return self


class Corridors(Strict):
    """The caps that move, by exposure."""

    supply: Corridor | None = None
    borrow: Corridor | None = None
    open_interest: Corridor | None = None
    custom: Corridor | None = None
    account_supply: Corridor | None = None
    account_borrow: Corridor | None = None
    account_open_interest: Corridor | None = None
    account_custom: Corridor | None = None

    def of(self, exposure: Exposure) -> Corridor | None:
        """The corridor of an exposure, if its cap moves."""
        found: Corridor | None = getattr(self, exposure)
        return found


class Caps(Strict):
    """How much there may be. What is left out stays unset: of that nothing may grow, where the host asks."""

    supply: Annotated[CapValue | None, Field(description="Supplied, in all.")] = None
    borrow: Annotated[CapValue | None, Field(description="Borrowed, in all.")] = None
    open_interest: Annotated[CapValue | None, Field(description="Held open, in all.")] = None
    custom: Annotated[CapValue | None, Field(description="What the protocol says, in all.")] = None
    account_supply: Annotated[CapValue | None, Field(description="Supplied by one account.")] = None
    account_borrow: Annotated[CapValue | None, Field(description="Borrowed by one account.")] = None
    account_open_interest: Annotated[CapValue | None, Field(description="Held open by one account.")] = None
    account_custom: Annotated[
        CapValue | None, Field(description="What the protocol says, of one account.")
    ] = None
    corridors: Corridors = Corridors()

    def of(self, exposure: Exposure) -> Amount | str | None:
        """The cap of an exposure: an amount, `unlimited`, or None where none is stated."""
        found: Amount | str | None = getattr(self, exposure)
        return found

    def stated(self) -> Iterator[tuple[Exposure, Amount | None, Corridor | None]]:
        """(exposure, cap or None for unlimited, corridor if it moves) of every cap, in the chain's order."""
        for exposure in EXPOSURES:
            cap = self.of(exposure)
            if cap is not None:
                yield exposure, cap if isinstance(cap, Amount) else None, self.corridors.of(exposure)

    def amounts(self) -> Iterator[tuple[Location, Amount]]:
        """Every amount with its place."""
        for exposure in EXPOSURES:
            cap, corridor = self.of(exposure), self.corridors.of(exposure)
            if isinstance(cap, Amount):
                yield (exposure,), cap
            if corridor is not None:
                place = ("corridors", exposure)
                yield (*place, "floor"), corridor.floor
                yield (*place, "ceiling"), corridor.ceiling
                if corridor.follows is not None:
                    yield (*place, "follows", "base"), corridor.follows.base

    @model_validator(mode="after")
    def _within(self) -> Self:
        found = Findings("caps")
        for exposure in EXPOSURES:
            corridor, cap = self.corridors.of(exposure), self.of(exposure)
            if corridor is None:
                continue
            loc = ("corridors", exposure)
            if cap is None:
                found.add(loc, f"a corridor, but no cap of `{exposure}`", f"state `{exposure}`, or remove it")
            elif cap == UNLIMITED:
                found.add(loc, "what is unlimited does not move", "write an amount, or remove the corridor")
            elif isinstance(cap, Amount) and cap.unit == corridor.floor.unit == corridor.ceiling.unit:
                self._inside(found, exposure, cap, corridor)
        found.settle()
        return self

    def _inside(self, found: Findings, exposure: Exposure, cap: Amount, corridor: Corridor) -> None:
        if not corridor.floor.number <= cap.number <= corridor.ceiling.number:
            what = f"the cap ({cap}) is outside its corridor, {corridor.floor} to {corridor.ceiling}"
            found.add((exposure,), what, "write a cap within it, or widen the corridor")


def whole_bps(found: Findings, loc: Location, share: Fraction) -> None:
    """Records a share that the chain's 1/10,000 cannot hold."""
    if (share * 10_000).denominator != 1:
        found.add(loc, f"{format_percent(share)} is finer than 0.01 %", "write two decimals at most")
