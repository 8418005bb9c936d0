"""All that a policy promises holds on the honest example, whatever everybody does for a long time."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest

from guardrails.fuzz import Loan, Step, World
from guardrails.fuzz.invariants import Solvency, derive

DAY, HOUR = 86_400, 3_600
MILLION = 10**12
USERS = ("alice", "bob", "carol", "thief")


def anything(chance: random.Random, world: World) -> Step:
    """A step of somebody's: users, fast roles with any arguments, governance, faults of the token."""
    user, to = chance.choice(USERS), chance.choice(USERS)
    amount = chance.choice((1, 1_000 * 10**6, chance.randrange(5 * MILLION), MILLION, 2**200))
    wait = chance.choice((0, 0, 0, 1, 12, HOUR, chance.randrange(2 * DAY)))
    claim = chance.randrange(1, 2 + int(world.contracts["guard"].call("claimCount")))
    fast = chance.choice(("guardian", "sentinel", "governance"))
    call = chance.choice(
        (
            ["guard", "lowerLevel", [0, ""]],
            ["guard", "cancel", [[claim], ""]],
            ["guard", "release", [[claim], ""]],
            ["guard", "setShadow", [chance.randrange(4), True]],
            ["guard", "setExpiry", [chance.randrange(30 * DAY)]],
        )
    )
    deposit = Step("thief", "protocol", "deposit(uint256,address)", (amount, "@thief_contract"))
    back = Step("thief", "protocol", "withdraw", (amount, "@thief_contract", "@thief_contract"))
    guarded = chance.choice(
        (
            Step(fast, "guard", "pause", (chance.randrange(2**16), chance.randrange(2 * DAY), ""), wait=wait),
            Step(
                fast, "guard", "raiseLevel", (chance.randrange(5), chance.randrange(2 * DAY), ""), wait=wait
            ),
            Step(fast, "guard", "hold", ([claim], world.now + chance.randrange(20 * DAY), ""), wait=wait),
            Step(fast, "guard", "heartbeat", (), wait=wait),
            Step("governance", "guard", "unpause", (chance.randrange(2**16), ""), wait=wait),
            Step("governance", "guard", "schedule", ({"call": call},), wait=wait),
            Step(user, "guard", "execute", ({"call": call},), wait=chance.choice((0, 3 * DAY))),
            Step("governance", *call[:2], tuple(call[2]), wait=wait),
            Step(user, "guard", "cleanUp", (chance.randrange(1, 4),), wait=wait),
        )
    )
    used = chance.choice(
        (
            Step(user, "protocol", "deposit(uint256,address)", (amount, f"@{user}"), wait=wait),
            Step(user, "protocol", "withdraw", (amount, f"@{to}", f"@{user}"), wait=wait),
            Step(user, "protocol", "redeem", (amount, f"@{to}", f"@{user}"), wait=wait),
            Step(user, "guard", "settle", (claim,), wait=wait),
            Step(user, "guard", "withdrawClaim", (claim,), wait=wait),
            Step(user, "USDC", "transfer", ("@protocol", amount), wait=wait),
            Step.batch("thief", (deposit, back), loans=(Loan("USDC", amount),), wait=wait),
            Step("environment", "USDC", "setFaults", (chance.choice((0, 0, 0, 1, 2, 4, 8, 16, 64)),)),
            Step.pause(chance.choice((HOUR, DAY, 9 * DAY))),
        )
    )
    return guarded if chance.random() < 0.3 else used


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("changes", [(), (("shadow: []", "shadow: [pause, level, outflow]"),)])
def test_they_hold_for_a_long_time(lab: Any, seed: int, changes: Any) -> None:
    world, chance = lab.vault(*changes), random.Random(seed)
    world.invariants = [*derive(world), Solvency(world, "USDC")]
    done = 0
    for _ in range(1_000):
        done += world.do(anything(chance, world)).ok
        world.check()
    assert done > 200


def test_a_snapshot_keeps_what_they_have_seen(lab: Any) -> None:
    world, chance = lab.vault(), random.Random(7)
    world.invariants = derive(world)
    for _ in range(50):
        world.do(anything(chance, world))
    before, seen = world.snapshot(), [pickle.dumps(vars(one)) for one in world.invariants]
    for _ in range(100):
        world.do(anything(chance, world))
    assert [pickle.dumps(vars(one)) for one in world.invariants] != seen
    for _ in range(2):
        world.revert(before)
        assert [pickle.dumps(vars(one)) for one in world.invariants] == seen
        world.do(anything(chance, world))
