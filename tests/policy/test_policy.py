"""What a valid policy says: the numbers for the chain, the accounts, the fingerprint."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from guardrails.policy import Level, OverLimit, Policy, PolicyError, load, loads
from guardrails.policy.encoding import LIMIT_BITS, MAX_EXPONENT, scale_down, state_fits

COUNCIL = "0x52908400098527886E0F7030069857D2E4169EE7"


def test_amounts_reach_the_chain_as_short_numbers(bridge_text: str) -> None:
    usdc, weth = loads(bridge_text).assets
    assert usdc.encoded() == (500_000, 7, 1_440, 5, 2, 100, 8, OverLimit.LIMITED_QUEUE, 0, 0, 0)
    assert weth.encoded() == (200_050, 16, 720, 0, 0, 0, 0, OverLimit.LIMITED_REVERT, 0, 0, 0)
    assert usdc.limit == 5_000_000 * 10**6
    assert usdc.exemption == 10_000 * 10**6
    assert weth.limit == 20_005 * 10**17


def test_a_relative_limit_starts_from_its_base(bridge_text: str) -> None:
    relative = "limit: 10 %\n      base: 12_345_678 USDC\n      base_growth: 2.5 %"
    usdc = loads(bridge_text.replace("limit: 5_000_000 USDC", relative)).asset("USDC")
    encoded = usdc.encoded()
    assert (encoded.relative_bps, encoded.base_growth_bps, encoded.base) == (1_000, 250, 12_345_678 * 10**6)
    assert usdc.limit == 1_234_560 * 10**6  # 1,234,567.8 cut to 20 bits times a power of ten
    assert encoded.mantissa * 10**encoded.exponent == usdc.limit


def test_unlimited_is_said_in_so_many_words(bridge_text: str) -> None:
    text = bridge_text.replace("limit: 2_000.5 ETH", "limit: unlimited")
    weth = loads(text).asset("WETH")
    assert weth.mode is OverLimit.UNLIMITED
    assert weth.limit is None


def test_a_limit_of_zero_is_a_limit(bridge_text: str) -> None:
    weth = loads(bridge_text.replace("limit: 2_000.5 ETH", "limit: 0 WETH")).asset("WETH")
    assert weth.limit == 0
    assert weth.encoded()[:2] == (0, 0)


@given(st.integers(0, (2**20 - 1) * 10**31), st.sampled_from([8, 20]))
def test_scaling_down_finds_the_largest_short_number(value: int, bits: int) -> None:
    scaled = scale_down(value, bits)
    assert scaled.mantissa < 1 << bits
    assert scaled.exponent <= MAX_EXPONENT
    if scaled.exponent < MAX_EXPONENT or scaled.mantissa < (1 << bits) - 1:
        assert scaled.value <= value < scaled.value + 10**scaled.exponent
    assert scaled.exponent == 0 or value // 10 ** (scaled.exponent - 1) >= 1 << bits


@given(st.integers(0, 2**20 - 1), st.integers(0, 31))
def test_every_short_number_is_kept_exactly(mantissa: int, exponent: int) -> None:
    assert scale_down(mantissa * 10**exponent, LIMIT_BITS).value == mantissa * 10**exponent


def test_the_counter_of_the_chain_bounds_limit_times_window() -> None:
    largest = (2**119 - 1) // (2 * 86_400)
    assert state_fits(largest, 86_400)
    assert not state_fits(largest + 1, 86_400)


def test_a_limit_too_large_for_the_counter_is_refused(bridge_text: str) -> None:
    with pytest.raises(PolicyError, match="too large for the chain's counter"):
        loads(bridge_text.replace("limit: 2_000.5 ETH", "limit: 4_000_000_000_000_000 ETH"))


def test_the_shared_budget_is_exact_in_its_common_unit(bridge_text: str) -> None:
    policy = loads(bridge_text)
    budget = policy.shared_budget
    assert budget is not None
    assert budget.units == 6_000_000 * 10**12
    assert budget.rate("USDC", 6) == 10**24
    assert budget.rate("WETH", 18) == 1_200 * 10**12
    assert budget.encoded()[:3] == (600_000, 13, 1_440)
    assert policy.draws_on_budget("WETH")


def test_masks_and_levels_are_those_of_the_chain(bridge_text: str) -> None:
    policy = loads(bridge_text)
    assert policy.roles.guardian is not None
    assert policy.roles.sentinel is not None
    assert policy.roles.guardian.mask == 0xFFFF
    assert policy.roles.sentinel.mask == 0b110
    assert policy.roles.sentinel.level is Level.QUEUED
    rules = [(policy.levels.rule(level).share_percent, policy.levels.rule(level).mask) for level in Level]
    assert rules == [(100, 0), (50, 0), (0, 0), (0, 0b101), (0, 0xFFFF)]


def test_levels_have_a_monotone_default(bridge_text: str) -> None:
    start, end = bridge_text.index("levels:"), bridge_text.index("liquidation_grace")
    levels = loads(bridge_text[:start] + bridge_text[end:]).levels
    assert [levels.rule(level).share_percent for level in Level] == [100, 50, 0, 0, 0]


def test_accounts_are_resolved(bridge_text: str) -> None:
    policy = loads(bridge_text)
    assert policy.governance == COUNCIL
    assert policy.guardians == ("0x8617E340B3D01FA5F11F306F4090FD50E238070D",)
    assert policy.sentinels == ("0xde709f2102306220921060314715629080e2fb77",)
    assert policy.local_accounts == ()
    assert policy.placeholders == ()


def test_local_ape_accounts_are_looked_up_and_checked_again(bridge_text: str) -> None:
    text = bridge_text.replace("governance: council", "governance: ape:deployer")
    policy = loads(text)
    assert policy.local_accounts == ("deployer",)
    assert policy.resolve({"deployer": COUNCIL}.__getitem__).governance == COUNCIL
    with pytest.raises(ValidationError, match="same account"):
        policy.resolve({"deployer": "0x8617E340B3D01FA5F11F306F4090FD50E238070D"}.__getitem__)


def test_a_policy_does_not_change_after_it_is_read(bridge_text: str) -> None:
    policy = loads(bridge_text)
    with pytest.raises(ValidationError, match="frozen"):
        policy.mode = "hub"  # type: ignore[misc]


def test_a_policy_survives_its_own_json(bridge_text: str) -> None:
    policy = loads(bridge_text)
    again = Policy.model_validate(policy.model_dump(mode="json", exclude_none=True))
    assert again == policy
    assert again.fingerprint == policy.fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mode: embedded", "mode:   embedded  # a comment"),
        ("price_usd: 1.00", "price_usd: 0.99"),
        ("governance: council", f'governance: "{COUNCIL}"'),
        ("limit: 5_000_000 USDC", "limit: 5000000.0 USDC"),
        ("window: 24h\n", "window: 1440m\n"),
        ("operations: [WITHDRAW, BORROW]", "operations: [BORROW, WITHDRAW]"),
    ],
)
def test_the_fingerprint_ignores_what_does_not_reach_the_chain(bridge_text: str, old: str, new: str) -> None:
    assert old in bridge_text
    assert loads(bridge_text.replace(old, new, 1)).fingerprint == loads(bridge_text).fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: a-bridge", "name: b-bridge"),
        ("mode: embedded", "mode: hub"),
        ("chain_id: 1", "chain_id: 10"),
        ("limit: 5_000_000 USDC", "limit: 5_000_010 USDC"),
        ("limit: 2_000.5 ETH", "limit: unlimited"),
        ("window: 24h\n", "window: 25h\n"),
        ("inflow_credit: 50 %", "inflow_credit: 40 %"),
        ("reserve: 20 %", "reserve: 10 %"),
        ("exemption: 10_000 USDC", "exemption: 11_000 USDC"),
        ("over_limit: revert", "over_limit: queue"),
        ("delay: 24h,", "delay: 25h,"),
        ("max_hold: 14d", "max_hold: 15d"),
        ("WETH: 1_200 USD", "WETH: 1_201 USD"),
        ("operations: [WITHDRAW, BORROW]", "operations: [WITHDRAW]"),
        ("cooldown: 10m", "cooldown: 11m"),
        ("max_locks: 20", "max_locks: 21"),
        ("share: 50 %", "share: 51 %"),
        ("liquidation_grace: 1h", "liquidation_grace: 2h"),
        ("setLimit: 72h", "setLimit: 73h"),
        ("min_deposit_age: 10m", "min_deposit_age: 11m"),
        ("shadow: []", "shadow: [lock]"),
        (COUNCIL, "0x27b1fdb04752bbc536007a920d24acb045561c26"),
    ],
)
def test_the_fingerprint_holds_everything_that_reaches_the_chain(
    bridge_text: str, old: str, new: str
) -> None:
    assert old in bridge_text
    assert loads(bridge_text.replace(old, new, 1)).fingerprint != loads(bridge_text).fingerprint


def test_a_file_is_read_with_its_byte_order_mark(bridge_text: str, tmp_path: Path) -> None:
    path = tmp_path / "guardrails.yaml"
    path.write_text(bridge_text, encoding="utf-8-sig")
    assert load(path).asset("USDC").price_usd == Fraction(1)
