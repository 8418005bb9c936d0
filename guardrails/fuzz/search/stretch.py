"""A profit grows: one amount is changed, and those after it keep their part of the most that goes through."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from guardrails.fuzz.search.corpus import Entry
from guardrails.fuzz.search.sweep import Judge, Sweep, Way
from guardrails.fuzz.step import Step

_TIMES = (Fraction(1, 10), Fraction(1, 2), Fraction(2), Fraction(10), Fraction(1_000))


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
        self.executor.go(())
        self.judge((), self.executor.run(steps, self.sweep.draw))

    def _changed(self, way: Way, before: tuple[Step, ...]) -> Step:
        """Some times more or less, or the most that goes through."""
        most = self._most(way, before)
        if self.rng.random() < 0.4:
            return self.sweep.with_amount(way, most)
        return self.sweep.with_amount(way, min(int(way.value * self.rng.choice(_TIMES)), most))

    def _kept(self, way: Way, was: tuple[Step, ...], now: tuple[Step, ...]) -> Step:
        """As large a part as before of the most that goes through."""
        most = self._most(way, was)
        part = Fraction(way.value, most) if most else Fraction(1)
        return self.sweep.with_amount(way, int(part * self._most(way, now)))

    def _most(self, way: Way, before: tuple[Step, ...]) -> int:
        self.executor.go(before)
        self.executor.dictionary.glance(())
        return self.sweep.most(way)
