"""Long walks without a plan: they find first what takes many steps of many people and no direction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.search.actions import Action
from guardrails.fuzz.search.arguments import fit, tokens_of
from guardrails.fuzz.search.dictionary import pushed_by
from guardrails.fuzz.step import Loan, Step, Value
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, World

_USERS = ("alice", "bob", "carol", "whale", "liquidator", THIEF)
_LENGTHS = (6, 16, 48)
_ASSET = re.compile(r"asset|token|collateral|currency|underlying|reserve|market", re.IGNORECASE)
_INDEX = re.compile(r"_?(id|index|i|claim|number|nonce|round|epoch|ticket|position)(id)?", re.IGNORECASE)
_DURATION = re.compile(r"duration|delay|period|seconds|window|interval|timeout", re.IGNORECASE)
_MOMENT = re.compile(r"deadline|expir|until", re.IGNORECASE)
_DAY, _REMEMBERED = 86_400, 24
_USUAL_TIMES = (1, 12, 60, 600, 3_600, 14_400, 86_400, 604_800, 2_592_000)
_TEN_YEARS = 3_650 * _DAY
_OF_THE_COMPILER = 256
"""Smaller numbers in code are mostly offsets."""
_KNOWN, _AGAIN = 0.4, 0.15


class Wanderer:
    """Everybody does anything, with a liking for what went through before; but honest users give nothing
    away. Draws from `rng` alone."""

    def __init__(
        self, world: World, actions: Sequence[Action], rng: Random, insiders: Sequence[str] = ()
    ) -> None:
        self.world, self.actions, self.rng = world, actions, rng
        self.honest_actions = [action for action in actions if not action.donates]
        self.actors = list(dict.fromkeys([*(u for u in _USERS if u in world.actors), *insiders]))
        self.contracts = [f"@{name}" for name in world.contracts if name not in world.assets]
        self.assets = [f"@{symbol}" for symbol in world.assets]
        self.tokens = tokens_of(world)
        self.honest = {name for name in self.actors if name != THIEF and name not in insiders}
        self.balances = _balances(world)
        self.constants, self.times = _of_the_protocol(world)
        self.cast, self.people = self.actors, list[str]()
        self.said: list[int] = []
        self.insistence = 0.3
        self.able: dict[str, list[str]] = {}
        self.taken: dict[str, list[Value]] = {}

    def steps(self) -> tuple[Step, ...]:
        """One walk. What was once said is said again."""
        self.said = []
        self._choose_cast()
        patience = self.rng.choice((0.03, 0.1, 0.4))
        walk: list[Step] = []
        for _ in range(self.rng.choice(_LENGTHS)):
            again = walk and self.rng.random() < _AGAIN
            step = self.rng.choice(walk[-3:]) if again else self._step()
            walk.append(replace(step, wait=self._wait() if self.rng.random() < patience else 0))
        return tuple(walk)

    def _choose_cast(self) -> None:
        """Who acts and is named in this walk: mostly a few, who meet more often that way."""
        rng, count = self.rng, len(self.actors)
        chosen = rng.sample(self.actors, min(count, rng.choice((2, 3, 3, count))))
        self.cast = sorted(chosen, key=self.actors.index)
        self.people = [f"@{name}" for name in self.cast]
        if THIEF in chosen and THIEF_CONTRACT in self.world.contracts:
            self.people.append(f"@{THIEF_CONTRACT}")

    def to_json(self) -> dict[str, Any]:
        """What was learned."""
        return {"able": self.able, "taken": self.taken}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Goes on from what was learned."""
        self.able = {key: list(names) for key, names in state["able"].items()}
        self.taken = {key: list(values) for key, values in state["taken"].items()}

    def learn(self, step: Step) -> None:
        """It went through: who did it, and with what."""
        for one in step.calls or (step,):
            key = f"{one.target}.{one.function}"
            able = self.able.setdefault(key, [])
            if not step.calls and one.actor not in able:
                able.append(one.actor)
            for at, value in enumerate(one.arguments):
                taken = self.taken.setdefault(f"{key}.{at}", [])
                if value not in taken:
                    taken.append(value)
                    del taken[:-_REMEMBERED]

    def _step(self) -> Step:
        if THIEF_CONTRACT in self.world.contracts and self.rng.random() < 0.12:
            return self._batch()
        action = self.rng.choice(self.actions)
        able = [name for name in self.able.get(action.key, ()) if name in self.cast]
        known = able and self.rng.random() < _KNOWN
        actor = self.rng.choice(able if known else self.cast)
        if actor in self.honest and action.donates:
            if not self.honest_actions:
                actor = THIEF
            else:
                action = self.rng.choice(self.honest_actions)
        return self._call(action, actor, actor)

    def _call(self, action: Action, actor: str, of: str) -> Step:
        arguments = tuple(self._argument(action, at, of) for at in range(len(action.inputs)))
        value = self.rng.choice((0, 1, 10**9, 10**18)) if action.payable else 0
        return Step(actor, action.target, action.function, arguments, value=value)

    def _argument(self, action: Action, at: int, of: str) -> Value:
        part = action.inputs[at]
        kind = str(part["type"])
        taken = [] if of == THIEF_CONTRACT else self.taken.get(f"{action.key}.{at}", [])
        if "address" in kind:  # of this walk, and an honest user's own
            taken = [] if of in self.honest else [value for value in taken if value in self.people]
        if not taken or self.rng.random() >= _KNOWN:
            return self._value(part, kind, of)
        value = self.rng.choice(taken)
        plain = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return fit(self._about(value), kind) if plain else value

    def _batch(self) -> Step:
        """Some calls of the thief in one transaction, often about one and the same amount."""
        rng, before = self.rng, self.said
        amount = self._number() * rng.choice((1, 1, 2, 10, 100))
        self.said, self.insistence = [amount] * 8, 0.7
        calls = tuple(self._inner() for _ in range(rng.randrange(1, 5)))
        callback = (self._inner(),) if rng.random() < 0.3 else ()
        loans: tuple[Loan, ...] = ()
        if self.assets and rng.random() < 0.6:
            loans = (Loan(rng.choice(self.assets)[1:], amount % 2**112),)
        self.said, self.insistence = [*before, amount], 0.3
        return Step.batch(THIEF, calls, loans=loans, callback=callback)

    def _inner(self) -> Step:
        made = self._call(self.rng.choice(self.actions), THIEF, THIEF_CONTRACT)
        return replace(made, may_fail=self.rng.random() < 0.2)

    def _wait(self) -> int:
        rng = self.rng
        draw = rng.random()
        if draw < 0.4 and self.times:
            return max(rng.choice(self.times) + rng.choice((-1, 0, 0, 1)), 0)
        return rng.choice(_USUAL_TIMES) if draw < 0.7 else rng.randrange(1, 8 * _DAY)

    def _value(self, part: AbiEntry, kind: str, actor: str) -> Value:
        """One argument of a type."""
        rng, name = self.rng, str(part.get("name", ""))
        if kind.endswith("]"):
            inner, _, size = kind.rpartition("[")
            count = rng.randrange(4) if size == "]" else int(size[:-1])
            return [self._value(part, inner, actor) for _ in range(count)]
        if kind == "tuple":
            return [self._value(one, str(one["type"]), actor) for one in part["components"]]
        if kind == "address":
            return self._address(name, actor)
        if kind.startswith(("uint", "int")):
            return self._of_kind(kind, name)
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "string":
            return rng.choice(("", "x"))
        length = int(kind[5:]) if kind[5:] else rng.choice((0, 4, 32, 64))
        return "0x" + (bytes(length) if rng.random() < 0.5 else rng.randbytes(length)).hex()

    def _address(self, name: str, actor: str) -> str:
        rng = self.rng
        if self.assets and _ASSET.search(name) and rng.random() < 0.9:
            return rng.choice(self.tokens)
        draw = rng.random()
        if draw < 0.3 or actor in self.honest:
            return f"@{actor}"
        return rng.choice(self.people if draw < 0.85 else self.contracts)

    def _of_kind(self, kind: str, name: str) -> int:
        rng = self.rng
        if _INDEX.fullmatch(name) and rng.random() < 0.8:
            return fit(rng.randrange(4), kind)
        if _DURATION.search(name) and rng.random() < 0.8:
            return fit(self._wait(), kind)
        if _MOMENT.search(name) and rng.random() < 0.8:
            return fit(self.world.now + self._wait(), kind)
        number = rng.choice(self.said) if self.said and rng.random() < self.insistence else self._number()
        self.said.append(number)
        return fit(-number if kind.startswith("int") and rng.random() < 0.5 else number, kind)

    def _number(self) -> int:
        """A constant of the code, a balance or a part of one, a small number or any."""
        rng, draw = self.rng, self.rng.random()
        if draw < 0.35 and self.constants:
            return self._near(rng.choice(self.constants))
        if draw < 0.65:
            return self._near(rng.choice(self.balances))
        return rng.randrange(11) if draw < 0.8 else rng.randrange(10 ** rng.randrange(1, 25))

    def _about(self, value: int) -> int:
        draw = self.rng.random()
        return value if draw < 0.6 else self._near(value) if draw < 0.8 else self.rng.randrange(2 * value + 1)

    def _near(self, value: int) -> int:
        draw = self.rng.random()
        if draw < 0.4:
            return value
        if draw < 0.55:
            return max(value + self.rng.choice((-1, 1)), 0)
        return self.rng.randrange(value + 1)


def _balances(world: World) -> list[int]:
    """What people and the protocol hold before anything is done."""
    tokens = [c for c in world.contracts.values() if "balanceOf(address)" in c.interface.functions]
    holders = [world.addresses[n] for n in (*_USERS, THIEF_CONTRACT) if n in world.addresses]
    everybody = (*holders, *world.protected)
    held = {int(token.call("balanceOf(address)", one)) for token in tokens for one in everybody}
    return sorted(held - {0}) or [0]


def _of_the_protocol(world: World) -> tuple[list[int], list[int]]:
    """The numbers in its code, and those of them that may be seconds."""
    others = {THIEF_CONTRACT, "lender", *world.assets}
    codes = {c.address: c for name, c in world.contracts.items() if name not in others}
    found = {value for address in codes for value in pushed_by(world.chain.code(address))}
    constants = sorted(value for value in found if value >= _OF_THE_COMPILER)
    return constants, [value for value in constants if value <= _TEN_YEARS]
