"""What became of each mutant, kept on disk, so that a run goes on where it was broken off."""

from __future__ import annotations

import json
from pathlib import Path

from .forge import Outcome
from .groups import everything, nearest
from .mutators import Mutant


class Ledger:
    """A killed mutant is done until its file or a test near it changes, a survivor until any test changes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self._outcomes: dict[str, Outcome] = dict(json.loads(line) for line in lines)

    def of(self, mutant: Mutant) -> Outcome | None:
        near = self._outcomes.get(_name(mutant, nearest(mutant.file)))
        return near or self._outcomes.get(_name(mutant, everything(mutant.file)))

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        digest = everything if outcome == "survived" else nearest
        name = _name(mutant, digest(mutant.file))
        self._outcomes[name] = outcome
        with self._path.open("a") as file:
            file.write(json.dumps([name, outcome]) + "\n")


def _name(mutant: Mutant, digest: str) -> str:
    return f"{digest} {mutant.key} @{mutant.start}"
