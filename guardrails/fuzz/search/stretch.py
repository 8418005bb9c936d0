"""A profit grows: one amount is changed, those after it keep their part of the most that goes through, and
one becomes as large as the rest allows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TypeAlias

from guardrails.fuzz.search.corpus import Entry
from guardrails.fuzz.search.sweep import Judge, Sweep, Way
from guardrails.fuzz.step import Step

_TIMES = (Fraction(1, 10), Fraction(1, 2), Fraction(2), Fraction(10), Fraction(1_000))
_Steps: TypeAlias = tuple[Step, ...]


class Stretch:
    """Numbers that were right only together can only be changed together."""

    def __init__(self, sweep: Sweep, judge: Judge, rng: Random) -> None:
        self.sweep, self.executor, self.judge, self.rng = sweep, sweep.executor, judge, rng

    def stretch(self, entry: Entry) -> None:
        """Tries one such change of a sequence."""
        ways = [self.sweep.way_of(outcome) for outcome in self.executor.go(entry.steps)]
        changeable = [at for at, way in enumerate(ways) if way is not None and way.amount is not None]
        if not changeable:
            return
        first = self.rng.choice(changeable)
        steps = entry.steps[:first]
        for at in range(first, len(entry.steps)):
            way = ways[at]
            step = entry.steps[at]
            if way is not None and way.amount is not None:
                step = self._changed(way, steps) if at == first else self._kept(way, entry.steps[:at], steps)
            steps = (*steps, step)
        steps = self._filled(steps, ways, self.rng.choice(changeable))
        self.executor.go(())
        self.judge((), self.executor.run(steps, self.sweep.draw))

    def _filled(self, steps: _Steps, ways: list[Way | None], at: int) -> _Steps:
        """One amount as large as it may be for all after it still to go through."""
        way = ways[at]
        rest = tuple(
            replace(one, step=step)
            for one, step in zip(ways[at + 1 :], steps[at + 1 :], strict=True)
            if one is not None
        )
        if way is None or len(rest) < len(steps) - at - 1:
            return steps
        most = self._most(way, steps[:at], rest)
        return (*steps[:at], self.sweep.with_amount(way, most), *steps[at + 1 :]) if most else steps

    def _changed(self, way: Way, before: _Steps) -> Step:
        """Some times more or less, the most that goes through, or one."""
        most = self._most(way, before)
        if self.rng.random() < 0.4:
            return self.sweep.with_amount(way, self.rng.choice((most, min(most, 1))))
        return self.sweep.with_amount(way, min(int(way.value * self.rng.choice(_TIMES)), most))

    def _kept(self, way: Way, was: _Steps, now: _Steps) -> Step:
        """As large a part as before of the most that goes through."""
        most, new = self._most(way, was), self._most(way, now)
        part = Fraction(way.value, most) if most else Fraction(1)
        return self.sweep.with_amount(way, max(int(part * new), min(new, 1)))

    def _most(self, way: Way, before: _Steps, rest: tuple[Way, ...] = ()) -> int:
        self.executor.go(before)
        self.executor.dictionary.glance(())
        return self.sweep.most(way, rest)
