"""USD as people read it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from fractions import Fraction


def usd(amount: Decimal, *, bound: bool = False) -> str:
    """`$159.57 M`, `$413 k`, `$0`; a bound is rounded up, so that it never reads lower than it is."""
    rounding = ROUND_CEILING if bound else ROUND_HALF_EVEN
    for size, step, name in ((10**6, "0.01", " M"), (10**3, "1", " k")):
        if abs(amount) >= size:
            return f"${(amount / size).quantize(Decimal(step), rounding):,}{name}"
    return f"${amount.quantize(Decimal(1), rounding):,}"


def usd_bound(amount: Decimal) -> str:
    """`usd` of a bound."""
    return usd(amount, bound=True)


def worth(amount: Fraction, *, bound: bool = False) -> str:
    """`usd` of an exact amount."""
    return usd(Decimal(amount.numerator) / Decimal(amount.denominator), bound=bound)
