"""The states in which the bypass search tries every function, also those in which all is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from guardrails.fuzz.step import Step
from guardrails.fuzz.world import World

DAY = 86_400
_ALL = 0xFFFF
_LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class State:
    """Steps that lead there, and what makes it interesting. `closed`: whatever still moves is a finding."""

    name: str
    steps: tuple[Step, ...]
    closed: bool = False
    only: str | None = None
    """The one actor whose calls matter here."""


Used: TypeAlias = tuple[Step, ...]


def states(
    world: World, used: tuple[Used, ...], waiting: tuple[Used, ...], random: Random
) -> Iterator[State]:
    """`used` are histories in which users did things, `waiting` those after which claims wait."""
    yield State("as built", ())
    yield from (State("in use", steps) for steps in used)
    yield from (State("while claims wait", steps) for steps in waiting)
    due = [(*steps, Step.pause(_settlement_delay(world))) for steps in waiting]
    yield from (State("when claims are due", steps) for steps in due)
    if world.guarded is None:
        return
    histories = [(), *used[:1], *waiting[:1], *due[:1]]
    for level in _LEVELS:
        yield State(f"at level {level}", (*random.choice(histories), raised(world, level)))
    for steps in histories:
        yield State("while all is paused", (*steps, paused(world)), closed=True)
    for actor in ("alice", "thief"):
        if actor in world.actors:
            steps = (*random.choice(histories), blocked(world, actor))
            yield State(f"while {actor} is blocked", steps, closed=True, only=actor)


def _settlement_delay(world: World) -> int:
    settlement = world.policy.settlement if world.policy else None
    return settlement.delay if settlement is not None else DAY


def _who(world: World, *wanted: str) -> str:
    """The first of these who is here."""
    return next((name for name in wanted if name in world.actors), wanted[0])


def paused(world: World) -> Step:
    """Every operation closed for a day, by governance: a fast rank may not be allowed all of them."""
    return Step(_who(world, "governance", "guardian"), "guard", "pause", (_ALL, DAY, "bypass search"))


def raised(world: World, level: int) -> Step:
    """A level, for an hour."""
    by = _who(world, "governance", "guardian")
    return Step(by, "guard", "raiseLevel", (level, 3_600, "bypass search"))


def blocked(world: World, actor: str) -> Step:
    """An account blocked for an hour."""
    by = _who(world, "governance", "guardian")
    return Step(by, "guard", "blockAccount", (f"@{actor}", 3_600, "bypass search"))
