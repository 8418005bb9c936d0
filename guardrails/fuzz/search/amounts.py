"""Other arguments for the same steps: scaled, moved by one, split in parts, or to be drawn again."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.search.arguments import IDENTIFIER, fit
from guardrails.fuzz.search.generate import Generator
from guardrails.fuzz.step import Loan, Step, Value
from guardrails.fuzz.world import THIEF_CONTRACT

Steps: TypeAlias = list[Step]
DRAW = Step(actor="to be drawn")
"""Stands for a step that is drawn when its turn comes, from what the state shows then."""
AGAIN = "to be drawn again"
"""Stands for an argument of such a step."""


class Amounts:
    """Changes numbers, and the other arguments of single steps."""

    def __init__(self, generator: Generator) -> None:
        self.generator, self.rng = generator, generator.rng

    def scale(self, steps: Steps) -> Steps:
        """All amounts of all steps, or of some in a row, as many times more or less."""
        rng, start, end = self.rng, 0, len(steps)
        by = rng.choice(((2, 1), (10, 1), (1_000, 1), (10**6, 1), (10**9, 1), (1, 2), (1, 10)))
        if rng.random() < 0.6:
            start = rng.randrange(len(steps))
            end = rng.randrange(start, len(steps)) + 1
        scaled = [step if step is DRAW else self._scaled(step, *by) for step in steps[start:end]]
        return [*steps[:start], *scaled, *steps[end:]]

    def _scaled(self, step: Step, times: int, by: int) -> Step:
        def scaled(value: Value, part: AbiEntry) -> Value:
            if isinstance(value, bool) or not isinstance(value, int) or IDENTIFIER.search(str(part["name"])):
                return value
            return fit(value * times // by, str(part["type"]))

        action = self.generator.by_name.get((step.target, step.function))
        return replace(
            step,
            arguments=tuple(map(scaled, step.arguments, action.inputs)) if action else step.arguments,
            value=step.value * times // by,
            calls=tuple(self._scaled(one, times, by) for one in step.calls),
            callback=tuple(self._scaled(one, times, by) for one in step.callback),
            loans=tuple(Loan(one.asset, one.amount * times // by % 2**112) for one in step.loans),
        )

    def split(self, steps: Steps) -> Steps:
        """One step with an amount becomes two or more with parts of it: who rounds, rounds once more."""
        large = [
            (i, at)
            for i, step in enumerate(steps)
            for at, value in enumerate(step.arguments)
            if isinstance(value, int) and not isinstance(value, bool) and value > 1
        ]
        if not large:
            return steps
        i, at = self.rng.choice(large)
        left, parts = steps[i].arguments[at], list[int]()
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            if left > 1:
                parts.append(self.rng.randrange(1, left) if self.rng.random() < 0.5 else max(left // 2, 1))
                left -= parts[-1]
        pieces = [
            replace(steps[i], arguments=(*steps[i].arguments[:at], part, *steps[i].arguments[at + 1 :]))
            for part in (*parts, left)
        ]
        return [*steps[:i], *pieces, *steps[i + 1 :]]

    def new_argument(self, step: Step, inside: bool) -> Step:
        """One argument changed: scaled, moved by one, or drawn again."""
        action = self.generator.by_name.get((step.target, step.function))
        if action is None or not step.arguments:
            return step
        at = self.rng.randrange(len(step.arguments))
        part, kind = action.inputs[at], str(action.inputs[at]["type"])
        old = step.arguments[at]
        new: Value
        number = isinstance(old, int) and not isinstance(old, bool)
        draw = self.rng.random()
        if draw < 0.5 and not inside:
            new = AGAIN
        elif number and draw < 0.8:
            new = fit(self.moved(old), kind)
        else:
            actor = THIEF_CONTRACT if inside else step.actor
            new = self.generator.arguments.value(part, kind, actor)
        return replace(step, arguments=(*step.arguments[:at], new, *step.arguments[at + 1 :]))

    def moved(self, value: Value) -> int:
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

    def completed(self, step: Step) -> Step:
        """With the arguments drawn that were left open."""
        action = self.generator.by_name[step.target, step.function]
        arguments = tuple(
            self.generator.arguments.value(part, str(part["type"]), step.actor) if value == AGAIN else value
            for part, value in zip(action.inputs, step.arguments, strict=True)
        )
        return replace(step, arguments=arguments)


def is_open(step: Step) -> bool:
    """Whether something of it is to be drawn."""
    return step is DRAW or AGAIN in step.arguments
