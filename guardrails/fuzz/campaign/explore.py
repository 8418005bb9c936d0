"""One search, as a campaign wants it: the same for the same seed, and everything in plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from typing import Any, Final

from guardrails.fuzz.search import Progress, search
from guardrails.fuzz.target import Target

Explored = tuple[dict[str, Any], str]
"""What was found, and the state to go on from, as JSON text."""


def _search(target: Target, seed: int, executions: int, before: str) -> Explored:
    state = json.loads(before) if before else None
    tried, taken = (state["executions"], state["steps"]) if state else (0, 0)
    known = set(state["corpus"]["seen"]) if state else set()
    curve: list[list[Any]] = []

    def watch(progress: Progress) -> None:
        point = [str(progress.profit), _text(progress.bound)]
        if not curve or curve[-1][1:] != point:
            curve.append([progress.executions - tried, *point])

    with closing(target.chain()) as chain:
        result = search(
            target, seed=seed, executions=tried + executions, state=state, on_progress=watch, chain=chain
        )
    last = result.progress
    curve.append([last.executions - tried, str(last.profit), _text(last.bound or result.bound)])
    found = {
        "executions": last.executions - tried,
        "steps": last.steps - taken,
        "features": sorted(set(result.state["corpus"]["seen"]) - known),
        "curve": curve,
        "best": {**result.best.to_json(), "profit": str(result.profit), "bound": _text(result.bound)},
        "findings": [finding.to_json() for finding in result.findings],
    }
    return found, json.dumps(result.state)


def _text(amount: Fraction | None) -> str | None:
    return None if amount is None else str(amount)


_WAYS: Final[dict[str, Callable[[Target, int, int, str], Explored]]] = {"search": _search}
MODES: Final = tuple(_WAYS)


def explore(mode: str, target: Target, seed: int, executions: int, before: str) -> Explored:
    """Goes on from the state `before`, or from nothing where it is empty; money in USD, as `n/d`."""
    return _WAYS[mode](target, seed, executions, before)
