"""The limiter's word as the chain gives it (see `OutflowWord.sol`): how much of an asset was charged."""

from __future__ import annotations

_USED_BITS = 119
_TIME_MASK = 0xFFFFFFFF
_UNLIMITED = 3


def mode(word: int) -> int:
    """0 unset, 1 refuses, 2 queues, 3 unlimited."""
    return word >> 253 & 3


def is_unlimited(word: int) -> bool:
    """Whether the policy lets everything of this asset pass."""
    return mode(word) == _UNLIMITED


def window(word: int) -> int:
    """Seconds."""
    return (word >> 176 & 0xFFFF) * 60


def limit(word: int) -> int:
    """Smallest units in one window."""
    power: int = 10 ** (word >> 171 & 31)
    return (word >> 151 & 0xFFFFF) * power


def used_at(word: int, timestamp: int) -> int:
    """Outflow that is not yet refilled, in units · seconds."""
    passed = (timestamp - (word >> _USED_BITS)) & _TIME_MASK
    used = word & (1 << _USED_BITS) - 1
    return max(0, used - passed * limit(word))


def charged(before: int, after: int, timestamp: int) -> int:
    """Smallest units of which `after` is charged more than `before`, both as of `timestamp`; rounded down."""
    more = used_at(after, timestamp) - used_at(before, timestamp)
    return more // window(after) if window(after) else 0
