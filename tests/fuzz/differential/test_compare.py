"""The comparison sees every kind of difference, and says which."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

if (_here := str(Path(__file__).resolve().parent)) not in sys.path:
    sys.path.insert(0, _here)
import vaults

from guardrails.fuzz import HarnessFault, Outcome, Step, World
from guardrails.fuzz.differential import Alike, compare, compare_shadow, topic, twins

USDC = 10**6
WITHDRAW = Step("alice", "protocol", "withdraw", (5 * USDC, "@alice", "@alice"))
FORBIDDEN = Step("thief", "protocol", "withdraw", (5 * USDC, "@thief", "@alice"))
PAUSE = Step("guardian", "guard", "pause", (2, 3_600, "x"))


@pytest.fixture(scope="module")
def same() -> tuple[World, World]:
    return twins(vaults.Embedded(), vaults.Embedded())


@pytest.fixture(scope="module")
def shadowed() -> tuple[World, World]:
    return twins(vaults.Embedded(), vaults.InShadow())


@pytest.fixture
def pair(same: tuple[World, World]) -> Iterator[tuple[World, World]]:
    before = [world.snapshot() for world in same]
    yield same
    for world, snapshot in zip(same, before, strict=True):
        world.revert(snapshot)


@pytest.fixture
def shadow(shadowed: tuple[World, World]) -> Iterator[tuple[World, World]]:
    before = [world.snapshot() for world in shadowed]
    yield shadowed
    for world, snapshot in zip(shadowed, before, strict=True):
        world.revert(snapshot)


def told(
    pair: tuple[World, World], *steps: Step, second: Step | None = None, alike: Alike | None = None
) -> str:
    last = steps[-1]
    found = compare(*pair, steps, translate=lambda s: second if second and s is last else s, alike=alike)
    return str(found)


def test_equal_worlds_do_not_differ(pair: tuple[World, World]) -> None:
    assert compare(*pair, (WITHDRAW, FORBIDDEN, PAUSE, WITHDRAW)) is None


def test_an_outcome(pair: tuple[World, World]) -> None:
    said = told(pair, Step.pause(1), WITHDRAW, second=FORBIDDEN)
    assert said.startswith(f"step 2 ({WITHDRAW}): the first passes, the second fails with ERC20Insufficient")


def test_an_error_unless_reasons_do_not_count(pair: tuple[World, World]) -> None:
    other = Step("alice", "protocol", "withdraw", (10**18, "@alice", "@alice"))
    assert "the first fails with ERC20Insufficient" in told(pair, FORBIDDEN, second=other)
    assert told(pair, FORBIDDEN, second=other, alike=Alike(reasons=False)) == "None"


def test_an_error_s_arguments(pair: tuple[World, World]) -> None:
    other = replace(FORBIDDEN, arguments=(6 * USDC, "@thief", "@alice"))
    assert "the second with ERC20InsufficientAllowance" in told(pair, FORBIDDEN, second=other)


def test_an_event_unless_it_is_left_out(pair: tuple[World, World]) -> None:
    other = replace(PAUSE, arguments=(2, 3_600, "y"))
    assert "has the event ('guard', " in told(pair, PAUSE, second=other)
    paused = topic("Paused(uint8,address,uint16,uint256,string)")
    assert told(pair, PAUSE, second=other, alike=Alike(unseen=frozenset((paused,)))) == "None"


def test_one_event_too_many(pair: tuple[World, World]) -> None:
    first, second = pair
    second.do(replace(PAUSE, actor="sentinel"))
    first.do(Step.pause(0))
    difference = compare(first, second, (Step("alice", "guard", "settle", (1,)), WITHDRAW))
    assert difference is not None
    assert difference.what.startswith("the first passes, the second fails with OperationClosed")


def test_what_somebody_holds(pair: tuple[World, World]) -> None:
    pair[1].do(Step("environment", "USDC", "mint", ("@carol", 1)))
    pair[0].do(Step.pause(0))
    assert "carol holds {'USDC': " in told(pair, WITHDRAW)


def test_the_time(pair: tuple[World, World]) -> None:
    pair[1].do(Step.pause(5))
    assert "the first is at " in told(pair, Step("alice", "protocol", "approve", ("@bob", 1)))


def test_a_step_without_a_counterpart_takes_its_time(pair: tuple[World, World]) -> None:
    steps = (replace(PAUSE, wait=50, actor="alice"), WITHDRAW)
    assert compare(*pair, steps, translate=lambda s: s if s is WITHDRAW else None) is None
    assert pair[0].now == pair[1].now


def reported(outcome: Outcome) -> bool:
    decision = topic("GuardDecision(uint8,uint8,address,address,uint256,uint16,bool)")
    return any(log.topics[0] == decision and log.data[-1] == 1 for log in outcome.logs)


def test_shadow_goes_on_from_the_state_of_live(shadow: tuple[World, World]) -> None:
    live, other = shadow
    later = replace(WITHDRAW, wait=3_600)
    assert compare_shadow(live, other, (PAUSE, WITHDRAW, WITHDRAW, later), reported=reported) is None
    assert live.holdings("alice") == other.holdings("alice")
    assert live.now == other.now


def test_a_report_that_is_missing(shadow: tuple[World, World]) -> None:
    difference = compare_shadow(*shadow, (PAUSE, WITHDRAW), reported=lambda _: False)
    assert difference is not None
    assert difference.number == 2
    assert difference.what.startswith("live fails with OperationClosed")
    assert difference.what.endswith("shadow passes and reports nothing")


def test_a_report_of_what_live_lets_pass(shadow: tuple[World, World]) -> None:
    difference = compare_shadow(*shadow, (WITHDRAW,), reported=lambda _: True)
    assert difference is not None
    assert difference.what == "shadow reports what live lets pass"


def test_what_waits_in_live_ends_the_comparison(shadow: tuple[World, World]) -> None:
    large = replace(WITHDRAW, arguments=(2 * 10**12, "@alice", "@alice"))
    assert compare_shadow(*shadow, (large, WITHDRAW), reported=reported) is None
    assert shadow[0].holdings("alice") != shadow[1].holdings("alice")


def test_a_shadow_that_refuses(pair: tuple[World, World]) -> None:
    pair[1].do(PAUSE)
    pair[0].do(Step.pause(0))
    difference = compare_shadow(*pair, (WITHDRAW,), reported=reported)
    assert difference is not None
    assert difference.what.startswith("live passes, shadow fails with OperationClosed")


def test_shadow_has_to_keep_live_s_time_and_its_events(pair: tuple[World, World]) -> None:
    pair[1].do(Step.pause(5))
    difference = compare_shadow(*pair, (WITHDRAW,), reported=reported)
    assert difference is not None
    assert difference.what == "the times differ"
    for world, faults in zip(pair, (0, 1), strict=True):
        world.require(Step("environment", "USDC", "setFaults", (faults,)))
    difference = compare_shadow(*pair, (WITHDRAW,), reported=reported)
    assert difference is not None
    assert difference.what == "the events differ, and shadow reports nothing"


def test_the_order_of_events_counts_unless_told() -> None:
    """Ours says Withdraw before the token moves, OpenZeppelin's after it."""
    worlds = twins(vaults.Plain(), vaults.OfOpenZeppelin())
    before = [world.snapshot() for world in worlds]
    names = {"guard": "protocol"}
    assert "the first has the event" in told(worlds, WITHDRAW, alike=Alike(names=names))
    for world, snapshot in zip(worlds, before, strict=True):
        world.revert(snapshot)
    assert told(worlds, WITHDRAW, alike=Alike(names=names, order=False)) == "None"


def test_twins_need_a_set_up_that_does_not_look_at_the_clock() -> None:
    class Late(vaults.Embedded):
        def setup(self, world: World) -> None:
            world.do(Step.pause(86_400 - world.now % 86_400))

    with pytest.raises(HarnessFault, match="depends on the time"):
        twins(Late(), vaults.InHub())
