"""Quantities as people write them: `10 %`, `24h`, `1h30m`, `5_000_000 USDC`, `0.5 ETH`.

Everything is parsed to integers or exact fractions; a float never appears, so nothing is rounded in silence.
Each parser raises `UnitError`, which carries the remedy beside the fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
_DURATION = re.compile(r"(?:[0-9]+[wdhms])+")
_DURATION_PART = re.compile(r"([0-9]+)([wdhms])")
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_AMOUNT = re.compile(rf"({_NUMBER})\s*([A-Za-z][A-Za-z0-9.+_-]*)")
_LONGEST: Final = 100
_PLAIN = re.compile(_NUMBER)

DURATION_PATTERN: Final = "^([0-9]+[wdhms])+$"
PERCENT_PATTERN: Final = rf"^{_NUMBER}\s*%$"
AMOUNT_PATTERN: Final = rf"^{_NUMBER}\s*[A-Za-z][A-Za-z0-9.+_-]*$"
BOUND_PATTERN: Final = rf"^{_NUMBER}\s*%?$"


class UnitError(ValueError):
    """A value that does not read as the quantity that stands here."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with the unit that stood beside it, e.g. 5,000,000 of `USDC`."""

    number: Fraction
    unit: str

    def __str__(self) -> str:
        return f"{format_number(self.number)} {self.unit}".rstrip()


def parse_number(text: str) -> Fraction:
    """`5_000_000`, `0.5`; no sign, no exponent, no comma."""
    _refuse_long(text)
    if not _PLAIN.fullmatch(text):
        raise UnitError(f"`{text}` is not a plain number", "write digits, e.g. 1200, 5_000_000 or 0.25")
    return Fraction(text.replace("_", ""))


def parse_duration(value: object) -> int:
    """`24h`, `1h30m`, `90d` → seconds."""
    text = str(value).strip()
    _refuse_long(text)
    _refuse_negative(text, "a duration")
    if _PLAIN.fullmatch(text):
        raise UnitError(f"`{text}` has no unit of time", f"write {text}s, {text}m, {text}h or {text}d")
    if not _DURATION.fullmatch(text):
        raise UnitError(
            f"`{text}` is not a duration", "write whole numbers with w, d, h, m or s: 24h, 90d, 1h30m"
        )
    parts = _DURATION_PART.findall(text)
    units = [SECONDS[unit] for _, unit in parts]
    if any(a <= b for a, b in pairwise(units)):
        raise UnitError(
            f"`{text}` repeats a unit of time or puts a smaller one first", "write e.g. 1d12h or 1h30m"
        )
    return sum(int(count) * SECONDS[unit] for count, unit in parts)


def parse_percent(value: object) -> Fraction:
    """`10 %` → 1/10. From 0 % to 100 %."""
    text = str(value).strip()
    _refuse_long(text)
    _refuse_negative(text, "a percentage")
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise UnitError(f"`{text}` is not a percentage", "write a number and the sign: 10 %, 0.5 %")
    share = parse_number(match[1]) / 100
    if share > 1:
        raise UnitError(f"`{text}` is over 100 %", "write a percentage from 0 % to 100 %")
    return share


def parse_amount(value: object) -> Amount:
    """`5_000_000 USDC` → Amount(5000000, "USDC")."""
    text = str(value).strip()
    _refuse_long(text)
    _refuse_negative(text, "an amount")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        if _PLAIN.fullmatch(text):
            raise UnitError(
                f"`{text}` has no unit", f"name the asset: {text} USDC (whole tokens, not smallest units)"
            )
        raise UnitError(
            f"`{text}` is not an amount", "write a number and the asset: 5_000_000 USDC, 0.5 WETH"
        )
    return Amount(parse_number(match[1]), match[2])


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST:
        raise UnitError(f"`{text[:20]}…` has {len(text)} characters", "write a number that people can read")


def _refuse_negative(text: str, kind: str) -> None:
    if text.startswith(("-", "−")):
        raise UnitError(f"`{text}` is negative", f"write {kind} of zero or more, without a sign")


def format_number(number: Fraction) -> str:
    """`5000000` → `5_000_000`, `1/2` → `0.5`; at most 27 decimals, cut (not rounded) after that."""
    whole, rest = divmod(number, 1)
    decimals = f"{int(rest * 10**27):027d}".rstrip("0")
    return f"{whole:_}" + (f".{decimals}" if decimals else "")


def format_duration(seconds: int) -> str:
    """3600 → `1h`, 5400 → `1h30m`, 86400 → `24h`, 172800 → `2d`, 0 → `0s`; days from two days on."""
    text = ""
    for unit in ("d", "h", "m", "s") if seconds >= 2 * SECONDS["d"] else ("h", "m", "s"):
        count, seconds = divmod(seconds, SECONDS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def format_percent(share: Fraction) -> str:
    """1/10 → `10 %`."""
    return f"{format_number(share * 100)} %"
