"""New steps out of nothing: who does what with which arguments, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from guardrails.fuzz.search.actions import Action
from guardrails.fuzz.search.arguments import Arguments
from guardrails.fuzz.search.dictionary import Dictionary
from guardrails.fuzz.step import Loan, Step
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, World

_USERS = ("alice", "bob", "carol", "whale", "liquidator")
_ENOUGH_TRIES = 16
_LEAST_WEIGHT = 0.06
_MOST_CALLS = 5


class Tally:
    """How often each action was tried and went through, by crooks and by honest users."""

    def __init__(self, counts: dict[str, list[int]] | None = None) -> None:
        self.counts = counts if counts is not None else {}

    def count(self, step: Step, ok: bool) -> None:
        entry = self.counts.setdefault(
            self.key(step.actor in _USERS, f"{step.target}.{step.function}"), [0, 0]
        )
        entry[0] += 1
        entry[1] += ok

    def weight(self, honest: bool, action: Action) -> float:
        """What is always refused is tried less, never not at all."""
        tries, done = self.counts.get(self.key(honest, action.key), (0, 0))
        return 1.0 if tries < _ENOUGH_TRIES else max(_LEAST_WEIGHT, min(1.0, 3 * done / tries))

    @staticmethod
    def key(honest: bool, action: str) -> str:
        return f"{'user' if honest else 'thief'} {action}"


class Generator:
    """Draws from `rng` alone."""

    def __init__(
        self, world: World, actions: tuple[Action, ...], dictionary: Dictionary, rng: Random, tally: Tally
    ) -> None:
        self.world, self.rng, self.dictionary, self.tally = world, rng, dictionary, tally
        self.arguments = Arguments(world, dictionary, rng)
        self.by_name = {(action.target, action.function): action for action in actions}
        self._all = actions
        self._honest = tuple(action for action in actions if not action.donates)
        self.honest = {(action.target, action.function) for action in self._honest}
        self.users = [name for name in _USERS if name in world.actors]
        self.has_contract = THIEF_CONTRACT in world.contracts
        self.weigh()

    def weigh(self) -> None:
        """Takes what was learned since into account."""
        self._weights = [self.tally.weight(False, action) for action in self._all]
        self._honest_weights = [self.tally.weight(True, action) for action in self._honest]

    def step(self) -> Step:
        """By the thief, his contract, his accomplice or an honest user."""
        rng, draw = self.rng, self.rng.random()
        if draw < 0.14 and self.has_contract:
            return self.batch()
        if draw < 0.40 and self.users and self._honest:
            made = self.call(rng.choice(self.users))
        elif draw < 0.43 and "accomplice" in self.world.actors:
            made = self.call("accomplice")
        elif draw < 0.46:
            return Step.pause(self.wait())
        else:
            made = self.call(THIEF)
        return replace(made, wait=self.wait()) if rng.random() < 0.2 else made

    def call(self, actor: str) -> Step:
        """One call, at once."""
        rng, honest = self.rng, actor in self.users
        if honest:
            (action,) = rng.choices(self._honest, self._honest_weights)
        else:
            (action,) = rng.choices(self._all, self._weights)
        value = self.ether() if action.payable and rng.random() < 0.6 else 0
        return Step(actor, action.target, action.function, self.arguments.of(action, actor), value=value)

    def inner(self) -> Step:
        """A call of a batch."""
        made = replace(self.call(THIEF_CONTRACT), actor=THIEF)
        return replace(made, may_fail=True) if self.rng.random() < 0.15 else made

    def batch(self) -> Step:
        """Some calls in one transaction, with a loan more often than not."""
        calls = tuple(self.inner() for _ in range(self.rng.randrange(1, _MOST_CALLS)))
        loans = (self.loan(calls),) if self.world.assets and self.rng.random() < 0.6 else ()
        callback = (self.inner(),) if self.rng.random() < 0.15 else ()
        return Step.batch(THIEF, calls, loans=loans, callback=callback)

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
