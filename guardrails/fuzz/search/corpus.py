"""The sequences worth going on from: for each behaviour seen so far, the shortest that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from guardrails.fuzz.search.behaviour import TOGETHER, Seen
from guardrails.fuzz.search.execute import Run
from guardrails.fuzz.search.quantities import OF_THE_THIEF
from guardrails.fuzz.step import Step

_RECENT = 16
_A_RECORD, _A_LONG_RECORD = Fraction(102, 100), Fraction(2)
"""How much better a record is than the last one; with more steps than that, it must be much better."""
_A_STEP = Fraction(5, 100)
"""How much more each further step of the richest must pay, lest it only repeats itself."""
WORTH = "worth in "
"""Records of what the thief would have with his shares paid out: the next thing to a profit."""
_HIS = "+ thief's "
_OUTCOMES = ("done", "pairs", "times", "refused")
_CANDIDATES = 4
"""Champions of which the one that was visited least is taken."""


@dataclass(slots=True)
class Entry:
    """`bound`: what was promised when the profit was made. `visits`: how often the search went on from it,
    `swept`: how many ways to go on were tried there once and for all."""

    steps: tuple[Step, ...]
    profit: Fraction = Fraction(0)
    bound: Fraction | None = None
    visits: int = 0
    swept: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "steps": [step.to_json() for step in self.steps],
            "profit": str(self.profit),
            "bound": None if self.bound is None else str(self.bound),
            "visits": self.visits,
            "swept": self.swept,
        }

    @classmethod
    def from_json(cls, document: Any) -> Entry:
        bound = document["bound"]
        return cls(
            tuple(map(Step.from_json, document["steps"])),
            Fraction(document["profit"]),
            None if bound is None else Fraction(bound),
            document["visits"],
            document["swept"],
        )


@dataclass(slots=True)
class Wanted:
    """What an entry is kept for. `states`: the features that tell how far the thief is, and were new."""

    index: int
    features: list[int] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    profit: Fraction = Fraction(0)
    outcomes: bool = False
    states: list[int] = field(default_factory=list)

    @property
    def worth_trimming(self) -> bool:
        """Whether something came out that never did, or was never so great."""
        return self.outcomes or bool(self.records) or self.profit > 0

    def reached_by(self, run: Run) -> bool:
        """Whether a run comes to the same states of the thief."""
        return run.broken is None and all(one in run.seen.features for one in self.states)

    def shown_by(self, run: Run) -> bool:
        """Whether a run shows all of it too."""
        if run.profit < self.profit or any(one not in run.seen.features for one in self.features):
            return False
        return all(run.seen.records.get(name, 0) >= value for name, value in self.records.items())


class Corpus:
    """`champions`: by kind of feature, whose each feature is. `records`: the greatest value of each quantity,
    and whose it is. All by their place in `entries`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = [Entry(())]
        self.champions: dict[str, dict[int, int]] = {}
        self.records: dict[str, tuple[int, int]] = {}
        self.best = 0

    @property
    def features(self) -> int:
        """How many different ones were seen."""
        return sum(map(len, self.champions.values()))

    def consider(self, entry: Entry, seen: Seen) -> Wanted | None:
        """Keeps the sequence if it shows something first, or with fewer steps: what it is wanted for."""
        index, length = len(self.entries), len(entry.steps)
        wanted = Wanted(index)
        for feature, kind in seen.features.items():
            holders = self.champions.setdefault(kind, {})
            holder = holders.get(feature)
            if holder is None or len(self.entries[holder].steps) > length:
                holders[feature] = index
                wanted.features.append(feature)
                wanted.outcomes |= kind in _OUTCOMES and holder is None
                if holder is None and _is_state(kind):
                    wanted.states.append(feature)
        for name, value in seen.records.items():
            old, holder = self.records.get(name, (0, 0))
            needed = _A_RECORD if length <= len(self.entries[holder].steps) else _A_LONG_RECORD
            if value > 0 and value > old * needed:
                self.records[name] = (value, index)
                wanted.records[name] = value
        best = self.entries[self.best]
        longer = max(length - len(best.steps), 0) if self.best else 0
        if entry.profit > best.profit * (1 + longer * _A_STEP):
            self.best, wanted.profit = index, entry.profit
        if not (wanted.features or wanted.records or wanted.profit):
            return None
        self.entries.append(entry)
        return wanted

    def pick(self, rng: Random) -> Entry:
        """The richest, the holder of a record, a recent one, or a champion that was seldom visited."""
        draw = rng.random()
        if draw < 0.20 and self.best:
            entry = self.entries[self.best]
        elif draw < 0.20 and TOGETHER in self.champions:
            entry = self._seldom_visited(rng, [TOGETHER])
        elif draw < 0.40 and self.records:
            names = [name for name in self.records if name.startswith(WORTH)]
            if not names or rng.random() < 0.5:
                names = list(self.records)
            entry = self.entries[self.records[rng.choice(names)][1]]
        elif draw < 0.50 or not self.champions:
            entry = rng.choice(self.entries[-_RECENT:])
        else:
            kinds = [kind for kind in _OUTCOMES if kind in self.champions]
            if draw > 0.80:
                kinds = list(self.champions)
            elif draw < 0.60 and TOGETHER in self.champions:
                kinds = [TOGETHER]
            entry = self._seldom_visited(rng, kinds)
        entry.visits += 1
        return entry

    def _seldom_visited(self, rng: Random, kinds: list[str]) -> Entry:
        holders = list(self.champions[rng.choice(kinds)].values())
        some = [self.entries[rng.choice(holders)] for _ in range(_CANDIDATES)]
        return min(some, key=lambda one: one.visits)

    def unswept(self, rng: Random, ways: int) -> Entry | None:
        """A state of the thief's own that few ways to go on were tried from, the latest of some."""
        kinds = [kind for kind in self.champions if _is_state(kind)]
        if not kinds:
            return None
        kind = TOGETHER if TOGETHER in kinds and rng.random() < 0.5 else rng.choice(kinds)
        holders = list(self.champions[kind].values())
        some = [i for i in (rng.choice(holders) for _ in range(_CANDIDATES)) if self.entries[i].swept < ways]
        return self.entries[max(some)] if some else None

    def donor(self, rng: Random) -> tuple[Step, ...]:
        """The steps of a champion."""
        if not self.champions:
            return ()
        holders = rng.choice(list(self.champions.values()))
        return self.entries[rng.choice(list(holders.values()))].steps

    def to_json(self) -> dict[str, Any]:
        return {
            "entries": [entry.to_json() for entry in self.entries],
            "champions": {kind: list(map(list, one.items())) for kind, one in self.champions.items()},
            "records": {name: list(record) for name, record in self.records.items()},
            "best": self.best,
        }

    @classmethod
    def from_json(cls, document: Any) -> Corpus:
        corpus = cls()
        corpus.entries = list(map(Entry.from_json, document["entries"]))
        corpus.champions = {
            kind: {one[0]: one[1] for one in pairs} for kind, pairs in document["champions"].items()
        }
        corpus.records = {name: (record[0], record[1]) for name, record in document["records"].items()}
        corpus.best = document["best"]
        return corpus


def _is_state(kind: str) -> bool:
    """Whether it tells how far the thief is with something."""
    return kind == TOGETHER or kind.startswith((_HIS, OF_THE_THIEF))


def features_of(state: Mapping[str, Any]) -> set[int]:
    """All that was seen, in the state of a search; the numbers mean the same in every process."""
    return {feature for holders in state["corpus"]["champions"].values() for feature, _ in holders}
