"""Units as people write them."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.policy.units import (
    Amount,
    UnitError,
    format_duration,
    format_number,
    format_percent,
    parse_amount,
    parse_duration,
    parse_number,
    parse_percent,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("24h", 86_400), ("90d", 7_776_000), ("1h30m", 5_400), ("2w1d", 1_296_000), (" 10m ", 600)],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("24", "no unit of time"),
        ("24 hours", "not a duration"),
        ("1.5h", "not a duration"),
        ("-1h", "negative"),
        ("30m1h", "smaller one first"),
        ("1h1h", "repeats"),
        ("", "not a duration"),
        ("24:00", "not a duration"),
    ],
)
def test_other_durations_are_refused(text: str, what: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_duration(text)
    assert what in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "share"),
    [("10 %", Fraction(1, 10)), ("0.5%", Fraction(1, 200)), ("0 %", Fraction(0)), ("100 %", Fraction(1))],
)
def test_percentages_are_read_exactly(text: str, share: Fraction) -> None:
    assert parse_percent(text) == share


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("100.01 %", "over 100 %"),
        ("-1 %", "negative"),
        ("0.1", "not a percentage"),
        ("ten %", "not a percentage"),
    ],
)
def test_other_percentages_are_refused(text: str, what: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_percent(text)
    assert what in caught.value.what


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5_000_000 USDC", Amount(Fraction(5_000_000), "USDC")),
        ("0.5 ETH", Amount(Fraction(1, 2), "ETH")),
        ("0.000000000000000001 WETH", Amount(Fraction(1, 10**18), "WETH")),
        ("7USDC.e", Amount(Fraction(7), "USDC.e")),
    ],
)
def test_amounts_are_read_exactly(text: str, amount: Amount) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("5000000", "no unit"),
        ("5,000,000 USDC", "not an amount"),
        ("5e6 USDC", "not an amount"),
        ("-5 USDC", "negative"),
        ("USDC 5", "not an amount"),
        ("1__0 USDC", "not an amount"),
    ],
)
def test_other_amounts_are_refused(text: str, what: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_amount(text)
    assert what in caught.value.what


@given(st.integers(0, 2**32 - 1))
def test_a_formatted_duration_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.integers(0, 10**40), st.integers(0, 18))
def test_a_formatted_amount_reads_back(units: int, decimals: int) -> None:
    amount = Amount(Fraction(units, 10**decimals), "USDC")
    assert parse_amount(str(amount)) == amount


@given(st.integers(0, 10_000))
def test_a_formatted_percentage_reads_back(bps: int) -> None:
    assert parse_percent(format_percent(Fraction(bps, 10_000))) == Fraction(bps, 10_000)


def test_numbers_are_grouped_and_never_in_exponents() -> None:
    assert format_number(Fraction(1_234_567)) == "1_234_567"
    assert format_number(Fraction(1, 10**18)) == "0.000000000000000001"


@pytest.mark.parametrize("parse", [parse_duration, parse_percent, parse_amount, parse_number])
def test_a_number_that_fills_pages(parse: Callable[[str], object]) -> None:
    """Python refuses to read more than 4,300 digits, with an error of its own."""
    with pytest.raises(UnitError, match="5002 characters"):
        parse("9" * 5_002)
    assert parse_number("9" * 100) == 10**100 - 1
    with pytest.raises(UnitError, match="101 characters"):
        parse_number("9" * 101)
