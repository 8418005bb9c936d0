"""Conservation, ProRataExit, ShadowEqualsLive: each is seen to say no (S24)."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from guardrails.fuzz import Outcome, Step, World
from guardrails.fuzz.invariants import Conservation, ProRataExit, ShadowEqualsLive, Solvency, derive

MILLION = 10**12
DAY = 86_400


@pytest.fixture
def world(lab: Any) -> World:
    """Bob waits for three million, claim 1."""
    world: World = lab.vault()
    world.require(Step("bob", "protocol", "withdraw", (3 * MILLION, "@bob", "@bob")))
    assert int(world.contracts["guard"].call("claimCount")) == 1
    return world


def ended(lab: Any, world: World, event: str, **different: Any) -> Any:
    args = {"id": 1, "owner": world.address("bob"), "asset": world.address("USDC"), "amount": 3 * MILLION}
    return lab.guard_log(world, event, **args | different)


def see(lab: Any, world: World, *logs: Any, after: int = 2 * DAY) -> str:
    ghost = Conservation(world)
    for log in logs:
        ghost.observe(world, lab.happened(world, log, after=after))
    return str(ghost.violation(world))


@pytest.mark.parametrize(
    ("wait", "by", "function", "arguments"),
    [
        (DAY, "keeper", "settle", (1,)),
        (0, "bob", "withdrawClaim", (1,)),
        (0, "guardian", "hold", ([1], 2**40, "")),
    ],
)
def test_an_honest_end_of_a_claim(world: World, wait: int, by: str, function: str, arguments: Any) -> None:
    world.invariants = [Conservation(world)]
    world.require(Step(by, "guard", function, arguments, wait=wait))
    world.check()


def test_a_claim_ends_once_and_as_it_began(lab: Any, world: World) -> None:
    assert "paid" in see(lab, world, ended(lab, world, "ClaimPaid"), after=DAY - 3)
    assert "does not wait" in see(lab, world, ended(lab, world, "ClaimWithdrawn", id=2))
    assert "ended as 1 of" in see(lab, world, ended(lab, world, "ClaimReturned", amount=1, reason=""))
    assert "ended as" in see(lab, world, ended(lab, world, "ClaimPaid", owner=world.address("thief")))
    assert "created twice" in see(lab, world, ended(lab, world, "ClaimCreated", readyAt=1))


def test_what_is_locked_is_what_waits(lab: Any, world: World) -> None:
    """The guard forgot what it did: its event says that the claim was paid, its storage that it waits."""
    assert "claims of 0 wait" in see(lab, world, ended(lab, world, "ClaimPaid"))


def test_nor_does_an_event_make_a_claim(lab: Any, world: World) -> None:
    created = ended(lab, world, "ClaimCreated", id=2, amount=7, readyAt=2**31)
    assert f"claims of {3 * MILLION + 7} wait, and {3 * MILLION} is locked" in see(lab, world, created)


def takes(world: World, amount: int) -> Step:
    """A guard that pays out of what it keeps."""
    world.chain.impersonate(world.address("guard"))
    world.chain.set_balance(world.address("guard"), 10**20)
    return Step("guard", "USDC", "transfer", ("@thief", amount))


@pytest.mark.parametrize(("more", "fine"), [(0, True), (1, False)])
def test_what_waits_is_there(world: World, more: int, fine: bool) -> None:
    world.invariants = [Conservation(world)]
    all_of_it = world.balance("USDC", world.address("guard"))
    world.require(takes(world, all_of_it - 3 * MILLION + more))
    assert (world.invariants[0].violation(world) is None) is fine


def test_what_waits_is_owed_besides_the_assets(world: World) -> None:
    world.invariants = [Solvency(world, "USDC")]
    assert world.invariants[0].violation(world) is None
    world.require(takes(world, 1))
    assert "is owed" in str(world.invariants[0].violation(world))


@pytest.mark.parametrize("more", [0, 1])
def test_an_exit_pays_the_share_and_no_more(lab: Any, more: int) -> None:
    world = lab.vault(("artifact: GuardedVault", "artifact: ExitVault"))
    assert any(isinstance(one, ProRataExit) for one in derive(world))
    ghost = ProRataExit(world)
    usdc, vault = world.address("USDC"), world.contracts["protocol"]
    shares, supply = vault.call("balanceOf", world.address("bob")), vault.call("totalSupply")
    share = shares * world.balance("USDC", vault.address) // supply
    until = world.started + DAY
    args = {"account": world.address("bob"), "receiver": world.address("bob")}
    logs = [
        lab.guard_log(world, "ExitSet", previous=0, until=until),
        lab.guard_log(world, "Exited", shares=shares, **args),
        lab.guard_log(world, "ExitPaid", token=usdc, amount=share + more, **args),
    ]
    ghost.observe(world, lab.happened(world, *logs))
    assert (ghost.violation(world) is not None) is bool(more)
    ghost.observe(world, lab.happened(world, logs[1], after=DAY))
    assert ghost.violation(world) is not None


@pytest.mark.parametrize(("collected", "fine"), [((7,), True), ((8,), False), ((7, 7), False)])
def test_what_an_exit_owes_is_collected_once(lab: Any, collected: tuple[int, ...], fine: bool) -> None:
    world = lab.vault(("artifact: GuardedVault", "artifact: ExitVault"))
    ghost, who = ProRataExit(world), {"account": world.address("bob"), "token": world.address("USDC")}
    shares = lab.guard_log(world, "Exited", account=who["account"], receiver=who["account"], shares=10**8)
    opened = lab.guard_log(world, "ExitSet", previous=0, until=world.started + DAY)
    owed = lab.guard_log(world, "ExitOwed", amount=7, **who)
    ghost.observe(world, lab.happened(world, opened, shares, owed))
    for amount in collected:
        log = lab.guard_log(world, "ExitCollected", receiver=who["account"], amount=amount, **who)
        ghost.observe(world, lab.happened(world, log))
    assert (ghost.violation(world) is None) is fine


CLOSED = keccak(text="OperationClosed(uint16,uint256)")[:4]
OVER = keccak(text="OutflowLimitExceeded(address,uint256,uint256,uint256)")[:4]


@pytest.mark.parametrize(
    ("shadow", "error", "fine"),
    [
        ("pause, level", CLOSED, False),
        ("pause", CLOSED, True),  # it may have been the level
        ("outflow", OVER, False),
        ("outflow", CLOSED, True),
        ("pause, level", OVER, True),
        ("", OVER, True),
    ],
)
def test_a_guard_in_shadow_mode_refuses_nothing(lab: Any, shadow: str, error: bytes, fine: bool) -> None:
    world = lab.vault(("shadow: []", f"shadow: [{shadow}]"))
    ghost = ShadowEqualsLive(world)
    ghost.observe(world, Outcome(Step("bob"), False, world.started, error=error + bytes(32)))
    assert (ghost.violation(world) is None) is fine
    inside = keccak(text="CallFailed(uint256,bytes)")[:4] + bytes(96) + error
    batch = ShadowEqualsLive(world)
    batch.observe(world, Outcome(Step("thief"), False, world.started, error=inside))
    assert (batch.violation(world) is None) is fine


@pytest.mark.parametrize(("live", "fine"), [(False, True), (True, False)])
def test_its_decisions_say_that_they_are_shadows(lab: Any, live: bool, fine: bool) -> None:
    world = lab.vault()
    ghost, somebody = ShadowEqualsLive(world), world.address("bob")
    decision = {
        "guard": 2,
        "decision": 2,
        "account": somebody,
        "asset": somebody,
        "amount": 1,
        "operation": 2,
    }
    log = lab.guard_log(world, "GuardDecision", shadow=not live, **decision)
    ghost.observe(world, lab.happened(world, log))
    assert ghost.violation(world) is None
    entered = lab.guard_log(world, "ShadowChanged", guard=2, previous=False, shadow=True)
    ghost.observe(world, lab.happened(world, entered))
    ghost.observe(world, lab.happened(world, log))
    assert (ghost.violation(world) is None) is fine


def test_a_world_without_a_policy_promises_nothing(lab: Any) -> None:
    world = lab.vault()
    world.policy = None
    assert derive(world) == []
