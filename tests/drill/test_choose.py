"""The demo's policy is what the program chooses, and it chooses from the past alone."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from guardrails.drill import calibrate, calibrate_budget
from guardrails.drill.choose import MOST_DELAYED, chosen, render, training
from guardrails.drill.flows import TRAINING_ENDS, Flow, last_price
from guardrails.drill.nomad_history import MAIN_TOKENS
from guardrails.policy import Policy
from guardrails.risk.config import LimiterConfig


@pytest.fixture(scope="module")
def past() -> list[Flow]:
    return training()


def test_the_committed_policy_is_what_the_program_writes(root: Path, past: list[Flow]) -> None:
    committed = (root / "examples" / "bridge" / "guardrails.yaml").read_text(encoding="utf-8")

    assert render(past, chosen(past)) == committed


def test_the_program_sees_nothing_of_july(past: list[Flow], flows: list[Flow]) -> None:
    assert past == [flow for flow in flows if flow.timestamp < TRAINING_ENDS.timestamp()]
    assert max(flow.timestamp for flow in past) < TRAINING_ENDS.timestamp() < flows[-1].timestamp


def test_the_policy_keeps_its_own_rule_on_the_past(past: list[Flow], demo_policy: Policy) -> None:
    budget = demo_policy.shared_budget
    assert budget is not None
    configs = {symbol: LimiterConfig.of(demo_policy.asset(symbol)) for symbol in MAIN_TOKENS}
    worth = {s: Decimal(str(float(usd.number))) for s, usd in budget.assets.items()}
    usd, window = int(budget.limit.number), budget.window

    delayed = calibrate_budget.delayed_exactly_under(past, configs, worth, usd, window)

    assert delayed <= sum(not flow.is_deposit for flow in past) * MOST_DELAYED
    assert [delayed] == list(calibrate_budget.delayed_under(past, configs, worth, [(usd, window)]))


def test_the_fast_count_with_a_budget_is_the_exact_count(past: list[Flow], demo_policy: Policy) -> None:
    configs = {symbol: LimiterConfig.of(demo_policy.asset(symbol)) for symbol in MAIN_TOKENS}
    worth = {symbol: calibrate_budget.highest_price(past, symbol) for symbol in MAIN_TOKENS}
    budgets = [(300_000, 7_200), (800_000, 43_200), (1_600_000, 86_400), (4_500_000, 172_800)]

    fast = calibrate_budget.delayed_under(past, configs, worth, budgets)

    exact = [calibrate_budget.delayed_exactly_under(past, configs, worth, *budget) for budget in budgets]
    assert list(fast) == exact
    assert len(set(exact)) == len(budgets)


def test_the_budget_lowers_the_worst_case_of_the_single_limits(past: list[Flow]) -> None:
    choice = chosen(past)

    single = sum(own.bound_usd for own in choice.assets.values())
    assert choice.bound_usd < single / 2
    assert choice.delayed >= max(own.delayed for own in choice.assets.values())


@pytest.mark.parametrize("symbol", MAIN_TOKENS)
def test_the_fast_count_is_the_exact_count(past: list[Flow], symbol: str) -> None:
    own = [flow for flow in past if flow.symbol == symbol]
    configs = calibrate.candidates(own, last_price(own, symbol))
    sample = random.Random(symbol).sample(configs, 12)

    fast = calibrate.delayed_by(own, sample)

    assert [int(n) for n in fast] == [calibrate.delayed_exactly(own, config) for config in sample]
    assert len(set(fast.tolist())) > 1


def test_no_single_limit_can_be_lower_for_as_few_delays(past: list[Flow]) -> None:
    own = [flow for flow in past if flow.symbol == "USDC"]
    front = calibrate.front(own, last_price(own, "USDC"), 900, 10)

    assert [choice.delayed for choice in front] == sorted({choice.delayed for choice in front})
    assert [choice.bound_usd for choice in front] == sorted((c.bound_usd for c in front), reverse=True)
    for choice in front:
        assert calibrate.delayed_exactly(own, choice.config) == choice.delayed


@pytest.mark.parametrize(("value", "cut"), [(0, 0), (7, 7), (99, 99), (100, 100), (129_999, 120_000)])
def test_two_digits_are_kept(value: int, cut: int) -> None:
    assert calibrate.digits(value) == cut
