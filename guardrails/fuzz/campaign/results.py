"""What a campaign has found so far, read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guardrails.fuzz.campaign.findings import Found, file_name, from_json
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.store import Store
from guardrails.fuzz.step import Sequence


@dataclass(frozen=True, slots=True)
class Point:
    """After so many sequences, with units counted in the order of their numbers. USD; `bound` is that of the
    time which the worst sequence took."""

    executions: int
    profit: Fraction
    bound: Fraction | None
    coverage: int
    findings: int


@dataclass(frozen=True, slots=True)
class Results:
    """`best` is the sequence that made the thief richest, made short, which costs it some of its profit:
    `best_profit`. `findings` by file name."""

    plan: Plan
    units: int
    executions: int
    steps: int
    coverage: int
    best: Sequence | None
    best_profit: Fraction
    curve: tuple[Point, ...]
    findings: dict[str, Found]

    @property
    def profit(self) -> Fraction | None:
        return self.curve[-1].profit if self.curve else None

    @property
    def bound(self) -> Fraction | None:
        return self.curve[-1].bound if self.curve else None

    @property
    def tightness(self) -> Fraction | None:
        """How much of what the policy allows was really taken."""
        return self.profit / self.bound if self.bound and self.profit is not None else None

    @property
    def confirmed(self) -> dict[str, Found]:
        """Those that a node shows too."""
        return {name: found for name, found in self.findings.items() if found.confirmed}

    @classmethod
    def of(cls, store: Store) -> Results:
        findings = {name: Found.from_json(one) for name, one in sorted(store.findings.items())}
        features: set[int] = set()
        broken: set[str] = set()
        curve: list[Point] = []
        best: dict[str, Any] | None = None
        profit, bound = Fraction(0), None
        executions = steps = 0
        for _, unit in sorted(store.done.items()):
            for at, gained, allowed in unit["curve"]:
                if Fraction(gained) > profit or not curve or (bound is None and allowed is not None):
                    profit, bound = Fraction(gained), None if allowed is None else Fraction(allowed)
                    curve.append(Point(executions + at, profit, bound, len(features), len(broken)))
            if best is None or Fraction(unit["best"]["profit"]) > Fraction(best["profit"]):
                best = unit["best"]
            features.update(unit["features"])
            names = {file_name(from_json(one)) for one in unit["findings"]}
            broken |= {name for name in names if name in findings and findings[name].confirmed}
            executions += unit["executions"]
            steps += unit["steps"]
            curve.append(Point(executions, profit, bound, len(features), len(broken)))
        return cls(
            store.plan, len(store.done), executions, steps, len(features),
            None if best is None else Sequence.from_json(best), Fraction(best["profit"] if best else 0),
            tuple(curve), findings,
        )  # fmt: skip
