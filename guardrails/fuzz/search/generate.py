"""New steps out of nothing: who does what with which arguments, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import sqrt
from random import Random
from typing import Any

from guardrails.fuzz.search.actions import Action
from guardrails.fuzz.search.arguments import Arguments
from guardrails.fuzz.search.behaviour import HONEST
from guardrails.fuzz.search.dictionary import Dictionary
from guardrails.fuzz.step import Loan, Step
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, Outcome, World

_ENOUGH_TRIES = 16
_LEAST_WEIGHT, _LESS_WEIGHT = 0.04, 0.5
_UNTRIED: list[Any] = [0, 0, (), 0]
_LEAST_USE = 0.1
_SEVERAL = 2
"""Reasons to refuse that show that it is not only a matter of who asks."""
_OF_LITTLE_USE = 0.25
_MOST_CALLS = 5
_INSIDE = 0.35


class Tally:
    """How often each action was tried and went through, and for which reasons it was refused; of crooks, of
    honest users and of each insider."""

    def __init__(self, counts: dict[str, list[Any]] | None = None, insiders: Sequence[str] = ()) -> None:
        self.counts = counts if counts is not None else {}
        self._kinds = dict.fromkeys(HONEST, "user") | {name: name for name in insiders}

    def count(self, outcome: Outcome) -> None:
        step = outcome.step
        key = self._key(step.actor, f"{step.target}.{step.function}")
        entry = self.counts.setdefault(key, [0, 0, [], 0])
        entry[0] += 1
        entry[1] += outcome.ok
        reason = outcome.selector.hex()
        if not outcome.ok and len(entry[2]) < _SEVERAL and reason not in entry[2]:
            entry[2].append(reason)

    def credit(self, steps: Iterable[Step]) -> None:
        """They led to something new that none of them could be left out of."""
        for key in {self._key(one.actor, f"{one.target}.{one.function}") for one in steps}:
            if key in self.counts:
                self.counts[key][3] += 1

    def use(self, actor: str, actions: Iterable[Action]) -> list[float]:
        """How much oftener than others each has led to something new, with a floor under all."""
        merits = [sqrt(1 + self.counts.get(self._key(actor, one.key), _UNTRIED)[3]) for one in actions]
        most = max(merits, default=1.0)
        return [max(merit / most, _LEAST_USE) for merit in merits]

    def weight(self, actor: str, action: Action) -> float:
        """What is always refused is tried less, least what is so for one reason only; never not at all."""
        most = _OF_LITTLE_USE if action.function.startswith("approve(") else 1.0
        tries, done, reasons, _ = self.counts.get(self._key(actor, action.key), _UNTRIED)
        if tries < _ENOUGH_TRIES:
            return most
        least = _LEAST_WEIGHT if len(reasons) < _SEVERAL else _LESS_WEIGHT
        return most * float(max(least, min(1.0, 3 * done / tries)))

    def _key(self, actor: str, action: str) -> str:
        return f"{self._kinds.get(actor, 'thief')} {action}"


class Generator:
    """Draws from `rng` alone."""

    def __init__(
        self,
        world: World,
        actions: tuple[Action, ...],
        dictionary: Dictionary,
        rng: Random,
        tally: Tally,
        insiders: Sequence[str] = (),
    ) -> None:
        self.world, self.rng, self.dictionary, self.tally = world, rng, dictionary, tally
        self.insiders = insiders
        self.arguments = Arguments(world, dictionary, rng, insiders)
        self.by_name = {(action.target, action.function): action for action in actions}
        self._all = actions
        self._honest = tuple(action for action in actions if not action.donates)
        self.honest = {(action.target, action.function) for action in self._honest}
        self.users = [name for name in HONEST if name in world.actors]
        self.has_contract = THIEF_CONTRACT in world.contracts
        self.weigh()

    def weigh(self) -> None:
        """Takes what was learned since into account."""
        self._weights = {name: self._weighed(name, self._all) for name in (THIEF, *self.insiders)}
        self._honest_weights = self._weighed(HONEST[0], self._honest)

    def _weighed(self, actor: str, actions: tuple[Action, ...]) -> list[float]:
        use = self.tally.use(actor, actions)
        return [self.tally.weight(actor, one) * by for one, by in zip(actions, use, strict=True)]

    def step(self, try_out: Callable[[Step], None]) -> Step:
        """By the thief, his contract, his accomplice, an insider or an honest user. `try_out` lets the
        dictionary see the state in the middle of a batch."""
        rng, draw = self.rng, self.rng.random()
        if self.insiders and rng.random() < _INSIDE:
            made = self.call(rng.choice(self.insiders))
            return replace(made, wait=self.wait()) if rng.random() < 0.2 else made
        if draw < 0.14 and self.has_contract:
            return self.batch(try_out)
        if draw < 0.40 and self.users and self._honest:
            made = self.call(rng.choice(self.users))
        elif draw < 0.43 and "accomplice" in self.world.actors:
            made = self.call("accomplice")
        elif draw < 0.46:
            return Step.pause(self.wait())
        else:
            made = self.call(THIEF)
        return replace(made, wait=self.wait()) if rng.random() < 0.25 else made

    def call(self, actor: str) -> Step:
        """One call, at once."""
        rng, honest = self.rng, actor in self.users
        if honest:
            (action,) = rng.choices(self._honest, self._honest_weights)
        else:
            (action,) = rng.choices(self._all, self._weights.get(actor, self._weights[THIEF]))
        value = self.ether() if action.payable and rng.random() < 0.6 else 0
        return Step(actor, action.target, action.function, self.arguments.of(action, actor), value=value)

    def inner(self) -> Step:
        """A call of a batch."""
        made = replace(self.call(THIEF_CONTRACT), actor=THIEF)
        return replace(made, may_fail=True) if self.rng.random() < 0.15 else made

    def batch(self, try_out: Callable[[Step], None]) -> Step:
        """Some calls in one transaction, with a loan more often than not; each is drawn after those before it
        were tried out."""
        rng = self.rng
        loans = (self.loan(()),) if self.world.assets and rng.random() < 0.6 else ()
        batch = Step(THIEF, loans=loans)
        for _ in range(rng.randrange(1, _MOST_CALLS)):
            try_out(batch)
            batch = replace(batch, calls=(*batch.calls, self.inner()))
        return replace(batch, callback=(self.inner(),)) if rng.random() < 0.15 else batch

    def loan(self, calls: Iterable[Step]) -> Loan:
        """Of what the calls name, or of any asset; as much as they speak of, or much more."""
        rng = self.rng
        symbols = list(self.world.assets)
        named = [call.target for call in calls if call.target in symbols]
        amounts = [v for call in calls for v in call.arguments if isinstance(v, int) and 0 < v < 2**112]
        symbol = rng.choice(named if named and rng.random() < 0.5 else symbols)
        draw = rng.random()
        if amounts and draw < 0.5:
            amount = rng.choice((max(amounts), sum(amounts)))
        elif draw < 0.8:
            amount = rng.choice(self.dictionary.balances) * rng.choice((1, 2, 10, 100))
        else:
            amount = 10 ** rng.randrange(6, 27)
        return Loan(symbol, amount % 2**112)

    def wait(self) -> int:
        """Seconds: what the policy or the code counts with, a bit more or less, or any usual time."""
        rng = self.rng
        if rng.random() < 0.5:
            return rng.choice(self.dictionary.policy_times) + rng.choice((-1, 0, 1))
        return rng.choice(self.dictionary.times)

    def ether(self) -> int:
        return self.rng.choice((1, 10**9, 10**18, 10**20))
