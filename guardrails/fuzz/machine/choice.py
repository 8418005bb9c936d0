"""Which rule comes next: by weight, among those that may run, with a random part of them switched off in half
of the examples (a bug that needs one thing often is seldom found by doing everything evenly).

Hypothesis' own choice knows no weights and costs more than the transaction that follows. This stands in its
place, on the engine's inner interface; the extra `fuzz` names the one version that it is written for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from hypothesis.strategies import SearchStrategy

from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.step import Step
from guardrails.fuzz.words import WEIGHT

PLAINEST = "time_passes"
_AT_ONCE = 12
_ALWAYS = 300
"""A rule of this weight or more is in every example."""

if TYPE_CHECKING:
    from guardrails.fuzz.machine.lab import Lab
    from guardrails.fuzz.machine.machine import GuardedMachine


class Engine:
    """A `Source` of the engine's choices, each as likely as the next (its integers are mostly near 0)."""

    __slots__ = ("data", "pool")

    def __init__(self, data: Any) -> None:
        self.data = data
        self.pool = b""

    def below(self, limit: int) -> int:
        if limit < 2:
            return 0
        size = limit.bit_length() // 8 + 1  # a byte more than it takes, or the first would come more often
        if len(self.pool) < size:  # many choices at once: each drawing costs as much as a call
            self.pool += self.data.draw_bytes(_AT_ONCE + size, _AT_ONCE + size)
        drawn, self.pool = self.pool[:size], self.pool[size:]
        return int.from_bytes(drawn, "big") % limit


class Steps(SearchStrategy[Step]):
    """Steps as `make` makes them out of a machine's choices."""

    def __init__(self, make: Callable[[GuardedMachine, Engine], Step]) -> None:
        super().__init__()
        self.make = make

    def do_draw(self, data: Any) -> Step:
        machine = data.hypothesis_runner
        source: Engine = machine.source
        if source.data is not data:  # not out of a rule's choice
            source = Engine(data)
        return self.make(machine, source)

    def __repr__(self) -> str:
        return f"steps({getattr(self.make, '__name__', '…')})"


def of_lab(make: Callable[[Lab, Engine], Step]) -> Steps:
    """Steps that need the world only."""

    def made(machine: GuardedMachine, source: Engine) -> Step:
        return make(machine.lab, source)

    made.__name__ = make.__name__
    return Steps(made)


class NextRule(SearchStrategy[Any]):
    """The next rule, with its arguments."""

    def __init__(self, machine: GuardedMachine) -> None:
        super().__init__()
        self.machine = machine
        rules = [rule for rule in machine.rules if rule.function.__name__ not in machine.without]
        # the plainest first: what a failure does not need shrinks to it, and then away
        self.rules = sorted(rules, key=lambda rule: (rule.function.__name__ != PLAINEST, len(rule.arguments)))
        self.weights = {id(rule): _weight(rule) for rule in self.rules}
        self.on: list[Any] = []
        self.mixed: list[tuple[Any, bool]] = []
        self.sums: list[int] = []
        self.chosen = False

    def do_draw(self, data: Any) -> Any:
        if not self.chosen:
            self._choose(data)
        on, sums = self.on, self.sums
        if not sums:  # some of them may run at times only
            on = [rule for rule, simple in self.mixed if simple or self._may_run(rule)]
            on = on or [rule for rule in self.rules if self._may_run(rule)]
            sums = list(accumulate(map(self.weights.__getitem__, map(id, on))))
            if not on:
                self.machine.nothing_to_do()
        source = self.machine.source = Engine(
            data
        )  # the step's own: what shrinks away takes its choices along
        rule = on[bisect_right(sums, source.below(sums[-1]))]
        self.machine.times[rule.function.__name__] += 1
        return rule, {name: data.draw(strategy) for name, strategy in rule.arguments_strategies.items()}

    def _choose(self, data: Any) -> None:
        """Once an example: which rules are switched off. A quarter of the light ones, or none."""
        self.chosen = True
        every = 2 ** len(self.rules) - 1
        off = 0
        if data.draw_boolean(0.5):
            off = Engine(data).below(every + 1) & Engine(data).below(every + 1)
        self.on = [
            rule for at, rule in enumerate(self.rules) if not off >> at & 1 or _weight(rule) >= _ALWAYS
        ] or self.rules
        self.mixed = [(rule, _is_simple(rule)) for rule in self.on]
        if all(simple for _, simple in self.mixed):
            self.sums = list(accumulate(map(_weight, self.on)))

    def _may_run(self, rule: Any) -> bool:
        most = getattr(rule.function, "max_times", None)
        if most is not None and self.machine.times[rule.function.__name__] >= most:
            return False
        if not all(self.machine.bundle(bundle.name) for bundle in rule.bundles):
            return False
        try:
            return all(condition(self.machine) for condition in rule.preconditions)
        except Exception as error:
            name = rule.function.__qualname__
            what = f"a precondition raised {type(error).__name__}: {error}"
            raise HarnessFault(what, name, "Correct the machine; the protocol is not to blame.") from error


def _weight(rule: Any) -> int:
    return int(getattr(rule.function, "weight", WEIGHT))


def _is_simple(rule: Any) -> bool:
    """It may run whenever."""
    return not rule.preconditions and not rule.bundles and getattr(rule.function, "max_times", None) is None
