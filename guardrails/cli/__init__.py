"""The `guardrails` command. Subcommands live in modules of their own and are imported when they run."""

from __future__ import annotations

from typing import Final

import click

from guardrails.cli._lazy import LazyGroup

_EMERGENCY: Final = "guardrails.cli.emergency"
_MARKET: Final = "guardrails.cli.market"

COMMANDS: Final = {
    "init": ("guardrails.cli.init:init", "Write a commented starter policy."),
    "check": ("guardrails.cli.check:check", "Say what a policy means, and its worst-case loss."),
    "schema": ("guardrails.cli.schema:schema", "Print the policy's JSON schema or its reference."),
    "plan": ("guardrails.cli.deploy:plan", "Show what a deployment would do; send nothing."),
    "apply": ("guardrails.cli.deploy:apply", "Deploy the policy, or resume a deployment."),
    "verify": ("guardrails.cli.deploy:verify", "Compare the chain with the policy."),
    "pause": (f"{_EMERGENCY}:pause", "Close operations for a time."),
    "unpause": (f"{_EMERGENCY}:unpause", "Open operations again."),
    "lock": (f"{_EMERGENCY}:lock", "Keep the collateral of an account, asset or position."),
    "unlock": (f"{_EMERGENCY}:unlock", "End a lock."),
    "block": (f"{_MARKET}:block", "Close the protocol to accounts, or an entry of it to all."),
    "unblock": (f"{_MARKET}:unblock", "End a block."),
    "clean-up-blocks": (f"{_MARKET}:clean_up_blocks", "End the search for blocks that have run out."),
    "cap": (f"{_MARKET}:cap", "Cut, lift, set, step or sync a cap of an asset."),
    "oracle": (f"{_MARKET}:oracle", "Trip, reset, tighten or sync the oracle of an asset."),
    "breaker": ("guardrails.cli.breaker:breaker", "Let a circuit breaker read its number."),
    "level": (f"{_EMERGENCY}:level", "Raise or lower the level of restriction."),
    "limit": (f"{_EMERGENCY}:limit", "Change the outflow limit of an asset."),
    "override": (f"{_EMERGENCY}:override", "Schedule, list, veto or execute a governance override."),
    "heartbeat": (f"{_EMERGENCY}:heartbeat", "Show that a fast role is alive."),
    "claims": (f"{_EMERGENCY}:claims", "List, hold, release, cancel or settle queued claims."),
    "drill": ("guardrails.cli.drill:drill", "Replay a known attack against the guards."),
    "fuzz": ("guardrails.cli.fuzz:fuzz", "Search for the calls that break a guarded protocol."),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="ape-guardrails", prog_name="guardrails")
def main() -> None:
    """One safety policy for a protocol: check it, deploy it, verify it, act on it.

    Exit codes: 0 fine, 1 checked and found wrong, 2 bad input, 3 trouble with a chain or network.
    """
