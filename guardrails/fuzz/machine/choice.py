"""Which rule comes next: by weight, among those that may run, with a random part of them switched off in half
of the examples (a bug that needs one thing often is seldom found by doing everything evenly).

Hypothesis' own choice knows no weights and costs more than the transaction that follows. This stands in its
place, on the engine's inner interface; the extra `fuzz` names the one version that it is written for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from hypothesis.internal.conjecture.providers import HypothesisProvider
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

    __slots__ = ("at", "data", "pool")

    def __init__(self, data: Any) -> None:
        self.data = data
        self.pool = b""
        self.at = 0

    def below(self, limit: int) -> int:
        if limit < 2:
            return 0
        at = self.at
        # a byte more than it takes, or the first would come more often
        self.at = end = at + limit.bit_length() // 8 + 1
        if end > len(self.pool):  # many choices at once: each drawing costs as much as a call
            size = _AT_ONCE + end - at
            self.pool += self.data._draw("bytes", _of_size(size), observe=True, forced=None)
        return int.from_bytes(self.pool[at:end], "big") % limit


@lru_cache(maxsize=64)
def _of_size(size: int) -> dict[str, int]:
    """The constraints of so many bytes: as Hypothesis wants it, one dictionary for all that are equal."""
    return {"min_size": size, "max_size": size}


def in_one_piece(provider: Any) -> None:
    """From now on a fixed number of random bytes is drawn at once. Hypothesis' own provider asks itself after
    each byte whether there shall be another, which takes longer than the transaction that comes of them."""
    if not isinstance(provider, HypothesisProvider):
        return
    by_the_byte = provider.draw_bytes

    def draw_bytes(min_size: int, max_size: int) -> bytes:
        if min_size != max_size:
            return by_the_byte(min_size, max_size)
        random: Any = provider._random
        drawn: bytes = random.randbytes(min_size)
        return drawn

    provider.draw_bytes = draw_bytes  # type: ignore[assignment]


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


class Option:
    """A rule as it is chosen: looked up once an example."""

    __slots__ = ("arguments", "bundles", "conditions", "is_simple", "most", "name", "rule", "weight")

    def __init__(self, rule: Any) -> None:
        function = rule.function
        self.rule, self.name = rule, str(function.__name__)
        self.weight = int(getattr(function, "weight", WEIGHT))
        self.most: int | None = getattr(function, "max_times", None)
        self.conditions, self.bundles = rule.preconditions, [bundle.name for bundle in rule.bundles]
        self.arguments = list(rule.arguments_strategies.items())
        self.is_simple = self.most is None and not self.conditions and not self.bundles
        """It may run whenever."""


class NextRule(SearchStrategy[Any]):
    """The next rule, with its arguments."""

    def __init__(self, machine: GuardedMachine) -> None:
        super().__init__()
        self.machine = machine
        options = [Option(rule) for rule in machine.rules if rule.function.__name__ not in machine.without]
        # the plainest first: what a failure does not need shrinks to it, and then away
        self.options = sorted(options, key=lambda option: (option.name != PLAINEST, len(option.arguments)))
        self.on: list[Option] = []
        self.sums: list[int] = []
        self.chosen = False

    def do_draw(self, data: Any) -> Any:
        if not self.chosen:
            self._choose(data)
        machine, on, sums = self.machine, self.on, self.sums
        if not sums:  # some of them may run at times only
            on = [option for option in on if option.is_simple or self._may_run(option)]
            on = on or [option for option in self.options if self._may_run(option)]
            if not on:
                machine.nothing_to_do()
            sums = list(accumulate([option.weight for option in on]))
        source = machine.source = Engine(data)  # the step's own: what shrinks away takes its choices along
        option = on[bisect_right(sums, source.below(sums[-1]))]
        machine.times[option.name] += 1
        return option.rule, {
            name: strategy.make(machine, source) if isinstance(strategy, Steps) else data.draw(strategy)
            for name, strategy in option.arguments
        }

    def _choose(self, data: Any) -> None:
        """Once an example: which rules are switched off. A quarter of the light ones, or none."""
        self.chosen = True
        in_one_piece(data.provider)
        every = 2 ** len(self.options) - 1
        off = 0
        if data.draw_boolean(0.5):
            off = Engine(data).below(every + 1) & Engine(data).below(every + 1)
        self.on = [
            option for at, option in enumerate(self.options) if not off >> at & 1 or option.weight >= _ALWAYS
        ]
        if all(option.is_simple for option in self.on):
            self.sums = list(accumulate([option.weight for option in self.on]))

    def _may_run(self, option: Option) -> bool:
        machine = self.machine
        if option.most is not None and machine.times[option.name] >= option.most:
            return False
        if option.bundles and not all(machine.bundle(name) for name in option.bundles):
            return False
        try:
            for condition in option.conditions:
                if not condition(machine):
                    return False
        except Exception as error:
            name = option.rule.function.__qualname__
            what = f"a precondition raised {type(error).__name__}: {error}"
            raise HarnessFault(what, name, "Correct the machine; the protocol is not to blame.") from error
        return True
