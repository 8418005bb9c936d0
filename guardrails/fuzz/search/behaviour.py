"""What a sequence did that none did before: outcomes one after another, and how far the state moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from eth_utils.crypto import keccak

from guardrails.chain import Address, Log
from guardrails.fuzz.search.reader import Reader
from guardrails.fuzz.world import THIEF, Outcome, World

_MOST_VIEWS = 24
CALL_FAILED = keccak(text="CallFailed(uint256,bytes)")[:4]
"""What the thief's contract says of a call that failed: its index, and its own error."""
_INDEX, _INNER = 35, slice(100, 104)
HONEST = ("alice", "bob", "carol", "whale", "liquidator")
_FINENESS, _LATENESS = 3, 2
"""Bits by which a number or a time must grow or shrink to be another feature."""
_SHARE = 10**9
Done = tuple[bool, str, str]
"""Whether by a crook, the contract and the function of the last step that was not refused."""
NOTHING: Done = (True, "", "")
_Quantity = tuple[str, Address, bytes]


@dataclass(slots=True)
class Seen:
    """`features`: kind and number of each; the number means the same in every process. `records`: quantities
    that are the better the greater they are."""

    features: dict[int, str] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)


class Behaviour:
    """Reads outcomes, and the state as what has changed since the world was built."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._quantities = list(_quantities(world))
        self._names = [name for name, _, _ in self._quantities]
        self._reader = Reader(world.chain, [(to, data) for _, to, data in self._quantities])
        self._known: dict[object, int] = {}
        self._base = self._reader.read()
        self._shares = list(_shares(world, self._names))

    def note_step(self, seen: Seen, before: Done, outcome: Outcome, where: str = "") -> Done:
        """Notes the outcome, alone and after what was done `before`; what has been done now.

        What an honest user is refused, and what a rehearsal is, says nothing.
        """
        step, crook = outcome.step, outcome.step.actor not in HONEST
        if outcome.ok:
            logged = tuple(dict.fromkeys(map(_shape, outcome.logs)))
            if step.calls:
                for one in step.calls:
                    seen.features[self._number(("batch", one.target, one.function))] = "done"
                return before
            alone = self._number((where, crook, step.target, step.function, logged))
            seen.features[alone] = where + "done"
            called = (crook, step.target, step.function)
            something = all(all(amounts) for _, _, amounts in logged)
            if something and (crook or before[0]):
                seen.features[self._number((before, called))] = where + "pairs"
            if something and crook and not where:
                late = (outcome.timestamp - self.world.started).bit_length() // _LATENESS
                seen.features[self._number((called, late))] = "times"
            return called if something else before
        if crook and not where:
            tried = step
            if step.calls and outcome.selector == CALL_FAILED and len(outcome.error) >= _INNER.stop:
                tried = step.calls[min(outcome.error[_INDEX], len(step.calls) - 1)]
            reason = outcome.error[_INNER] if tried is not step else outcome.selector
            refused = (bool(step.calls), tried.target, tried.function, reason, outcome.rejected)
            seen.features[self._number(refused)] = "refused"
        return before

    def note_state(self, seen: Seen, where: str = "") -> None:
        """Notes how far each quantity is from where it was."""
        values = self._reader.read()
        moves = [value - base for value, base in zip(values, self._base, strict=True)]
        records: dict[str, int] = {}
        for name, moved in zip(self._names, moves, strict=True):
            if moved:
                size = moved.bit_length() // _FINENESS
                seen.features[self._number((where, name, moved > 0, size))] = where + name
            if name[0] in "+-":
                records[name] = records.get(name, 0) + (moved if name[0] == "+" else -moved)
        for name, assets, supply, own in self._shares:
            worth, price = _worth(values, assets, supply, own)
            worth_before, price_before = _worth(self._base, assets, supply, own)
            moved = price - price_before
            records[f"worth in {name}"] = worth - worth_before
            records[f"price up in {name}"], records[f"price down in {name}"] = moved, -moved
            if moved:
                size = moved.bit_length() // _FINENESS
                seen.features[self._number((where, name, moved > 0, size))] = f"{where}price in {name}"
        seen.records.update({where + name: value for name, value in records.items()})

    def _number(self, feature: object) -> int:
        number = self._known.get(feature)
        if number is None:
            number = int.from_bytes(blake2b(repr(feature).encode(), digest_size=7).digest(), "big")
            self._known[feature] = number
        return number


def _shape(log: Log) -> tuple[Address, tuple[bytes, ...], tuple[bool, ...]]:
    """Of an event: what it is, and which of its numbers are nothing."""
    words = range(0, min(len(log.data), 128), 32)
    return log.address, log.topics[:1], tuple(any(log.data[at : at + 32]) for at in words)


def _quantities(world: World) -> Iterator[_Quantity]:
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
    yield from list(_views(world))[:_MOST_VIEWS]


def _views(world: World) -> Iterator[_Quantity]:
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


_Shares = tuple[str, int, int, tuple[list[int], list[int]]]


def _shares(world: World, names: list[str]) -> Iterator[_Shares]:
    """For an asset that stands behind shares of the protocol: the positions of what is held, of the supply,
    and of what the thief has of both."""
    supply = "protocol.totalSupply()"
    for symbol in world.assets:
        held, own = f"- protected {symbol}", [f"+ thief's {name}" for name in (symbol, "protocol")]
        if {supply, held, *own} <= set(names):
            mine, shares = ([i for i, name in enumerate(names) if name == one] for one in own)
            yield symbol, names.index(held), names.index(supply), (mine, shares)


def _worth(values: list[int], assets: int, supply: int, own: tuple[list[int], list[int]]) -> tuple[int, int]:
    """What the thief has with his shares paid out, and the price of a share."""
    mine, shares = (sum(values[i] for i in some) for some in own)
    paid = values[assets] * shares // max(values[supply], 1)
    return mine + paid, (values[assets] + 1) * _SHARE // (values[supply] + 1)
