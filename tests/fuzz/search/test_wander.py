"""Walks: the same by seed, within the types, and without gifts of honest users."""

from __future__ import annotations

import json
from random import Random

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import Step, Target, World, find_target
from guardrails.fuzz.search.actions import actions_of
from guardrails.fuzz.search.wander import Wanderer

SEEDED = "tests/fuzz/seeded/targets.py"


@pytest.fixture
def target(root: object) -> Target:
    return find_target(f"{root}/{SEEDED}:FirstDepositor")


def walker(target: Target, insiders: tuple[str, ...], seed: int = 1) -> tuple[World, Wanderer]:
    world = target.build(RevmChain())
    return world, Wanderer(world, actions_of(target, world), Random(seed), insiders)


def flat(steps: list[Step]) -> list[Step]:
    return [one for step in steps for one in (step.calls + step.callback or (step,))]


def walked(target: Target, insiders: tuple[str, ...], walks: int = 60) -> list[Step]:
    _, wanderer = walker(target, insiders)
    return [step for _ in range(walks) for step in wanderer.steps()]


def test_the_same_seed_walks_the_same(target: Target) -> None:
    assert walked(target, ("alice",)) == walked(target, ("alice",))
    assert walker(target, (), seed=2)[1].steps() != walker(target, (), seed=1)[1].steps()


def test_every_step_can_be_encoded_and_everybody_acts(target: Target) -> None:
    world, _ = walker(target, ())
    steps = walked(target, ("guardian",))
    for step in steps:
        world.encode(step)
    assert {step.actor for step in steps} == {"alice", "bob", "thief", "guardian"}
    assert any(step.loans for step in steps)
    assert any(step.callback for step in steps)
    assert any(step.wait for step in steps)


def test_honest_users_give_nothing_away_and_insiders_may(target: Target) -> None:
    gifts = [s.actor for s in flat(walked(target, ("alice",))) if s.function.startswith("transfer(")]
    assert set(gifts) == {"alice", "thief"}
    gifts = [s.actor for s in flat(walked(target, ())) if s.function.startswith("transfer(")]
    assert set(gifts) == {"thief"}


def test_an_honest_user_names_only_himself(root: object) -> None:
    target = find_target(f"{root}/{SEEDED}:BlockedOwner")
    _, wanderer = walker(target, ("guardian",))
    wanderer.learn(Step("guardian", "protocol", "block_(address)", ("@alice",)))
    steps = [step for _ in range(60) for step in wanderer.steps()]
    named = {(s.actor, a) for s in flat(steps) for a in s.arguments if isinstance(a, str)}
    assert {who for actor, who in named if actor == "bob"} == {"@bob"}
    assert ("guardian", "@alice") in named
    assert len({who for actor, who in named if actor == "thief"}) > 4


def test_what_went_through_is_learned_and_kept(target: Target) -> None:
    _, wanderer = walker(target, ())
    wanderer.learn(Step("bob", "protocol", "deposit(uint256)", (123_456_789,)))
    wanderer.learn(Step("bob", "protocol", "deposit(uint256)", (123_456_789,)))
    assert wanderer.to_json() == {
        "able": {"protocol.deposit(uint256)": ["bob"]},
        "taken": {"protocol.deposit(uint256).0": [123_456_789]},
    }
    _, other = walker(target, ())
    other.resume(json.loads(json.dumps(wanderer.to_json())))
    assert [other.steps() for _ in range(5)] == [wanderer.steps() for _ in range(5)]
    deposits = [s for _ in range(40) for s in other.steps() if s.function == "deposit(uint256)"]
    assert sum(s.arguments == (123_456_789,) for s in deposits) > len(deposits) / 20
    assert sum(s.actor == "bob" for s in deposits) > len(deposits) / 2


def test_a_batch_is_learned_from_without_its_actor(target: Target) -> None:
    _, wanderer = walker(target, ())
    wanderer.learn(Step.batch("thief", (Step("thief", "protocol", "deposit(uint256)", (7,)),)))
    assert wanderer.able == {"protocol.deposit(uint256)": []}
    assert wanderer.taken == {"protocol.deposit(uint256).0": [7]}
