"""Takes sequences fast: the state after a common beginning is kept, and only the rest is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import TypeVar

from guardrails.chain import Chain
from guardrails.fuzz.errors import HarnessFault, fault_of
from guardrails.fuzz.search.amounts import is_open
from guardrails.fuzz.search.behaviour import NOTHING, Behaviour, Seen
from guardrails.fuzz.search.dictionary import Dictionary
from guardrails.fuzz.search.slots import Slots
from guardrails.fuzz.step import Step
from guardrails.fuzz.target import Target, open_world
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, Outcome, World

Draw = Callable[[Step, list[Outcome]], Step]
_LENDER = "lender"
_REHEARSED = "rehearsed "
_TRANSFER = "transfer(address,uint256)"
_T = TypeVar("_T")


@dataclass(slots=True)
class Run:
    """What came of the steps of a tail.

    `profit` (USD) is the most that the thief had after any of them, the one with the index `peak` (-1: none),
    and `bound` what he was promised to have at most by then. `broken` is the property that fell, with the
    evidence, at the last step that was taken.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
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
            self.world: World = open_world(target, chain)
            self.behaviour, self.dictionary = Behaviour(self.world), Dictionary(self.world)
            self.slots = Slots(self.world) if target.slots else None
            for name in (_LENDER, THIEF_CONTRACT):
                if name in self.world.contracts:
                    self.world.chain.impersonate(self.world.address(name))
        except Exception as error:
            raise fault_of(error, target.reference()) from error
        self._base = self._here = self.world.snapshot()
        self._before = NOTHING

    def go(self, prefix: Iterable[Step]) -> list[Outcome]:
        """To the state after these steps, where each `run` begins from now on."""
        self.world.revert(self._base)
        outcomes: list[Outcome] = []
        ignored, self._before = Seen(), NOTHING
        for step in prefix:
            outcomes.append(self._do(step))
            self._before = self.behaviour.note_step(ignored, self._before, outcomes[-1])
        self._here = self.world.snapshot() if outcomes else self._base
        return outcomes

    def run(self, tail: Iterable[Step], draw: Draw | None = None) -> Run:
        """Takes the steps, up to the first that breaks a property not yet known to be broken. With `draw`,
        which completes a step that was left open, it observes too what they do."""
        world, run, before = self.world, Run(), self._before
        world.revert(self._here)
        self.executions += 1
        changed = False
        for index, step in enumerate(tail):
            outcome = self._do(draw(step, run.outcomes) if draw and is_open(step) else step)
            step = outcome.step
            run.outcomes.append(outcome)
            if draw:
                before = self.behaviour.note_step(run.seen, before, outcome)
                if not outcome.ok and step.calls:
                    self.aside(partial(self._note_rehearsal, run.seen, step))
            if not outcome.ok:
                continue
            changed = True
            if step.actor == THIEF:
                self._note_profit(run, index)
            run.broken = self._violation()
            if run.broken:
                break
        if changed:
            self._note_profit(run, len(run.outcomes) - 1)
            if draw:
                self.behaviour.note_state(run.seen)
                if self.slots:
                    self.slots.note(run.seen)
        return run

    def probe(self, steps: Iterable[Step]) -> list[Outcome]:
        """What would come of the steps where each `run` begins, up to the first that is refused: neither an
        execution nor looked at further."""
        self.world.revert(self._here)
        outcomes: list[Outcome] = []
        for step in steps:
            outcomes.append(self._do(step))
            if not outcomes[-1].ok:
                break
        return outcomes

    def rehearse(self, batch: Step, calls: int) -> list[Outcome]:
        """The loans and the first calls of a batch one by one, as its contract, which owes what it borrowed:
        a batch that fails as a whole has no state to learn from. The world stays there."""
        for loan in batch.loans:
            self._do(Step(_LENDER, loan.asset, _TRANSFER, (f"@{THIEF_CONTRACT}", loan.amount)))
        outcomes = []
        for call in batch.calls[:calls]:
            outcomes.append(self._do(replace(call, actor=THIEF_CONTRACT)))
            if not outcomes[-1].ok and not call.may_fail:
                break
        return outcomes

    def aside(self, action: Callable[[], _T]) -> _T:
        """Whatever `action` does to the world is undone."""
        here = self.world.snapshot()
        try:
            return action()
        finally:
            self.world.revert(here)

    def _note_rehearsal(self, seen: Seen, batch: Step) -> None:
        """What the batch did before it failed, less what it owes."""
        before, contract = NOTHING, self.world.address(THIEF_CONTRACT)
        for outcome in self.rehearse(batch, len(batch.calls)):
            before = self.behaviour.note_step(seen, before, outcome, _REHEARSED)
        for loan in batch.loans:
            back = min(loan.amount, self.world.balance(loan.asset, contract))
            self._do(Step(THIEF_CONTRACT, loan.asset, _TRANSFER, (f"@{_LENDER}", back)))
        self.behaviour.note_state(seen, _REHEARSED)

    def _note_profit(self, run: Run, index: int) -> None:
        try:
            profit = self.target.profit(self.world)
            if profit > run.profit:
                run.profit, run.peak = profit, index
                run.bound = self.target.promised(self.world)
        except Exception as error:
            raise fault_of(error, self.target.reference()) from error

    def _violation(self) -> tuple[str, str] | None:
        for invariant in self.world.invariants:
            if invariant.name in self.known_broken:
                continue
            try:
                evidence = invariant.violation(self.world)
            except Exception as error:
                raise fault_of(error, self.target.reference()) from error
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
            raise fault_of(error, self.target.reference()) from error
