"""What left is counted to the unit; what is no bypass is known as such."""

from __future__ import annotations

import pytest

from guardrails.chain import Contract, RevmChain
from guardrails.fuzz import Step, World
from guardrails.fuzz.bypass.ledger import Leak, Ledger
from guardrails.fuzz.bypass.states import blocked, paused, raised
from guardrails.fuzz.step import Loan
from tests.fuzz.bypass import bypass_targets

MILLION = 10**12
WINDOW = 86_400
ALL_PAUSED = "every operation was closed"


def _world(name: str = "Shipped") -> World:
    world: World = getattr(bypass_targets, name)().build(RevmChain())
    return world


def _leak(world: World, *steps: Step) -> Leak | None:
    """What the last step lets out."""
    ledger = Ledger(world)
    for step in steps[:-1]:
        assert ledger.leak(world, world.require(step)) is None
    return ledger.leak(world, world.require(steps[-1]))


def _withdraw(amount: int, by: str = "alice") -> Step:
    return Step(by, "protocol", "withdraw(uint256)", (amount,))


def test_what_was_charged_may_leave() -> None:
    world = _world()
    assert _leak(world, _withdraw(1), _withdraw(1_000), _withdraw(MILLION // 2)) is None


@pytest.mark.parametrize(("missing", "text"), [(0, None), (1, "1000 USDC left, 999 of it were charged")])
def test_one_unit_that_was_not_charged_is_seen(missing: int, text: str | None) -> None:
    world = _world()
    world.require(_withdraw(MILLION // 2))
    ledger = Ledger(world)
    # as if before the step more had been used: then this step charged so much less
    ledger.words["USDC"] += missing * WINDOW
    leak = ledger.leak(world, world.require(_withdraw(1_000)))
    assert (leak is None) is (text is None)
    assert leak is None or text in leak.text


def test_what_is_used_up_refills_meanwhile() -> None:
    world = _world()
    waited = Step("alice", "protocol", "withdraw(uint256)", (MILLION // 4,), wait=WINDOW // 2)
    assert _leak(world, _withdraw(MILLION // 2), waited) is None


def test_a_limiter_that_was_not_asked_is_not_charged_by_the_past() -> None:
    world = _world("Forgotten")
    rescue = Step("thief", "protocol", "rescue(address,uint256)", ("@thief", 7), wait=WINDOW // 4)
    assert _leak(world, _withdraw(MILLION // 2), rescue) == Leak(
        "7 USDC left, 0 of it were charged to the limiter"
    )


def test_what_comes_from_the_protocols_own_pool_excuses_nothing() -> None:
    world = _world("Forgotten")
    world.contracts["pool"] = Contract(world.chain, world.address("liquidator"), [])
    ledger = Ledger(world)
    back = world.require(Step("liquidator", "USDC", "transfer(address,uint256)", ("@protocol", 7)))
    taken = world.require(Step("thief", "protocol", "rescue(address,uint256)", ("@thief", 7)))
    both = type(taken)(taken.step, True, taken.timestamp, back.logs + taken.logs)
    assert ledger.leak(world, both) == Leak("7 USDC left, 0 of it were charged to the limiter")
    invested = world.require(Step("thief", "protocol", "rescue(address,uint256)", ("@liquidator", 7)))
    assert ledger.leak(world, invested) is None


def test_a_claim_that_is_paid_was_meant_to_leave_and_one_unit_more_was_not() -> None:
    steps = (_withdraw(2 * MILLION), Step("bob", "protocol", "settle(uint256)", (1,), wait=WINDOW))
    assert _leak(_world(), *steps) is None
    world = _world()
    world.require(steps[0])
    ledger = Ledger(world)
    ledger.locked["USDC"] -= 1  # as if the claim had locked one unit less
    leak = ledger.leak(world, world.require(steps[1]))
    assert leak is not None
    assert "1 USDC left, 0 of it" in leak.text


def test_a_claim_given_up_is_not_one_that_is_paid() -> None:
    steps = (_withdraw(2 * MILLION), Step("alice", "protocol", "withdrawClaim(uint256)", (1,)))
    assert _leak(_world(), *steps) is None  # nothing leaves
    leak = _leak(_world("ClaimPaid"), *steps)
    assert leak is not None
    assert f"{2 * MILLION} USDC left, 0 of it" in leak.text


def test_what_came_in_by_the_same_transaction_may_leave_again() -> None:
    world = _world("Forgotten")
    thief = "thief_contract"
    deposit = Step("thief", "protocol", "deposit(uint256)", (1_000,))
    for taken, leaks in ((1_000, False), (1_001, True)):
        here = world.snapshot()
        rescue = Step("thief", "protocol", "rescue(address,uint256)", (f"@{thief}", taken))
        leak = _leak(world, Step.batch("thief", (deposit, rescue), loans=(Loan("USDC", 1_000),)))
        assert (leak is not None) is leaks
        world.revert(here)


def test_a_gift_to_somebody_does_not_hide_what_leaves() -> None:
    leak = _leak(_world("Forgotten"), Step("thief", "protocol", "rescue(address,uint256)", ("@USDC", 7)))
    assert leak == Leak("7 USDC left, 0 of it were charged to the limiter")


def test_moving_to_itself_is_not_leaving() -> None:
    assert (
        _leak(_world("Forgotten"), Step("thief", "protocol", "rescue(address,uint256)", ("@protocol", 7)))
        is None
    )


@pytest.mark.parametrize(
    ("spender", "amount", "leaks"), [("@thief", 1, True), ("@thief", 0, False), ("@protocol", 1, False)]
)
def test_an_allowance_is_as_good_as_the_asset(spender: str, amount: int, leaks: bool) -> None:
    leak = _leak(_world("Approval"), Step("bob", "protocol", "allow(address,uint256)", (spender, amount)))
    assert (leak is not None) is leaks


def test_eth_that_comes_in_is_no_leak_and_one_wei_that_leaves_is() -> None:
    world = _world("EtherSweep")
    assert _leak(world, Step("bob", "protocol", "fund()", value=1)) is None
    leak = _leak(world, Step("bob", "protocol", "sweep(address)", ("@bob",)))
    assert leak == Leak(f"{10**18 + 1} wei left: no limiter meters ETH")


def test_while_all_is_paused_nothing_moves_either_way() -> None:
    world = _world("HalfVault")
    deposit = Step("alice", "protocol", "mint(uint256,address)", (10, "@alice"))
    redeem = Step("alice", "protocol", "redeem(uint256,address,address)", (10, "@alice", "@alice"))
    assert _leak(world, deposit) is None
    assert _leak(world, paused(world), deposit) == Leak(f"USDC came in although {ALL_PAUSED}", False)
    assert _leak(world, redeem) == Leak(f"10 USDC left although {ALL_PAUSED}")
    gift = Step("alice", "USDC", "transfer(address,uint256)", ("@protocol", 5))
    assert _leak(world, gift) is None  # nobody can keep a token from arriving
    assert _leak(world, Step.pause(86_400), deposit) is None  # the pause is over


def test_a_pause_of_less_than_everything_closes_not_everything() -> None:
    world = _world("NeverClosed")
    some = Step("governance", "guard", "pause", (0xFFFF - 2, 3_600, "all but WITHDRAW"))
    assert _leak(world, some, Step("alice", "protocol", "leave()")) is None
    rest = Step("guardian", "guard", "pause", (2, 3_600, "the rest"))
    leak = _leak(world, rest, Step("bob", "protocol", "leave()"))
    assert leak == Leak(f"a claim was queued although {ALL_PAUSED}")


def test_whoever_is_blocked_takes_nothing_and_may_bring() -> None:
    world = _world("HalfVault")
    mint = Step("alice", "protocol", "mint(uint256,address)", (10, "@alice"))
    redeem = Step("alice", "protocol", "redeem(uint256,address,address)", (10, "@alice", "@alice"))
    assert _leak(world, blocked(world, "alice"), mint) is None
    assert _leak(world, redeem) == Leak("10 USDC left although alice was blocked")
    to_bob = Step("alice", "protocol", "redeem(uint256,address,address)", (10, "@bob", "@alice"))
    assert _leak(world, to_bob) == Leak("10 USDC left although alice was blocked")
    unmetered = Leak("10 USDC left, 0 of it were charged to the limiter")
    assert _leak(world, Step.pause(3_600), redeem) == unmetered
    assert _leak(world, raised(world, 1), mint) is None


def test_whoever_is_blocked_may_still_act_for_others() -> None:
    target = bypass_targets.NomadBridge()
    world = target.build(RevmChain())
    [to_the_thief, *_] = target.known_calls(world)
    by_alice = Step("alice", to_the_thief.target, to_the_thief.function, to_the_thief.arguments)
    assert _leak(world, blocked(world, "alice"), by_alice) is None


def test_what_a_blocked_account_gets_itself_counts_through_any_contract() -> None:
    target = bypass_targets.NomadBridge()
    world = target.build(RevmChain())
    [to_the_thief, *_] = target.known_calls(world)
    here = world.snapshot()
    paid = world.require(to_the_thief)  # while he is free: the bridge refuses him while he is blocked
    world.revert(here)
    world.require(blocked(world, "thief"))
    assert not world.do(to_the_thief).ok
    pretended = type(paid)(to_the_thief, True, world.now, paid.logs)
    leak = Ledger(world).leak(world, pretended)
    assert leak is not None
    assert "left although thief was blocked" in leak.text


def test_shadow_mode_charges_nothing_that_counts() -> None:
    world = _world("Forgotten")
    rescue = Step("thief", "protocol", "rescue(address,uint256)", ("@thief", 7))
    call = {"call": ["guard", "setShadow", [2, True]]}
    world.require(Step("governance", "guard", "schedule", (call,)))
    world.require(Step("keeper", "guard", "execute", (call,), wait=2 * WINDOW))
    assert _leak(world, rescue) is None
    world.require(Step("governance", "guard", "setShadow", (2, False)))
    assert _leak(world, rescue) is not None


def test_what_governance_announced_is_not_judged() -> None:
    world = _world("EtherSweep")
    execute = Step("keeper", "guard", "execute", ({"call": ["guard", "setShadow", [2, True]]},))
    ledger, outcome = Ledger(world), world.do(Step("bob", "protocol", "sweep(address)", ("@bob",)))
    assert ledger.leak(world, outcome) is not None
    ledger = Ledger(world)
    ledger.ether += 1
    pretended = type(outcome)(execute, True, outcome.timestamp, outcome.logs)
    assert ledger.leak(world, pretended) is None


def test_as_an_invariant_it_keeps_the_first() -> None:
    world = _world("Forgotten")
    ledger = Ledger(world)
    world.invariants.append(ledger)
    assert ledger.violation(world) is None
    for amount in (7, 8):
        world.require(Step("thief", "protocol", "rescue(address,uint256)", ("@thief", amount)))
    assert ledger.violation(world) == "7 USDC left, 0 of it were charged to the limiter"
    world.require(Step("thief", "protocol", "deposit(uint256)", (0,)))
    assert not world.do(Step("thief", "protocol", "withdraw(uint256)", (10**18,))).ok
