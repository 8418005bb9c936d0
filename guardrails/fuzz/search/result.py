"""What a search reports while it runs and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guardrails.fuzz.finding import Finding
from guardrails.fuzz.step import Sequence

PROFIT = "BoundedProfit"
"""The property that no thief gains more than the policy promises; without a policy, that he gains nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """So far. `seconds` is the time of this process alone; profit and bound in USD."""

    executions: int
    steps: int
    seconds: float
    steps_per_second: float
    features: int
    entries: int
    profit: Fraction
    bound: Fraction | None
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`best` is the shrunk sequence that made the thief richest, by `profit` USD; `bound` is what the policy
    promises for the time that it took, None without a policy. `state` is JSON: with it a search goes on.
    """

    best: Sequence
    profit: Fraction
    bound: Fraction | None
    findings: tuple[Finding, ...]
    progress: Progress
    state: dict[str, Any]

    @property
    def tightness(self) -> Fraction | None:
        """Profit by bound: 1 is a bound that is reached. None without a bound, or with one of nothing."""
        return self.profit / self.bound if self.bound else None
