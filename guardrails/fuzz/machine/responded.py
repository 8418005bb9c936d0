"""RespondedMachine: an attack, and a sentinel that answers it late, in vain, twice, or not at all."""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

from guardrails.fuzz.invariants import Invariant
from guardrails.fuzz.machine import people
from guardrails.fuzz.machine.choice import Engine, Steps, of_lab
from guardrails.fuzz.machine.draw import one
from guardrails.fuzz.machine.machine import GuardedMachine
from guardrails.fuzz.responders import ALARM_PERCENT, BoundedResponse, Response, answer
from guardrails.fuzz.step import Step
from guardrails.fuzz.words import precondition, rule
from guardrails.fuzz.world import Outcome, World

_DELAYS = (0, 1, 12, 60, 300, 900, 3_600)
_OUTAGES = (12, 60, 300, 900, 3_600, 14_400)
_DEEPEST = 4


class _Seconds(Steps):
    """A step that only says how long."""

    def __init__(self, options: tuple[int, ...]) -> None:
        super().__init__(lambda _, source: Step(wait=one(source, options)))


def _answered(machine: Any, source: Engine) -> Step:
    late = one(source, _DELAYS)
    planned = answer(machine.world, machine.responder)
    return Step(planned.actor, planned.target, planned.function, planned.arguments, wait=late)


def _otherwise(machine: Any, source: Engine) -> Step:
    """A second sentinel, who spends the budget that both have on next to nothing, or undoes what it can."""
    function, arguments = one(
        source,
        (
            ("raiseLevel", (1, 1, "")),
            ("pause", (1 << source.below(16), 1, "")),
            ("lowerLevel", (0, "")),
            ("unpause", (0xFFFF, "")),
            ("cleanUp", (1 + source.below(3),)),
            ("heartbeat", ()),
        ),
    )
    return Step(machine.other, "guard", function, arguments)


class RespondedMachine(GuardedMachine):
    """As `GuardedMachine`, and `responder` answers once `percent` of a limit is used. What the attacker takes
    until then, and after it, is measured against the bound: `worst` of all that was answered.
    """

    responder: ClassVar[str] = "sentinel"
    other: ClassVar[str] = "guardian"
    percent: ClassVar[int] = ALARM_PERCENT
    worst: ClassVar[Response | None] = None
    answers: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.blind_until = self.censored_until = 0
        self.points: deque[tuple[object, int]] = deque(maxlen=_DEEPEST)

    @classmethod
    def promises(cls, world: World) -> list[Invariant]:
        return [BoundedResponse(world, cls.percent)]

    @property
    def watched(self) -> BoundedResponse:
        """The property that measures."""
        found = self.world.invariants[-1]
        assert isinstance(found, BoundedResponse)
        return found

    def do(self, step: Step) -> Outcome:
        self.points.append((self.world.snapshot(), len(self.steps)))
        return super().do(step)

    def teardown(self) -> None:
        kind, watched = type(self), self.watched
        kind.answers += len(watched.responses)
        for response in watched.responses:
            worst = kind.worst
            if worst is None or response.taken * worst.bound > worst.taken * response.bound:
                kind.worst = response

    @rule(weight=200, step=of_lab(people.drain))
    def somebody_drains_it(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.watched.alarmed and self.world.now >= self.blind_until)
    @rule(weight=300, step=Steps(_answered))
    def the_sentinel_answers(self, step: Step) -> None:
        """Late, perhaps; in vain while it is censored, which costs the time all the same."""
        if self.world.now + step.wait < self.censored_until:
            self.do(Step.pause(max(1, step.wait)))
        else:
            self.do(step)

    @rule(weight=20, step=_Seconds(_OUTAGES))
    def its_node_is_down(self, step: Step) -> None:
        """It sees nothing for so long."""
        self.blind_until = self.world.now + step.wait

    @rule(weight=20, step=_Seconds(_OUTAGES))
    def it_is_censored(self, step: Step) -> None:
        """No block takes what it sends for so long."""
        self.censored_until = self.world.now + step.wait

    @rule(weight=30, step=Steps(_otherwise))
    def the_other_one_disagrees(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.points)
    @rule(weight=25, step=_Seconds((1, 2, 3, 4)))
    def a_reorg(self, step: Step) -> None:
        """The last blocks are undone; in those that come instead the sentinel's transactions are missing. The
        chain that stays is what is recorded."""
        points = list(self.points)
        snapshot, length = points[-min(step.wait, len(points))]
        undone = self.steps[length:]
        self.points.clear()
        self.world.revert(snapshot)
        self.steps = self.steps[:length]
        for each in undone:
            self.do(Step.pause(max(1, each.wait)) if each.actor == self.responder else each)
