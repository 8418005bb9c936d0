"""The guards' packed words in Python: read as the contracts wrote them, compared as the contracts compare."""

from __future__ import annotations

from typing import Any

import pytest

from guardrails.fuzz.invariants.words import (
    GUARD_SLOT,
    Limiter,
    RankLimits,
    closed_at,
    limiter,
    limiter_slot,
    rank_limits,
    restrictions,
    shadows,
)

DAY = 86_400
LIMITER = Limiter(
    used=0,
    time=0,
    limit=100,
    window=DAY,
    exemption=10,
    credit_tenths=5,
    reserve_tenths=2,
    mode=1,
    shared=True,
)
POWERS = RankLimits(
    max_pause=10,
    budget=20,
    period=30,
    cooldown=5,
    heartbeat=40,
    max_lock=6,
    max_locks=7,
    operations=0b110,
    max_level=2,
)


@pytest.mark.parametrize(
    ("change", "looser"),
    [
        ({}, False),
        ({"limit": 101}, True),
        ({"limit": 99}, False),
        ({"window": DAY - 60}, True),
        ({"window": DAY + 60}, False),
        ({"credit_tenths": 6}, True),
        ({"credit_tenths": 4}, False),
        ({"reserve_tenths": 1}, True),
        ({"reserve_tenths": 3}, False),
        ({"exemption": 11}, True),
        ({"exemption": 9}, False),
        ({"shared": False}, True),
        ({"mode": 2}, True),
        ({"mode": 3}, True),
    ],
)
def test_a_limit_is_looser_in_any_respect(change: dict[str, Any], looser: bool) -> None:
    other = LIMITER._replace(**change)
    assert LIMITER.is_exceeded_by(other) is looser
    if not looser and change:
        assert other.is_exceeded_by(LIMITER)


def test_the_ends_of_the_modes() -> None:
    assert LIMITER._replace(mode=0).is_exceeded_by(LIMITER._replace(limit=0))
    assert not LIMITER._replace(mode=3).is_exceeded_by(LIMITER._replace(limit=10**9))
    assert not LIMITER._replace(mode=2).is_exceeded_by(LIMITER)


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("max_pause", 11, 9),
        ("budget", 21, 19),
        ("period", 29, 31),
        ("cooldown", 4, 6),
        ("heartbeat", 41, 39),
        ("heartbeat", 0, 1),  # 0 never lapses
        ("max_lock", 7, 5),
        ("max_locks", 8, 6),
        ("operations", 0b1110, 0b100),
        ("operations", 0b1001, 0),
        ("max_level", 3, 1),
    ],
)
def test_a_rank_has_more_power_in_any_respect(name: str, more: int, less: int) -> None:
    assert POWERS.is_exceeded_by(POWERS._replace(**{name: more}))
    assert not POWERS.is_exceeded_by(POWERS._replace(**{name: less}))
    assert not POWERS.is_exceeded_by(POWERS)


def test_they_are_read_as_the_contracts_wrote_them(lab: Any) -> None:
    world = lab.vault(("shadow: []", "shadow: [level, lock]"))
    guard, usdc = world.contracts["guard"], world.address("USDC")
    stored = int.from_bytes(world.chain.storage(guard.address, limiter_slot(usdc)), "big")
    assert stored == guard.call("outflowWord", usdc)
    word = limiter(stored)
    assert (word.limit, word.window, word.exemption) == (10**12, DAY, 2_500 * 10**6)
    assert (word.credit_tenths, word.reserve_tenths, word.mode, word.shared) == (5, 2, 2, False)
    assert (word.credit, word.is_limited) == (10**12 // 2, True)

    powers = rank_limits(guard.call("rankLimits", 1))
    assert powers[:7] == (4 * 3_600, DAY, 30 * DAY, 600, 7 * DAY, 6 * 3_600, 20)
    assert (powers.operations, powers.max_level) == (0x802, 2)
    assert closed_at(guard.call("levelRules"), 3) == 0x801
    assert closed_at(guard.call("levelRules"), 0) == 0

    guard.send("pause", 3, 60, "", sender=world.address("guardian"))
    guard.send("raiseLevel", 2, 70, "", sender=world.address("sentinel"))
    guard.send("raiseLevel", 4, 0, "", sender=world.address("governance"))
    now = world.now
    word = int.from_bytes(world.chain.storage(guard.address, GUARD_SLOT), "big")
    assert word == guard.call("guardWord")
    sentinel, guardian, governance = restrictions(word)
    assert (guardian.operations, guardian.paused_until) == (3, now - 2 + 60)
    assert (sentinel.level, sentinel.level_until, governance.level) == (2, now - 1 + 70, 4)
    assert shadows(word) == 0b1010
