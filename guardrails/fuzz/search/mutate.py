"""A sequence a little different from one that did something new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from guardrails.fuzz.search.arguments import fit
from guardrails.fuzz.search.generate import Generator
from guardrails.fuzz.step import Loan, Step, Value
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT

LONGEST = 24
"""Steps of a sequence."""
_MOST_REPEATS = 6
_Steps: TypeAlias = list[Step]


class Mutator:
    """Changes the tail of a sequence; `donor` gives steps of another one to graft."""

    def __init__(self, generator: Generator, donor: Callable[[], tuple[Step, ...]]) -> None:
        self.generator, self.donor, self.rng = generator, donor, generator.rng
        self._ways: list[tuple[float, Callable[[_Steps], _Steps]]] = [
            (4.0, self._append),
            (2.0, self._insert),
            (1.0, self._delete),
            (0.7, self._duplicate),
            (0.7, self._swap),
            (1.2, self._splice),
            (4.0, self._arguments),
            (0.4, self._actor),
            (1.0, self._wait),
            (0.8, self._wrap),
            (1.5, self._inside),
            (0.5, self._repeat),
        ]

    def tail(self, steps: tuple[Step, ...], room: int) -> tuple[Step, ...]:
        """At most `room` steps, changed in one to three ways."""
        rng, changed = self.rng, list(steps)
        weights = [weight for weight, _ in self._ways]
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            ((_, way),) = rng.choices(self._ways, weights)
            changed = way(changed) if changed else self._append(changed)
        return tuple(changed[:room])

    def _append(self, steps: _Steps) -> _Steps:
        return [*steps, self.generator.step()]

    def _insert(self, steps: _Steps) -> _Steps:
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], self.generator.step(), *steps[at:]]

    def _delete(self, steps: _Steps) -> _Steps:
        at = self.rng.randrange(len(steps))
        return steps[:at] + steps[at + 1 :]

    def _duplicate(self, steps: _Steps) -> _Steps:
        one = self.rng.choice(steps)
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], one, *steps[at:]]

    def _swap(self, steps: _Steps) -> _Steps:
        a, b = self.rng.randrange(len(steps)), self.rng.randrange(len(steps))
        steps[a], steps[b] = steps[b], steps[a]
        return steps

    def _splice(self, steps: _Steps) -> _Steps:
        donated = self.donor()
        if not donated:
            return steps
        start = self.rng.randrange(len(donated))
        piece = donated[start : start + self.rng.randrange(1, len(donated) + 1)]
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], *piece, *(steps[at:] if self.rng.random() < 0.5 else ())]

    def _repeat(self, steps: _Steps) -> _Steps:
        start = self.rng.randrange(len(steps))
        piece = steps[start : start + self.rng.choice((1, 2, 2, 3))]
        return steps[:start] + piece * self.rng.randrange(2, _MOST_REPEATS + 1) + steps[start + len(piece) :]

    def _arguments(self, steps: _Steps) -> _Steps:
        at = self.rng.randrange(len(steps))
        steps[at] = self._inside([steps[at]])[0] if steps[at].calls else self._new_argument(steps[at], False)
        return steps

    def _actor(self, steps: _Steps) -> _Steps:
        at = self.rng.randrange(len(steps))
        old = steps[at]
        if old.function and not old.calls:
            made = self.generator.call(self.rng.choice([*self.generator.users, THIEF]))
            if made.actor == THIEF or (old.target, old.function) in self.generator.honest:
                arguments = self.generator.arguments.of(
                    self.generator.by_name[old.target, old.function], made.actor
                )
                numbers = tuple(
                    new if isinstance(new, str) else was
                    for new, was in zip(arguments, old.arguments, strict=True)
                )
                steps[at] = replace(old, actor=made.actor, arguments=numbers)
        return steps

    def _wait(self, steps: _Steps) -> _Steps:
        at = self.rng.randrange(len(steps))
        waits = (0, steps[at].wait // 2, steps[at].wait * 2, self.generator.wait(), self.generator.wait())
        steps[at] = replace(steps[at], wait=min(self.rng.choice(waits), 2**32))
        return steps

    def _new_argument(self, step: Step, inside: bool) -> Step:
        """One argument changed: scaled, moved by one, or drawn again."""
        action = self.generator.by_name.get((step.target, step.function))
        if action is None or not step.arguments:
            return step
        at = self.rng.randrange(len(step.arguments))
        part, kind = action.inputs[at], str(action.inputs[at]["type"])
        old, new = step.arguments[at], None
        number = isinstance(old, int) and not isinstance(old, bool)
        if number and self.rng.random() < 0.6:
            new = fit(self._moved(old), kind)
        else:
            actor = THIEF_CONTRACT if inside else step.actor
            new = self.generator.arguments.value(part, kind, actor)
        return replace(step, arguments=(*step.arguments[:at], new, *step.arguments[at + 1 :]))

    def _moved(self, value: Value) -> int:
        rng = self.rng
        way = rng.randrange(6)
        if way == 0:
            return int(value) + rng.choice((-1, 1))
        if way == 1:
            return int(value) * rng.choice((2, 3, 10, 1_000))
        if way == 2:
            return int(value) // rng.choice((2, 3, 10, 1_000))
        return (
            int(value) * rng.randrange(80, 121) // 100 if way == 3 else self.generator.arguments.near(value)
        )

    # One transaction

    def _wrap(self, steps: _Steps) -> _Steps:
        """Consecutive steps of the thief become one transaction."""
        mine = [i for i, step in enumerate(steps) if step.actor == THIEF and step.function]
        if not mine or not self.generator.has_contract:
            return steps
        start = end = self.rng.choice(mine)
        while end < len(steps) and steps[end].actor == THIEF and steps[end].function:
            end += 1
        calls = tuple(_as_contract(step) for step in steps[start:end])
        loans = (self.generator.loan(calls),) if self.generator.world.assets else ()
        batch = Step.batch(THIEF, calls, loans=loans, wait=steps[start].wait)
        return [*steps[:start], batch, *steps[end:]]

    def _inside(self, steps: _Steps) -> _Steps:
        """A batch changes: its calls, its loans, what is done in the callback."""
        batches = [i for i, step in enumerate(steps) if step.calls]
        if not batches:
            return self._wrap(steps)
        at, rng = self.rng.choice(batches), self.rng
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
            return [*steps[:at], replace(step, callback=back[:3]), *steps[at + 1 :]]
        elif way == 6:
            calls[one] = replace(calls[one], may_fail=not calls[one].may_fail)
        else:
            calls[one] = self._new_argument(calls[one], True)
        return [*steps[:at], replace(step, calls=tuple(calls[:LONGEST])), *steps[at + 1 :]]

    def _loans(self, step: Step) -> tuple[Loan, ...]:
        draw = self.rng.random()
        if step.loans and draw < 0.15:
            return step.loans[1:]
        if step.loans and draw < 0.5:
            first = step.loans[0]
            return (Loan(first.asset, fit(self._moved(first.amount), "uint112")), *step.loans[1:])
        fresh = self.generator.loan(step.calls)
        return (*(loan for loan in step.loans if loan.asset != fresh.asset), fresh)


def _as_contract(step: Step) -> Step:
    """The same call as the thief's contract makes it."""
    swapped = tuple(f"@{THIEF_CONTRACT}" if value == f"@{THIEF}" else value for value in step.arguments)
    return replace(step, arguments=swapped, wait=0)
