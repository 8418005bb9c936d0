"""What a sequence did that none did before: outcomes one after another, and how far the state moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from eth_utils.crypto import keccak

from guardrails.chain import Address, Log
from guardrails.fuzz.search.quantities import Shares, quantities_of
from guardrails.fuzz.search.reader import Reader
from guardrails.fuzz.world import Outcome, World

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
TOGETHER = "together"
"""The kind of feature that tells how dear a share is and, at once, how far the thief is with something."""
_ROUGHNESS = 6
"""Bits by which the price of a share must move to be another one there."""


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
        quantities, self._shares = quantities_of(world)
        self._names = [one.name for one in quantities]
        self._of_the_thief = [one.of_the_thief for one in quantities]
        self._reader = Reader(world.chain, [(one.address, one.data, one.word) for one in quantities])
        self._known: dict[object, int] = {}
        self._base = self._reader.read()
        self._worth_before = [_worth(self._base, shares) for shares in self._shares]

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
        for shares, (worth_before, price_before) in zip(self._shares, self._worth_before, strict=True):
            worth, price = _worth(values, shares)
            moved = price - price_before
            records[f"worth in {shares.name}"] = worth - worth_before
            records[f"price up in {shares.name}"], records[f"price down in {shares.name}"] = moved, -moved
            if moved:
                size = moved.bit_length() // _FINENESS
                seen.features[self._number((where, shares.name, moved > 0, size))] = (
                    f"{where}price in {shares.name}"
                )
                if not where:
                    dear = (shares.name, moved > 0, moved.bit_length() // _ROUGHNESS)
                    self._note_together(seen, dear, moves)
        seen.records.update({where + name: value for name, value in records.items()})

    def _note_together(self, seen: Seen, dear: tuple[str, bool, int], moves: list[int]) -> None:
        """Alone a dear share and a debt are common: both at once are a place on the way to something."""
        for name, moved, his in zip(self._names, moves, self._of_the_thief, strict=True):
            if moved and his:
                feature = (dear, name, moved > 0, moved.bit_length() // _FINENESS)
                seen.features[self._number(feature)] = TOGETHER

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


def _worth(values: list[int], of: Shares) -> tuple[int, int]:
    """What the thief has with his shares paid out, and the price of a share: where there is none, nothing."""
    mine, shares = sum(values[i] for i in of.assets), sum(values[i] for i in of.shares)
    held, supply = values[of.held], values[of.supply]
    return mine + held * shares // max(supply, 1), (held + 1) * _SHARE // (supply + 1) if supply else 0
