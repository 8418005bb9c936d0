"""What a search brings back: a broken promise, with the sequence that breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guardrails.fuzz.errors import PropertyViolated
from guardrails.fuzz.step import Sequence
from guardrails.fuzz.world import World


@dataclass(frozen=True, slots=True)
class Finding:
    """`evidence` says what was promised and what happened; `seed` is that of the search which found it."""

    property: str
    evidence: str
    sequence: Sequence
    seed: int

    def to_json(self) -> dict[str, Any]:
        return {
            "property": self.property,
            "evidence": self.evidence,
            "seed": self.seed,
            **self.sequence.to_json(),
        }


def broken_by(world: World, sequence: Sequence) -> PropertyViolated | None:
    """Takes the steps in a world just built; the first property that does not hold."""
    for step in sequence.steps:
        world.do(step)
        try:
            world.check()
        except PropertyViolated as broken:
            return broken
    return None
