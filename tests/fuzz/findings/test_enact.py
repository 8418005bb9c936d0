"""What is judged, and by which property: a gain of exactly what is promised is none too much."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from guardrails.fuzz import Invariant, Outcome, Sequence, Step, Target, World
from guardrails.fuzz.enact import Enacted, enact, open_world
from guardrails.fuzz.invariants.base import Ghost

USD = 10**6
DAY = 86_400


def _payee() -> ModuleType:
    spec = importlib.util.spec_from_file_location("payee_of_enact", Path(__file__).with_name("payee.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault("payee_of_enact", importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


WrongPayee: type[Target] = _payee().WrongPayee


def steals(amount: int) -> tuple[Step, ...]:
    return (
        Step("alice", "protocol", "deposit", (500 * USD,)),
        Step("alice", "protocol", "request", (amount,)),
        Step("thief", "protocol", "settle", ("@alice",), wait=DAY),
    )


def taken(target: Target, steps: tuple[Step, ...], name: str) -> Enacted:
    chain = target.chain()
    try:
        return enact(target, open_world(target, chain), Sequence("", steps), name)
    finally:
        chain.close()


@pytest.mark.parametrize(("amount", "broken_at"), [(USD - 1, None), (USD, None), (USD + 1, 3)])
def test_dust_is_no_theft(amount: int, broken_at: int | None) -> None:
    assert taken(WrongPayee(), steals(amount), "BoundedProfit").broken_at == broken_at


@pytest.mark.parametrize(("amount", "broken_at"), [(99 * USD, None), (100 * USD, None), (100 * USD + 1, 3)])
def test_where_something_is_promised_that_counts(amount: int, broken_at: int | None) -> None:
    class Promised(WrongPayee):  # type: ignore[misc, valid-type]
        def promised(self, world: World) -> Fraction:
            return Fraction(100)

    done = taken(Promised(), steals(amount), "BoundedProfit")
    assert done.broken_at == broken_at
    if broken_at is not None:
        assert done.evidence == "the thief may gain at most 100.00 USD and gained 100.00 USD"


class Settled(Ghost):
    name = "Settled"

    def observe(self, world: World, outcome: Outcome) -> None:
        if outcome.step.function == "settle" and outcome.ok:
            self.broken = "it settled"


class Always(Ghost):
    name = "Always"
    broken = "from the start"


class Watched(WrongPayee):  # type: ignore[misc, valid-type]
    def invariants(self, world: World) -> list[Invariant]:
        return [Always(), Settled()]


def test_only_the_named_property_is_judged() -> None:
    done = taken(Watched(), steals(5 * USD), "Settled")
    assert (done.broken_at, done.evidence) == (3, "it settled")
    assert taken(Watched(), steals(5 * USD), "Always").broken_at == 1


def test_a_property_with_an_account_of_its_own_leaves_the_balances() -> None:
    done = taken(Watched(), steals(5 * USD), "Settled")
    assert [reading.contract for reading in done.readings] == ["COIN"] * 3
    held = [int(reading.answer, 16) for reading in done.readings]
    assert held == [1_495 * USD, 1_005 * USD, 1_000 * USD], "the protocol, the thief, the thief's contract"
