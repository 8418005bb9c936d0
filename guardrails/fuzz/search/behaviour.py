"""What a sequence did that none did before: outcomes one after another, and how far the state moved."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from guardrails.chain import Address, ChainError
from guardrails.fuzz.world import THIEF, Outcome, World

_MOST_VIEWS = 24
_NESTED = slice(100, 104)
"""Where the thief's CallFailed(index, reason) carries the selector of the reason."""
_SHARE = 10**6


class Behaviour:
    """Features are numbers that mean the same in every process, for a set that a file can hold."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._calls = list(_quantities(world))
        self._known: dict[object, int] = {}
        self._base = self._values()

    def of_step(self, before: int, outcome: Outcome) -> tuple[int, int]:
        """This outcome after the one that had the feature `before`; and the feature of the outcome alone."""
        step = outcome.step
        if outcome.ok:
            result: object = tuple(dict.fromkeys((log.address, log.topics[:1]) for log in outcome.logs))
        else:
            result = (outcome.selector, outcome.error[_NESTED] if step.calls else b"", outcome.rejected)
        called = tuple((one.target, one.function) for one in step.calls) or (step.target, step.function)
        alone = self._number((step.actor == THIEF, called, outcome.ok, result))
        return self._number((before, alone)), alone

    def of_state(self) -> tuple[list[int], dict[str, int]]:
        """How far each quantity is from where it was; and the values in which a record counts."""
        features: list[int] = []
        records: dict[str, int] = {}
        for (name, _, _), value, base in zip(self._calls, self._values(), self._base, strict=True):
            moved = value - base
            if moved:
                features.append(self._number((name, moved > 0, abs(moved).bit_length() // 3)))
            sign, _, rest = name.partition(" ")
            if sign in ("+", "-"):
                records[rest] = records.get(rest, 0) + (moved if sign == "+" else -moved)
        return features, records

    def _values(self) -> list[int]:
        return [self._read(to, data) for _, to, data in self._calls]

    def _read(self, to: Address, data: bytes) -> int:
        try:
            return int.from_bytes(self.world.chain.call(to, data)[:32], "big")
        except ChainError:
            return 0

    def _number(self, feature: object) -> int:
        number = self._known.get(feature)
        if number is None:
            number = int.from_bytes(blake2b(repr(feature).encode(), digest_size=7).digest(), "big")
            self._known[feature] = number
        return number


def _quantities(world: World) -> Iterator[tuple[str, Address, bytes]]:
    """Name, address and call data. A name that begins with + or - is a record when it grows or shrinks."""
    tokens = {
        c.address: n for n, c in world.contracts.items() if "balanceOf(address)" in c.interface.functions
    }
    for address, name in tokens.items():
        token = world.contracts[name]
        for account in world.accounts_of(THIEF):
            yield f"+ thief's {name}", address, token.encode("balanceOf(address)", account)
        for place in world.protected:
            yield f"- protected {name}", address, token.encode("balanceOf(address)", place)
        if "convertToAssets(uint256)" in token.interface.functions:
            price = token.encode("convertToAssets(uint256)", _SHARE)
            yield f"+ price of {name}", address, price
    yield from list(_views(world))[:_MOST_VIEWS]


def _views(world: World) -> Iterator[tuple[str, Address, bytes]]:
    """Numbers without arguments, of the protocol first; constants are no state."""
    done: set[tuple[Address, str]] = set()
    names = [n for n in ("protocol", "guard") if n in world.contracts]
    for contract_name in [*names, *(n for n in world.contracts if n not in names and n not in world.assets)]:
        contract = world.contracts[contract_name]
        for name, entries in contract.interface.functions.items():
            entry = entries[0]
            place = (contract.address, name)
            if "(" not in name or place in done or entry["inputs"] or name.split("(")[0].isupper():
                continue
            outputs = [str(part["type"]) for part in entry["outputs"]]
            if (
                entry["stateMutability"] == "view"
                and outputs
                and outputs[0].startswith(("uint", "int", "bool"))
            ):
                done.add(place)
                yield f"{contract_name}.{name}", contract.address, contract.encode(name)
