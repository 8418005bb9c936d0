"""The call data of a batch, by hand: half of what a search encodes, and eth_abi takes ten times as long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from guardrails.chain import Address
from guardrails.chain.plain import address_word
from guardrails.chain.types import word

Call: TypeAlias = tuple[Address, int, bytes, bool]
"""Target, value in wei, call data, whether it may fail."""
_WORD = 32
_PLACES = 3


def encode_attack(
    selector: bytes, loans: Sequence[tuple[Address, int]], calls: Sequence[Call], callback: Sequence[Call]
) -> bytes:
    """Of `attack((address,uint256)[],Call[],Call[])`. BadArgument for a number that does not fit."""
    parts = [_loans(loans), _calls(calls), _calls(callback)]
    at, places = _PLACES * _WORD, []
    for part in parts:
        places.append(word(at))
        at += len(part)
    return b"".join((selector, *places, *parts))


def _loans(loans: Sequence[tuple[Address, int]]) -> bytes:
    return word(len(loans)) + b"".join(address_word(token) + word(amount) for token, amount in loans)


def _calls(calls: Sequence[Call]) -> bytes:
    bodies = [_call(*one) for one in calls]
    at, places = len(bodies) * _WORD, []
    for body in bodies:
        places.append(word(at))
        at += len(body)
    return b"".join((word(len(bodies)), *places, *bodies))


def _call(target: Address, value: int, data: bytes, may_fail: bool) -> bytes:
    head = address_word(target) + word(value) + word(4 * _WORD) + word(may_fail)
    return head + word(len(data)) + data + bytes(-len(data) % _WORD)
