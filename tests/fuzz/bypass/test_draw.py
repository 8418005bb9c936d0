"""Arguments fit every function that is shipped; what a contract's code holds is used."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from guardrails import artifacts
from guardrails.chain import Contract, RevmChain
from guardrails.chain.abi import signature
from guardrails.fuzz import Step, World, find_target
from guardrails.fuzz.bypass import surface
from guardrails.fuzz.bypass.draw import Words, constants
from tests.fuzz.bypass import bypass_targets

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def world() -> World:
    return bypass_targets.Shipped().build(RevmChain())


def test_constants_are_the_operands_of_push_but_not_jumps() -> None:
    code = bytes.fromhex("600561abcd620102035f7f" + "11" * 32 + "63deadbeef" + "60")
    assert constants(code) == [0, 5, 0x010203, 0xDEADBEEF, int("11" * 32, 16)]


def test_data_inside_an_operand_is_no_instruction() -> None:
    assert constants(bytes.fromhex("63600560066007")) == [7, 0x60056006]


def test_what_is_compared_at_once_is_a_function() -> None:
    code = bytes.fromhex("63aabbccdd1463aabbccdd1463111111115063eeff001114")
    assert [one.hex() for one in surface.dispatched(code)] == ["aabbccdd", "eeff0011"]
    assert surface.dispatched(bytes.fromhex("7f" + "63aabbccdd14" * 6)) == []


@pytest.mark.parametrize("name", artifacts.names())
def test_every_function_that_is_shipped_can_be_given_something(world: World, name: str) -> None:
    there = Contract(world.chain, "0x" + "12" * 20, artifacts.load(name).abi)
    world.contracts["tried"] = there
    words, random = Words(world, ["protocol"], [5, 2**255]), Random(name)
    for entry in there.interface.abi:
        if entry["type"] == "function":
            for _ in range(20):
                step = Step("alice", "tried", signature(entry), words.arguments(random, entry, "alice"))
                to, data = world.encode(step)
                assert to == there.address
                assert data[:4] == there.interface.function(signature(entry))[0]
                assert Step.from_json(step.to_json()) == step
    del world.contracts["tried"]
    world._encoders.clear()


def test_numbers_mean_something(world: World) -> None:
    words, random = Words(world, ["protocol"], [777]), Random(1)
    drawn = {words.number(random, "alice") for _ in range(2_000)}
    held = world.balance("USDC", world.address("alice"))
    at_stake = world.balance("USDC", world.address("protocol"))
    assert {0, 1, 777, held, held + 1, held // 2, at_stake, 2**256 - 1, world.now} <= drawn
    named = {words.address(random, "alice") for _ in range(500)}
    assert {"@alice", "@USDC", "@protocol", "@thief"} <= named
    data = [words.value(random, {}, "bytes", "alice") for _ in range(100)]
    calls = [one["call"][:2] for one in data if isinstance(one, dict)]
    assert ["USDC", "transfer(address,uint256)"] in calls


def test_the_targets_hints_are_mostly_taken_for_what_they_name(world: World) -> None:
    words = Words(world, ["protocol"], [777], {("withdraw", "amount"): [41, 42]})
    entries = {e["name"]: e for e in world.contracts["protocol"].interface.abi if e["type"] == "function"}
    random = Random(1)
    drawn = [words.arguments(random, entries["withdraw"], "alice")[0] for _ in range(200)]
    assert 120 < sum(one in (41, 42) for one in drawn) < 200
    assert {41, 42} <= set(drawn)
    assert not {41, 42} & {words.arguments(random, entries["deposit"], "alice")[0] for _ in range(200)}


def test_claims_are_among_the_numbers_once_they_wait(world: World) -> None:
    before = world.snapshot()
    assert Words(world, ["protocol"], []).claims == []
    for _ in range(2):
        world.require(Step("alice", "protocol", "withdraw(uint256)", (2 * 10**12,)))
    assert Words(world, ["protocol"], []).claims == [1, 2]
    world.revert(before)


def test_what_is_called_is_the_protocol_once_and_not_the_tools(world: World) -> None:
    assert surface.contracts(world) == ["protocol"]
    hub = bypass_targets.Hub().build(RevmChain())
    assert set(surface.contracts(hub)) == {"protocol", "guard"}
    lending = find_target(f"{ROOT}/examples/lending/fuzz.py:Lending").build(RevmChain())
    watching = {"metric cash", "breaker cash"}  # anyone may call the breaker, which has a role
    assert set(surface.contracts(lending)) == {"protocol", *watching}


def test_the_environment_tries_nothing_and_governance_only_what_does_not_wait(world: World) -> None:
    by_name = {one.name: one for one in surface.functions(world)}
    own, guards = by_name["withdraw(uint256)"], by_name["pause(uint16,uint256,string)"]
    assert (own.guards, guards.guards) == (False, True)
    assert {"thief", "deployer", "governance"} <= set(surface.actors(world, own))
    assert {"thief", "guardian", "sentinel"} <= set(surface.actors(world, guards))
    assert not {"deployer", "governance", "environment"} & set(surface.actors(world, guards))
    assert "environment" not in surface.actors(world, own)
    assert "deposit(uint256)" in by_name
    assert "balanceOf(address)" not in by_name


def test_a_function_that_the_abi_does_not_name_is_told(world: World) -> None:
    assert surface.not_in_the_abi(world) == {}
    whole = world.contracts["protocol"]
    some = [e for e in whole.interface.abi if e.get("name") != "withdraw"]
    world.contracts["protocol"] = Contract(world.chain, whole.address, some)
    hidden = surface.not_in_the_abi(world)
    world.contracts["protocol"] = whole
    assert hidden == {"protocol": ["0x" + whole.interface.function("withdraw(uint256)")[0].hex()]}
