"""Arguments by type: numbers that matter here, addresses that an actor would name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.search.actions import Action
from guardrails.fuzz.search.dictionary import Dictionary
from guardrails.fuzz.step import Value
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, World

_ASSET = re.compile(r"asset|token|collateral|currency|underlying|reserve|market", re.IGNORECASE)
IDENTIFIER = re.compile(r"id$|index|nonce|level|mode", re.IGNORECASE)
_DEADLINE = re.compile(r"deadline|expir|validuntil", re.IGNORECASE)
_MOST_ELEMENTS = 3
CROOKS = (THIEF, THIEF_CONTRACT, "accomplice")


class Arguments:
    """Draws from `rng` alone, and from what the dictionary last observed."""

    def __init__(
        self, world: World, dictionary: Dictionary, rng: Random, insiders: Sequence[str] = ()
    ) -> None:
        self.world, self.dictionary, self.rng = world, dictionary, rng
        self.crooks = (*CROOKS, *insiders)
        self.assets = [f"@{symbol}" for symbol in world.assets]
        self.tokens, self.places = tokens_of(world), places_of(world)
        self.contracts = [f"@{name}" for name in world.contracts if name not in world.assets]
        self.people = [f"@{name}" for name in world.actors]
        self.selectors = [
            "0x" + contract.interface.function(name)[0].hex()
            for contract in world.contracts.values()
            for name in contract.interface.functions
            if "(" in name
        ]

    def of(self, action: Action, actor: str) -> tuple[Value, ...]:
        """One for each input of the function, as `actor` would give them."""
        found = tuple(self.value(part, str(part["type"]), actor) for part in action.inputs)
        if action.donates and self.rng.random() < 0.8:
            rich = self.rng.random() < 0.7
            to = self._place() if rich else f"@{self.rng.choice((THIEF, THIEF_CONTRACT))}"
            return (to if to[1:] in self.world.addresses else found[0], *found[1:])
        return found

    def value(self, part: AbiEntry, kind: str, actor: str) -> Value:
        """One argument of a type."""
        rng = self.rng
        if kind.endswith("]"):
            inner, _, size = kind.rpartition("[")
            count = int(size[:-1]) if size != "]" else rng.randrange(_MOST_ELEMENTS + 1)
            return [self.value(part, inner, actor) for _ in range(count)]
        if kind == "tuple":
            return [self.value(one, str(one["type"]), actor) for one in part["components"]]
        if kind == "address":
            return self.address(str(part.get("name", "")), actor)
        if kind.startswith(("uint", "int")):
            return self.number(kind, str(part.get("name", "")), actor)
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "string":
            return rng.choice(("", "x"))
        if kind == "bytes":
            return self._bytes(actor)
        if kind == "bytes4":
            return rng.choice(self.selectors)
        return self._fixed(int(kind[len("bytes") :]))

    def address(self, name: str, actor: str) -> str:
        """An honest actor names himself or an asset; a crook names anybody."""
        rng = self.rng
        if _ASSET.search(name) and rng.random() < 0.9:
            return rng.choice(self.tokens or self.contracts)
        if actor not in self.crooks:
            return f"@{actor}"
        draw = rng.random()
        if draw < 0.6:
            return f"@{actor}"
        if draw < 0.75:
            return rng.choice([f"@{one}" for one in self.crooks if one in self.world.addresses])
        if draw < 0.87:
            to = self._place()
            return to if to in self.contracts else rng.choice(self.contracts)
        if draw < 0.92:
            return rng.choice(self.contracts)
        return rng.choice(self.people if draw < 0.97 or not self.assets else self.assets)

    def _place(self) -> str:
        """Where money is sent that buys nothing; what it may do there is not known."""
        return self.places[0] if len(self.places) == 1 else self.rng.choice(self.places)

    def number(self, kind: str, name: str, actor: str) -> int:
        """Within the type."""
        if _DEADLINE.search(name) and self.rng.random() < 0.8:
            return fit(self.world.now + self.rng.choice(self.dictionary.times), kind)
        if IDENTIFIER.search(name) and self.rng.random() < 0.6:
            return self.rng.randrange(4)
        return fit(self._number(actor), kind)

    def _number(self, actor: str) -> int:
        rng, known = self.rng, self.dictionary
        draw = rng.random()
        if draw < 0.34 and actor in known.own:
            return self.near(rng.choice(known.own[actor]))
        if draw < 0.44:
            return self.near(rng.choice(known.balances))
        if draw < 0.58:
            return self.near(rng.choice(known.seen))
        if draw < 0.72:
            return rng.choice((0, 1, 1, 2, 3, 4, 5, 7, 10))
        if draw < 0.80 and known.constants:
            return self.near(rng.choice(known.constants))
        if draw < 0.89:
            return int(rng.randrange(1, 10) * 10 ** rng.randrange(25))
        if draw < 0.96:
            return rng.randrange(10 ** rng.randrange(1, 25))
        return int(2 ** rng.choice((256, 255, 128, 64)) - 1)

    def near(self, value: int) -> int:
        """The value itself more often than not, else a neighbour or a part of it."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.55:
            return value
        if draw < 0.70:
            return max(value + rng.choice((-1, 1)), 0)
        if draw < 0.85:
            return max(value // rng.choice((2, 3, 4, 10, 100, 1_000)), 1)
        return 1 + value * rng.randrange(1, 100) // rng.choice((10, 50, 100))

    def _bytes(self, actor: str) -> Value:
        rng = self.rng
        if rng.random() < 0.6:
            return rng.choice(("0x", "0x" + "00" * 32, rng.choice(self.selectors)))
        return "0x" + rng.randbytes(rng.choice((4, 32, 64))).hex()

    def _fixed(self, size: int) -> str:
        rng = self.rng
        values = (0, 1, 256**size - 1, *rng.sample(self.dictionary.seen, 1))
        return "0x" + f"{rng.choice(values) % 256**size:0{2 * size}x}"


def places_of(world: World) -> list[str]:
    """Where the money is: what is protected but for the guard, or else the protocol."""
    guard = world.addresses.get("guard")
    names = [world.name_of(place) for place in world.protected if place != guard]
    return [f"@{name}" for name in names or ["protocol"]]


def tokens_of(world: World) -> list[str]:
    """What a parameter called asset, token or market may mean: assets, and markets besides the protocol."""
    markets = {name for name in places_of(world) if name[1:] in world.contracts} - {"@protocol"}
    tokens = {n for n in markets if "balanceOf(address)" in world.contracts[n[1:]].interface.functions}
    return [*(f"@{symbol}" for symbol in world.assets), *sorted(tokens)]


def fit(value: int, kind: str) -> int:
    """The number, made to fit a type such as uint96 or int24."""
    signed = kind.startswith("int")
    bits = int(kind[3 if signed else 4 :] or 256)
    if not signed:
        return value if 0 <= value < 2**bits else value % 2**bits
    half = 2 ** (bits - 1)
    return value if -half <= value < half else (value + half) % 2**bits - half
