"""Classes of operation, levels and ranks: the same names and numbers as in the contracts (`Op`, `Level`,
`Rank`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, IntFlag


class Operation(IntFlag):
    """One bit each of a uint16 mask; CUSTOM_1 to CUSTOM_4 mean what the protocol says."""

    DEPOSIT = 1 << 0
    WITHDRAW = 1 << 1
    BORROW = 1 << 2
    REPAY = 1 << 3
    ADD_COLLATERAL = 1 << 4
    REMOVE_COLLATERAL = 1 << 5
    LIQUIDATE = 1 << 6
    TRADE = 1 << 7
    MINT = 1 << 8
    REDEEM = 1 << 9
    SETTLE = 1 << 10
    TRANSFER = 1 << 11
    CUSTOM_1 = 1 << 12
    CUSTOM_2 = 1 << 13
    CUSTOM_3 = 1 << 14
    CUSTOM_4 = 1 << 15


ALL_OPERATIONS = 0xFFFF


class Level(IntEnum):
    """How restricted the protocol is; each level is at least as tight as the one before."""

    NORMAL = 0
    THROTTLED = 1
    QUEUED = 2
    EXIT_ONLY = 3
    FROZEN = 4


class Rank(IntEnum):
    """Who acts: a higher rank's decision is never shortened by a lower one."""

    NONE = 0
    SENTINEL = 1
    GUARDIAN = 2
    GOVERNANCE = 3


class OverLimit(IntEnum):
    """What the limiter does with an asset (the `mode` on chain)."""

    UNSET = 0
    LIMITED_REVERT = 1
    LIMITED_QUEUE = 2
    UNLIMITED = 3


def mask_of(names: Iterable[str]) -> int:
    """The uint16 mask of operation names."""
    return sum(Operation[name].value for name in set(names))


def names_of(mask: int) -> tuple[str, ...]:
    """The names in a mask, in the order of their bits; (`all`,) for the full mask."""
    if mask == ALL_OPERATIONS:
        return ("all",)
    return tuple(str(op.name) for op in Operation if mask & op)
