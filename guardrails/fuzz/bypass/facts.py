"""What holds at a place in the code, and the places where an asset can leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guardrails.fuzz.bypass.sinks import Sink
from guardrails.fuzz.bypass.trees import Node


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds whenever a place is reached."""

    operations: frozenset[str] = frozenset()
    metered: bool = False
    announced: bool = False
    own: bool = False

    def meet(self, other: Facts) -> Facts:
        """What both have."""
        return Facts(
            self.operations & other.operations,
            self.metered and other.metered,
            self.announced and other.announced,
            self.own and other.own,
        )


State = Facts | None
"""None: nothing gets here."""


def meet(*states: State) -> State:
    """What holds where several ways come together."""
    known_states = [state for state in states if state is not None]
    if not known_states:
        return None
    met = known_states[0]
    for state in known_states[1:]:
        met = met.meet(state)
    return met


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where an asset can leave: the functions on the way, where it is, what holds there."""

    path: tuple[str, ...]
    place: str
    sink: Sink
    facts: Facts
    design: str | None = None


def shortest(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Of several ways to the same place with the same facts, the shortest."""
    best: dict[object, Hit] = {}
    for hit in sorted(hits, key=lambda h: len(h.path)):
        best.setdefault((hit.place, hit.sink, hit.facts, hit.design), hit)
    return tuple(best.values())


def children(node: Mapping[str, object]) -> list[Node]:
    found: list[Node] = []
    for name, value in node.items():
        if name != "typeName":
            parts = value if isinstance(value, list) else [value]
            found += [part for part in parts if isinstance(part, dict) and "nodeType" in part]
    return found
