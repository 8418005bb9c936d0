"""What is worth keeping, without the steps that it can do without; and what the rest teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from guardrails.fuzz.search.corpus import Corpus, Entry, Wanted
from guardrails.fuzz.search.execute import Draw, Executor, Run
from guardrails.fuzz.step import Step

_Steps: TypeAlias = tuple[Step, ...]


class Trimmer:
    """`learn` is told the ways to states of the thief that are new, of which nothing can be left out."""

    def __init__(
        self, executor: Executor, corpus: Corpus, draw: Draw, learn: Callable[[_Steps], None]
    ) -> None:
        self.executor, self.corpus, self.draw, self.learn = executor, corpus, draw, learn
        self._wanted: list[Wanted] = []

    def note(self, wanted: Wanted | None) -> None:
        """An entry that was just kept."""
        if wanted is not None:
            self._wanted.append(wanted)

    def trim(self) -> None:
        """All that were noted."""
        for wanted in self._wanted:
            self.executor.go(())
            entry = self.corpus.entries[wanted.index]
            if wanted.worth_trimming:
                self._shorten(entry, wanted)
            if wanted.states:
                self._find_the_way(wanted, entry.steps)
        self._wanted.clear()

    def _shorten(self, entry: Entry, wanted: Wanted) -> None:
        for at in reversed(range(len(entry.steps) - 1)):
            steps = entry.steps[:at] + entry.steps[at + 1 :]
            run = self.executor.run(steps, self.draw)
            if run.broken is None and wanted.shown_by(run):
                entry.steps, entry.profit, entry.bound = steps, run.profit, run.bound

    def _find_the_way(self, wanted: Wanted, steps: _Steps) -> None:
        """What it takes to come to a state. A step that only let a block pass is one of nothing but that."""

        def leads_there(candidate: _Steps) -> Run | None:
            run = self.executor.run(candidate, self.draw)
            return run if wanted.reached_by(run) else None

        for at in reversed(range(len(steps) - 1)):
            idle = (*steps[:at], Step.pause(steps[at].wait), *steps[at + 1 :])
            if leads_there(idle):
                steps = idle
        acting = tuple(step for step in steps if step.actor or step.wait)
        run = leads_there(acting) if len(acting) < len(steps) else None
        if run is not None:
            steps = acting
            self.corpus.consider(Entry(steps, run.profit, run.bound), run.seen)
        self.learn(steps)


def effective(run: Run) -> _Steps:
    """The steps without those that were refused, except the last: they did nothing but let time pass."""
    kept: list[Step] = []
    waited = 0
    for index, outcome in enumerate(run.outcomes):
        if outcome.ok or index == len(run.outcomes) - 1:
            step = outcome.step
            kept.append(replace(step, wait=step.wait + waited) if waited else step)
            waited = 0
        else:
            waited += outcome.step.wait
    return tuple(kept)
