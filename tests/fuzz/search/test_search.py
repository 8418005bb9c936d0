"""The search finds what was planted, says nothing of what is sound, and does the same again."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from guardrails.fuzz import HarnessFault
from guardrails.fuzz.search import PROFIT, Progress, search

ROOT = Path(__file__).resolve().parents[3]
VAULT = f"{ROOT}/examples/vault/fuzz.py:Vault"


def at_the_first(progress: Progress) -> bool:
    return bool(progress.broken)


@pytest.mark.parametrize("name", ["NaiveVault", "RoundingVault", "ForgetfulQueue", "SpotLender"])
def test_a_planted_theft_is_found(planted: ModuleType, name: str) -> None:
    result = search(getattr(planted, name)(), seed=1, executions=10_000, on_progress=at_the_first)
    (finding,) = result.findings
    assert finding.property == PROFIT
    assert result.profit > 0
    assert result.progress.executions < 10_000


def test_nothing_is_said_of_an_honest_contract(planted: ModuleType) -> None:
    result = search(planted.Honest(), seed=1, executions=1_500)
    assert (result.profit, result.findings, result.best.steps) == (0, (), ())


def test_nobody_gains_in_the_guarded_vault() -> None:
    result = search(VAULT, seed=1, executions=600)
    assert result.bound is not None
    assert result.profit <= result.bound
    assert result.findings == ()
    assert result.tightness == result.profit / result.bound


def test_a_search_that_goes_on_comes_to_the_same_as_one_that_was_not_interrupted(planted: ModuleType) -> None:
    whole = search(planted.SpotLender(), seed=7, executions=800)
    half = search(planted.SpotLender(), seed=7, executions=400)
    rest = search(planted.SpotLender(), seed=7, executions=800, state=json.loads(json.dumps(half.state)))
    assert half.state != whole.state
    assert rest.state == whole.state
    assert (rest.best, rest.profit, rest.findings) == (whole.best, whole.profit, whole.findings)
    with pytest.raises(HarnessFault, match="with the seed 7"):
        search(planted.SpotLender(), seed=8, executions=800, state=half.state)


def test_a_search_without_an_end_is_refused(planted: ModuleType) -> None:
    with pytest.raises(HarnessFault, match="has no end"):
        search(planted.Honest(), seed=1)
