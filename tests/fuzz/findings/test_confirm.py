"""A finding counts once anvil agrees with revm; where they differ, nobody accuses the protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.chain import Chain, RevmChain
from guardrails.fuzz import HarnessFault, Invariant, Sequence, Step, Target, World, find_target
from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.confirm import compare, confirm, replay
from guardrails.fuzz.enact import Deed, Enacted, Event, enact, open_world
from guardrails.fuzz.finding import Finding

SEEDED = Path(__file__).resolve().parents[1] / "seeded/targets.py"
Twin = Callable[[Artefact], Artefact]
SAID = "promised: all that leaves has been metered; it does not hold"


@pytest.mark.parametrize("backend", ["revm", "anvil", "ape"])
def test_it_falls_on_each_backend_and_its_twin_holds(found: Artefact, twin: Twin, backend: str) -> None:
    done = replay(found, backend)
    assert (done.broken, done.enacted.broken_at, done.enacted.evidence) == (True, 4, SAID)
    assert [deed.ok for deed in done.enacted.deeds] == [True, True, False, True]
    assert done.enacted.deeds[2].said == "too little deposited"
    sound = replay(twin(found), backend)
    assert not sound.broken
    assert len(sound.enacted.deeds) == 5


def test_confirmed_and_not_reproduced(found: Artefact, twin: Twin) -> None:
    assert confirm(found.finding).confirmed
    sound = confirm(twin(found).finding)
    assert sound.verdict == "not reproduced"
    assert sound.differences == ("NoBypass holds after all steps on revm",)


class Fickle(Target):
    """Behaves otherwise on another backend: no fault of any protocol."""

    def build(self, chain: Chain) -> World:
        name = "DroppedMeter" if isinstance(chain, RevmChain) else "DroppedMeterTwin"
        return find_target(f"{SEEDED}:{name}").build(chain)

    def invariants(self, world: World) -> list[Invariant]:
        return find_target(f"{SEEDED}:DroppedMeter").invariants(world)


def test_what_the_second_evm_does_not_see_is_not_confirmed(bypassed: Finding) -> None:
    seen = confirm(bypassed, Fickle())
    assert seen.verdict == "not confirmed"
    assert not seen.confirmed
    assert "the property falls after step 4 on revm and holds on anvil" in seen.differences


def test_every_difference_of_a_step_is_told() -> None:
    deed = Deed("a", True, 1, 1, "", "", ())
    refused = replace(deed, ok=False, said="Closed()", error="01")
    one = Enacted((deed,), None, None, ())

    def against(other: Deed) -> tuple[str, ...]:
        return compare(
            one if other.ok else replace(one, deeds=(refused,)), replace(one, deeds=(other,)), ("a", "b")
        )

    assert against(deed) == ()
    assert against(replace(deed, after=2)) == ("step 1 (a): is at 1 s on a and at 2 s on b",)
    assert against(replace(deed, events=(Event("a", ("01",), ""),))) == (
        "step 1 (a): has 0 events on a and 1 on b, not the same",
    )
    assert against(replace(refused, error="02", said="Late()")) == (
        "step 1 (a): fails with Closed() on a and with Late() on b",
    )
    assert compare(one, replace(one, deeds=(refused,)), ("a", "b")) == (
        "step 1 (a): succeeds on a and fails with Closed() on b",
    )
    assert compare(one, replace(one, broken_at=1), ("a", "b")) == (
        "the property holds on a and falls after step 1 on b",
    )


def test_a_target_that_raises_is_the_harness_s_fault(bypassed: Finding) -> None:
    class Broken(Target):
        def build(self, chain: Chain) -> World:
            raise KeyError("oops")

    class Late(Fickle):
        def profit(self, world: World) -> object:  # type: ignore[override]
            raise ZeroDivisionError

    with pytest.raises(HarnessFault, match="the target raised KeyError"):
        confirm(bypassed, Broken())
    with pytest.raises(HarnessFault, match="BoundedProfit cannot be judged: ZeroDivisionError"):
        confirm(Finding("BoundedProfit", "", bypassed.sequence, 1), Late())


def test_what_the_property_was_judged_by_is_kept(bypassed: Finding) -> None:
    target = find_target(bypassed.sequence.target)
    chain = target.chain()
    world = open_world(target, chain)
    done = enact(target, world, Sequence("", bypassed.sequence.steps), "NoBypass")
    names = {world.contracts["protocol"].encode(name).hex() for name in ("held", "metered", "received")}
    assert {reading.data for reading in done.readings} == names
    assert "call" not in vars(chain), "the chain is asked as before"


@pytest.mark.parametrize("argument", [7, "@nobody", {"call": []}, [], "x" * 99, 1.5, None])
def test_arguments_that_make_no_sense(bypassed: Finding, argument: object) -> None:
    step = Step("alice", "protocol", "withdrawTo", (argument, 1))
    sequence = replace(bypassed.sequence, steps=(step,))
    with pytest.raises(HarnessFault):
        confirm(replace(bypassed, sequence=sequence))


def test_an_unknown_backend(found: Artefact) -> None:
    with pytest.raises(HarnessFault, match="no backend 'geth'"):
        replay(found, "geth")
