"""One search, as a campaign wants it: the same for the same seed, and everything in plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from guardrails.fuzz.search import search
from guardrails.fuzz.step import Sequence
from guardrails.fuzz.target import Target

Explored = tuple[dict[str, Any], str]
"""What was found, and the corpus to go on with."""


def _search(target: Target, seed: int, executions: int, corpus: str) -> Explored:
    seeds = tuple(Sequence.from_json(one) for one in json.loads(corpus)) if corpus else ()
    result = search(target, seed=seed, executions=executions, corpus=seeds)
    found = {
        "executions": result.executions,
        "steps": result.steps,
        "coverage": result.coverage,
        "profit": str(result.profit),
        "bound": None if result.bound is None else str(result.bound),
        "best": result.best.to_json(),
        "findings": [finding.to_json() for finding in result.findings],
    }
    return found, json.dumps([one.to_json() for one in result.corpus])


_WAYS: Final[dict[str, Callable[[Target, int, int, str], Explored]]] = {"search": _search}
MODES: Final = tuple(_WAYS)


def explore(mode: str, target: Target, seed: int, executions: int, corpus: str) -> Explored:
    """Runs the search of that mode."""
    return _WAYS[mode](target, seed, executions, corpus)
