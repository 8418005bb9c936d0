"""What a run is worth reporting: the property that it broke, or the theft beyond what is promised; shrunk."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from guardrails.fuzz.finding import Finding
from guardrails.fuzz.search.corpus import Entry
from guardrails.fuzz.search.execute import Executor, Run
from guardrails.fuzz.search.result import PROFIT
from guardrails.fuzz.search.shrink import shrink
from guardrails.fuzz.step import Sequence, Step

_KEPT = Fraction(9, 10)
"""How much of a profit a shorter sequence must still make."""
_Steps: TypeAlias = tuple[Step, ...]


class Verdict:
    """`findings` are those of broken properties; `theft` is the first beyond what is promised."""

    def __init__(self, executor: Executor, seed: int) -> None:
        self.executor, self.seed = executor, seed
        self.target, self.reference = executor.target, executor.target.reference()
        self.findings: list[Finding] = []
        self.theft: Entry | None = None

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of the properties that fell."""
        return (*(finding.property for finding in self.findings), *([PROFIT] if self.theft else ()))

    def is_theft(self, profit: Fraction, bound: Fraction | None) -> bool:
        """Whether a profit is beyond what is promised, or worth the name where nothing is."""
        return profit > (self.target.dust if bound is None else bound)

    def note_broken(self, steps: _Steps, name: str, evidence: str) -> None:
        """A property fell. The world is elsewhere afterwards."""

        def falls(run: Run) -> bool:
            return run.broken is not None and run.broken[0] == name

        smaller, run = self._shrunk(steps, falls)
        self.note(
            Finding(name, run.broken[1] if run.broken else evidence, self._sequence(smaller), self.seed)
        )

    def note(self, finding: Finding) -> None:
        """Its property is not looked at again."""
        self.findings.append(finding)
        self.executor.known_broken.add(finding.property)

    def of_the_best(self, best: Entry) -> tuple[Sequence, Run, tuple[Finding, ...]]:
        """The richest sequence, shrunk, what comes of it, and all findings."""
        steps, run = self._shrunk(best.steps, lambda one: one.profit >= best.profit * _KEPT)
        findings = list(self.findings)
        if self.theft is not None:
            if self.is_theft(run.profit, run.bound):
                stolen = steps, run
            else:
                stolen = self._shrunk(self.theft.steps, lambda one: self.is_theft(one.profit, one.bound))
            findings.append(self._of_a_theft(*stolen))
        return self._sequence(steps), run, tuple(findings)

    def _of_a_theft(self, steps: _Steps, run: Run) -> Finding:
        promised = "nothing" if run.bound is None else f"at most {float(run.bound):,.2f} USD"
        evidence = f"the thief may gain {promised} and gained {float(run.profit):,.2f} USD"
        return Finding(PROFIT, evidence, self._sequence(steps), self.seed)

    def _sequence(self, steps: _Steps) -> Sequence:
        return Sequence(self.reference, steps)

    def _shrunk(self, steps: _Steps, holds: Callable[[Run], bool]) -> tuple[_Steps, Run]:
        smaller = shrink(steps, lambda candidate: holds(self._whole(candidate)))
        return smaller, self._whole(smaller)

    def _whole(self, steps: _Steps) -> Run:
        """A sequence from the start, not counted and not learned from."""
        executor = self.executor
        counted = executor.executions, executor.steps
        executor.go(())
        run = executor.run(steps)
        executor.executions, executor.steps = counted
        return run
