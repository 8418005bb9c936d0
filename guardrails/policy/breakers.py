"""Circuit breakers: a number, its thresholds, and what is raised past each. Names as in the contract."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from guardrails.policy.caps import whole_bps
from guardrails.policy.delays import at_most
from guardrails.policy.fields import Bound, Name, Percent, Place, Seconds, Strict
from guardrails.policy.metrics import COUNT, PERCENT, PROTOCOL, Metric
from guardrails.policy.operations import Level
from guardrails.policy.problems import Findings, Location, did_you_mean
from guardrails.policy.units import Amount, format_duration

if TYPE_CHECKING:
    from guardrails.policy.model import Policy
    from guardrails.policy.roles import FastRole

BreakerLevel = Literal["normal", "throttled", "queued", "exit_only", "frozen"]
BreakerRole = Literal["sentinel", "guardian"]
ROLES: Final[tuple[BreakerRole, ...]] = get_args(BreakerRole)
MAX_THRESHOLDS: Final = 4
MAX_TIME: Final = 30 * 86_400
MIN_DURATION: Final = 2
_BOUND_BITS: Final = 128


class EncodedThreshold(NamedTuple):
    """The contract's struct, in its order: seconds, 1/10,000, and the number in the metric's unit."""

    above: bool
    level: int
    grace: int
    calm: int
    cooldown: int
    haircut: int
    slippage: int
    bound: int
    clear: int


class Threshold(Strict):
    """One bound of the number, and what passing it means. The mildest first."""

    above: Annotated[Bound | None, Field(description="It trips over this …")] = None
    below: Annotated[Bound | None, Field(description="… or under this; one of the two.")] = None
    clear: Annotated[Bound, Field(description="It clears at this or on the far side of it: the hysteresis.")]
    level: Annotated[
        BreakerLevel, Field(description="What is raised; `normal` for haircut, slippage and hook only.")
    ]
    grace: Annotated[Seconds, Field(description="The number stays beyond this long before it trips.")] = 0
    calm: Annotated[
        Seconds, Field(description="It is back once no check has contradicted that for this long.")
    ] = 0
    cooldown: Annotated[
        Seconds, Field(description="After it cleared it does not trip again for this long.")
    ] = 0
    haircut: Annotated[
        Percent, Field(description="For the protocol to take off values, while this is the highest.")
    ] = Fraction(0)
    slippage: Annotated[
        Percent, Field(description="Slippage bound for the protocol, while this is the highest.")
    ] = Fraction(0)

    @property
    def bound(self) -> Amount:
        """The bound, whichever side of it trips."""
        found = self.above if self.above is not None else self.below
        assert found is not None
        return found

    @property
    def rank(self) -> Level:
        """The level as the chain numbers it."""
        return Level[self.level.upper()]

    def encoded(self, scale: int) -> EncodedThreshold:
        """`scale`: the metric's smallest units in one of what is written."""
        times = (self.grace, self.calm, self.cooldown)
        shares = (int(self.haircut * 10_000), int(self.slippage * 10_000))
        bounds = (int(self.bound.number * scale), int(self.clear.number * scale))
        return EncodedThreshold(self.above is not None, int(self.rank), *times, *shares, *bounds)

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("threshold")
        if (self.above is None) == (self.below is None):
            stated = "both `above` and `below`" if self.above else "neither `above` nor `below`"
            found.add((), f"{stated}: when does it trip?", "state one of the two")
            found.settle()
        beyond = self.clear.number > self.bound.number
        if self.clear.number != self.bound.number and beyond == (self.above is not None):
            side = "at most" if self.above is not None else "at least"
            what = f"it would clear at {self.clear}, where it is tripped"
            found.add(("clear",), what, f"write {side} {self.bound}")
        for name in ("grace", "calm", "cooldown"):
            at_most(found, (name,), getattr(self, name), MAX_TIME)
        for name in ("haircut", "slippage"):
            whole_bps(found, (name,), getattr(self, name))
        found.settle()
        return self


class Breaker(Strict):
    """Raises the level while a number is beyond a threshold, by a fast role that it holds."""

    name: Annotated[Name, Field(description="A short name; it appears in records and reports.")]
    metric: Metric
    role: Annotated[
        BreakerRole, Field(description="The role that it holds, with its bounds and its budget.")
    ] = "sentinel"
    duration: Annotated[Seconds, Field(description="How long a level is raised at a time; from 2s to 30d.")]
    down_after: Annotated[
        Seconds, Field(description="Without a value for this long `down_level` is raised.")
    ] = 0
    down_level: Annotated[
        BreakerLevel, Field(description="`normal`: a number without a value raises nothing.")
    ] = "normal"
    hook: Annotated[
        Place | None, Field(description="Told of every change of stage: `protocol`, a member, or an address.")
    ] = None
    thresholds: Annotated[
        tuple[Threshold, ...],
        Field(
            min_length=1, max_length=MAX_THRESHOLDS, description="Up to four, in the order of their severity."
        ),
    ]

    @property
    def silence(self) -> Level:
        """The level raised without a value, as the chain numbers it."""
        return Level[self.down_level.upper()]

    def scale(self, policy: Policy) -> int:
        """The metric's smallest units in one of what is written; of percent, 1/10,000."""
        if self.metric.liquidity is not None:
            return int(10 ** policy.asset(self.metric.liquidity.asset).decimals)
        return 100 if self.metric.unit == PERCENT else 1

    def encoded(self, policy: Policy) -> tuple[EncodedThreshold, ...]:
        """The thresholds as the chain stores them; exact, because inexact values were refused."""
        return tuple(threshold.encoded(self.scale(policy)) for threshold in self.thresholds)

    def canonical(self, policy: Policy) -> list[Any]:
        """What decides the deployed breaker."""
        metric = self.metric.canonical()
        if self.metric.supplied is not None:
            metric["supplied"]["source"] = policy.account(self.metric.supplied.source)
        times = [self.duration, self.down_after, self.silence]
        return [self.name, metric, self.role, *times, self.hook, self.encoded(policy)]

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("breaker")
        if self.duration < MIN_DURATION:
            found.add(("duration",), "shorter than the contracts accept", "write at least 2s, e.g. 2h")
        at_most(found, ("duration",), self.duration, MAX_TIME)
        at_most(found, ("down_after",), self.down_after, MAX_TIME)
        if self.down_after and self.silence is Level.NORMAL:
            found.add(("down_after",), "after it nothing is raised", "state `down_level`, or remove it")
        for i, (mild, severe) in enumerate(pairwise(self.thresholds), 1):
            for name in ("rank", "haircut", "slippage"):
                if getattr(severe, name) < getattr(mild, name):
                    key = "level" if name == "rank" else name
                    what = f"the threshold before it has more {key}: they stand in the order of severity"
                    found.add(("thresholds", i, key), what, "reorder them, or raise this one")
        for i, one in enumerate(self.thresholds):
            if not (one.rank or one.haircut or one.slippage or self.hook):
                found.add(("thresholds", i, "level"), "passing it does nothing", "state a level or a haircut")
        found.settle()
        return self


def check_breakers(policy: Policy, found: Findings) -> None:
    """Adds what is wrong with the breakers beside the rest of the policy."""
    names: set[str] = set()
    for i, breaker in enumerate(policy.breakers):
        loc: Location = ("breakers", i)
        if breaker.name in names:
            found.add((*loc, "name"), f"there is a breaker `{breaker.name}` already", "give it another name")
        names.add(breaker.name)
        _check_role(policy, breaker, loc, found)
        _check_bounds(policy, breaker, loc, found)
        places = [(("metric", *where), place) for where, place in breaker.metric.places()]
        places += [(("hook",), breaker.hook)] if breaker.hook else []
        for where, place in places:
            _check_place(policy, (*loc, *where), place, found)


def _check_role(policy: Policy, breaker: Breaker, loc: Location, found: Findings) -> None:
    if getattr(policy.roles, breaker.role) is None:
        check_level(policy, breaker.role, (*loc, "role"), Level.NORMAL, found)
        return
    check_level(policy, breaker.role, (*loc, "down_level"), breaker.silence, found)
    for i, one in enumerate(breaker.thresholds):
        check_level(policy, breaker.role, (*loc, "thresholds", i, "level"), one.rank, found)
    check_length(policy, breaker.role, (*loc, "duration"), breaker.duration, found)


def check_level(policy: Policy, name: BreakerRole, loc: Location, level: Level, found: Findings) -> None:
    """Records a level over that of the role which has to raise it, and a role that nobody has."""
    role: FastRole | None = getattr(policy.roles, name)
    if role is None:
        what = f"the policy has no {name} whose role it could hold"
        found.add(loc, what, f"state `roles.{name}`, or another role")
    elif level > role.level:
        what = f"{level.name.lower()} is over what the {name} may raise, {role.max_level}"
        found.add(loc, what, f"write at most {role.max_level}, or raise `max_level`")


def check_length(policy: Policy, name: BreakerRole, loc: Location, seconds: int, found: Findings) -> None:
    """Records a duration over that of the role which has to raise for so long."""
    role: FastRole | None = getattr(policy.roles, name)
    if role is not None and seconds > role.max_pause:
        longest = format_duration(role.max_pause)
        what = f"{format_duration(seconds)} is over the {name}'s max_pause, {longest}"
        found.add(loc, what, f"write at most {longest}")


def _check_bounds(policy: Policy, breaker: Breaker, loc: Location, found: Findings) -> None:
    unit = breaker.metric.unit
    if breaker.metric.liquidity is not None:
        symbols = [asset.symbol for asset in policy.assets]
        if unit not in symbols:
            where = (*loc, "metric", "liquidity", "asset")
            found.add(where, f"`{unit}` is not an asset", did_you_mean(unit, symbols))
            return
    example = {PERCENT: "80 %", COUNT: "1_000, a plain number"}.get(unit, f"1_000 {unit}")
    for i, one in enumerate(breaker.thresholds):
        for name in ("above", "below", "clear"):
            bound: Amount | None = getattr(one, name)
            if bound is None:
                continue
            where = (*loc, "thresholds", i, name)
            scaled = bound.number * breaker.scale(policy)
            if bound.unit != unit:
                what = f"{bound} is not what the metric `{breaker.metric.kind}` tells"
                found.add(where, what, f"write e.g. {example}")
            elif scaled.denominator != 1 or scaled >= 1 << _BOUND_BITS:
                found.add(where, f"{bound} does not fit the chain's number", "write fewer digits")


def _check_place(policy: Policy, where: Location, place: str, found: Findings) -> None:
    if place.startswith("0x"):
        return
    members = [member.artifact for member in policy.members if member.artifact]
    known = members if policy.mode == "hub" else [PROTOCOL]
    if place == PROTOCOL and policy.mode == "hub" and len(policy.members) > 1:
        found.add(where, "the hub has several members", f"name one: {', '.join(members)}, or an address")
    elif place != PROTOCOL and place not in known:
        found.add(
            where, f"`{place}` is no contract of this policy", did_you_mean(place, [PROTOCOL, *members])
        )
