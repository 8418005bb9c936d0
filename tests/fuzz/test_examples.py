"""The examples keep what their policies promise, whatever everybody does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import GuardedMachine, Step, World, find_target
from guardrails.fuzz.search.actions import actions_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("vault", "bridge", "lending", "exchange")


def reference(name: str) -> str:
    return f"{EXAMPLES}/{name}/fuzz.py:{name.capitalize()}"


@pytest.mark.parametrize("name", NAMES)
def test_an_example_keeps_its_promises(
    name: str, guarded_machine: Callable[[type[GuardedMachine]], int]
) -> None:
    class Machine(GuardedMachine):
        target = reference(name)

    assert guarded_machine(Machine) > 1_000


def world_of(name: str) -> World:
    return find_target(reference(name)).build(RevmChain())


def test_forged_messages_take_no_more_than_the_limit() -> None:
    """Nobody stands between a forger and the bridge's escrow but its limits."""
    world = world_of("bridge")
    escrow = world.balance("USDC", world.address("protocol"))
    assert escrow == 35_000_000 * 10**6
    forged = ("@protocol", "@USDC", "@thief", 1_000_000 * 10**6)
    for _ in range(35):
        assert world.do(Step("thief", "replica", "deliver", forged)).ok
    taken = world.holdings("thief")["USDC"] - world.thief_began_with["USDC"]
    assert taken == 2_000_000 * 10**6, "the shared budget, and not a third message"
    assert int(world.contracts["guard"].call("claimCount")) == 33


def test_the_market_has_lent_and_the_exchange_trades() -> None:
    lending = world_of("lending")
    assert lending.contracts["protocol"].call("totalDebtShares") > 0
    lending.require(Step("environment", "feed", "set", (115 * 10**8, 0)))
    liquidation = Step("liquidator", "protocol", "liquidate", ("@alice", 10**9))
    assert "PriceUnusable" in lending.explain(lending.do(liquidation)), "beyond the threshold"

    exchange = world_of("exchange")
    order = ("@maker", 10**18, 3_000 * 10**18, 1, 2**40)
    exchange.require(Step("alice", "protocol", "trade", (order, "0x", 10**18)))
    assert exchange.contracts["protocol"].call("openInterest") == 10**18


def test_anybody_checks_the_breaker_of_the_market() -> None:
    """The search and the machine call it too; it raises the level when the cash is gone for long enough."""
    world = world_of("lending")
    calls = {action.key for action in actions_of(find_target(reference("lending")), world)}
    assert {key for key in calls if key.startswith("breaker ")} == {"breaker cash.check()"}
    check, guard = Step("thief", "breaker cash", "check()"), world.contracts["guard"]
    asset, protocol = world.assets["USDC"], world.address("protocol")
    world.require(check)
    assert guard.call("level") == 0
    world.chain.impersonate(protocol)
    asset.send("transfer", world.address("whale"), world.balance("USDC", protocol), sender=protocol)
    world.require(check)
    assert guard.call("level") == 0
    world.require(Step("thief", "breaker cash", "check()", wait=600))
    assert guard.call("level") == 1
