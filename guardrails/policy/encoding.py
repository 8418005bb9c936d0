"""What fits the one storage word that the limiter has per asset.

A limit is a 20-bit mantissa times a power of ten, an exemption an 8-bit one, exponents 0 to 31. A value that
has no exact form is refused with its nearest lower neighbour; it is never rounded behind the author's back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LIMIT_BITS: Final = 20
EXEMPTION_BITS: Final = 8
MAX_EXPONENT: Final = 31
MAX_WINDOW_MINUTES: Final = 65_535
STATE_BITS: Final = 119


@dataclass(frozen=True, slots=True)
class Scaled:
    """`mantissa × 10^exponent`, in smallest units; the smallest exponent that fits, so the form is unique."""

    mantissa: int
    exponent: int

    @property
    def value(self) -> int:
        """The integer that this stands for."""
        return int(self.mantissa * 10**self.exponent)


def scale_down(value: int, bits: int) -> Scaled:
    """The largest representable number that is at most `value` (smallest units)."""
    for exponent in range(MAX_EXPONENT + 1):
        mantissa = value // 10**exponent
        if mantissa < 1 << bits:
            return Scaled(mantissa, exponent)
    return Scaled((1 << bits) - 1, MAX_EXPONENT)


def state_fits(limit: int, window_seconds: int) -> bool:
    """Whether the limiter's scaled state (units × seconds) stays inside its field."""
    return 2 * limit * window_seconds < 1 << STATE_BITS
