"""From a state that is new, everything that ever did something is tried once: with the most that goes
through, with parts of it, and with the least."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from eth_utils.crypto import keccak

from guardrails.chain import Log
from guardrails.fuzz.search.actions import Action
from guardrails.fuzz.search.arguments import IDENTIFIER, fit, places_of
from guardrails.fuzz.search.behaviour import HONEST
from guardrails.fuzz.search.corpus import Entry
from guardrails.fuzz.search.execute import Draw, Executor, Run
from guardrails.fuzz.step import Step
from guardrails.fuzz.world import THIEF, Outcome, World

_TRANSFER = keccak(text="Transfer(address,address,uint256)")
_PARTS = (1, 2, 10, 100, 1_000)
"""Of the most that goes through: who takes all of something often spoils what comes next."""
_MOST_WAYS, _OF_EACH = 48, 3
_EFFORT = 0.4
"""How much of all steps are taken here at most."""
_DOUBLINGS = 8
Judge = Callable[[tuple[Step, ...], Run], bool]


@dataclass(frozen=True, slots=True)
class Way:
    """A step that did something, the place of its amount if it has one, and which events told of it."""

    step: Step
    amount: int | None
    events: frozenset[str]

    @property
    def place(self) -> tuple[Any, ...]:
        """What is called, with all arguments but the amount."""
        step = self.step
        return step.target, step.function, *(v for i, v in enumerate(step.arguments) if i != self.amount)

    @property
    def value(self) -> int:
        """The amount."""
        return 0 if self.amount is None else int(self.step.arguments[self.amount])

    def to_json(self) -> dict[str, Any]:
        return {"step": self.step.to_json(), "amount": self.amount, "events": sorted(self.events)}

    @classmethod
    def from_json(cls, document: Any) -> Way:
        return cls(Step.from_json(document["step"]), document["amount"], frozenset(document["events"]))


class Sweep:
    """`ways`: what the thief once did that led to something new or moved his assets; and the same at each
    other contract that has the same function. `steps`: how many were taken here. Draws nothing."""

    def __init__(self, executor: Executor, actions: tuple[Action, ...], draw: Draw, judge: Judge) -> None:
        self.executor, self.draw, self.judge = executor, draw, judge
        self._actions = {(one.target, one.function): one for one in actions}
        self._purse, self._places = _Purse(executor.world), places_of(executor.world)
        self.ways: list[Way] = []
        self.steps = 0

    def to_json(self) -> dict[str, Any]:
        """What was learned."""
        return {"ways": [way.to_json() for way in self.ways], "steps": self.steps}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Goes on from what was learned."""
        self.ways = list(map(Way.from_json, state["ways"]))
        self.steps = state["steps"]

    def watch(self, outcome: Outcome) -> None:
        """Whatever has once moved the thief's own assets is a way too, unless he only gave them away."""
        action = self._actions.get((outcome.step.target, outcome.step.function))
        if action is not None and not action.of_asset and self._purse.touched_by(outcome):
            self.learn((outcome,))

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        """These led to something new, and none could be left out."""
        for way in map(self.way_of, outcomes):
            if way is None:
                continue
            action = self._actions[way.step.target, way.step.function]
            if action.of_asset and not any(place in way.step.arguments for place in self._places):
                continue
            for like in self._actions.values():
                if like == action or (like.function == action.function and not action.of_asset):
                    self._add(replace(way, step=replace(way.step, target=like.target)), like == action)

    def way_of(self, outcome: Outcome) -> Way | None:
        """A single call of the thief's that went through."""
        step = outcome.step
        action = self._actions.get((step.target, step.function))
        if not outcome.ok or step.actor != THIEF or action is None or step.value:
            return None
        return Way(step, _place_of_amount(action, step), _events(outcome.logs))

    def _add(self, way: Way, itself: bool) -> None:
        """With other addresses a function is another way; that it may do the same elsewhere is a guess."""
        same = [one for one in self.ways if (one.step.target, one.step.function) == way.place[:2]]
        known = any(one.place == way.place for one in same) or (not itself and bool(same))
        if len(self.ways) < _MOST_WAYS and len(same) < _OF_EACH and not known:
            self.ways.append(replace(way, step=replace(way.step, wait=0)))

    @property
    def affordable(self) -> bool:
        """Whether there is effort left for one more state."""
        return bool(self.ways) and self.steps <= _EFFORT * self.executor.steps

    def sweep(self, entry: Entry) -> None:
        """Goes there and tries each way that is new to it."""
        executor, began = self.executor, self.executor.steps
        ways, entry.swept = self.ways[entry.swept :], len(self.ways)
        executor.go(entry.steps)
        executor.dictionary.glance(())
        steps = [step for way in ways for step in self._amounts(way)]
        for step in steps:
            if self.judge(entry.steps, executor.run((step,), self.draw)):
                break
        self.steps += executor.steps - began

    def _amounts(self, way: Way) -> Iterator[Step]:
        """The way with the greatest amount that goes through, with parts of it, and with one."""
        if way.amount is None:
            yield way.step
            return
        most = self.most(way)
        for value in dict.fromkeys([*(most // part for part in _PARTS), min(most, 1)]):
            if value:
                yield self.with_amount(way, value)

    def most(self, way: Way, rest: tuple[Way, ...] = ()) -> int:
        """The greatest amount that goes through where each run begins, and the rest after it."""

        def goes_through(value: int) -> bool:
            steps = (self.with_amount(way, value), *(one.step for one in rest))
            outcomes = self.executor.probe(steps)
            expected = zip(outcomes, (way, *rest), strict=False)
            return outcomes[-1].ok and all(one.events <= _events(done.logs) for done, one in expected)

        own = self.executor.dictionary.own
        return greatest(goes_through, (value for name in own if name not in HONEST for value in own[name]))

    def with_amount(self, way: Way, value: int) -> Step:
        """The same with another amount."""
        at, arguments = way.amount or 0, way.step.arguments
        kind = str(self._actions[way.step.target, way.step.function].inputs[at]["type"])
        return replace(way.step, arguments=(*arguments[:at], fit(value, kind), *arguments[at + 1 :]))


def greatest(goes_through: Callable[[int], bool], guesses: Iterable[int]) -> int:
    """An amount that goes through while one more does not; 0 if none was found. The guesses are tried first,
    the largest first, and one less than each: mostly it is one of them."""
    known = sorted({1, *(less for guess in guesses for less in (guess, guess - 1) if less > 0)})
    low = next((guess for guess in reversed(known) if goes_through(guess)), 0)
    if not low or not goes_through(low + 1):
        return low
    above = bisect_left(known, low + 1)
    high = known[above] if above < len(known) else low << _DOUBLINGS
    if above == len(known) and goes_through(high):
        return high
    low += 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if goes_through(middle) else (low, middle)
    return low


def _place_of_amount(action: Action, step: Step) -> int | None:
    """Of the first number that is no identifier."""
    for at, (value, part) in enumerate(zip(step.arguments, action.inputs, strict=True)):
        number = isinstance(value, int) and not isinstance(value, bool)
        if number and not IDENTIFIER.search(str(part["name"])):
            return at
    return None


def _events(logs: Iterable[Log]) -> frozenset[str]:
    return frozenset(log.topics[0].hex() for log in logs if log.topics)


class _Purse:
    """Sees by the assets' own events what comes to the thief and what leaves him."""

    def __init__(self, world: World) -> None:
        self._assets = {asset.address for asset in world.assets.values()}
        self._his = {bytes(12) + bytes.fromhex(account[2:]) for account in world.accounts_of(THIEF)}

    def touched_by(self, outcome: Outcome) -> bool:
        """Whether he has more or less of an asset now."""
        return any(
            any(log.data) and (log.topics[1] in self._his) != (log.topics[2] in self._his)
            for log in outcome.logs
            if log.address in self._assets and len(log.topics) == 3 and log.topics[0] == _TRANSFER
        )
