"""Who may act, how strongly and for how long; what each level means; how slowly anything loosens."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guardrails.policy.fields import Holder, Operations, Percent, Seconds, Strict
from guardrails.policy.operations import Level, mask_of
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_duration, format_percent

LevelName = Literal["throttled", "queued", "exit_only", "frozen"]
LEVELS: tuple[LevelName, ...] = ("throttled", "queued", "exit_only", "frozen")


class FastRole(Strict):
    """A role that only tightens: every power has a length, a budget per period and a heartbeat."""

    holders: Annotated[tuple[Holder, ...], Field(description="Accounts (aliases or addresses) that hold the role.")]
    max_pause: Annotated[Seconds, Field(description="The longest that one pause or raised level lasts.")]
    budget: Annotated[Seconds, Field(description="The most restriction, in sum, within one period.")]
    period: Annotated[Seconds, Field(description="The rolling period of the budget.")]
    cooldown: Annotated[Seconds, Field(description="Quiet time after a pause that ran out.")] = 0
    heartbeat: Annotated[Seconds, Field(description="The role lapses unless it shows that it is alive this often.")]
    operations: Annotated[Operations, Field(description="Classes of operation that the role may close.")]
    max_level: Annotated[LevelName, Field(description="The highest level that the role may raise to.")]
    max_lock: Annotated[Seconds, Field(description="The longest that one lock on collateral lasts.")]
    max_locks: Annotated[int, Field(ge=0, le=65_535, description="How many locks within one period.")]

    @property
    def mask(self) -> int:
        """The operations as a uint16 mask."""
        return mask_of(self.operations)

    @property
    def level(self) -> Level:
        """The highest level as the chain numbers it."""
        return Level[self.max_level.upper()]

    @model_validator(mode="after")
    def _ordering(self) -> Self:
        found = Findings("role")
        if not self.holders:
            found.add(("holders",), "the role is given to nobody", "name an account, or remove the whole role")
        if len(set(self.holders)) < len(self.holders):
            found.add(("holders",), "the same account stands twice", "name each holder once")
        if not self.operations:
            found.add(("operations",), "the role may close nothing", "name operations, e.g. [WITHDRAW], or all")
        for name in ("max_pause", "budget", "period", "heartbeat"):
            if getattr(self, name) == 0:
                found.add((name,), f"`{name}` of 0s takes the role's power away", "write e.g. 24h, or remove the role")
        self._ordered(found, "max_pause", "budget", "one pause may not use more than the budget")
        self._ordered(found, "budget", "period", "a budget over its period is no bound")
        self._ordered(found, "cooldown", "period", "the cooldown would outlast the period")
        self._ordered(found, "max_pause", "heartbeat", "the role would lapse inside its own longest pause")
        found.settle()
        return self

    def _ordered(self, found: Findings, small: str, large: str, why: str) -> None:
        low, high = getattr(self, small), getattr(self, large)
        if low > high > 0:
            what = f"{small} ({format_duration(low)}) is longer than {large} ({format_duration(high)}): {why}"
            found.add((small,), what, f"write at most {format_duration(high)}, or lengthen `{large}`")


class Roles(Strict):
    """Governance is slow and loosens; guardian and sentinel are fast and only tighten."""

    governance: Annotated[Holder, Field(description="Governor, timelock or Safe that owns the guards.")]
    guardian: Annotated[FastRole | None, Field(description="A committee of people.")] = None
    sentinel: Annotated[FastRole | None, Field(description="An automatic agent, the narrowest role.")] = None

    @model_validator(mode="after")
    def _sentinel_is_narrower(self) -> Self:
        if self.guardian is None or self.sentinel is None:
            return self
        found, strong, weak = Findings("roles"), self.guardian, self.sentinel
        extra = weak.mask & ~strong.mask
        checks = (
            ("operations", bool(extra), "closes operations that the guardian may not"),
            ("max_level", weak.level > strong.level, "raises to a higher level than the guardian may"),
            ("max_pause", weak.max_pause > strong.max_pause, "pauses for longer than the guardian may"),
            ("max_lock", weak.max_lock > strong.max_lock, "locks for longer than the guardian may"),
        )
        for name, wrong, what in checks:
            if wrong:
                remedy = f"the sentinel is automatic, so keep its `{name}` within the guardian's"
                found.add(("sentinel", name), f"the sentinel {what}", remedy)
        found.settle()
        return self


class LevelRule(Strict):
    """What a level does."""

    share: Annotated[Percent, Field(description="Share of each limit that is left at this level; whole percent.")]
    close: Annotated[Operations, Field(description="Operations closed at this level.")] = ()

    @property
    def mask(self) -> int:
        """The closed operations as a uint16 mask."""
        return mask_of(self.close)

    @property
    def share_percent(self) -> int:
        """The share as the chain stores it, 0 to 100."""
        return int(self.share * 100)


def _level(share: str, close: object = ()) -> LevelRule:
    return LevelRule.model_validate({"share": share, "close": close})


class Levels(Strict):
    """The ladder above normal: each step is at least as tight as the one before, so raising never loosens."""

    throttled: LevelRule = _level("50 %")
    queued: LevelRule = _level("0 %")
    exit_only: LevelRule = _level("0 %", ("DEPOSIT", "BORROW", "MINT", "TRADE"))
    frozen: LevelRule = _level("0 %", "all")

    def rule(self, level: Level) -> LevelRule:
        """The rule of a level; normal leaves everything open and every limit whole."""
        if level is Level.NORMAL:
            return _level("100 %")
        rule: LevelRule = getattr(self, level.name.lower())
        return rule

    @model_validator(mode="after")
    def _only_tightens(self) -> Self:
        found = Findings("levels")
        always = mask_of(("REPAY", "ADD_COLLATERAL"))
        below = _level("100 %")
        below_name = "normal"
        for name in LEVELS:
            rule: LevelRule = getattr(self, name)
            if (rule.share * 100).denominator != 1:
                found.add((name, "share"), "the share is finer than one percent", "write whole percent")
            if rule.share > below.share:
                what = f"{name} leaves {format_percent(rule.share)} of the limits, {below_name} less: raising would loosen"
                found.add((name, "share"), what, f"write at most {format_percent(below.share)}")
            if below.mask & ~rule.mask:
                what = f"{name} opens operations that {below_name} closes: raising would loosen"
                found.add((name, "close"), what, f"close at least what {below_name} closes")
            if name != "frozen" and rule.mask & always:
                what = f"{name} closes REPAY or ADD_COLLATERAL: borrowers could not save themselves"
                found.add((name, "close"), what, "close those two at frozen only")
            below, below_name = rule, name
        found.settle()
        return self


class Settlement(Strict):
    """What happens to a withdrawal over the limit that waits as a claim."""

    delay: Annotated[Seconds, Field(description="How long a claim waits before anyone can settle it.")]
    max_hold: Annotated[Seconds, Field(description="The longest that a suspect claim can be held.")]

    @model_validator(mode="after")
    def _hold_covers_delay(self) -> Self:
        found = Findings("settlement")
        if self.delay == 0:
            found.add(("delay",), "a delay of 0s settles at once: queued claims would not wait", "write e.g. 24h")
        if self.max_hold < self.delay:
            what = f"max_hold ({format_duration(self.max_hold)}) is shorter than the delay itself"
            found.add(("max_hold",), what, f"write at least {format_duration(self.delay)}")
        found.settle()
        return self


class Override(Strict):
    """How long each loosening is announced before it can be executed."""

    default_delay: Annotated[Seconds, Field(description="Delay of every governance call without its own.")]
    expiry: Annotated[Seconds, Field(description="How long a ripe call stays executable.")]
    delays: Annotated[
        dict[Annotated[str, Field(pattern="^[a-zA-Z_][a-zA-Z0-9_]*$")], Seconds],
        Field(description="Delays of single functions, by name; 0s may be called directly."),
    ] = {}

    @model_validator(mode="after")
    def _expires(self) -> Self:
        found = Findings("override")
        if self.expiry == 0:
            found.add(("expiry",), "a call that expires at once can never be executed", "write e.g. 14d")
        found.settle()
        return self


class Lock(Strict):
    """Collateral that has to stay."""

    min_deposit_age: Annotated[Seconds, Field(description="How old a deposit must be before it can leave.")] = 0
