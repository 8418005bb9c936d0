"""Two worlds that promise the same, taken through the same steps, until they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from eth_utils.crypto import keccak

from guardrails.chain import Log, RevmChain
from guardrails.chain.types import DEV_TIMESTAMP
from guardrails.fuzz.enact import open_world
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.step import Step, numbered
from guardrails.fuzz.target import Target
from guardrails.fuzz.world import Outcome, World

Translate = Callable[[Step], Step | None]
"""What a step is in the other world; None where it has no counterpart, and only time passes there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two worlds part: after the step of that `number`, and how."""

    number: int
    step: Step
    what: str

    def __str__(self) -> str:
        return f"step {self.number} ({self.step}): {self.what}"


@dataclass(frozen=True, slots=True)
class Alike:
    """What counts as the same. `names`: contracts of either world that stand for one another, such as
    `{"guard": "protocol"}`; `unseen`: topics of events that are left out; `reasons`: whether the errors are
    compared or only that there is one; `order`: whether that of the events is."""

    names: Mapping[str, str] = field(default_factory=dict)
    unseen: frozenset[bytes] = frozenset()
    reasons: bool = True
    order: bool = True

    def events(self, world: World, outcome: Outcome) -> list[tuple[str, ...]]:
        """Each with its emitter and its words, addresses as names."""
        seen = (log for log in outcome.logs if not self.unseen & set(log.topics[:1]))
        found = [
            event for event in (self._event(world, log) for log in seen) if not self._inner(world, event)
        ]
        return found if self.order else sorted(found)

    def error(self, world: World, outcome: Outcome) -> tuple[str, ...]:
        """The error's selector and words; nothing where the step succeeded."""
        if not self.reasons or outcome.ok:
            return ()
        return (outcome.selector.hex(), *self._words(world, outcome.error[4:]))

    def _inner(self, world: World, event: tuple[str, ...]) -> bool:
        """Between contracts that stand for one another: what a hub takes over from its member."""
        emitter, _, *words = event
        return emitter in world.assets and len(words) > 1 and words[0] == words[1] in self.names.values()

    def _event(self, world: World, log: Log) -> tuple[str, ...]:
        topics = [word for topic in log.topics[1:] for word in self._words(world, topic)]
        event = log.topics[0].hex() if log.topics else "anonymous"
        return (self._name(world, log.address), event, *topics, *self._words(world, log.data))

    def _words(self, world: World, data: bytes) -> list[str]:
        parts = [data[i : i + 32] for i in range(0, len(data), 32)]
        return [self._word(world, part) for part in parts]

    def _word(self, world: World, part: bytes) -> str:
        if len(part) == 32 and not any(part[:12]) and any(part[12:24]):
            for address in world.names:
                if bytes.fromhex(address[2:]) == part[12:]:
                    return self._name(world, address)
        return part.hex()

    def _name(self, world: World, address: str) -> str:
        name = world.names.get(address, address)
        return self.names.get(name, name)


def topic(signature: str) -> bytes:
    """Of an event such as `Paused(uint8,uint16,uint32)`."""
    return keccak(text=signature)


def twins(first: Target, second: Target) -> tuple[World, World]:
    """Both worlds on revm, at the same time: the one that is ready sooner is built on a younger chain."""
    worlds = [open_world(target, RevmChain()) for target in (first, second)]
    latest = max(world.started for world in worlds)
    for index, target in enumerate((first, second)):
        lag = latest - worlds[index].started
        if lag:
            worlds[index] = open_world(target, RevmChain(timestamp=DEV_TIMESTAMP + lag))
    if worlds[0].started != worlds[1].started:
        raise HarnessFault(
            "a target's set-up depends on the time", second.reference(), "Let it wait instead."
        )
    return worlds[0], worlds[1]


def compare(
    first: World,
    second: World,
    steps: Iterable[Step],
    *,
    translate: Translate | None = None,
    alike: Alike | None = None,
) -> Difference | None:
    """Takes the steps in both; the first difference in outcome, error, events, time or holdings."""
    alike = alike or Alike()
    for number, step in numbered(steps):
        other = step if translate is None else translate(step)
        one = first.do(step)
        if other is None:
            second.do(Step.pause(step.wait))
            continue
        two = second.do(other)
        what = _differ(first, second, one, two, alike)
        if what is not None:
            return Difference(number, step, what)
    return None


def compare_shadow(
    live: World, shadow: World, steps: Iterable[Step], *, reported: Callable[[Outcome], bool]
) -> Difference | None:
    """Live refuses exactly what shadow lets pass and reports (`reported` tells from a step's events).

    What only shadow lets pass is undone there at once, so that both go on from the same state; where live
    went another way without refusing (it queues), the comparison ends.
    """
    alike = Alike()
    for number, step in numbered(steps):
        before = shadow.snapshot()
        one, two = live.do(step), shadow.do(step)
        if two.ok and reported(two):
            if one.ok:
                queued = alike.events(live, one) != alike.events(shadow, two)
                return None if queued else Difference(number, step, "shadow reports what live lets pass")
            shadow.revert(before)
            shadow.do(Step.pause(step.wait))
            continue
        if one.ok != two.ok:
            said = _said(live, one), _said(shadow, two)
            return Difference(number, step, f"live {said[0]}, shadow {said[1]} and reports nothing")
        if alike.events(live, one) != alike.events(shadow, two):
            return Difference(number, step, "the events differ, and shadow reports nothing")
        if live.now != shadow.now:
            return Difference(number, step, "the times differ")
    return None


def _said(world: World, outcome: Outcome) -> str:
    return "passes" if outcome.ok else f"fails with {world.explain(outcome)}"


def _differ(first: World, second: World, one: Outcome, two: Outcome, alike: Alike) -> str | None:
    if one.ok != two.ok or one.rejected != two.rejected:
        return f"the first {_said(first, one)}, the second {_said(second, two)}"
    errors = alike.error(first, one), alike.error(second, two)
    if errors[0] != errors[1]:
        return f"the first fails with {first.explain(one)}, the second with {second.explain(two)}"
    events = alike.events(first, one), alike.events(second, two)
    if events[0] != events[1]:
        apart = next(pair for pair in zip_longest(*events) if pair[0] != pair[1])
        return f"the first has the event {apart[0]}, the second {apart[1]}"
    if one.timestamp != two.timestamp:
        return f"the first is at {one.timestamp}, the second at {two.timestamp}"
    for name in first.actors:
        held = first.holdings(name), second.holdings(name)
        if held[0] != held[1]:
            return f"{name} holds {held[0]} in the first and {held[1]} in the second"
    return None
