"""BoundedLoss, NoBypass, Solvency: they hold on an honest vault, and see what a false one pays (S5, S6)."""

from __future__ import annotations

from typing import Any

import pytest

from guardrails.fuzz import Step, World
from guardrails.fuzz.invariants import BoundedLoss, NoBypass, Solvency
from guardrails.fuzz.invariants.bounded_loss import Bucket
from guardrails.fuzz.invariants.words import limiter_slot

DAY = 86_400
LIMIT = 10**12
CREDIT = LIMIT // 2
MOST = LIMIT + CREDIT


@pytest.fixture
def world(lab: Any) -> World:
    world: World = lab.vault()
    return world


def leak(world: World, amount: int, wait: int = 0) -> Step:
    """A vault that pays out past its limiter."""
    world.chain.impersonate(world.address("protocol"))
    world.chain.set_balance(world.address("protocol"), 10**20)
    return Step("protocol", "USDC", "transfer", ("@thief", amount), wait=wait)


@pytest.mark.parametrize(("amount", "over"), [(MOST - 1, False), (MOST, False), (MOST + 1, True)])
def test_the_bound_is_exact_at_once(lab: Any, world: World, amount: int, over: bool) -> None:
    ghost = BoundedLoss(world)
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", amount)))
    assert (ghost.violation(world) is not None) is over


@pytest.mark.parametrize(("wait", "over"), [(43_201, False), (43_200, False), (43_199, True)])
def test_and_over_time(lab: Any, world: World, wait: int, over: bool) -> None:
    """After the most there is, half of the limit has come back after half a day, and not a second before."""
    ghost = BoundedLoss(world)
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", MOST)))
    later = lab.happened(world, lab.transfer(world, "protocol", "thief", LIMIT // 2), after=wait)
    ghost.observe(world, later)
    assert (ghost.violation(world) is not None) is over


def test_a_transaction_counts_by_its_net(lab: Any, world: World) -> None:
    ghost = BoundedLoss(world)
    logs = [
        lab.transfer(world, "thief", "protocol", 9 * MOST),
        lab.transfer(world, "protocol", "thief", 10 * MOST),
    ]
    ghost.observe(world, lab.happened(world, *logs))
    assert ghost.violation(world) is None
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 1)))
    assert "1 units more left" in str(ghost.violation(world))


def test_what_comes_in_alone_gives_nothing_back(lab: Any, world: World) -> None:
    ghost = BoundedLoss(world)
    for sender, to in (("protocol", "thief"), ("thief", "protocol"), ("protocol", "thief")):
        ghost.observe(world, lab.happened(world, lab.transfer(world, sender, to, MOST)))
    assert ghost.violation(world) is not None


def claim(lab: Any, world: World, event: str, amount: int, **more: Any) -> Any:
    args = {"id": 1, "owner": world.address("bob"), "asset": world.address("USDC"), "amount": amount}
    return lab.guard_log(world, event, **args, **more)


@pytest.mark.parametrize(
    ("kind", "said"),
    [(BoundedLoss, "units more left"), (NoBypass, "limiter was charged 0")],
)
@pytest.mark.parametrize(("paid", "after", "fine"), [(1, DAY, True), (0, DAY, False), (1, DAY - 1, False)])
def test_only_a_claim_that_was_due_is_apart(
    lab: Any, world: World, kind: Any, said: str, paid: int, after: int, fine: bool
) -> None:
    """Its own events say so: created before, ready, paid once."""
    ghost = kind(world)
    ready = world.started + DAY
    ghost.observe(world, lab.happened(world, claim(lab, world, "ClaimCreated", 2 * MOST, readyAt=ready)))
    out = [lab.transfer(world, "protocol", "bob", 2 * MOST)]
    if paid:
        out.append(claim(lab, world, "ClaimPaid", 2 * MOST))
    ghost.observe(world, lab.happened(world, *out, after=after))
    assert (ghost.violation(world) is None) is fine
    again = [lab.transfer(world, "protocol", "bob", 2 * MOST), claim(lab, world, "ClaimPaid", 2 * MOST)]
    ghost.observe(world, lab.happened(world, *again, after=3 * DAY))
    assert said in str(ghost.violation(world))


def limits(lab: Any, world: World) -> Any:
    """An event that sets the vault's limit to so many halves of what it is."""
    word = int(world.contracts["guard"].call("outflowWord", world.address("USDC")))
    config = word & ~((1 << 176) - 1) & ~(((1 << 40) - 1) << 192)

    def halves(count: int) -> int:
        return config | count * 5 << 151 | 11 << 171  # times 10^11

    def limit(before: int, after: int) -> Any:
        args = {"previous": halves(before), "word": halves(after)}
        return lab.guard_log(world, "LimitSet", asset=world.address("USDC"), **args)

    return limit


def test_a_limit_that_was_raised_counts_from_then(lab: Any, world: World) -> None:
    ghost, limit = BoundedLoss(world), limits(lab, world)
    out = lab.transfer(world, "protocol", "thief", 2 * MOST)
    ghost.observe(world, lab.happened(world, limit(2, 4)))
    ghost.observe(world, lab.happened(world, out))
    assert ghost.violation(world) is None
    # lowered, only the lower limit counts for what leaves from then on
    later = 9 * DAY
    ghost.observe(world, lab.happened(world, limit(4, 1), after=later))
    half = lab.transfer(world, "protocol", "thief", MOST // 2)
    ghost.observe(world, lab.happened(world, half, after=later))
    assert ghost.violation(world) is None
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 1), after=later))
    assert ghost.violation(world) is not None


@pytest.mark.parametrize(
    ("after", "most"),
    [(1, 0), (2, 0), (4, MOST)],
    ids=["lowered", "as it was", "raised"],
)
@pytest.mark.parametrize("more", [0, 1])
def test_a_change_forgets_nothing_that_left(lab: Any, world: World, after: int, most: int, more: int) -> None:
    """All of the bound left; then the limit changes. On top may leave what the larger one has more."""
    ghost, limit = BoundedLoss(world), limits(lab, world)
    outcomes = [
        [lab.transfer(world, "protocol", "thief", MOST)],
        [limit(2, after)],
        [lab.transfer(world, "protocol", "thief", most + more)],
    ]
    for logs in outcomes:
        ghost.observe(world, lab.happened(world, *logs))
    assert (ghost.violation(world) is None) is (more == 0)


def test_what_leaves_where_the_limit_changes_left_under_either(lab: Any, world: World) -> None:
    """Anybody executes an announced cut in the middle of his own withdrawals."""
    ghost, limit = BoundedLoss(world), limits(lab, world)
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", MOST), limit(2, 1)))
    assert ghost.violation(world) is None
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 1)))
    assert ghost.violation(world) is not None


def test_a_bucket_agrees_with_every_interval() -> None:
    """Against the statement itself, over all intervals of a history."""
    limit, window, credit = 100, 7, 30
    history = [(0, 90), (1, 40), (1, 13), (5, 60), (6, 20), (7, 2), (30, 130), (30, 0), (31, 15), (36, 70)]
    bucket, seen = Bucket(limit, window, credit), []
    for now, amount in history:
        seen.append((now, amount))
        over = bucket.add(amount, now)
        worst = max(
            sum(out for _, out in seen[i:]) * window - limit * (window + now - seen[i][0]) - credit * window
            for i in range(len(seen))
        )
        assert over == max(0, -(-worst // window))


def test_a_transfer_past_the_limiter_is_a_bypass(world: World) -> None:
    world.invariants = [NoBypass(world)]
    world.require(Step("alice", "protocol", "withdraw", (5_000 * 10**6, "@alice", "@alice")))
    assert world.invariants[0].violation(world) is None
    world.require(leak(world, 1))
    assert "1 USDC left, and its limiter was charged 0" in str(world.invariants[0].violation(world))


@pytest.mark.parametrize(("left", "fine"), [(98, True), (99, True), (100, False)])
def test_so_is_a_payment_that_was_charged_too_little(lab: Any, world: World, left: int, fine: bool) -> None:
    ghost = NoBypass(world)
    slot = limiter_slot(world.address("USDC"))
    word = int.from_bytes(world.chain.storage(world.address("guard"), slot), "big")
    used = (99 * DAY) | (world.now & 0xFFFFFFFF) << 119
    world.chain.set_storage(world.address("guard"), slot, word >> 151 << 151 | used)
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", left)))
    assert (ghost.violation(world) is None) is fine
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 1)))
    assert "USDC left" in str(ghost.violation(world)), "what was charged is charged once"


def test_a_vault_that_holds_less_than_it_owes_is_insolvent(world: World) -> None:
    world.invariants = [Solvency(world, "USDC")]
    assert world.invariants[0].violation(world) is None
    world.require(leak(world, 1))
    assert "is owed" in str(world.invariants[0].violation(world))


def test_but_not_where_the_token_itself_took_it(world: World) -> None:
    world.invariants = [Solvency(world, "USDC")]
    world.require(Step("environment", "USDC", "rebase", (500,)))
    world.require(Step("alice", "protocol", "withdraw", (1, "@alice", "@alice")))
    assert world.invariants[0].violation(world) is None
