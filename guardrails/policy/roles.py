"""Who may act, how strongly and for how long."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guardrails.policy.fields import Holder, Operations, Seconds, Strict
from guardrails.policy.operations import Level, mask_of
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_duration

LevelName = Literal["throttled", "queued", "exit_only", "frozen"]


class FastRole(Strict):
    """A role that only tightens: every power has a length, a budget per period and a heartbeat."""

    holders: Annotated[
        tuple[Holder, ...], Field(description="Accounts (aliases or addresses) that hold the role.")
    ]
    max_pause: Annotated[Seconds, Field(description="The longest that one pause or raised level lasts.")]
    budget: Annotated[Seconds, Field(description="The most restriction, in sum, within one period.")]
    period: Annotated[Seconds, Field(description="The rolling period of the budget.")]
    cooldown: Annotated[Seconds, Field(description="Quiet time after a pause that ran out.")] = 0
    heartbeat: Annotated[
        Seconds, Field(description="The role lapses unless it shows that it is alive this often.")
    ]
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
            found.add(
                ("holders",), "the role is given to nobody", "name an account, or remove the whole role"
            )
        if len(set(self.holders)) < len(self.holders):
            found.add(("holders",), "the same account stands twice", "name each holder once")
        if not self.operations:
            found.add(
                ("operations",), "the role may close nothing", "name operations, e.g. [WITHDRAW], or all"
            )
        if self.heartbeat == 0:
            found.add(
                ("heartbeat",), "a heartbeat of 0s never lapses: a lost key stays in power", "write e.g. 30d"
            )
        for name in ("max_pause", "budget", "period"):
            if getattr(self, name) == 0:
                found.add(
                    (name,),
                    f"`{name}` of 0s takes the role's power away",
                    "write e.g. 24h, or remove the role",
                )
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
