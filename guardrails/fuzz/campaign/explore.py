"""One search, as a campaign wants it: the same for the same seed, and everything in plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from guardrails.fuzz.search import Progress, search
from guardrails.fuzz.target import Target

Explored = tuple[dict[str, Any], str]
"""What was found, and the corpus to go on with."""


def _search(target: Target, seed: int, executions: int, corpus: str) -> Explored:
    state = json.loads(corpus) if corpus else None
    curve: list[list[Any]] = []
    seen = set(state["corpus"]["seen"]) if state else set()
    before = (state["executions"], state["steps"]) if state else (0, 0)

    def watch(progress: Progress) -> None:
        point = [str(progress.profit), None if progress.bound is None else str(progress.bound)]
        if not curve or curve[-1][1:] != point:
            curve.append([progress.executions - before[0], *point])

    result = search(target, seed=seed, executions=before[0] + executions, state=state, on_progress=watch)
    watch(result.progress)
    found = {
        "executions": result.progress.executions - before[0],
        "steps": result.progress.steps - before[1],
        "features": sorted(set(result.state["corpus"]["seen"]) - seen),
        "best": result.best.to_json(),
        "curve": curve,
        "findings": [finding.to_json() for finding in result.findings],
    }
    return found, json.dumps(result.state)


_WAYS: Final[dict[str, Callable[[Target, int, int, str], Explored]]] = {"search": _search}
MODES: Final = tuple(_WAYS)


def explore(mode: str, target: Target, seed: int, executions: int, corpus: str) -> Explored:
    """Runs the search of that mode."""
    return _WAYS[mode](target, seed, executions, corpus)
