"""The search finds what was planted, says nothing of what is sound, and does the same again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from guardrails.chain.revm import RevmChain
from guardrails.fuzz import HarnessFault, Sequence, Step, World
from guardrails.fuzz.search import PROFIT, Progress, search

ROOT = Path(__file__).resolve().parents[3]
VAULT = f"{ROOT}/examples/vault/fuzz.py:Vault"


MOST = 40_000
"""Sequences in which a planted theft must be found; a tenth of it is usual."""


HONEST = {
    "ForgetfulQueue": (
        Step("thief", "protocol", "deposit(uint256)", (10**8,)),
        Step("thief", "protocol", "request(uint256)", (10**8,)),
        Step("thief", "protocol", "claim(uint256)", (0,), wait=86_400),
    )
}
"""What a test of the protocol does, from which the search goes on; where it is not given it has nothing."""


def at_the_first(progress: Progress) -> bool:
    return bool(progress.broken)


@pytest.mark.parametrize(
    ("name", "seed"), [("NaiveVault", 2), ("RoundingVault", 2), ("ForgetfulQueue", 2), ("SpotLender", 2)]
)
def test_a_planted_theft_is_found(planted: ModuleType, name: str, seed: int) -> None:
    target = getattr(planted, name)()
    honest = [Sequence(target.reference(), HONEST[name])] if name in HONEST else []
    result = search(target, seed=seed, executions=MOST, on_progress=at_the_first, corpus=honest)
    (finding,) = result.findings
    assert finding.property == PROFIT
    assert finding.evidence.startswith("the thief may gain nothing and gained ")
    assert result.profit > target.dust
    assert result.progress.executions < MOST
    again = target.build(RevmChain())
    again.run(finding.sequence.steps)
    assert target.profit(again) == result.profit
    for left_out in range(len(finding.sequence.steps)):
        world = target.build(RevmChain())
        world.run(step for at, step in enumerate(finding.sequence.steps) if at != left_out)
        assert target.profit(world) < result.profit * 9 / 10


def test_nothing_is_said_of_an_honest_contract(planted: ModuleType) -> None:
    result = search(planted.Honest(), seed=1, executions=600)
    assert (result.profit, result.findings, result.best.steps) == (0, (), ())


def test_nobody_gains_in_the_guarded_vault() -> None:
    result = search(VAULT, seed=1, executions=200)
    assert result.bound is not None
    assert result.profit <= result.bound
    assert result.findings == ()
    assert result.tightness == result.profit / result.bound


def test_a_search_that_goes_on_comes_to_the_same_as_one_that_was_not_interrupted(planted: ModuleType) -> None:
    whole = search(planted.SpotLender(), seed=7, executions=400)
    half = search(planted.SpotLender(), seed=7, executions=200)
    rest = search(planted.SpotLender(), seed=7, executions=400, state=json.loads(json.dumps(half.state)))
    assert half.state != whole.state
    assert rest.state == whole.state
    assert (rest.best, rest.profit, rest.findings) == (whole.best, whole.profit, whole.findings)
    with pytest.raises(HarnessFault, match="with the seed 7"):
        search(planted.SpotLender(), seed=8, executions=800, state=half.state)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardrails.fuzz.search.engine.PATIENCE", 100)


@pytest.mark.usefixtures("impatient")
def test_without_a_profit_it_starts_over_with_twice_the_patience(planted: ModuleType) -> None:
    seen: list[Progress] = []
    whole = search(planted.Honest(), seed=1, executions=400, on_progress=seen.append)
    lost, patience, features = whole.state["lost"]
    assert patience == 400
    assert 300 <= lost < 400
    assert len(whole.state["corpus"]["entries"]) < max(progress.entries for progress in seen)
    assert features == max(progress.features for progress in seen) == whole.progress.features
    half = search(planted.Honest(), seed=1, executions=250)
    assert half.state["lost"][1] == 200
    assert search(planted.Honest(), seed=1, executions=400, state=half.state).state == whole.state


@pytest.mark.usefixtures("impatient")
def test_with_a_profit_it_goes_on(planted: ModuleType) -> None:
    rich = search(planted.SpotLender(), seed=2, executions=MOST, on_progress=at_the_first).state
    assert rich["corpus"]["best"]
    more = search(planted.SpotLender(), seed=2, executions=rich["executions"] + 1_000, state=rich)
    assert more.state["lost"] == rich["lost"]


@pytest.mark.usefixtures("impatient")
def test_with_what_was_given_it_goes_on(planted: ModuleType) -> None:
    target = planted.Honest()
    given = Sequence(target.reference(), (Step("thief", "USDC", "transfer(address,uint256)", ("@bob", 1)),))
    result = search(target, seed=1, executions=250, corpus=[given])
    assert result.state["lost"] == [0, None, 0]
    assert search(target, seed=1, executions=400, state=result.state).state["lost"] == [0, None, 0]


def test_a_search_without_an_end_is_refused(planted: ModuleType) -> None:
    with pytest.raises(HarnessFault, match="has no end"):
        search(planted.Honest(), seed=1)


@pytest.fixture
def known(planted: ModuleType) -> Sequence:
    """The thief's own deposit, made dear by a gift; carol's buys nothing; all of it is his."""
    return Sequence(
        planted.NaiveVault().reference(),
        (
            Step("thief", "protocol", "deposit", (1, "@thief")),
            Step("thief", "USDC", "transfer(address,uint256)", ("@protocol", 500_000_000)),
            Step("carol", "protocol", "deposit", (499_999_999, "@carol")),
            Step("thief", "protocol", "redeem", (1, "@thief")),
        ),
    )


def test_a_known_sequence_is_where_a_search_may_begin(planted: ModuleType, known: Sequence) -> None:
    result = search(planted.NaiveVault(), seed=1, executions=1, corpus=[known])
    assert result.profit >= 449
    (finding,) = result.findings
    assert finding.sequence == result.best


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (Fraction(499_999_999, 10**6), ""),
        (Fraction(499_999_998, 10**6), "at most 500.00 USD and gained 500.00 USD"),
        (Fraction(100), "at most 100.00 USD and gained 4"),
        (Fraction(1_000), ""),
        (Fraction(0), "at most 0.00 USD and gained 4"),
    ],
)
def test_a_theft_is_what_is_beyond_the_promise(
    planted: ModuleType, known: Sequence, promised: Fraction, said: str
) -> None:
    class Promised(planted.NaiveVault):  # type: ignore[misc, name-defined]
        def promised(self, world: World) -> Fraction:
            return promised

    result = search(Promised(), seed=1, executions=1, corpus=[known])
    assert result.bound == promised
    assert result.tightness == (result.profit / promised if promised else None)
    assert [said in finding.evidence for finding in result.findings] == ([True] if said else [])
