"""The guards' packed words and events in plain numbers, read for what they promise."""

from __future__ import annotations

from typing import Final, NamedTuple

SENTINEL, GUARDIAN, GOVERNANCE = 1, 2, 3
LIQUIDATE: Final = 1 << 6
DEFENCE: Final = (1 << 3) | (1 << 4)
"""REPAY and ADD_COLLATERAL: while they are closed, so is LIQUIDATE."""
UNLIMITED: Final = 3
SHARED_BUDGET: Final = "0x5E9c9C191b97B9C17d444B1F29f580aBAEc1254c"
"""The pseudo-asset of the shared budget, as `sharedBudget()` says."""
RATE_SCALE: Final = 10**18

GUARD_SLOT: Final = 0xA5BAA9734D1F546DE3A13F36D438625918FB5FCF6AAA8E4E8C23C83BB1528000
"""Storage slot of the word that pause, level, lock and blocklist share (`GuardStorage`)."""
_LIMITER_TAG: Final = 0x56D2C77FBCABD7FAC30E19C0
_TIME: Final = 0xFFFFFFFF


def limiter_slot(asset: str) -> int:
    """Storage slot of an asset's limiter (`OutflowCore`)."""
    return int(asset, 16) << 96 | _LIMITER_TAG


class Limiter(NamedTuple):
    """An `OutflowWord`. `used` in units times seconds, `window` and `time` in seconds, the rest in units."""

    used: int
    time: int
    limit: int
    window: int
    exemption: int
    credit_tenths: int
    reserve_tenths: int
    mode: int
    shared: bool

    @property
    def credit(self) -> int:
        return self.limit * self.credit_tenths // 10

    @property
    def is_limited(self) -> bool:
        return self.mode in (1, 2)

    def is_exceeded_by(self, other: Limiter) -> bool:
        """Whether `other` lets more out in any respect."""
        if self.mode == UNLIMITED:
            return False
        if self.mode == 0 or other.mode == UNLIMITED or (self.mode, other.mode) == (1, 2):
            return True
        a, b = self.limit, other.limit
        return (
            b > a
            or b * self.window > a * other.window
            or b * other.credit_tenths > a * self.credit_tenths
            or b * (10 - other.reserve_tenths) > a * (10 - self.reserve_tenths)
            or other.exemption > self.exemption
            or (self.shared and not other.shared)
        )


def limiter(word: int) -> Limiter:
    """The fields of an `OutflowWord`."""
    return Limiter(
        used=word & ((1 << 119) - 1),
        time=word >> 119 & _TIME,
        limit=(word >> 151 & 0xFFFFF) * 10 ** (word >> 171 & 31),
        window=(word >> 176 & 0xFFFF) * 60,
        exemption=(word >> 232 & 0xFF) * 10 ** (word >> 240 & 31),
        credit_tenths=word >> 245 & 15,
        reserve_tenths=word >> 249 & 15,
        mode=word >> 253 & 3,
        shared=bool(word >> 255),
    )


class RankLimits(NamedTuple):
    """What a fast rank may do; times in seconds, a heartbeat of 0 never lapses."""

    max_pause: int
    budget: int
    period: int
    cooldown: int
    heartbeat: int
    max_lock: int
    max_locks: int
    operations: int
    max_level: int

    def is_exceeded_by(self, other: RankLimits) -> bool:
        """Whether `other` gives the rank more power in any respect."""
        never = 1 << 32
        return (
            other.max_pause > self.max_pause
            or other.budget > self.budget
            or other.period < self.period
            or other.cooldown < self.cooldown
            or (other.heartbeat or never) > (self.heartbeat or never)
            or other.max_lock > self.max_lock
            or other.max_locks > self.max_locks
            or other.operations & ~self.operations != 0
            or other.max_level > self.max_level
        )


def rank_limits(word: int) -> RankLimits:
    """The fields of a `RankLimits` word."""
    times = [word >> shift & _TIME for shift in range(0, 192, 32)]
    pause, budget, period, cooldown, heartbeat, lock = times
    return RankLimits(
        *(pause, budget, period, cooldown, heartbeat, lock),
        *(word >> 192 & 0xFFFF, word >> 208 & 0xFFFF, word >> 224 & 0xFF),
    )


def closed_at(rules: int, level: int) -> int:
    """The operations that a level closes."""
    return rules >> 24 * level & 0xFFFF if level else 0


def rules_weaker(previous: int, rules: int) -> bool:
    """Whether some level leaves more under `rules` than under `previous`."""
    return any(
        rules >> 24 * i + 16 & 0xFF > previous >> 24 * i + 16 & 0xFF
        or closed_at(previous, i) & ~closed_at(rules, i)
        for i in range(1, 5)
    )


class Restriction(NamedTuple):
    """What one rank keeps closed: operations until a time, and a level until a time (seconds)."""

    operations: int
    paused_until: int
    level: int
    level_until: int


def restrictions(word: int) -> tuple[Restriction, Restriction, Restriction]:
    """Of sentinel, guardian and governance, out of the guard word."""
    found = []
    for rank in range(3):
        pause, level = word >> 48 * rank, word >> 144 + 35 * rank
        until = _TIME if rank == 2 else level >> 3 & _TIME
        found.append(Restriction(pause & 0xFFFF, pause >> 16 & _TIME, level & 7, until))
    return found[0], found[1], found[2]


def shadows(word: int) -> int:
    """The four bits of PAUSE, LEVEL, OUTFLOW and LOCK in shadow mode."""
    return word >> 249 & 15
