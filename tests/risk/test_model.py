"""The rational model of the limiter, on its own: what it lets out, what it refuses, and its bound."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.policy.operations import OverLimit
from guardrails.risk.bounds import outflow_bound
from guardrails.risk.config import LimiterConfig
from guardrails.risk.model import MAX_AMOUNT, Decision, RationalLimiter

L, W, T0 = 1_000_000, 86_400, 1_700_000_000


def limiter(**changes: object) -> RationalLimiter:
    return RationalLimiter(LimiterConfig(**{"limit": L, "window": W, **changes}), time=T0)  # type: ignore[arg-type]


class Ledger:
    """Numbers each transaction, so that every call of a test stands alone."""

    def __init__(self, under_test: RationalLimiter) -> None:
        self.limiter, self.number = under_test, 0

    def out(self, amount: int, t: int) -> Decision:
        self.number += 1
        return self.limiter.pay_out(amount, t, self.number)

    def into(self, amount: int, t: int) -> None:
        self.number += 1
        self.limiter.take_in(amount, t, self.number)


def test_a_full_bucket_pays_its_limit_and_no_unit_more() -> None:
    ledger = Ledger(limiter())
    assert ledger.out(L, T0) is Decision.PASS
    assert ledger.out(1, T0) is Decision.QUEUE


@pytest.mark.parametrize(("amount", "decision"), [(L - 1, 0), (L, 0), (L + 1, 1)])
def test_the_limit_is_a_boundary_of_one_unit(amount: int, decision: int) -> None:
    assert Ledger(limiter()).out(amount, T0) == decision


def test_s1_in_and_out_in_one_transaction_leaves_nothing_behind() -> None:
    model = limiter(credit_tenths=5)
    model.take_in(L, T0, "flash")
    assert model.pay_out(L, T0, "flash") is Decision.PASS
    assert model.used_at(T0) == 0
    assert model.credit_at(T0) == 0
    assert model.pay_out(1, T0, "honest") is Decision.PASS


def test_out_and_in_again_in_one_transaction_gives_the_charge_back() -> None:
    model = limiter(credit_tenths=5)
    assert model.pay_out(L, T0, "loan") is Decision.PASS
    model.take_in(L, T0, "loan")
    assert model.used_at(T0) == 0
    assert model.credit_at(T0) == 0


def test_s2_inflow_raises_what_may_leave_by_the_credit_at_most() -> None:
    ledger = Ledger(limiter(credit_tenths=5))
    ledger.into(10 * L, T0)
    assert ledger.out(L + L // 2, T0) is Decision.PASS
    assert ledger.out(1, T0) is Decision.QUEUE


def test_s2b_dust_deposits_do_not_keep_credit_alive() -> None:
    ledger = Ledger(limiter(credit_tenths=5))
    ledger.into(10 * L, T0)
    for step in range(1, 101):
        ledger.into(1, T0 + step * W // 100)
    dust_alone = Fraction(100 * W, L // 2) * (L // 2) / W
    assert ledger.limiter.credit_at(T0 + W) <= dust_alone


def test_credit_decays_evenly_over_one_window() -> None:
    model = limiter(credit_tenths=10)
    model.take_in(L, T0, 1)
    assert [model.credit_at(T0 + W * quarter // 4) for quarter in range(6)] == [
        Fraction(L * left, 4) for left in (4, 3, 2, 1, 0, 0)
    ]


@pytest.mark.parametrize("pieces", [1, 2, 7, 100])
def test_s5_splitting_gains_nothing(pieces: int) -> None:
    ledger = Ledger(limiter())
    amount = L // pieces + 1
    passed = sum(amount for _ in range(pieces) if ledger.out(amount, T0) is Decision.PASS)
    assert passed <= L


@pytest.mark.parametrize(("after", "total"), [(W - 1, 2 * L - 12), (W, 2 * L)])
def test_s6_at_the_edge_of_a_window_the_bound_is_met(after: int, total: int) -> None:
    ledger = Ledger(limiter())
    assert ledger.out(L, T0) is Decision.PASS
    left = ledger.limiter.available(T0 + after)
    assert left is not None
    assert L + left == total
    assert ledger.out(left, T0 + after) is Decision.PASS
    assert ledger.out(1, T0 + after) is Decision.QUEUE


def test_s7_dust_every_block_starves_nobody() -> None:
    ledger = Ledger(limiter(limit=1_000))
    ledger.out(1_000, T0)
    passed = sum(ledger.out(1, t) is Decision.PASS for t in range(T0 + 1, T0 + W + 1, 12))
    assert passed >= 999


@pytest.mark.parametrize(("limit", "wait"), [(10, W // 10), (1, W), (3, W // 3)])
def test_s8_small_limits_refill(limit: int, wait: int) -> None:
    ledger = Ledger(limiter(limit=limit))
    assert ledger.out(limit, T0) is Decision.PASS
    assert ledger.out(1, T0 + wait - 1) is Decision.QUEUE
    assert ledger.out(1, T0 + wait) is Decision.PASS


def test_s9_after_a_year_the_bucket_is_full_and_not_fuller() -> None:
    ledger = Ledger(limiter())
    ledger.out(L, T0)
    assert ledger.limiter.available(T0 + 365 * W) == L


@pytest.mark.parametrize(
    ("limit", "window"), [(2 * L, W), (L, W // 24), (L // 4, W), (L, 7 * W), (2 * L, 60)]
)
def test_s11_no_reconfiguration_hands_out_budget(limit: int, window: int) -> None:
    model = limiter(credit_tenths=10)
    model.take_in(L, T0, 1)
    model.pay_out(L + L // 2, T0, 2)
    before = model.available(T0)
    model.reconfigure(LimiterConfig(limit, window, 10), T0)
    after = model.available(T0)
    assert before is not None
    assert after is not None
    assert after <= before
    assert model.credit_at(T0) == 0
    owed = min(L // 2, limit)  # what went out on credit is repaid first, up to the credit that there is now
    assert model.available(T0 + window) == limit - owed
    assert model.available(T0 + 2 * window) == limit


def test_s11_the_old_rate_counts_until_the_change() -> None:
    model = limiter()
    model.pay_out(L, T0, 1)
    model.reconfigure(LimiterConfig(2 * L, W), T0 + W // 2)
    assert model.available(T0 + W // 2) == L // 2


def test_s13_unset_zero_and_unlimited_differ() -> None:
    assert Ledger(limiter(mode=OverLimit.UNSET)).out(1, T0) is Decision.REFUSE
    assert Ledger(limiter(limit=0)).out(1, T0) is Decision.QUEUE
    assert Ledger(limiter(limit=0, mode=OverLimit.LIMITED_REVERT)).out(1, T0) is Decision.REFUSE
    assert Ledger(limiter(mode=OverLimit.UNLIMITED)).out(MAX_AMOUNT, T0) is Decision.PASS
    assert limiter(mode=OverLimit.UNSET).available(T0) == 0
    assert limiter(mode=OverLimit.UNLIMITED).available(T0) is None


def test_s18_small_withdrawals_have_the_reserve_to_themselves() -> None:
    ledger = Ledger(limiter(reserve_tenths=2, exemption=L // 100))
    assert ledger.out(L * 8 // 10 + 1, T0) is Decision.QUEUE
    assert ledger.out(L * 8 // 10, T0) is Decision.PASS
    assert ledger.out(L // 100 + 1, T0) is Decision.QUEUE
    small = sum(ledger.out(L // 100, T0) is Decision.PASS for _ in range(100))
    assert small == 20


def test_s19_a_zero_amount_changes_nothing() -> None:
    model = limiter()
    model.pay_out(L // 2, T0, 1)
    before = (model.used, model.time, model.credit_end)
    assert model.pay_out(0, T0 + 60, 2) is Decision.PASS
    model.take_in(0, T0 + 60, 2)
    assert (model.used, model.time, model.credit_end) == before


@pytest.mark.parametrize(("share", "most"), [(100, L), (50, L // 2), (1, L // 100), (0, 0)])
def test_a_level_leaves_a_share(share: int, most: int) -> None:
    ledger = Ledger(limiter())
    ledger.limiter.share = share
    assert ledger.limiter.available(T0) == most
    assert ledger.out(most + 1, T0) is Decision.QUEUE
    assert ledger.out(most, T0) is Decision.PASS


def test_a_refused_withdrawal_changes_nothing() -> None:
    model = limiter(credit_tenths=5)
    model.take_in(100, T0, "a")
    before = (model.used, model.time, model.credit_end, model.available(T0))
    assert model.pay_out(10 * L, T0, "a") is Decision.QUEUE
    assert (model.used, model.time, model.credit_end, model.available(T0)) == before
    assert model.pay_out(100, T0, "a") is Decision.PASS
    assert model.used == 0


def test_the_shared_budget_stops_what_each_asset_alone_would_pass() -> None:
    budget = limiter(limit=1_500)
    rate = 10**15  # a thousandth of a common unit
    assets = [
        Ledger(RationalLimiter(LimiterConfig(L, W), shared=budget, unit_rate=rate, time=T0)) for _ in "ab"
    ]
    assert assets[0].out(L, T0) is Decision.PASS
    assert assets[1].limiter.available(T0) == L // 2
    assert assets[1].out(L // 2 + 1, T0) is Decision.QUEUE
    assert assets[1].limiter.used == 0
    assert assets[1].out(L // 2, T0) is Decision.PASS


def test_the_shared_budget_rounds_against_the_way_out() -> None:
    budget = limiter(limit=2)
    asset = Ledger(RationalLimiter(LimiterConfig(L, W), shared=budget, unit_rate=10**17, time=T0))
    assert [asset.out(1, T0) for _ in range(3)] == [Decision.PASS, Decision.PASS, Decision.QUEUE]


@given(st.integers(1, 2 * L), st.integers(0, L), st.integers(0, 2 * W), st.sampled_from([100, 50, 7]))
def test_retry_at_is_the_first_second_that_passes(amount: int, used: int, wait: int, share: int) -> None:
    model = limiter(reserve_tenths=1, exemption=L // 200)
    model.pay_out(used, T0, "before")
    model.share = share
    now = T0 + wait
    at = model.retry_at(amount, now)
    if at is None:
        assert amount * 100 > model.config.ceiling(amount) * share
        return
    if at > now:
        probe = RationalLimiter(model.config, share=share, used=model.used, time=model.time)
        assert probe.pay_out(amount, at - 1, "early") is Decision.QUEUE
    assert model.pay_out(amount, at, "then") is Decision.PASS


@dataclass(frozen=True)
class Step:
    wait: int
    same_transaction: bool
    amount: int
    inward: bool


steps = st.builds(
    Step,
    wait=st.one_of(st.just(0), st.integers(0, 900), st.integers(0, 2 * W)),
    same_transaction=st.booleans(),
    amount=st.one_of(st.integers(1, 2 * L), st.sampled_from([1, L, L // 2, L * 3 // 2])),
    inward=st.booleans(),
)
configs = st.builds(
    LimiterConfig,
    limit=st.sampled_from([L, L - 1, 7, 1]),
    window=st.sampled_from([60, 3_600, W]),
    credit_tenths=st.integers(0, 10),
    reserve_tenths=st.integers(0, 9),
    exemption=st.sampled_from([0, 1, L // 100]),
)


def net_outflows(model: RationalLimiter, script: list[Step]) -> list[tuple[int, int]]:
    """Runs a script; returns (time, what left in the end) of each transaction."""
    t, tx, nets = T0, 0, [(T0, 0)]
    for step in script:
        if step.wait or not step.same_transaction:
            t, tx = t + step.wait, tx + 1
            nets.append((t, 0))
        if step.inward:
            model.take_in(step.amount, t, tx)
            nets[-1] = (t, nets[-1][1] - step.amount)
        elif model.pay_out(step.amount, t, tx) is Decision.PASS:
            nets[-1] = (t, nets[-1][1] + step.amount)
    return [(t, max(net, 0)) for t, net in nets]


@settings(max_examples=150)
@given(configs, st.lists(steps, max_size=25))
def test_bounded_loss_over_every_interval(config: LimiterConfig, script: list[Step]) -> None:
    nets = net_outflows(RationalLimiter(config, time=T0), script)
    for first, (start, _) in enumerate(nets):
        total = 0
        for end, net in nets[first:]:
            total += net
            assert total <= outflow_bound(config.limit, config.credit_tenths, config.window, end - start)


@settings(max_examples=100)
@given(configs, st.lists(steps, max_size=20))
def test_state_stays_within_its_field(config: LimiterConfig, script: list[Step]) -> None:
    model = RationalLimiter(config, time=T0)
    now = net_outflows(model, script)[-1][0]
    assert 0 <= model.used <= config.limit + config.most_credit
    assert model.credit_at(now) <= config.most_credit


@given(st.lists(st.integers(0, W), min_size=2, max_size=20))
def test_what_is_available_only_grows_while_nothing_moves(waits: list[int]) -> None:
    model = limiter()
    model.pay_out(L, T0, 1)
    times = sorted(T0 + wait for wait in waits)
    found = [model.available(t) for t in times]
    assert all(a is not None and b is not None and a <= b for a, b in pairwise(found))


def test_the_bound_is_reached_so_it_could_not_be_lower() -> None:
    config = LimiterConfig(L, W, credit_tenths=5)
    ledger = Ledger(RationalLimiter(config, time=T0))
    ledger.into(10 * L, T0)
    total = 0
    for t in (T0, T0 + W):
        amount = ledger.limiter.available(t)
        assert amount is not None
        assert ledger.out(amount, t) is Decision.PASS
        total += amount
    assert total <= outflow_bound(L, 5, W, W) == 2 * L + L // 2
    assert total == 2 * L
    # a fresh inflow just before the end adds the credit that the bound allows for
    ledger.into(10 * L, T0 + W)
    more = ledger.limiter.available(T0 + W)
    assert more is not None
    assert total + more == outflow_bound(L, 5, W, W)
