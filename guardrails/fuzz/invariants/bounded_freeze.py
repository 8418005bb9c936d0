"""BoundedFreeze: in any period a fast rank closes operations for at most its budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import Event, facts
from guardrails.fuzz.invariants.words import (
    DEFENCE,
    GUARDIAN,
    LIQUIDATE,
    SENTINEL,
    closed_at,
    rank_limits,
)
from guardrails.policy.operations import Level

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World


@dataclass(slots=True)
class Closed:
    """Spans of seconds in which something was, or will be, closed; only what the latest period can hold."""

    spans: list[tuple[int, int]] = field(default_factory=list)

    def plan(self, now: int, until: int, period: int) -> int:
        """Closed from `now` until then, whatever was planned: the seconds of it in the period up to there."""
        past = [(start, min(end, now)) for start, end in self.spans if start < now and end > now - period]
        if until > now:
            if past and past[-1][1] == now:
                past[-1] = (past[-1][0], until)
            else:
                past.append((now, until))
        self.spans = past
        begin = until - period
        return sum(end - max(start, begin) for start, end in past if end > begin)

    @property
    def until(self) -> int:
        return self.spans[-1][1] if self.spans else 0


@dataclass(slots=True)
class _Rank:
    budget: int
    period: int
    operations: int = 0
    paused_until: int = 0
    level: int = 0
    level_until: int = 0
    any: Closed = field(default_factory=Closed)
    liquidation: Closed = field(default_factory=Closed)


class BoundedFreeze(Ghost):
    """The seconds are counted by announced ends; what governance ended early counts until then.

    LIQUIDATE, which waits for a grace besides: at most twice the budget and one grace. Where limits were
    changed, the largest budget and the shortest period so far.
    """

    name = "BoundedFreeze"

    def __init__(self, world: World) -> None:
        policy = world.policy
        assert policy is not None
        roles = {GUARDIAN: policy.roles.guardian, SENTINEL: policy.roles.sentinel}
        self.ranks = {rank: _Rank(role.budget, role.period) for rank, role in roles.items() if role}
        self.rules = sum(policy.levels.rule(level).mask << 24 * level for level in Level)
        self.grace = policy.liquidation_grace

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        changed = False
        for event in facts(world, outcome).events:
            changed |= self._note(event)
        if changed:
            for number, rank in self.ranks.items():
                self._count(number, rank, outcome.timestamp)

    def _count(self, number: int, rank: _Rank, now: int) -> None:
        level_until = rank.level_until if rank.level else 0
        paused_until = rank.paused_until if rank.operations else 0
        closed = rank.any.plan(now, max(paused_until, level_until, now), rank.period)
        ends = [paused_until] if rank.operations & LIQUIDATE else []
        if closed_at(self.rules, rank.level) & LIQUIDATE:
            ends.append(level_until)
        # what ended early still waits for its grace
        until = max([end + self.grace for end in ends] + [min(rank.liquidation.until, now + self.grace), now])
        liquidation = rank.liquidation.plan(now, until, rank.period)
        for what, seconds, most in (
            ("operations", closed, rank.budget),
            ("LIQUIDATE", liquidation, 2 * rank.budget + self.grace),
        ):
            if seconds > most and self.broken is None:
                name = "the sentinel's rank" if number == SENTINEL else "the guardian's rank"
                self.broken = f"{name} closes {what} for {seconds} s within {rank.period} s; at most {most} s"

    def _note(self, event: Event) -> bool:
        name, args = event.name, event.args
        rank = self.ranks.get(args["rank"]) if "rank" in args else None
        if name == "Paused" and rank:
            rank.operations, rank.paused_until = args["operations"], args["until"]
        elif name == "LevelRaised" and rank:
            rank.level, rank.level_until = args["level"], args["until"]
        elif name == "Unpaused":
            for each in self.ranks.values():
                each.operations &= ~args["operations"]
                each.operations |= LIQUIDATE if each.operations & DEFENCE else 0
        elif name == "LevelLowered":
            for each in self.ranks.values():
                each.level = min(each.level, args["level"])
        elif name == "LevelRulesSet":
            self.rules = args["rules"]
        elif name == "LiquidationGraceSet":
            self.grace = max(self.grace, args["grace"])
        elif name == "RankLimitsSet" and rank:
            limits = rank_limits(args["limits"])
            rank.budget = max(rank.budget, limits.budget)
            rank.period = min(rank.period, limits.period)
        else:
            return False
        return True
