"""BoundedFreeze, OnlyTighten: each is seen to say no to what a broken guard does (S28)."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from guardrails.fuzz import Invariant, Outcome, Step, World
from guardrails.fuzz.invariants import BoundedFreeze, OnlyTighten
from guardrails.fuzz.invariants.words import GUARD_SLOT

HOUR, DAY = 3_600, 86_400
WITHDRAW, LIQUIDATE, ALL = 2, 64, 0xFFFF
GUARDIAN, SENTINEL = 2, 1


@pytest.fixture
def world(lab: Any) -> World:
    world: World = lab.vault()
    return world


def paused(
    lab: Any, world: World, after: int, seconds: int, operations: int = WITHDRAW, rank: int = GUARDIAN
) -> Outcome:
    """A pause from `after` for these seconds, as an event."""
    args = {"rank": rank, "by": world.address("guardian"), "operations": operations, "reason": ""}
    until = world.started + after + seconds
    return lab.happened(
        world, lab.guard_log(world, "Paused", until=until, **args), by="guardian", after=after
    )


def raised(lab: Any, world: World, after: int, seconds: int, level: int) -> Outcome:
    until = world.started + after + seconds
    args = {"rank": GUARDIAN, "by": world.address("guardian"), "level": level, "until": until, "reason": ""}
    return lab.happened(world, lab.guard_log(world, "LevelRaised", **args), by="guardian", after=after)


def see(ghost: Invariant, world: World, *outcomes: Outcome) -> str | None:
    for outcome in outcomes:
        ghost.observe(world, outcome)
    return ghost.violation(world)


@pytest.mark.parametrize(("more", "fine"), [(-1, True), (0, True), (1, False)])
def test_the_budget_is_exact_over_pauses_and_levels(lab: Any, world: World, more: int, fine: bool) -> None:
    """72 h of the guardian's: in three pieces, one of them a level."""
    pieces = [
        paused(lab, world, 0, DAY),
        raised(lab, world, 5 * DAY, DAY, 1),
        paused(lab, world, 20 * DAY, DAY + more),
    ]
    assert (see(BoundedFreeze(world), world, *pieces) is None) is fine


@pytest.mark.parametrize(("start", "fine"), [(30 * DAY, True), (30 * DAY - 1, False)])
def test_the_period_rolls(lab: Any, world: World, start: int, fine: bool) -> None:
    pieces = [paused(lab, world, 0, 3 * DAY), paused(lab, world, start, 3 * DAY)]
    assert (see(BoundedFreeze(world), world, *pieces) is None) is fine


def test_what_overlaps_counts_once(lab: Any, world: World) -> None:
    pieces = [
        paused(lab, world, 0, 2 * DAY),
        raised(lab, world, DAY, 2 * DAY, 1),
        paused(lab, world, 2 * DAY, DAY),
    ]
    assert see(BoundedFreeze(world), world, *pieces) is None


def test_what_governance_ends_early_counts_until_then(lab: Any, world: World) -> None:
    ended = lab.guard_log(world, "Unpaused", operations=ALL, reason="")
    pieces = [
        paused(lab, world, 0, 3 * DAY),
        lab.happened(world, ended, by="governance", after=DAY),
        paused(lab, world, 4 * DAY, 2 * DAY),
    ]
    ghost = BoundedFreeze(world)
    assert see(ghost, world, *pieces) is None
    assert "the guardian's rank closes operations" in str(see(ghost, world, paused(lab, world, 7 * DAY, 1)))


def test_one_operation_that_stays_closed_counts_on(lab: Any, world: World) -> None:
    ended = lab.guard_log(world, "Unpaused", operations=WITHDRAW, reason="")
    pieces = [
        paused(lab, world, 0, 3 * DAY, operations=WITHDRAW | 1),
        lab.happened(world, ended, by="governance", after=DAY),
        paused(lab, world, 4 * DAY, 1),
    ]
    assert see(BoundedFreeze(world), world, *pieces) is not None


def test_a_lowered_level_ends_too(lab: Any, world: World) -> None:
    def lowered(after: int, level: int) -> Outcome:
        log = lab.guard_log(world, "LevelLowered", level=level, reason="")
        return lab.happened(world, log, by="governance", after=after)

    for level, fine in ((0, True), (1, False)):
        pieces = [raised(lab, world, 0, 3 * DAY, 4), lowered(DAY, level), raised(lab, world, 4 * DAY, DAY, 1)]
        assert (see(BoundedFreeze(world), world, *pieces) is None) is fine


def test_governance_has_no_budget(lab: Any, world: World) -> None:
    assert see(BoundedFreeze(world), world, paused(lab, world, 0, 90 * DAY, rank=3)) is None


def test_liquidation_waits_for_its_grace_besides(lab: Any) -> None:
    """A second of pause, an hour of grace: 49 hours of it are twice the budget and one grace (S28)."""
    world = lab.vault(("budget: 72h", "budget: 24h"))
    ghost = BoundedFreeze(world)
    ghost.grace = HOUR
    short = [paused(lab, world, i * 2 * HOUR, 1, operations=LIQUIDATE) for i in range(48)]
    assert see(ghost, world, *short) is None
    more = [paused(lab, world, (48 + i) * 2 * HOUR, 1, operations=LIQUIDATE) for i in range(2)]
    assert "LIQUIDATE" in str(see(ghost, world, *more))


# OnlyTighten


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("Unpaused", {"operations": ALL, "reason": ""}),
        ("LevelLowered", {"level": 0, "reason": ""}),
        ("HolderSet", {"account": "thief", "previous": 0, "rank": 2, "aliveUntil": 9}),
        ("GovernanceSet", {"previous": "governance", "governance": "thief"}),
        ("ShadowChanged", {"guard": 0, "previous": False, "shadow": True}),
        ("DelaySet", {"selector": b"\0\0\0\0", "previous": 9, "delay": 0}),
        ("ClaimReleased", {"id": 1, "readyAt": 9, "reason": ""}),
    ],
)
@pytest.mark.parametrize("actor", ["guardian", "sentinel", "alice", "thief", "governance"])
def test_only_governance_loosens(
    lab: Any, world: World, event: str, args: dict[str, Any], actor: str
) -> None:
    named = {k: world.addresses.get(v, v) if isinstance(v, str) else v for k, v in args.items()}
    outcome = lab.happened(world, lab.guard_log(world, event, **named), by=actor)
    broken = see(OnlyTighten(world), world, outcome)
    assert broken == (None if actor == "governance" else f"{event} without governance, by {actor}")


def test_anybody_may_execute_what_was_announced(lab: Any, world: World) -> None:
    call = world.contracts["guard"].encode("setExpiry", DAY)
    args = {"id": keccak(call), "selector": call[:4], "call": call, "by": world.address("alice")}
    logs = [
        lab.guard_log(world, "OverrideExecuted", **args),
        lab.guard_log(world, "ExpirySet", previous=1, expiry=2),
    ]
    assert see(OnlyTighten(world), world, lab.happened(world, *logs)) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w & ~(0xFFFF << 48), "shorter or narrower"),
        (lambda w: w - (1 << 64), "shorter or narrower"),
        (lambda w: w & ~(7 << 179), "lower or ends sooner"),
        (lambda w: w - (1 << 182), "lower or ends sooner"),
        (lambda w: w | 1 << 251, "entered shadow mode"),
        (lambda w: w + (1 << 64), None),
        (lambda w: w + (1 << 179), None),
        (lambda w: w | 4 << 48, None),
    ],
)
def test_the_guard_word_tells_without_events(lab: Any, world: World, change: Any, said: str | None) -> None:
    """A pause and a level of the guardian's are live; a call of the guardian's rewrites them in silence."""
    world.require(Step("guardian", "guard", "pause", (WITHDRAW, HOUR, "")))
    world.require(Step("guardian", "guard", "raiseLevel", (2, HOUR, "")))
    ghost = OnlyTighten(world)
    word = int.from_bytes(world.chain.storage(world.address("guard"), GUARD_SLOT), "big")
    world.chain.set_storage(world.address("guard"), GUARD_SLOT, change(word))
    logs = [lab.transfer(world, "alice", "bob", 1)]
    broken = see(ghost, world, lab.happened(world, *logs, by="guardian"))
    assert broken is None if said is None else said in str(broken)


def test_anybody_may_erase_what_has_run_out(world: World) -> None:
    world.require(Step("guardian", "guard", "pause", (WITHDRAW, HOUR, "")))
    world.invariants = [OnlyTighten(world)]
    assert not world.do(Step("alice", "guard", "cleanUp", (GUARDIAN,))).ok
    world.require(Step("alice", "guard", "cleanUp", (GUARDIAN,), wait=HOUR))
    world.check()


def test_a_hold_or_a_lock_never_ends_sooner_by_a_fast_rank(lab: Any, world: World) -> None:
    def held(ready: int) -> Outcome:
        args = {"id": 1, "by": world.address("guardian"), "readyAt": ready, "reason": ""}
        return lab.happened(world, lab.guard_log(world, "ClaimHeld", **args), by="guardian")

    def locked(until: int) -> Outcome:
        args = {"subject": bytes(32), "rank": 2, "by": world.address("guardian"), "until": until}
        return lab.happened(
            world, lab.guard_log(world, "SubjectLocked", caseId=0, reason="", **args), by="guardian"
        )

    for kind in (held, locked):
        ghost = OnlyTighten(world)
        assert see(ghost, world, kind(9), kind(9), kind(10)) is None
        assert "sooner" in str(see(ghost, world, kind(9)))
