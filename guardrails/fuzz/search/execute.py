"""Takes sequences fast: the state after a common beginning is kept, and only the rest is done again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from guardrails.chain import Chain
from guardrails.chain.revm import RevmChain
from guardrails.errors import GuardrailsError
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.search.behaviour import Behaviour
from guardrails.fuzz.step import Step
from guardrails.fuzz.target import Target
from guardrails.fuzz.world import THIEF, Outcome, World


@dataclass(slots=True)
class Run:
    """What came of the steps of a tail.

    `profit` (USD) is the most that the thief had after any of them, the one with the index `peak` (-1: none),
    and `bound` what he was promised to have at most by then. `broken` is the property that fell, with the
    evidence, at the last step that was taken.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    profit: Fraction = Fraction(0)
    peak: int = -1
    bound: Fraction | None = None
    broken: tuple[str, str] | None = None


class Executor:
    """One world, set back before every sequence. `steps` counts all that were taken, `executions` all tails.

    Everything that the target or its invariants raise is a HarnessFault.
    """

    def __init__(self, target: Target, chain: Chain | None = None) -> None:
        self.target = target
        self.steps = self.executions = 0
        self.known_broken: set[str] = set()
        try:
            self.world: World = target.build(chain or RevmChain())
            self.world.invariants.extend(target.invariants(self.world))
            self.behaviour = Behaviour(self.world)
        except GuardrailsError as error:
            raise _fault(error, target) from error
        except Exception as error:
            raise _fault(error, target) from error
        self._base = self._here = self.world.snapshot()
        self._before = 0

    def go(self, prefix: Iterable[Step]) -> list[Outcome]:
        """To the state after these steps, where each `run` begins from now on."""
        self.world.revert(self._base)
        outcomes: list[Outcome] = []
        self._before = 0
        for step in prefix:
            outcomes.append(self._do(step))
            _, alone = self.behaviour.of_step(self._before, outcomes[-1])
            self._before = alone if outcomes[-1].ok else self._before
        self._here = self.world.snapshot() if outcomes else self._base
        return outcomes

    def run(self, tail: Iterable[Step], observe: bool = True) -> Run:
        """Takes the steps, up to the first that breaks a property not yet known to be broken."""
        world, run, before = self.world, Run(), self._before
        world.revert(self._here)
        self.executions += 1
        changed = False
        for index, step in enumerate(tail):
            outcome = self._do(step)
            run.outcomes.append(outcome)
            if observe:
                feature, alone = self.behaviour.of_step(before, outcome)
                run.features.append(feature)
                before = alone if outcome.ok else before
            if not outcome.ok:
                continue
            changed = True
            if step.actor == THIEF:
                self._note_profit(run, index)
            run.broken = self._violation()
            if run.broken:
                break
        self._note_profit(run, len(run.outcomes) - 1)
        if changed and observe:
            features, run.records = self.behaviour.of_state()
            run.features += features
        return run

    def _note_profit(self, run: Run, index: int) -> None:
        try:
            profit = self.target.profit(self.world)
            if profit > run.profit:
                run.profit, run.peak = profit, index
                run.bound = self.target.promised(self.world)
        except Exception as error:
            raise _fault(error, self.target) from error

    def _violation(self) -> tuple[str, str] | None:
        for invariant in self.world.invariants:
            if invariant.name in self.known_broken:
                continue
            try:
                evidence = invariant.violation(self.world)
            except Exception as error:
                raise _fault(error, self.target) from error
            if evidence is not None:
                return invariant.name, evidence
        return None

    def _do(self, step: Step) -> Outcome:
        self.steps += 1
        try:
            return self.world.do(step)
        except HarnessFault:
            raise
        except Exception as error:
            raise _fault(error, self.target) from error


def _fault(error: Exception, target: Target) -> HarnessFault:
    if isinstance(error, HarnessFault):
        return error
    if isinstance(error, GuardrailsError):
        return HarnessFault(error.what, error.where or target.reference(), error.remedy)
    return HarnessFault(f"{type(error).__name__}: {error}", target.reference(), "Correct the target.")
