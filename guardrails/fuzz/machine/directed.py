"""DirectedMachine: once something was stolen, examples are bent towards stealing more."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import hypothesis
from hypothesis import Phase

from guardrails.fuzz.machine import people
from guardrails.fuzz.machine.choice import of_lab
from guardrails.fuzz.machine.machine import GuardedMachine
from guardrails.fuzz.profiles import QUICK, Profile
from guardrails.fuzz.step import Sequence, Step
from guardrails.fuzz.words import rule
from guardrails.fuzz.world import THIEF, Outcome

_GIFTS = ("transfer", "approve", "increaseAllowance", "permit")


@dataclass(frozen=True, slots=True)
class Gain:
    """What the thief had gained after the steps, in USD, and what was promised then at most, if anything.
    Claims that are due come on top of the promise."""

    usd: Fraction
    promised: Fraction | None
    sequence: Sequence


class DirectedMachine(GuardedMachine):
    """As `GuardedMachine`, and Hypothesis' `target` looks for what makes the thief rich: in the second half
    of the examples, choice by choice from the one in which he had gained most. The same seed does the same.

    `gains`: of each example of the last run, in USD; `worst`: where he gained most. Users give him nothing.
    """

    phases = (Phase.generate, Phase.target, Phase.shrink)
    gains: ClassVar[list[Fraction]] = []
    worst: ClassVar[Gain | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.gained = Fraction(0)

    @classmethod
    def run(cls, *, seed: int = 0, profile: Profile = QUICK) -> int:
        cls.gains, cls.worst = [], None
        return super().run(seed=seed, profile=profile)

    @rule(weight=500, step=of_lab(people.use))
    def somebody_uses_it(self, step: Step) -> None:
        if step.actor == THIEF or not _is_gift(step):
            self.do(step)

    def do(self, step: Step) -> Outcome:
        outcome = super().do(step)
        if outcome.logs:
            self._look()
        return outcome

    def teardown(self) -> None:
        type(self).gains.append(self.gained)
        if self.gained:  # nothing stolen is no direction: among equals Hypothesis goes for the shortest
            hypothesis.target(float(self.gained), label="what the thief gained, USD")
        super().teardown()

    def _look(self) -> None:
        cls, target = type(self), self.lab.target
        gained = target.profit(self.world)
        if gained <= self.gained:
            return
        self.gained = gained
        if cls.worst is None or gained > cls.worst.usd:
            sequence = Sequence(target.reference(), tuple(self.steps))
            cls.worst = Gain(gained, target.promised(self.world), sequence)


def _is_gift(step: Step) -> bool:
    """A token paid or approved, to whoever it is, and whatever names the thief."""
    return step.function.startswith(_GIFTS) or f"@{THIEF}" in repr(step.arguments)
