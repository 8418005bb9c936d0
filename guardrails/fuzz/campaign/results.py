"""What a campaign has found so far, read from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from guardrails.errors import GuardrailsError
from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.findings import Found, file_name, from_json
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.store import FINDINGS, Store, unit_name
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
        findings: dict[str, Found] = {}
        for name, one in sorted(store.findings.items()):
            with _whole(store.folder / FINDINGS / name):
                findings[name] = Found.from_json(one)
        features: set[int] = set()
        broken: set[str] = set()
        curve: list[Point] = []
        best: tuple[Fraction, Sequence] | None = None
        profit, bound = Fraction(0), None
        executions = steps = 0
        for number, unit in sorted(store.done.items()):
            with _whole(store.folder / unit_name(number)):
                for at, gained, allowed in unit["curve"]:
                    if Fraction(gained) > profit or not curve or (bound is None and allowed is not None):
                        profit, bound = Fraction(gained), None if allowed is None else Fraction(allowed)
                        curve.append(Point(executions + at, profit, bound, len(features), len(broken)))
                gain, sequence = Fraction(unit["best"]["profit"]), Sequence.from_json(unit["best"])
                if best is None or gain > best[0]:
                    best = gain, sequence
                features.update(unit["features"])
                names = {file_name(from_json(one)) for one in unit["findings"]}
                broken |= {name for name in names if name in findings and findings[name].confirmed}
                executions += unit["executions"]
                steps += unit["steps"]
                curve.append(Point(executions, profit, bound, len(features), len(broken)))
        return cls(
            store.plan, len(store.done), executions, steps, len(features),
            best[1] if best else None, best[0] if best else Fraction(0),
            tuple(curve), findings,
        )  # fmt: skip


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """CampaignError for a file that somebody else wrote, or half of one."""
    try:
        yield
    except (GuardrailsError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise CampaignError(
            "this is no file of a campaign", str(path), "Remove it: it is done again."
        ) from None
