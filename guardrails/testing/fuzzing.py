"""What the `guarded_machine` fixture runs, and from which seed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from guardrails.fuzz import GuardedMachine

SEED = pytest.StashKey[int]()
VARIABLE = "GUARDRAILS_SEED"
_KNOWN = ("examples", "steps", "seed")


def session_seed(config: pytest.Config) -> int:
    """That of `--guardrails-seed`, else one for the whole session: workers of pytest-xdist inherit it."""
    given = config.getoption("--guardrails-seed")
    if given is None:
        given = os.environ.get(VARIABLE)
    try:
        seed = secrets.randbelow(2**32) if given is None else int(given)
    except ValueError:
        raise pytest.UsageError(f"{VARIABLE} is {given!r}, which is no number") from None
    if hasattr(config, "workerinput"):
        return seed
    os.environ[VARIABLE] = str(seed)
    return seed


def check_profile(name: str) -> None:
    """HarnessFault where there is no profile of that name."""
    import_module("guardrails.fuzz.profiles").profile_of(name)


def runner(request: pytest.FixtureRequest) -> Callable[[type[GuardedMachine]], int]:
    """Runs a machine as the test and the session say; a failure tells how to have it again."""
    profile = import_module("guardrails.fuzz.profiles").profile_of(
        request.config.getoption("--guardrails-fuzz")
    )
    seed = request.config.stash[SEED]
    if marker := request.node.get_closest_marker("guardrails_fuzz"):
        wrong = [f"{k}={v!r}" for k, v in marker.kwargs.items() if k not in _KNOWN or type(v) is not int]
        if marker.args or wrong:
            raise pytest.UsageError(f"guardrails_fuzz takes {', '.join(_KNOWN)} by name; not {wrong}")
        sizes = {name: value for name, value in marker.kwargs.items() if name != "seed"}
        seed = marker.kwargs.get("seed", seed)
        profile = replace(profile, **sizes)

    def run(machine: type[GuardedMachine]) -> int:
        from guardrails.fuzz.errors import HarnessFault, PropertyViolated

        try:
            return machine.run(seed=seed, profile=profile)
        except (PropertyViolated, HarnessFault) as error:
            again = (
                f"pytest '{request.node.nodeid}' --guardrails-seed={seed} --guardrails-fuzz={profile.name}"
            )
            error.add_note(f"Again: {again}")
            if isinstance(error, PropertyViolated):
                _show(request, machine, error)
            raise

    return run


def _show(request: pytest.FixtureRequest, machine: type[GuardedMachine], broken: Any) -> None:
    """The finding beside the failure, as the file that `guardrails fuzz replay` takes; what an assertion of
    the machine's own says, no target can judge."""
    import json

    from guardrails.errors import GuardrailsError
    from guardrails.fuzz.artefact import Artefact

    try:
        shown = Artefact.of(broken.finding, machine.laboratory().target).to_json()
    except GuardrailsError:
        shown = broken.finding.to_json()
    request.node.add_report_section("call", "sequence", json.dumps(shown, indent=1))
