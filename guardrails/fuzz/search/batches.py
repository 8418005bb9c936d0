"""What the thief does in one transaction: his steps wrapped into a batch, and batches changed."""

from __future__ import annotations

from dataclasses import replace

from guardrails.fuzz.search.amounts import Amounts, Steps, is_open
from guardrails.fuzz.search.arguments import fit
from guardrails.fuzz.step import Loan, Step
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT

_MOST_CALLS, _MOST_REPEATS, _MOST_IN_CALLBACK = 24, 6, 3


class Batches:
    """Changes batches."""

    def __init__(self, amounts: Amounts) -> None:
        self.amounts, self.generator, self.rng = amounts, amounts.generator, amounts.rng

    def wrap(self, steps: Steps) -> Steps:
        """Consecutive steps of the thief become one transaction."""
        fit_for_it = [step.actor == THIEF and bool(step.function) and not is_open(step) for step in steps]
        mine = [i for i, fits in enumerate(fit_for_it) if fits]
        if not mine or not self.generator.has_contract:
            return steps
        start = end = self.rng.choice(mine)
        while end < len(steps) and fit_for_it[end]:
            end += 1
        calls = tuple(_as_contract(step) for step in steps[start:end])
        loans = (self.generator.loan(calls),) if self.generator.world.assets else ()
        batch = Step.batch(THIEF, calls, loans=loans, wait=steps[start].wait)
        return [*steps[:start], batch, *steps[end:]]

    def any_inside(self, steps: Steps) -> Steps:
        """One of the batches changes; where there is none, there is one now."""
        batches = [i for i, step in enumerate(steps) if step.calls]
        return self.inside(steps, self.rng.choice(batches)) if batches else self.wrap(steps)

    def inside(self, steps: Steps, at: int) -> Steps:
        """A batch changes: its calls, its loans, what is done in the callback."""
        rng = self.rng
        step, way = steps[at], self.rng.randrange(8)
        calls = list(step.calls)
        one = rng.randrange(len(calls))
        if way == 0:
            calls.insert(rng.randrange(len(calls) + 1), self.generator.inner())
        elif way == 1 and len(calls) > 1:
            del calls[one]
        elif way == 2:
            other = rng.randrange(len(calls))
            calls[one], calls[other] = calls[other], calls[one]
        elif way == 3:
            calls[one:one] = [calls[one]] * rng.randrange(1, _MOST_REPEATS)
        elif way == 4:
            return [*steps[:at], replace(step, loans=self._loans(step)), *steps[at + 1 :]]
        elif way == 5:
            back = (*step.callback, calls[one]) if rng.random() < 0.7 else step.callback[1:]
            return [*steps[:at], replace(step, callback=back[:_MOST_IN_CALLBACK]), *steps[at + 1 :]]
        elif way == 6:
            calls[one] = replace(calls[one], may_fail=not calls[one].may_fail)
        else:
            calls[one] = self.amounts.new_argument(calls[one], True)
        return [*steps[:at], replace(step, calls=tuple(calls[:_MOST_CALLS])), *steps[at + 1 :]]

    def _loans(self, step: Step) -> tuple[Loan, ...]:
        draw = self.rng.random()
        if step.loans and draw < 0.15:
            return step.loans[1:]
        if step.loans and draw < 0.5:
            first = step.loans[0]
            return (Loan(first.asset, fit(self.amounts.moved(first.amount), "uint112")), *step.loans[1:])
        fresh = self.generator.loan(step.calls)
        return (*(loan for loan in step.loans if loan.asset != fresh.asset), fresh)


def _as_contract(step: Step) -> Step:
    """The same call as the thief's contract makes it."""
    swapped = tuple(f"@{THIEF_CONTRACT}" if value == f"@{THIEF}" else value for value in step.arguments)
    return replace(step, arguments=swapped, wait=0)
