"""DelayedLoosening: it is seen to say no to what loosens too early."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from guardrails.fuzz import Invariant, Outcome, World
from guardrails.fuzz.invariants import DelayedLoosening

DAY = 86_400


@pytest.fixture
def world(lab: Any) -> World:
    world: World = lab.vault()
    return world


def see(ghost: Invariant, world: World, *outcomes: Outcome) -> str | None:
    for outcome in outcomes:
        ghost.observe(world, outcome)
    return ghost.violation(world)


def scheduled(lab: Any, world: World, call: bytes, after: int = 0) -> Outcome:
    now = world.started + after
    args = {"id": keccak(call), "selector": call[:4], "call": call, "by": world.address("governance")}
    return lab.happened(
        world,
        lab.guard_log(world, "OverrideScheduled", executableAt=now, expiresAt=2 * now, **args),
        after=after,
    )


def executed(lab: Any, world: World, call: bytes, after: int, *logs: Any) -> Outcome:
    args = {"id": keccak(call), "selector": call[:4], "call": call, "by": world.address("alice")}
    return lab.happened(world, lab.guard_log(world, "OverrideExecuted", **args), *logs, after=after)


@pytest.mark.parametrize(
    ("function", "arguments", "delay"),
    [
        ("setExpiry", (365 * DAY,), 2 * DAY),  # the default
        ("setGovernance", ("thief",), 7 * DAY),  # its own
        ("cancel", ([1], ""), DAY),
        ("setDelay", ("setGovernance", 0), 7 * DAY),  # that of the function that it is about
        ("abdicate", ("setGovernance",), 7 * DAY),
    ],
)
def test_an_announcement_waits_its_delay(
    lab: Any, world: World, function: str, arguments: tuple[Any, ...], delay: int
) -> None:
    guard = world.contracts["guard"]
    values = [
        guard.interface.function(v)[0]
        if v == "setGovernance"
        else world.addresses.get(v, v)
        if v == "thief"
        else v
        for v in arguments
    ]
    call = guard.encode(function, *values)
    for after, fine in ((delay - 1, False), (delay, True), (delay + 1, True)):
        ghost = DelayedLoosening(world)
        broken = see(ghost, world, scheduled(lab, world, call), executed(lab, world, call, after))
        assert (broken is None) is fine, after
    assert "is not announced" in str(see(DelayedLoosening(world), world, executed(lab, world, call, 9 * DAY)))


def test_a_vetoed_announcement_is_none(lab: Any, world: World) -> None:
    call = world.contracts["guard"].encode("setExpiry", DAY)
    vetoed = lab.guard_log(world, "OverrideVetoed", id=keccak(call), by=world.address("guardian"))
    steps = [scheduled(lab, world, call), lab.happened(world, vetoed), executed(lab, world, call, 9 * DAY)]
    assert "is not announced" in str(see(DelayedLoosening(world), world, *steps))


def test_a_delay_that_grew_counts_for_what_was_announced(lab: Any, world: World) -> None:
    call = world.contracts["guard"].encode("setExpiry", DAY)
    longer = lab.guard_log(world, "DelaySet", selector=call[:4], previous=2 * DAY, delay=3 * DAY)
    steps = [
        scheduled(lab, world, call),
        lab.happened(world, longer),
        executed(lab, world, call, 3 * DAY - 1),
    ]
    assert "1 s before its delay" in str(see(DelayedLoosening(world), world, *steps))


@pytest.mark.parametrize(
    ("event", "args", "fine"),
    [
        ("LevelLowered", {"level": 0, "reason": ""}, False),
        ("Unpaused", {"operations": 1, "reason": ""}, True),  # the policy's delay of unpause is 0
        ("HolderSet", {"account": "thief", "previous": 0, "rank": 2, "aliveUntil": 9}, False),
        ("HolderSet", {"account": "thief", "previous": 2, "rank": 0, "aliveUntil": 0}, True),
        ("SettlementSet", {"previousDelay": 5, "previousMaxHold": 9, "delay": 6, "maxHold": 9}, True),
        ("SettlementSet", {"previousDelay": 5, "previousMaxHold": 9, "delay": 4, "maxHold": 9}, False),
        ("SettlementSet", {"previousDelay": 5, "previousMaxHold": 9, "delay": 5, "maxHold": 8}, False),
        ("MinDepositAgeSet", {"previous": 5, "age": 4}, False),
        ("MinDepositAgeSet", {"previous": 5, "age": 6}, True),
        ("ExpirySet", {"previous": 5, "expiry": 6}, False),
        ("ExpirySet", {"previous": 5, "expiry": 4}, True),
        ("DelaySet", {"selector": b"\1\2\3\4", "previous": 5, "delay": 4}, False),
        ("DelaySet", {"selector": b"\1\2\3\4", "previous": 5, "delay": 6}, True),
        ("ShadowChanged", {"guard": 1, "previous": False, "shadow": True}, False),
        ("ShadowChanged", {"guard": 1, "previous": True, "shadow": False}, True),
        ("LevelRulesSet", {"previous": 0x32 << 40, "rules": 0x31 << 40}, True),
        ("LevelRulesSet", {"previous": 0x31 << 40, "rules": 0x32 << 40}, False),
        ("LevelRulesSet", {"previous": 3 << 24, "rules": 1 << 24}, False),
        ("RankLimitsSet", {"rank": 2, "previous": 10 << 32 | 9, "limits": 10 << 32 | 10}, False),
        ("RankLimitsSet", {"rank": 2, "previous": 10 << 32 | 9, "limits": 10 << 32 | 8}, True),
    ],
)
def test_what_loosens_at_once_and_what_tightens(
    lab: Any, world: World, event: str, args: dict[str, Any], fine: bool
) -> None:
    named = {k: world.addresses.get(v, v) if isinstance(v, str) else v for k, v in args.items()}
    outcome = lab.happened(world, lab.guard_log(world, event, **named), by="governance")
    assert (see(DelayedLoosening(world), world, outcome) is None) is fine


def test_what_was_abdicated_is_over(lab: Any, world: World) -> None:
    guard = world.contracts["guard"]
    selector = guard.interface.function("setExpiry")[0]
    gave_up, call = guard.encode("abdicate", selector), guard.encode("setExpiry", 9 * DAY)
    loosened = lab.guard_log(world, "ExpirySet", previous=1, expiry=2)
    steps = [
        scheduled(lab, world, gave_up),
        executed(lab, world, gave_up, 9 * DAY, lab.guard_log(world, "Abdicated", selector=selector)),
        scheduled(lab, world, call, 9 * DAY),
    ]
    ghost = DelayedLoosening(world)
    assert see(ghost, world, *steps) is None
    assert "abdicated" in str(see(ghost, world, executed(lab, world, call, 19 * DAY, loosened)))


def test_under_another_call_s_number_nothing_is_executed(lab: Any, world: World) -> None:
    guard = world.contracts["guard"]
    call, other = guard.encode("setExpiry", DAY), guard.encode("setGovernance", world.address("thief"))
    args = {"id": keccak(call), "selector": call[:4], "call": other, "by": world.address("alice")}
    forged = lab.happened(world, lab.guard_log(world, "OverrideExecuted", **args), after=9 * DAY)
    assert "the number of another" in str(
        see(DelayedLoosening(world), world, scheduled(lab, world, call), forged)
    )
