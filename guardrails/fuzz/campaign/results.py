"""What a campaign has found so far, read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.store import Store
from guardrails.fuzz.step import Sequence


@dataclass(frozen=True, slots=True)
class Point:
    """After so many executions, with units counted in the order of their numbers."""

    executions: int
    profit: Fraction
    coverage: int
    findings: int


@dataclass(frozen=True, slots=True)
class Results:
    """`profit` and `bound` in USD, None while unknown. `findings` by file name."""

    plan: Plan
    units: int
    executions: int
    steps: int
    coverage: int
    profit: Fraction | None
    bound: Fraction | None
    best: Sequence | None
    curve: tuple[Point, ...]
    findings: dict[str, dict[str, Any]]

    @property
    def tightness(self) -> Fraction | None:
        """How much of what the policy allows was really taken."""
        if not self.bound or self.profit is None:
            return None
        return self.profit / self.bound

    @classmethod
    def of(cls, store: Store) -> Results:
        profit, bound, best = None, None, None
        executions = steps = coverage = 0
        curve: list[Point] = []
        for _, unit in sorted(store.done.items()):
            executions += unit["executions"]
            steps += unit["steps"]
            coverage = max(coverage, unit["coverage"])
            gained = Fraction(unit["profit"])
            if profit is None or gained > profit:
                profit, best = gained, Sequence.from_json(unit["best"])
            if unit["bound"] is not None:
                bound = max(Fraction(unit["bound"]), bound or Fraction(0))
            curve.append(Point(executions, profit, coverage, 0))
        return cls(
            store.plan, len(store.done), executions, steps, coverage, profit, bound, best, tuple(curve),
            dict(sorted(store.findings.items())),
        )  # fmt: skip
