"""BoundedResponse says no to what leaves after an answer; responders are late, censored and reorganised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import RespondedMachine, Step, World, find_target
from guardrails.fuzz.invariants.bounded_loss import Bucket
from guardrails.fuzz.machine import Broken, Profile
from guardrails.fuzz.responders import BoundedResponse, Response, answer
from guardrails.fuzz.words import precondition, rule

REFERENCE = f"{Path(__file__).resolve().parents[3]}/examples/vault/fuzz.py:Vault"
HOUR, DAY = 3_600, 86_400
LIMIT = 10**12
MOST = LIMIT * 3 // 2
SENTINEL = 1


@pytest.fixture
def world(lab: Any) -> World:
    world: World = lab.vault()
    return world


def left(lab: Any, world: World, amount: int, after: int = 0) -> Any:
    return lab.happened(world, lab.transfer(world, "protocol", "thief", amount), after=after)


def raised(lab: Any, world: World, level: int, after: int, seconds: int = HOUR) -> Any:
    args = {"rank": SENTINEL, "by": world.address("sentinel"), "level": level, "reason": ""}
    until = world.started + after + seconds
    return lab.happened(
        world, lab.guard_log(world, "LevelRaised", until=until, **args), by="sentinel", after=after
    )


def see(ghost: BoundedResponse, world: World, *outcomes: Any) -> str | None:
    for outcome in outcomes:
        ghost.observe(world, outcome)
    return ghost.violation(world)


@pytest.mark.parametrize(("amount", "alarmed"), [(LIMIT // 2 - 1, False), (LIMIT // 2, True)])
def test_the_alarm_is_at_its_percentage(lab: Any, world: World, amount: int, alarmed: bool) -> None:
    ghost = BoundedResponse(world, 50)
    see(ghost, world, left(lab, world, amount))
    assert ghost.alarmed is alarmed


@pytest.mark.parametrize(("more", "fine"), [(0, True), (1, False)])
def test_from_the_alarm_on_the_bound_counts(lab: Any, world: World, more: int, fine: bool) -> None:
    ghost = BoundedResponse(world)
    outcomes = [left(lab, world, LIMIT // 2), left(lab, world, MOST, 10), left(lab, world, more, 10)]
    assert (see(ghost, world, *outcomes) is None) is fine


@pytest.mark.parametrize(
    ("level", "amount", "fine"),
    [
        (1, MOST // 2, True),  # THROTTLED leaves half
        (1, MOST // 2 + 1, False),
        (2, 0, True),  # QUEUED leaves nothing
        (2, 1, False),
    ],
)
def test_a_level_leaves_its_share_and_no_more(
    lab: Any, world: World, level: int, amount: int, fine: bool
) -> None:
    outcomes = [raised(lab, world, level, 0), left(lab, world, amount, 1)]
    assert (see(BoundedResponse(world), world, *outcomes) is None) is fine
    # and only while it is live
    over = [raised(lab, world, level, 0), left(lab, world, MOST, HOUR)]
    assert see(BoundedResponse(world), world, *over) is None
    lowered = lab.happened(world, lab.guard_log(world, "LevelLowered", level=0, reason=""), after=1)
    assert see(BoundedResponse(world), world, over[0], lowered, left(lab, world, MOST, 2)) is None


def ruled(lab: Any, world: World, rules: int, after: int) -> Any:
    return lab.happened(world, lab.guard_log(world, "LevelRulesSet", previous=0, rules=rules), after=after)


def test_new_rules_of_levels_count_from_then_on(lab: Any, world: World) -> None:
    half_at_the_highest = 50 << 24 * 4 + 16
    ghost = BoundedResponse(world)
    outcomes = [raised(lab, world, 4, 0), ruled(lab, world, half_at_the_highest, 1)]
    assert see(ghost, world, *outcomes, left(lab, world, MOST // 2, 2)) is None
    assert see(ghost, world, left(lab, world, 1, 2)) is not None


def test_a_loosening_begins_a_new_count(lab: Any, world: World) -> None:
    half, the_same = left(lab, world, MOST // 2, 1), 50 << 24 + 16
    ghost = BoundedResponse(world)
    assert see(ghost, world, raised(lab, world, 1, 0), half, ruled(lab, world, the_same, 1), half) is None
    assert see(ghost, world, left(lab, world, 1, 1)) is not None


def test_so_does_a_lower_level_that_leaves_as_much(lab: Any, world: World) -> None:
    both_half = 50 << 24 + 16 | 50 << 48 + 16
    lowered = lab.happened(world, lab.guard_log(world, "LevelLowered", level=1, reason=""), after=1)
    half = left(lab, world, MOST // 2, 1)
    outcomes = [ruled(lab, world, both_half, 0), raised(lab, world, 2, 0), half, lowered, half]
    ghost = BoundedResponse(world)
    assert see(ghost, world, *outcomes) is None
    assert see(ghost, world, left(lab, world, 1, 1)) is not None


def test_the_alarm_is_at_the_percentage_of_the_limit_of_now(lab: Any, world: World) -> None:
    usdc = world.address("USDC")
    word = int(world.contracts["guard"].call("outflowWord", usdc)) & ~((1 << 151) - 1)
    less = word & ~(0xFFFFF << 151) | (word >> 151 & 0xFFFFF) // 2 << 151
    ghost = BoundedResponse(world)
    see(
        ghost,
        world,
        lab.happened(world, lab.guard_log(world, "LimitSet", asset=usdc, previous=word, word=less)),
    )
    see(ghost, world, left(lab, world, LIMIT // 4 - 1, 1))
    assert not ghost.alarmed
    see(ghost, world, left(lab, world, 1, 1))
    assert ghost.alarmed
    assert see(ghost, world, left(lab, world, MOST, 1)) is None, "what may leave is still of both"
    assert see(ghost, world, left(lab, world, 1, 1)) is not None


def test_the_worst_is_that_of_which_most_of_its_bound_left(world: World) -> None:
    ghost = BoundedResponse(world)

    def answered(*each: tuple[int, int]) -> None:
        ghost.since = {str(at): Bucket(limit, 100, 0) for at, (_, limit) in enumerate(each)}
        ghost.taken = {str(at): taken for at, (taken, _) in enumerate(each)}
        ghost._answered(0)

    answered((50, 1_000), (5, 10))
    assert ghost.worst == Response(0, 5, 10)
    answered((6, 100))
    answered((50, 100))
    assert ghost.worst == Response(0, 5, 10), "the first of two alike"
    answered((6, 10))
    assert ghost.worst == Response(0, 6, 10)
    assert [one.taken for one in ghost.responses] == [5, 6, 50, 6]
    assert (ghost.since, ghost.taken, ghost.alarmed) == ({}, {}, False)


def test_what_broke_first_is_told_and_another_sentinel_is_one(lab: Any, world: World) -> None:
    ghost = BoundedResponse(world)
    first = see(ghost, world, raised(lab, world, 2, 0), left(lab, world, 3, 1))
    assert first is not None
    assert see(ghost, world, left(lab, world, 4, 1)) == first
    one, two = answer(world, "sentinel"), answer(world, "sentinel 2")
    assert (two.actor, two.arguments) == ("sentinel 2", one.arguments)


def test_what_is_lowered_to_more_than_there_is_stays(lab: Any, world: World) -> None:
    lowered = lab.happened(world, lab.guard_log(world, "LevelLowered", level=2, reason=""), after=1)
    outcomes = [raised(lab, world, 1, 0), lowered, left(lab, world, MOST // 2, 2)]
    assert see(BoundedResponse(world), world, *outcomes) is None


def test_a_pause_is_an_answer_too(lab: Any, world: World) -> None:
    ghost = BoundedResponse(world)
    args = {"rank": SENTINEL, "by": world.address("sentinel"), "operations": 1, "reason": ""}
    paused = lab.guard_log(world, "Paused", until=world.started + DAY, **args)
    see(ghost, world, left(lab, world, LIMIT // 2), lab.happened(world, paused, after=HOUR))
    assert not ghost.alarmed
    assert [(r.seconds, r.taken, r.bound) for r in ghost.responses] == [(HOUR, 0, 1)]


def test_a_level_in_shadow_mode_contains_nothing(lab: Any) -> None:
    world = lab.vault(("shadow: []", "shadow: [level]"))
    assert see(BoundedResponse(world), world, raised(lab, world, 2, 0), left(lab, world, 1, 1)) is None


def test_what_leaves_as_its_limit_changes_is_held_against_neither(lab: Any, world: World) -> None:
    usdc = world.address("USDC")
    word = int(world.contracts["guard"].call("outflowWord", usdc)) & ~((1 << 151) - 1)
    changed = lab.guard_log(world, "LimitSet", asset=usdc, previous=word, word=word)
    moved = lab.transfer(world, "protocol", "thief", 1)
    both = lab.happened(world, changed, moved, after=1)
    assert see(BoundedResponse(world), world, raised(lab, world, 2, 0), both) is None


@pytest.mark.parametrize(("after", "fine"), [(11, True), (10, True), (9, False)])
def test_a_share_counts_anew_where_the_level_had_ended(
    lab: Any, world: World, after: int, fine: bool
) -> None:
    """One that ends when the next begins has ended; one that is raised again before is the same."""
    outcomes = [
        raised(lab, world, 1, 0, seconds=10),
        left(lab, world, MOST // 2, 0),
        raised(lab, world, 1, after),
        left(lab, world, MOST // 2, after),
    ]
    said = see(BoundedResponse(world), world, *outcomes)
    assert (said is None) is fine
    assert fine or "over that share" in str(said)


@pytest.mark.parametrize(("level", "share"), [(1, 10), (2, 20), (3, 30), (4, 40)])
@pytest.mark.parametrize(("more", "fine"), [(0, True), (1, False)])
def test_the_shares_are_those_that_governance_set(
    lab: Any, world: World, level: int, share: int, more: int, fine: bool
) -> None:
    rules = sum(10 * i << 24 * i + 16 for i in range(1, 5))
    outcomes = [
        lab.happened(world, lab.guard_log(world, "LevelRulesSet", previous=0, rules=rules)),
        raised(lab, world, level, 0),
        left(lab, world, MOST * share // 100 + more, 1),
    ]
    assert (see(BoundedResponse(world), world, *outcomes) is None) is fine


@pytest.mark.parametrize(("guard", "shadow", "fine"), [(1, True, True), (1, False, False), (0, True, False)])
def test_a_level_that_enters_shadow_mode_contains_nothing_from_then(
    lab: Any, world: World, guard: int, shadow: bool, fine: bool
) -> None:
    entered = lab.guard_log(world, "ShadowChanged", guard=guard, previous=not shadow, shadow=shadow)
    outcomes = [raised(lab, world, 2, 0), lab.happened(world, entered), left(lab, world, 1, 1)]
    assert (see(BoundedResponse(world), world, *outcomes) is None) is fine


@pytest.mark.parametrize(("event", "fine"), [("LevelRulesSet", True), ("UnitRateSet", False)])
def test_a_share_counts_anew_when_governance_set_it(lab: Any, world: World, event: str, fine: bool) -> None:
    """Though it is the same one."""
    args: dict[str, Any] = {"previous": 0, "rules": 50 << 24 + 16}
    if event == "UnitRateSet":
        args = {"asset": world.address("USDC"), "previous": 0, "rate": 1}
    said = lab.happened(world, lab.guard_log(world, event, **args), after=1)
    half = left(lab, world, MOST // 2, 1)
    outcomes = [raised(lab, world, 1, 0), half, said, left(lab, world, MOST // 2, 1)]
    assert (see(BoundedResponse(world), world, *outcomes) is None) is fine


def test_what_was_taken_until_the_answer_is_measured(lab: Any, world: World) -> None:
    ghost = BoundedResponse(world)
    see(ghost, world, left(lab, world, LIMIT // 2), left(lab, world, 70, 30), left(lab, world, 7, 60))
    see(ghost, world, raised(lab, world, 2, DAY))
    assert not ghost.alarmed
    assert [(r.seconds, r.taken, r.bound) for r in ghost.responses] == [(DAY, 77, MOST + LIMIT)]
    assert ghost.worst == ghost.responses[0]


def test_each_attack_is_counted_from_its_own_alarm(lab: Any, world: World) -> None:
    ghost, until = BoundedResponse(world), world.started + HOUR
    args = {"rank": SENTINEL, "by": world.address("sentinel"), "operations": 1, "until": until, "reason": ""}
    paused = lab.happened(world, lab.guard_log(world, "Paused", **args), by="sentinel", after=60)
    see(ghost, world, left(lab, world, LIMIT // 2), left(lab, world, 7, 30), paused)
    assert not ghost.alarmed
    assert [(r.seconds, r.taken) for r in ghost.responses] == [(60, 7)]
    # and the next attack is counted from its own alarm
    see(ghost, world, left(lab, world, LIMIT // 2, 2 * HOUR), left(lab, world, 5, 2 * HOUR + 10))
    see(ghost, world, raised(lab, world, 1, 2 * HOUR + 20))
    assert [(r.seconds, r.taken) for r in ghost.responses] == [(60, 7), (20, 5)]
    assert ghost.worst == ghost.responses[0]


def test_the_answer_is_that_of_the_role(lab: Any, world: World) -> None:
    assert answer(world) == Step("sentinel", "guard", "raiseLevel", (2, 4 * HOUR, "outflow"))
    assert answer(world, "guardian").arguments[0] == 4
    paused = lab.vault(("max_level: queued", "max_level: throttled"))
    assert answer(paused).arguments[0] == 1


class Watched(RespondedMachine):
    target = REFERENCE


def test_attacks_are_answered_within_the_bound() -> None:
    Watched.worst, Watched.answers = None, 0
    Watched.run(seed=2, profile=Profile("some", 60, 50))
    assert Watched.answers > 5
    worst = Watched.worst
    assert worst is not None
    assert 0 < worst.taken <= worst.bound


def test_a_reorg_drops_the_answer_and_the_record_is_of_the_chain_that_stays() -> None:
    machine = Watched()
    attack = Step("alice", "protocol", "withdraw", (8 * 10**11, "@alice", "@alice"))
    machine.do(attack)
    assert machine.watched.alarmed
    machine.the_sentinel_answers(step=answer(machine.world))
    machine.do(Step("bob", "protocol", "withdraw", (1, "@bob", "@bob")))
    guard = machine.world.contracts["guard"]
    assert int(guard.call("level")) == 2
    assert not machine.watched.alarmed
    machine.a_reorg(step=Step(wait=2))
    assert int(guard.call("level")) == 0
    assert machine.watched.alarmed, "it has to answer again"
    assert [step.function for step in machine.steps] == ["withdraw", "", "withdraw"]
    # the record does the same in another world
    again = find_target(REFERENCE).build(RevmChain())
    again.run(machine.steps)
    assert (again.now, again.holdings("bob")) == (machine.world.now, machine.world.holdings("bob"))


def test_a_censored_answer_is_none() -> None:
    machine = Watched()
    machine.do(Step("alice", "protocol", "withdraw", (8 * 10**11, "@alice", "@alice")))
    machine.it_is_censored(step=Step(wait=300))
    machine.the_sentinel_answers(step=answer(machine.world))
    assert machine.watched.alarmed
    machine.do(Step.pause(300))
    machine.the_sentinel_answers(step=answer(machine.world))
    assert not machine.watched.alarmed
    assert machine.watched.responses[0].seconds > 300


def test_a_level_that_contains_nothing_is_found() -> None:
    """A vault whose account pays while the level says that nothing leaves."""

    class Sieve(Watched):
        @precondition(lambda self: int(self.world.contracts["guard"].call("level")) >= 2)
        @rule(weight=300)
        def it_pays_all_the_same(self) -> None:
            self.world.chain.impersonate(self.world.address("protocol"))
            self.world.chain.set_balance(self.world.address("protocol"), 10**20)
            self.do(Step("protocol", "USDC", "transfer", ("@thief", 1)))

    _only_the_last(Sieve)
    with pytest.raises(Broken, match="BoundedResponse: USDC: 1 left at a level that leaves nothing"):
        Sieve.run(seed=2, profile=Profile("some", 60, 30))


def _only_the_last(kind: Any) -> None:
    """The machine's world with its last property alone: NoBypass sees the same, and first."""
    lab = kind.laboratory()
    lab.world.invariants = lab.world.invariants[-1:]
    lab._conservation = None
    lab.snapshot = lab.world.snapshot()
