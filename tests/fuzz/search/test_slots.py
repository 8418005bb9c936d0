"""Storage slots as behaviour: of the protocol alone, which of them changed, and how far up in the word."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.chain import AnvilChain, RevmChain
from guardrails.fuzz import Step, World, find_target
from guardrails.fuzz.search import SearchResult, search
from guardrails.fuzz.search.behaviour import Seen
from guardrails.fuzz.search.slots import KIND, Slots

ROOT = Path(__file__).resolve().parents[3]
VAULT = find_target(f"{ROOT}/examples/vault/fuzz.py:Vault")


@pytest.fixture
def world() -> World:
    return VAULT.build(RevmChain())


def features(slots: Slots) -> set[int]:
    seen = Seen()
    slots.note(seen)
    assert set(seen.features.values()) <= {KIND}
    assert seen.records == {}
    return set(seen.features)


def deposit(world: World, amount: int) -> None:
    world.require(Step("alice", "protocol", "deposit(uint256,address)", (amount, "@alice")))


def test_the_slots_are_the_protocol_s_and_no_token_s(world: World) -> None:
    slots = Slots(world)
    names = {name for name, _, _ in slots.places}
    assert "guard" in names, "the protocol: a guard that is embedded is the same contract"
    assert not names & {*world.assets, "lender", "thief_contract"}
    assert len(set(slots.places)) == len(slots.places) > 20


def test_what_differs_from_the_beginning_is_a_feature_and_nothing_else(world: World) -> None:
    slots, before = Slots(world), world.snapshot()
    assert features(slots) == set()
    deposit(world, 10**6)
    first = features(slots)
    assert first
    assert first == features(slots), "the same each time it is asked"
    world.revert(before)
    assert features(slots) == set()
    deposit(world, 10**6)
    assert features(slots) == first


def test_how_far_up_it_differs_counts(world: World) -> None:
    chain, slots = world.chain, Slots(world)
    _, address, slot = slots.places[0]
    base = int.from_bytes(chain.storage(address, slot), "big")
    found = []
    for bits in (1, 1 << 14, 1 << 15, 1 << 16, 1 << 30, 1 << 255):
        chain.set_storage(address, slot, base ^ bits)
        found.append(features(slots))
    assert found[0] == found[1] != found[2] == found[3] == found[4] != found[5]
    assert all(len(one) == 1 for one in found)


@pytest.mark.guardrails_backends("revm", "anvil")
def test_another_chain_tells_none(chain: RevmChain | AnvilChain) -> None:
    slots = Slots(VAULT.build(chain))
    assert bool(slots.places) == isinstance(chain, RevmChain)
    assert features(slots) == set()


def test_a_search_keeps_them_where_its_target_says_so() -> None:
    class Plain(type(VAULT)):  # type: ignore[misc]
        policy_file = str(ROOT / "examples/vault/guardrails.yaml")

    class Slotted(Plain):
        slots = True

    def run(target: type[Plain]) -> SearchResult:
        return search(target(), seed=2, executions=60)

    plain, first = run(Plain), run(Slotted)
    assert KIND not in plain.state["corpus"]["champions"]
    assert first.state["corpus"]["champions"][KIND]
    assert first.state == run(Slotted).state
