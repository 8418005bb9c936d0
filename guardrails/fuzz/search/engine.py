"""The profit search: sequences of calls, changed again and again, towards what makes the thief rich."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from guardrails.chain import Chain
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.search.actions import actions_of
from guardrails.fuzz.search.amounts import DRAW
from guardrails.fuzz.search.corpus import Corpus, Entry
from guardrails.fuzz.search.execute import Executor, Run
from guardrails.fuzz.search.generate import Generator, Tally
from guardrails.fuzz.search.mutate import LONGEST, Mutator
from guardrails.fuzz.search.result import Progress, SearchResult
from guardrails.fuzz.search.stretch import Stretch
from guardrails.fuzz.search.sweep import Sweep
from guardrails.fuzz.search.trim import Trimmer, effective
from guardrails.fuzz.search.verdict import Verdict
from guardrails.fuzz.search.wander import Wanderer
from guardrails.fuzz.step import Sequence, Step
from guardrails.fuzz.target import Target, find_target
from guardrails.fuzz.world import Outcome

_CHILDREN = 16
"""Sequences tried from one beginning before another is chosen."""
_WANDERS, _WANDERS_POOR = 0.3, 0.85
"""How often a walk from the start is made in place of such a visit; and as long as nobody has made a profit,
which is then about a third of the time."""
_STRETCHES = 0.1
"""How often a profit is made larger by all its numbers at once."""
PATIENCE = 100_000
"""Sequences without a profit until a search starts over with nothing learned, and twice as many the next
time: what was found first decides where it looks, and some begin badly."""
_LATEST = 4
"""Steps whose logs and answers are looked at before going on."""
OnProgress = Callable[[Progress], bool | None]


def search(
    target: Target | str,
    *,
    seed: int,
    seconds: float | None = None,
    executions: int | None = None,
    on_progress: OnProgress | None = None,
    corpus: Iterable[Sequence] = (),
    state: Mapping[str, Any] | None = None,
    chain: Chain | None = None,
) -> SearchResult:
    """Looks for the sequence that makes the thief richest, and for those that break a promise.

    It ends after `seconds`, after `executions` sequences in all (those before a resumption count), or when
    `on_progress` answers True. The same seed and executions give the same result. `corpus`: sequences to
    begin with; `state`: that of a result, to go on from. HarnessFault where the target is at fault.
    """
    if seconds is None and executions is None and on_progress is None:
        raise HarnessFault("the search has no end", None, "Give seconds or executions.")
    found = find_target(target) if isinstance(target, str) else target
    return Search(found, seed, corpus=corpus, state=state, chain=chain).run(seconds, executions, on_progress)


class Search:
    """One search in one process."""

    def __init__(
        self,
        target: Target,
        seed: int,
        *,
        corpus: Iterable[Sequence] = (),
        state: Mapping[str, Any] | None = None,
        chain: Chain | None = None,
    ) -> None:
        self.target, self.seed, self.rng = target, seed, Random(seed)
        self.executor = Executor(target, chain)
        self.verdict = Verdict(self.executor, seed)
        self.started = time.perf_counter()
        self.actions = actions_of(target, self.executor.world)
        self._lost, self._features = 0, 0
        self._patience: int | None = PATIENCE
        if state is None:
            self._begin(Corpus(), {})
        else:
            self._resume(state)
        self._steps_before = self.executor.steps
        self._given: list[Entry] = []
        for sequence in corpus:
            self._patience = None
            self._try(sequence.steps)
            self._given.append(Entry(sequence.steps))

    def _begin(self, corpus: Corpus, counts: dict[str, list[Any]]) -> None:
        """With what is kept and counted, all that learns from it."""
        world, insiders = self.executor.world, self.target.insiders
        self.corpus, self.dictionary = corpus, self.executor.dictionary
        tally = Tally(counts, insiders)
        self.generator = Generator(world, self.actions, self.dictionary, self.rng, tally, insiders)
        self.wanderer = Wanderer(world, self.actions, self.rng, insiders)
        self.sweep = Sweep(self.executor, self.actions, self._draw, self._judge)
        self.trimmer = Trimmer(self.executor, corpus, self._draw, self._learn)
        self.stretch = Stretch(self.sweep, self._judge, self.rng)
        self.mutator = Mutator(self.generator, lambda: self.corpus.donor(self.rng))

    def _start_over(self) -> None:
        """With nothing learned, and more patience."""
        assert self._patience is not None
        self._lost, self._patience = self.executor.executions, 2 * self._patience
        self._features = max(self._features, self.corpus.features)
        effort = self.sweep.steps
        self._begin(Corpus(), {})
        self.sweep.steps = effort  # else it would have all that was not spent on it so far

    @property
    def _is_lost(self) -> bool:
        """Whether it looked long enough in vain; never where it began with what somebody gave it."""
        if self._patience is None or self.corpus.best:
            return False
        return self.executor.executions - self._lost >= self._patience

    def run(
        self, seconds: float | None, executions: int | None, on_progress: OnProgress | None
    ) -> SearchResult:
        """Until one of the limits is reached."""
        while executions is None or self.executor.executions < executions:
            if self._is_lost:
                self._start_over()
            new = self._unswept()
            if new is not None:
                self.sweep.sweep(new)
                self.trimmer.trim()
            elif self.corpus.best and self.rng.random() < _STRETCHES:
                self.stretch.stretch(self.corpus.entries[self.corpus.best])
            elif self.rng.random() < (_WANDERS if self.corpus.best else _WANDERS_POOR):
                self.wander()
            else:
                self.visit(self.corpus.pick(self.rng))
            if on_progress is not None and on_progress(self.progress()):
                break
            if seconds is not None and time.perf_counter() - self.started >= seconds:
                break
        return self.result()

    def _unswept(self) -> Entry | None:
        """A state from which everything is to be tried once: first those where the search began."""
        if self._given:
            self.trimmer.trim()
            return self._given.pop()
        return self.corpus.unswept(self.rng, len(self.sweep.ways)) if self.sweep.affordable else None

    def visit(self, entry: Entry) -> None:
        """Goes on from some point of a sequence in many ways."""
        rng, length = self.rng, len(entry.steps)
        climbing = entry.profit > 0 and rng.random() < 0.6
        cut = 0 if climbing else length if rng.random() < 0.4 else rng.randrange(length + 1)
        head, rest = entry.steps[:cut], entry.steps[cut:]
        outcomes = self.executor.go(head)[-_LATEST:]
        if rest and rest[0].calls and rng.random() < 0.5:
            outcomes = self.executor.rehearse(rest[0], rng.randrange(len(rest[0].calls) + 1))
        self.dictionary.observe(rng, outcomes, entry.steps)
        self.generator.weigh()
        for _ in range(_CHILDREN):
            tail = self.mutator.climb(rest) if climbing else self.mutator.tail(rest, LONGEST - cut)
            if self._judge(head, self.executor.run(tail, self._draw)):
                break
        self.trimmer.trim()

    def _learn(self, steps: tuple[Step, ...]) -> None:
        """They lead to something new, and none can be left out."""
        self.generator.tally.credit(steps)
        self.sweep.learn(self.executor.go(steps))

    def _draw(self, step: Step, outcomes: list[Outcome]) -> Step:
        """A new step, or new arguments of one, from what the state shows now."""
        self.dictionary.glance(outcomes[-_LATEST:])
        return self.generator.step(self._try_out) if step is DRAW else self.mutator.amounts.completed(step)

    def _try_out(self, batch: Step) -> None:
        """Looks at the state in the middle of a batch."""
        executor, count = self.executor, len(batch.calls)
        if count or batch.loans:
            executor.aside(lambda: self.dictionary.glance(executor.rehearse(batch, count)))

    def wander(self) -> None:
        """A walk from the start, without a plan."""
        self._try(self.wanderer.steps(), observe=False)

    def _try(self, steps: tuple[Step, ...], observe: bool = True) -> None:
        self.executor.go(())
        self._judge((), self.executor.run(steps, self._draw if observe else None))

    def _judge(self, head: tuple[Step, ...], run: Run) -> bool:
        """Keeps what is new; True if a promise was broken, and the world is elsewhere now."""
        count = self.generator.tally.count
        for outcome in run.outcomes:
            if outcome.step.function:
                count(outcome)
            if outcome.ok and outcome.step.actor:
                self.wanderer.learn(outcome.step)
                self.sweep.watch(outcome)
        taken = tuple(outcome.step for outcome in run.outcomes)
        if run.broken is None:
            richer = run.profit > self.corpus.entries[self.corpus.best].profit
            steps = head + (taken[: run.peak + 1] if richer else effective(run))
            entry = Entry(steps, run.profit, run.bound)
            self.trimmer.note(self.corpus.consider(entry, run.seen))
            if self.verdict.theft is None and self.verdict.is_theft(run.profit, run.bound):
                self.verdict.theft = Entry(head + taken[: run.peak + 1], run.profit, run.bound)
            return False
        self.verdict.note_broken(head + taken, *run.broken)
        return True

    # What is reported

    def progress(self) -> Progress:
        """As it is now."""
        best, executor = self.corpus.entries[self.corpus.best], self.executor
        return Progress(
            executions=executor.executions,
            steps=executor.steps,
            seconds=time.perf_counter() - self.started,
            steps_per_second=(executor.steps - self._steps_before) / (time.perf_counter() - self.started),
            features=max(self._features, self.corpus.features),
            entries=len(self.corpus.entries),
            profit=best.profit,
            bound=best.bound,
            broken=self.verdict.broken,
        )

    def result(self) -> SearchResult:
        """With the richest sequence shrunk; a theft beyond what is promised is a finding too."""
        progress, state = self.progress(), self.to_json()
        best, run, findings = self.verdict.of_the_best(self.corpus.entries[self.corpus.best])
        bound = run.bound if run.profit else self.target.promised(self.executor.world)
        return SearchResult(best, run.profit, bound, findings, progress, state)

    def to_json(self) -> dict[str, Any]:
        """All that decides how the search goes on."""
        version, numbers, gauss = self.rng.getstate()
        theft = self.verdict.theft
        return {
            "target": self.verdict.reference,
            "seed": self.seed,
            "rng": [version, list(numbers), gauss],
            "executions": self.executor.executions,
            "steps": self.executor.steps,
            "lost": [self._lost, self._patience, self._features],
            "walks": copy.deepcopy(self.wanderer.to_json()),
            "sweep": self.sweep.to_json(),
            "tally": copy.deepcopy(self.generator.tally.counts),
            "corpus": self.corpus.to_json(),
            "theft": None if theft is None else theft.to_json(),
            "findings": [finding.to_json() for finding in self.verdict.findings],
        }

    def _resume(self, state: Mapping[str, Any]) -> None:
        if (state.get("target"), state.get("seed")) != (self.verdict.reference, self.seed):
            raise HarnessFault(
                f"the state is of {state.get('target')} with the seed {state.get('seed')}",
                self.verdict.reference,
                "Give the state of a search for the same target with the same seed.",
            )
        version, numbers, gauss = state["rng"]
        self.rng.setstate((version, tuple(numbers), gauss))
        self.executor.executions, self.executor.steps = state["executions"], state["steps"]
        self._lost, self._patience, self._features = state["lost"]
        self._begin(Corpus.from_json(state["corpus"]), copy.deepcopy(dict(state["tally"])))
        self.wanderer.resume(state["walks"])
        self.sweep.resume(state["sweep"])
        self.verdict.theft = None if state["theft"] is None else Entry.from_json(state["theft"])
        for one in state["findings"]:
            sequence = Sequence.from_json(one)
            self.verdict.note(Finding(one["property"], one["evidence"], sequence, one["seed"]))
