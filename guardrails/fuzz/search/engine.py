"""The profit search: sequences of calls, changed again and again, towards what makes the thief rich."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from guardrails.chain import Chain
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.search.actions import actions_of
from guardrails.fuzz.search.corpus import Corpus, Entry
from guardrails.fuzz.search.dictionary import Dictionary
from guardrails.fuzz.search.execute import Executor, Run
from guardrails.fuzz.search.generate import Generator, Tally
from guardrails.fuzz.search.mutate import LONGEST, Mutator
from guardrails.fuzz.search.result import PROFIT, Progress, SearchResult
from guardrails.fuzz.search.shrink import shrink
from guardrails.fuzz.search.wander import Wanderer
from guardrails.fuzz.step import Sequence, Step
from guardrails.fuzz.target import Target, find_target

_CHILDREN = 24
"""Sequences tried from one beginning before another is chosen."""
_WANDERS, _WANDERS_POOR = 0.3, 0.88
"""How often a walk from the start is made in place of such a visit; and as long as nobody has made a profit,
which is then about half of the time."""
_KEPT = Fraction(9, 10)
"""How much of a profit a shorter sequence must still make."""
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
        world = self.executor.world
        self.corpus, tally = Corpus(), Tally()
        self.findings: list[Finding] = []
        self.theft: Entry | None = None
        self.reference = target.reference()
        self.started = time.perf_counter()
        if state is not None:
            tally = self._resume(state)
        self._steps_before = self.executor.steps
        self.dictionary = Dictionary(world)
        self.generator = Generator(world, actions_of(target, world), self.dictionary, self.rng, tally)
        self.wanderer = Wanderer(world, actions_of(target, world), self.rng, target.insiders)
        if state is not None:
            self.wanderer.resume(state["walks"])
        self.mutator = Mutator(self.generator, lambda: self.corpus.donor(self.rng))
        for sequence in corpus:
            self._try(sequence.steps)

    def run(
        self, seconds: float | None, executions: int | None, on_progress: OnProgress | None
    ) -> SearchResult:
        """Until one of the limits is reached."""
        while executions is None or self.executor.executions < executions:
            if self.rng.random() < (_WANDERS if self.corpus.best else _WANDERS_POOR):
                self.wander()
            else:
                self.visit(self.corpus.pick(self.rng))
            if on_progress is not None and on_progress(self.progress()):
                break
            if seconds is not None and time.perf_counter() - self.started >= seconds:
                break
        return self.result()

    def visit(self, entry: Entry) -> None:
        """Goes on from some point of a sequence in many ways."""
        rng, length = self.rng, len(entry.steps)
        cut = length if rng.random() < 0.4 else rng.randrange(length + 1)
        head, rest = entry.steps[:cut], entry.steps[cut:]
        self.dictionary.observe(rng, self.executor.go(head)[-4:])
        self.generator.weigh()
        for _ in range(_CHILDREN):
            tail = self.mutator.tail(rest, LONGEST - cut)
            if self._judge(head, tail, self.executor.run(tail)):
                return

    def wander(self) -> None:
        """A walk from the start, without a plan."""
        self._try(self.wanderer.steps(), observe=False)

    def _try(self, steps: tuple[Step, ...], observe: bool = True) -> None:
        self.executor.go(())
        self._judge((), steps, self.executor.run(steps, observe=observe))

    def _judge(self, head: tuple[Step, ...], tail: tuple[Step, ...], run: Run) -> bool:
        """Keeps what is new; True if a promise was broken, and the world is elsewhere now."""
        count = self.generator.tally.count
        for outcome in run.outcomes:
            if outcome.step.function:
                count(outcome.step, outcome.ok)
            if outcome.ok and outcome.step.actor:
                self.wanderer.learn(outcome.step)
        taken = tail[: len(run.outcomes)]
        if run.broken is None:
            richer = run.profit > self.corpus.entries[self.corpus.best].profit
            steps = head + (tail[: run.peak + 1] if richer else taken)
            self.corpus.consider(steps, run)
            if self._is_theft(run.profit, run.bound) and self.theft is None:
                self.theft = Entry(steps, run.profit, run.bound)
            return False
        name, evidence = run.broken
        steps, again = self._shrunk(
            head + taken, lambda one: one.broken is not None and one.broken[0] == name
        )
        self._found(name, again.broken[1] if again.broken else evidence, steps)
        return True

    def _is_theft(self, profit: Fraction, bound: Fraction | None) -> bool:
        return profit > (self.target.dust if bound is None else bound)

    def _found(self, name: str, evidence: str, steps: tuple[Step, ...]) -> None:
        self.findings.append(Finding(name, evidence, Sequence(self.reference, steps), self.seed))
        self.executor.known_broken.add(name)

    def _whole(self, steps: tuple[Step, ...]) -> Run:
        """A sequence from the start, not counted and not learned from."""
        executor = self.executor
        counted = executor.executions, executor.steps
        executor.go(())
        run = executor.run(steps, observe=False)
        executor.executions, executor.steps = counted
        return run

    def _shrunk(self, steps: tuple[Step, ...], holds: Callable[[Run], bool]) -> tuple[tuple[Step, ...], Run]:
        smaller = shrink(steps, lambda candidate: holds(self._whole(candidate)))
        return smaller, self._whole(smaller)

    # What is reported

    def progress(self) -> Progress:
        """As it is now."""
        best, executor = self.corpus.entries[self.corpus.best], self.executor
        names = [finding.property for finding in self.findings] + [PROFIT] * (self.theft is not None)
        return Progress(
            executions=executor.executions,
            steps=executor.steps,
            seconds=time.perf_counter() - self.started,
            steps_per_second=(executor.steps - self._steps_before) / (time.perf_counter() - self.started),
            features=len(self.corpus.seen),
            entries=len(self.corpus.entries),
            profit=best.profit,
            bound=best.bound,
            broken=tuple(names),
        )

    def result(self) -> SearchResult:
        """With the richest sequence shrunk; a theft beyond what is promised is a finding too."""
        progress, state, findings = self.progress(), self.to_json(), list(self.findings)
        best = self.corpus.entries[self.corpus.best]
        steps, run = self._shrunk(best.steps, lambda one: one.profit >= best.profit * _KEPT)
        if self.theft is not None:
            stolen = self.theft
            if self._is_theft(run.profit, run.bound):
                findings.append(self._theft(steps, run))
            else:
                findings.append(
                    self._theft(
                        *self._shrunk(stolen.steps, lambda one: self._is_theft(one.profit, one.bound))
                    )
                )
        bound = run.bound if run.profit else self.target.promised(self.executor.world)
        best_sequence = Sequence(self.reference, steps)
        return SearchResult(best_sequence, run.profit, bound, tuple(findings), progress, state)

    def _theft(self, steps: tuple[Step, ...], run: Run) -> Finding:
        promised = "nothing" if run.bound is None else f"at most {float(run.bound):,.2f} USD"
        evidence = f"the thief may gain {promised} and gained {float(run.profit):,.2f} USD"
        return Finding(PROFIT, evidence, Sequence(self.reference, steps), self.seed)

    def to_json(self) -> dict[str, Any]:
        """All that decides how the search goes on."""
        version, numbers, gauss = self.rng.getstate()
        return {
            "target": self.reference,
            "seed": self.seed,
            "rng": [version, list(numbers), gauss],
            "executions": self.executor.executions,
            "steps": self.executor.steps,
            "walks": self.wanderer.to_json(),
            "tally": self.generator.tally.counts,
            "corpus": self.corpus.to_json(),
            "theft": None if self.theft is None else self.theft.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
        }

    def _resume(self, state: Mapping[str, Any]) -> Tally:
        if (state.get("target"), state.get("seed")) != (self.reference, self.seed):
            raise HarnessFault(
                f"the state is of {state.get('target')} with the seed {state.get('seed')}",
                self.reference,
                "Give the state of a search for the same target with the same seed.",
            )
        version, numbers, gauss = state["rng"]
        self.rng.setstate((version, tuple(numbers), gauss))
        self.executor.executions, self.executor.steps = state["executions"], state["steps"]
        self.corpus = Corpus.from_json(state["corpus"])
        self.theft = None if state["theft"] is None else Entry.from_json(state["theft"])
        for one in state["findings"]:
            self._found(one["property"], one["evidence"], Sequence.from_json(one).steps)
        return Tally({name: list(counts) for name, counts in state["tally"].items()})
