"""Arguments for functions that nothing is known of but their ABI: drawn from what means something here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from guardrails.artifacts.bytecode import PUSH2, pushes
from guardrails.chain import ChainError, Contract
from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.step import Value
from guardrails.fuzz.world import World

_LARGEST = 2**256 - 1
_MOST = 400


def constants(code: bytes) -> list[int]:
    """The operands of a contract's PUSH instructions, small to large; not its addresses of jumps."""
    found = {int.from_bytes(operand, "big") for at, operand in pushes(code) if code[at] != PUSH2}
    return sorted(found)[:_MOST]


Hints: TypeAlias = Mapping[tuple[str, str], Sequence[Value]]
"""Arguments worth trying, by the names of a function and of its parameter."""


class Words:
    """What numbers and addresses mean something in a world, as it is now."""

    def __init__(
        self, world: World, targets: Sequence[str], fixed: Iterable[int], hints: Hints | None = None
    ) -> None:
        self.world, self.actors = world, list(world.actors)
        self.targets, self.assets = list(targets), list(world.assets)
        self.fixed = [number for number in fixed if number > 1] or [10**18]
        self.hints, self._function = hints or {}, ""
        self._held: dict[str, list[int]] = {}
        self.shared = self._shared()

    def _shared(self) -> list[int]:
        world, found = self.world, list[int]()
        accounts = {world.contracts[name].address for name in self.targets}
        for symbol, asset in world.assets.items():
            found += [world.balance(symbol, account) for account in accounts]
            found += [_asked(world.guarded.guard, "available", asset.address)] if world.guarded else []
        claims = _asked(world.guarded.guard, "claimCount") if world.guarded else 0
        self.claims = list(range(1, claims + 1))
        return [number for number in found if number]

    def held(self, actor: str) -> list[int]:
        """Amounts that the actor has: of each asset, and in each contract that has a `balanceOf`."""
        if actor not in self._held:
            world, address = self.world, self.world.address(actor)
            found = [world.balance(symbol, address) for symbol in self.assets]
            found += [_asked(world.contracts[name], "balanceOf", address) for name in self.targets]
            self._held[actor] = [number for number in found if number]
        return self._held[actor]

    # ------------------------------------------------------------ drawing

    def arguments(self, random: Random, entry: AbiEntry, actor: str) -> tuple[Value, ...]:
        """One value for each parameter of a function."""
        self._function = str(entry["name"])
        return tuple(self.value(random, part, str(part["type"]), actor) for part in entry["inputs"])

    def value(self, random: Random, part: AbiEntry, kind: str, actor: str) -> Value:
        """A value of an ABI type, mostly one of those that the target's hints name."""
        known = self.hints.get((self._function, str(part.get("name", "")).lower().strip("_")))
        if known and random.random() < 0.8:
            return random.choice(known)
        if kind.endswith("]"):
            inner, size = kind[: kind.rindex("[")], kind[kind.rindex("[") + 1 : -1]
            count = int(size) if size else random.choice((0, 1, 1, 2))
            return [self.value(random, part, inner, actor) for _ in range(count)]
        if kind == "tuple":
            return [self.value(random, p, str(p["type"]), actor) for p in part["components"]]
        if kind == "address":
            return self.address(random, actor)
        if kind == "bool":
            return random.random() < 0.5
        if kind == "string":
            return random.choice(("", "bypass"))
        if kind == "bytes":
            return self._bytes(random, actor)
        if kind.startswith("bytes"):
            return self._fixed_bytes(random, int(kind[5:]), actor)
        bits = int(kind.removeprefix("u").removeprefix("int") or 256)
        if kind.startswith("u"):
            return self.number(random, actor) % 2**bits
        return self.number(random, actor) % 2 ** (bits - 1) * random.choice((1, 1, 1, -1))

    def address(self, random: Random, actor: str) -> str:
        """Mostly whoever calls."""
        chosen = random.random()
        if chosen < 0.5:
            return f"@{actor}"
        if chosen < 0.7:
            return f"@{random.choice(self.assets or self.targets)}"
        if chosen < 0.8:
            return f"@{random.choice(self.targets)}"
        return f"@{random.choice(self.actors)}"

    def number(self, random: Random, actor: str) -> int:
        """An amount, an identity, a time, a flag, or a number that stands in the code."""
        chosen = random.random()
        held = self.held(actor)
        if chosen < 0.35 and held:
            return self._part(random, random.choice(held))
        if chosen < 0.5 and self.shared:
            return self._part(random, random.choice(self.shared))
        if chosen < 0.65 and self.claims:
            return random.choice(self.claims)
        if chosen < 0.8:
            return random.choice((0, 1, 2, 3, 4, 7, 100, 3_600, 86_400))
        if chosen < 0.9:
            return random.choice(self.fixed)
        return random.choice((self.world.now, self.world.now + 86_400, 10**6, 10**18, _LARGEST))

    def _part(self, random: Random, amount: int) -> int:
        return int(random.choice((1, amount // 1_000, amount // 10, amount // 2, amount, amount + 1)))

    def _bytes(self, random: Random, actor: str) -> Value:
        if random.random() < 0.4 or not self.assets:
            return random.choice(("0x", "0x00"))
        asset, amount = random.choice(self.assets), self.number(random, actor)
        function = random.choice(("transfer(address,uint256)", "approve(address,uint256)"))
        return {"call": [asset, function, [f"@{actor}", amount]]}

    def _fixed_bytes(self, random: Random, size: int, actor: str) -> str:
        whole = int(self.world.address(self.address(random, actor)), 16) if size >= 20 else 0
        number = random.choice((0, whole, self.number(random, actor)))
        return f"0x{number % 256**size:0{2 * size}x}"


def _asked(contract: Contract, view: str, *arguments: Any) -> int:
    """What a view says; 0 where there is none, or no number."""
    try:
        answer = contract.call(view, *arguments)
    except ChainError:
        return 0
    return answer if isinstance(answer, int) else 0
