"""The table of `guardrails check`: worst-case loss against time to containment."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.policy import Policy, loads
from guardrails.risk.bounds import CONTAINMENT_SECONDS, asset_loss, loss_table, outflow_bound, policy_loss
from guardrails.risk.config import LimiterConfig, relative_limit

TEXT = (Path(__file__).parents[1] / "policy" / "bridge.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads(TEXT)


def test_the_bound_by_hand() -> None:
    assert outflow_bound(1_000, 0, 100, 0) == 1_000
    assert outflow_bound(1_000, 5, 100, 50) == 1_000 + 500 + 500
    assert outflow_bound(10, 0, 86_400, 1) == 11, "a started unit counts whole"
    assert outflow_bound(19, 5, 100, 0) == 19 + 9, "the credit is cut as on chain"


@given(st.integers(0, 10**30), st.integers(0, 10), st.integers(60, 10**6), st.integers(0, 10**6))
def test_the_bound_never_rounds_down(limit: int, tenths: int, window: int, seconds: int) -> None:
    exact = limit * (1 + Fraction(seconds, window)) + limit * tenths // 10
    assert exact <= outflow_bound(limit, tenths, window, seconds) < exact + 1


def test_an_asset_of_the_policy(policy: Policy) -> None:
    loss = asset_loss(policy.asset("USDC"), 3_600, policy.settlement.delay)
    assert loss.units == 7_500_000 * 10**6 + -(-5_000_000 * 10**6 // 24)
    assert loss.usd == Fraction(loss.units, 10**6)
    weth = asset_loss(policy.asset("WETH"), 43_200, policy.settlement.delay)
    assert weth.units == 2 * 20_005 * 10**17
    assert weth.usd == Fraction(4_001) * 1_500


def test_the_shared_budget_caps_the_total_at_the_worst_price(policy: Policy) -> None:
    loss = policy_loss(policy, 0)
    alone = sum(asset.usd for asset in loss.assets if asset.usd is not None)
    assert alone == 7_500_000 + Fraction(4_001, 2) * 1_500
    # WETH is worth 1,500 but counts as 1,200: the budget lets out a quarter more than it says
    assert loss.shared_usd == 6_000_000 * Fraction(1_500, 1_200)
    assert loss.usd == min(alone, loss.shared_usd) == 7_500_000


def test_without_the_budget_the_total_is_the_sum() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("shared_budget"))
    loss = policy_loss(loads(TEXT.replace(line, "")), 0)
    assert loss.shared_usd is None
    assert loss.usd == 7_500_000 + Fraction(4_001, 2) * 1_500


def test_an_unlimited_asset_is_bounded_by_the_budget_alone() -> None:
    text = TEXT.replace("limit: 2_000.5 ETH", "limit: unlimited")
    loss = policy_loss(loads(text), 0)
    assert [asset.units for asset in loss.assets] == [7_500_000 * 10**6, None]
    assert loss.usd == 7_500_000
    line = next(line for line in text.splitlines() if line.startswith("shared_budget"))
    assert policy_loss(loads(text.replace(line, "")), 0).usd is None


def test_without_a_price_there_is_no_total() -> None:
    loss = policy_loss(loads(TEXT.replace("    price_usd: 1_500\n", "")), 0)
    assert loss.usd is None
    assert loss.assets[1].units == 20_005 * 10**17


@pytest.mark.parametrize(("seconds", "due"), [(86_399, False), (86_400, True), (86_401, True)])
def test_claims_are_due_from_the_settlement_delay_on(policy: Policy, seconds: int, due: bool) -> None:
    loss = policy_loss(policy, seconds)
    assert [asset.claims_due for asset in loss.assets] == [due, False], "WETH refuses: it has no claims"
    assert loss.claims_due is due


def test_the_table_has_the_agreed_times_and_only_grows(policy: Policy) -> None:
    table = loss_table(policy)
    assert tuple(loss.seconds for loss in table) == CONTAINMENT_SECONDS
    totals = [loss.usd for loss in table if loss.usd is not None]
    assert totals == sorted(totals)
    assert len(set(totals)) == len(CONTAINMENT_SECONDS)


def test_a_relative_limit_counts_the_growth_of_its_base() -> None:
    relative = "limit: 10 %\n      base: 50_000_000 USDC\n      base_growth: 24 %"
    asset = loads(TEXT.replace("limit: 5_000_000 USDC", relative)).asset("USDC")
    fixed = asset_loss(asset, 0, 86_400)
    assert fixed.units == outflow_bound(6_200_000 * 10**6, 5, 86_400, 0), (
        "a window may have passed since the last sync"
    )
    hours = asset_loss(asset, 7_200, 86_400)
    base = Fraction(50_000_000 * 10**6) * Fraction(124, 100) * Fraction(101, 100) ** 2
    assert hours.units == outflow_bound(relative_limit(int(base), 1_000), 5, 86_400, 7_200)


def test_the_model_reads_the_same_configuration(policy: Policy) -> None:
    config = LimiterConfig.of(policy.asset("USDC"))
    assert (config.limit, config.window, config.credit_tenths) == (5_000_000 * 10**6, 86_400, 5)
    assert (config.reserve_tenths, config.exemption) == (2, 10_000 * 10**6)
