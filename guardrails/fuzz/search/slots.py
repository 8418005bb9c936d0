"""Which storage of the protocol a sequence has changed: features of what no view and no event shows."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from guardrails.chain import Address, RevmChain
from guardrails.fuzz.search.behaviour import Seen
from guardrails.fuzz.stage import LENDER
from guardrails.fuzz.world import THIEF_CONTRACT, World

KIND: Final = "slots"
_FINENESS: Final = 16
"""Bits by which the highest changed one must lie elsewhere to be another feature: fields of a packed word."""


class Slots:
    """The slots that were read or written until now, of all contracts but the assets and the thief's tools.
    There are none on another chain than revm, which alone tells them."""

    def __init__(self, world: World) -> None:
        self.world = world
        apart = {*world.assets, THIEF_CONTRACT, LENDER}
        own = {c.address: name for name, c in world.contracts.items() if name not in apart}
        chain = world.chain
        self.places: list[tuple[str, Address, int]] = []
        if isinstance(chain, RevmChain):
            self.places = [(name, a, slot) for a, name in own.items() for slot in chain.touched(a)]
        self._base = self._read()
        self._known: dict[tuple[str, int, int], int] = {}

    def note(self, seen: Seen) -> None:
        """Each slot that is not as it was, with the place of the highest bit that differs."""
        for (name, _, slot), value, base in zip(self.places, self._read(), self._base, strict=True):
            if value != base:
                seen.features[self._number((name, slot, (value ^ base).bit_length() // _FINENESS))] = KIND

    def _read(self) -> list[int]:
        read = self.world.chain.storage
        return [int.from_bytes(read(address, slot), "big") for _, address, slot in self.places]

    def _number(self, feature: tuple[str, int, int]) -> int:
        if feature not in self._known:
            digest = blake2b(repr((KIND, *feature)).encode(), digest_size=7).digest()
            self._known[feature] = int.from_bytes(digest, "big")
        return self._known[feature]
