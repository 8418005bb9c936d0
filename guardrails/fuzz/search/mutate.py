"""A sequence a little different from one that did something new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from guardrails.fuzz.search.amounts import DRAW, Amounts, Steps
from guardrails.fuzz.search.batches import Batches
from guardrails.fuzz.search.generate import Generator
from guardrails.fuzz.step import Step
from guardrails.fuzz.world import THIEF

LONGEST = 24
"""Steps of a sequence."""
_MOST_REPEATS = 6
_Way: TypeAlias = tuple[float, Callable[[Steps], Steps]]


class Mutator:
    """Changes the tail of a sequence; `donor` gives steps of another one to graft."""

    def __init__(self, generator: Generator, donor: Callable[[], tuple[Step, ...]]) -> None:
        self.generator, self.donor, self.rng = generator, donor, generator.rng
        self.amounts = amounts = Amounts(generator)
        self.batches = batches = Batches(amounts)
        self._climbing: list[_Way] = [
            (3.0, self._arguments),
            (3.0, amounts.scale),
            (1.0, self._duplicate),
            (1.0, self._delete),
            (0.7, self._repeat),
            (0.5, amounts.split),
            (0.5, self._wait),
        ]
        self._ways: list[_Way] = [
            (4.0, self._append),
            (2.0, self._insert),
            (1.0, self._delete),
            (0.7, self._duplicate),
            (0.7, self._swap),
            (1.2, self._splice),
            (4.0, self._arguments),
            (0.4, self._actor),
            (1.5, self._wait),
            (0.8, batches.wrap),
            (1.5, batches.any_inside),
            (0.5, self._repeat),
            (0.8, amounts.scale),
            (0.8, amounts.split),
        ]

    def tail(self, steps: tuple[Step, ...], room: int) -> tuple[Step, ...]:
        """At most `room` steps, changed in one to three ways."""
        return self._changed(list(steps), self._ways)[:room]

    def climb(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The same with other numbers, or more or less often."""
        return self._changed(list(steps), self._climbing)[:LONGEST]

    def _changed(self, steps: Steps, ways: list[_Way]) -> tuple[Step, ...]:
        weights = [weight for weight, _ in ways]
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))):
            ((_, way),) = self.rng.choices(ways, weights)
            steps = way(steps) if steps else self._append(steps)
        return tuple(steps)

    def _append(self, steps: Steps) -> Steps:
        return [*steps, *[DRAW] * self.rng.choice((1, 1, 2, 3))]

    def _insert(self, steps: Steps) -> Steps:
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], DRAW, *steps[at:]]

    def _delete(self, steps: Steps) -> Steps:
        at = self.rng.randrange(len(steps))
        return steps[:at] + steps[at + 1 :]

    def _duplicate(self, steps: Steps) -> Steps:
        one = self.rng.choice(steps)
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], one, *steps[at:]]

    def _swap(self, steps: Steps) -> Steps:
        a, b = self.rng.randrange(len(steps)), self.rng.randrange(len(steps))
        steps[a], steps[b] = steps[b], steps[a]
        return steps

    def _splice(self, steps: Steps) -> Steps:
        donated = self.donor()
        if not donated:
            return steps
        start = self.rng.randrange(len(donated))
        piece = donated[start : start + self.rng.randrange(1, len(donated) + 1)]
        at = self.rng.randrange(len(steps) + 1)
        return [*steps[:at], *piece, *(steps[at:] if self.rng.random() < 0.5 else ())]

    def _repeat(self, steps: Steps) -> Steps:
        start = self.rng.randrange(len(steps))
        piece = steps[start : start + self.rng.choice((1, 2, 2, 3))]
        return steps[:start] + piece * self.rng.randrange(2, _MOST_REPEATS + 1) + steps[start + len(piece) :]

    def _arguments(self, steps: Steps) -> Steps:
        at = self.rng.randrange(len(steps))
        if steps[at].calls:
            return self.batches.inside(steps, at)
        steps[at] = self.amounts.new_argument(steps[at], False)
        return steps

    def _actor(self, steps: Steps) -> Steps:
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

    def _wait(self, steps: Steps) -> Steps:
        at = self.rng.randrange(len(steps))
        waits = (0, steps[at].wait // 2, steps[at].wait * 2, self.generator.wait(), self.generator.wait())
        steps[at] = replace(steps[at], wait=min(self.rng.choice(waits), 2**32))
        return steps
