"""One search, as a campaign wants it: the same for the same seed, and everything in plain data."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from hashlib import blake2b
from typing import Any, Final

from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.search import Progress, features_of, search
from guardrails.fuzz.step import Sequence, Step
from guardrails.fuzz.target import Target
from guardrails.fuzz.world import Outcome

Explored = tuple[dict[str, Any], Any]
"""What was found, and the state to go on from."""
_STEPS = 50
"""The most of one example of a machine."""


def _search(target: Target, seed: int, executions: int, state: Any) -> Explored:
    """Towards what makes a thief rich, from where the last unit stood."""
    tried, taken = (state["executions"], state["steps"]) if state else (0, 0)
    known = features_of(state) if state else set()
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
        "features": sorted(features_of(result.state) - known),
        "curve": curve,
        "best": {**result.best.to_json(), "profit": str(result.profit), "bound": _text(result.bound)},
        "findings": [finding.to_json() for finding in result.findings],
    }
    return found, result.state


def _machine(target: Target, seed: int, executions: int, state: Any) -> Explored:
    """Examples of a `GuardedMachine`, with another seed in each unit. It looks for no profit. What is counted
    is what was done: fewer examples than asked for where one broke a promise, and those that shrank it."""
    from guardrails.fuzz.machine import Broken, GuardedMachine, Profile

    done = state["units"] if state else 0
    features: set[int] = set()
    began = 0

    class Machine(GuardedMachine):
        def __init__(self) -> None:
            nonlocal began
            super().__init__()
            began += 1

        def do(self, step: Step) -> Outcome:
            outcome = super().do(step)
            seen = repr((step.actor, step.target, step.function, outcome.ok, outcome.selector))
            features.add(int.from_bytes(blake2b(seen.encode(), digest_size=7).digest(), "big"))
            return outcome

    Machine.target = type(target)
    findings: list[Finding] = []
    try:
        Machine.run(seed=(seed + done) % 2**32, profile=Profile("campaign", executions, _STEPS))
    except Broken as broken:
        findings = [broken.finding]
    nothing = {**Sequence(target.reference(), ()).to_json(), "profit": "0", "bound": None}
    found = {
        "executions": began,
        "steps": Machine.laboratory().taken,
        "features": sorted(features),
        "curve": [[began, "0", None]],
        "best": nothing,
        "findings": [finding.to_json() for finding in findings],
    }
    return found, {"units": done + 1}


def _text(amount: Fraction | None) -> str | None:
    return None if amount is None else str(amount)


_WAYS: Final[dict[str, Callable[[Target, int, int, Any], Explored]]] = {
    "search": _search,
    "machine": _machine,
}
MODES: Final = tuple(_WAYS)


def explore(
    mode: str, target: Target, seed: int, executions: int, before: bytes
) -> tuple[dict[str, Any], bytes]:
    """Goes on from the state `before`, or from nothing where it is empty; money in USD, as `n/d`."""
    try:
        state = json.loads(zlib.decompress(before)) if before else None
    except (zlib.error, ValueError):
        raise CampaignError(
            "what the unit before it handed on cannot be read", "states", "Take another --name."
        ) from None
    found, after = _WAYS[mode](target, seed, executions, state)
    return found, zlib.compress(json.dumps(after).encode(), 1)
