"""The sequences worth going on from: each did something that none did before."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from guardrails.fuzz.search.execute import Run
from guardrails.fuzz.step import Step

_RECENT = 24
_A_RECORD = Fraction(102, 100)
"""How much better a record is than the last one."""


@dataclass(slots=True)
class Entry:
    """`bound`: what was promised when the profit was made. `visits`: how often the search went on from it."""

    steps: tuple[Step, ...]
    profit: Fraction = Fraction(0)
    bound: Fraction | None = None
    visits: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "steps": [step.to_json() for step in self.steps],
            "profit": str(self.profit),
            "bound": None if self.bound is None else str(self.bound),
            "visits": self.visits,
        }

    @classmethod
    def from_json(cls, document: Any) -> Entry:
        bound = document["bound"]
        return cls(
            tuple(map(Step.from_json, document["steps"])),
            Fraction(document["profit"]),
            None if bound is None else Fraction(bound),
            document["visits"],
        )


class Corpus:
    """`seen`: all features so far. `records`: for each quantity the best value, and whose it is."""

    def __init__(self) -> None:
        self.entries: list[Entry] = [Entry(())]
        self.seen: dict[int, None] = {}
        self.records: dict[str, tuple[int, int]] = {}
        self.best = 0

    def consider(self, steps: tuple[Step, ...], run: Run) -> bool:
        """Keeps the sequence if anything of it is new."""
        new = [feature for feature in run.features if feature not in self.seen]
        better = [name for name, value in run.records.items() if self._is_record(name, value)]
        richer = run.profit > self.entries[self.best].profit
        if not (new or better or richer):
            return False
        self.seen.update(dict.fromkeys(new))
        self.entries.append(Entry(steps, run.profit, run.bound))
        index = len(self.entries) - 1
        for name in better:
            self.records[name] = (run.records[name], index)
        if richer:
            self.best = index
        return True

    def pick(self, rng: Random) -> Entry:
        """The richest, a holder of a record, a recent one, or any that was seldom visited."""
        draw = rng.random()
        if draw < 0.25 and self.best:
            entry = self.entries[self.best]
        elif draw < 0.45 and self.records:
            entry = self.entries[rng.choice(list(self.records.values()))[1]]
        elif draw < 0.75:
            entry = rng.choice(self.entries[-_RECENT:])
        else:
            entry = min(rng.choice(self.entries), rng.choice(self.entries), key=lambda one: one.visits)
        entry.visits += 1
        return entry

    def donor(self, rng: Random) -> tuple[Step, ...]:
        """The steps of any entry."""
        return rng.choice(self.entries).steps

    def _is_record(self, name: str, value: int) -> bool:
        old = self.records.get(name, (0, 0))[0]
        return value > 0 and value > old * _A_RECORD

    def to_json(self) -> dict[str, Any]:
        return {
            "entries": [entry.to_json() for entry in self.entries],
            "seen": list(self.seen),
            "records": {name: list(record) for name, record in self.records.items()},
            "best": self.best,
        }

    @classmethod
    def from_json(cls, document: Any) -> Corpus:
        corpus = cls()
        corpus.entries = list(map(Entry.from_json, document["entries"]))
        corpus.seen = dict.fromkeys(document["seen"])
        corpus.records = {name: (record[0], record[1]) for name, record in document["records"].items()}
        corpus.best = document["best"]
        return corpus
