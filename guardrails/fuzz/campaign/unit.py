"""The unit of work: a target, a seed and a number of executions in, one artefact out.

The artefact is a pure function of the unit, to the byte, whoever does it: a process here or a machine far
away. What differs from one time to the next (seconds, the worker's name) travels beside it.
"""

from __future__ import annotations

import json
import os
import platform
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from guardrails.errors import GuardrailsError
from guardrails.fuzz.campaign.explore import explore
from guardrails.fuzz.campaign.identity import Identity, identify
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.target import find_target

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Unit:
    """`state` is what the unit before it handed on, compressed; empty for the first of a lane."""

    number: int
    target: str
    identity: Identity
    mode: str
    seed: int
    executions: int
    state: bytes = b""


@dataclass(frozen=True, slots=True)
class Done:
    """`artefact` is JSON text, `state` compressed; `seconds` and `worker` are of this time only."""

    number: int
    artefact: str
    state: bytes
    seconds: float
    worker: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An error for people. It travels as data: not every exception survives the way between processes."""

    number: int
    what: str
    where: str | None
    remedy: str
    exit_code: int


def run_unit(unit: Unit) -> Done | Failed:
    """Does the unit in this process, one at a time; never raises for what a target or a chain does."""
    with _ONE_AT_A_TIME:
        began = time.monotonic()
        try:
            found, state = _searched(unit)
        except GuardrailsError as error:
            return Failed(unit.number, error.what, error.where, error.remedy, error.exit_code)
        except Exception as error:  # whatever a user's target does
            last = traceback.extract_tb(error.__traceback__)[-1]
            return Failed(
                unit.number,
                f"the harness raised {type(error).__name__}: {error}",
                f"{last.filename}:{last.lineno}",
                "Correct the target; nothing is known of the protocol.",
                HarnessFault.exit_code,
            )
        worker = f"{platform.node()} process {os.getpid()}"
        return Done(unit.number, found, state, time.monotonic() - began, worker)


def _searched(unit: Unit) -> tuple[str, bytes]:
    here = identify(unit.target)
    if here != unit.identity:
        raise HarnessFault(
            f"this worker would search something else: {'; '.join(unit.identity.differences(here))}",
            f"{platform.node()}, {unit.target}",
            "Give every worker the same checkout, policy and packages.",
        )
    found, state = explore(unit.mode, find_target(unit.target), unit.seed, unit.executions, unit.state)
    head = {name: value for name, value in asdict(unit).items() if name != "state"}
    return canonical({"unit": head, **found}), state


def canonical(document: Mapping[str, Any]) -> str:
    """The one way in which a document is written."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
