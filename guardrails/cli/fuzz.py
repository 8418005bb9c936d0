"""`guardrails fuzz`: search for the sequence of calls that breaks a guarded protocol."""

from __future__ import annotations

from typing import Final

import click

from guardrails.cli._lazy import LazyGroup

_REPLAY: Final = "guardrails.cli.fuzz_replay"

COMMANDS: Final = {
    "run": ("guardrails.cli.fuzz_run:run", "Search a target for a time, on several processes."),
    "report": ("guardrails.cli.fuzz_run:report", "Write the HTML report of a campaign."),
    "bypass": ("guardrails.cli.fuzz_bypass:bypass", "Find ways out that no guard watches."),
    "replay": (f"{_REPLAY}:replay", "Take the steps of a finding on any backend."),
    "export": (f"{_REPLAY}:export", "Turn a finding into a pytest or forge test, or JSON."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def fuzz() -> None:
    """Search for the sequence of calls that breaks a guarded protocol.

    Exit codes: 0 every property held, 1 a property is violated, 2 bad input, 3 trouble with a chain.
    """
