"""What recorded attacks teach about time: the source of every threshold that `guardrails check` warns by."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median

_PACKAGE = Path(__file__).resolve().parent.parent
_PAUSED_AFTER = re.compile(r"paused? after (\d+) min|paused (\d+) min after")


@dataclass(frozen=True, slots=True)
class Incident:
    """One row of `data/incidents/incidents.csv`; `steps` are (minute, cumulative loss in millions of USD).

    `grade` A: computed from event data. B: from secondary pages.
    """

    name: str
    date: str
    steps: tuple[tuple[int, Fraction], ...]
    loss_usd_m: Fraction
    paused_after_minutes: int | None
    grade: str


@cache
def incidents() -> tuple[Incident, ...]:
    """All recorded incidents, as shipped with the package."""
    with _file().open(encoding="utf-8", newline="") as file:
        return tuple(_incident(row) for row in csv.DictReader(file))


def _file() -> Path:
    """Inside an installed wheel the data lies in the package, in a checkout beside it."""
    shipped = _PACKAGE / "_data" / "incidents" / "incidents.csv"
    return shipped if shipped.is_file() else _PACKAGE.parent / "data" / "incidents" / "incidents.csv"


def _incident(row: dict[str, str]) -> Incident:
    steps = tuple(_step(text) for text in row["steps"].split(";") if text)
    match = _PAUSED_AFTER.search(f"{row['pattern']} {row['guardrail']}")
    minutes = int(match[1] or match[2]) if match else None
    return Incident(row["name"], row["date"], steps, Fraction(row["loss_usd_m"]), minutes, row["grade"])


def _step(text: str) -> tuple[int, Fraction]:
    minute, amount = text.split(":")
    return int(minute), Fraction(amount)


def reaction_minutes() -> tuple[int, tuple[Incident, ...]]:
    """Median minutes from the first malicious transaction to the pause, and the incidents it rests on."""
    paused = tuple(i for i in incidents() if i.paused_after_minutes is not None)
    return int(median(i.paused_after_minutes or 0 for i in paused)), paused


def second_wave_minutes() -> tuple[int, tuple[Incident, ...]]:
    """The longest time from first to last recorded step, and the incidents that had more than one."""
    waves = tuple(i for i in incidents() if len(i.steps) > 1)
    return max(i.steps[-1][0] for i in waves), waves
