"""Emergency functions from the command line: dry run unless --execute is given."""

from __future__ import annotations

from typing import Any

import click

from guardrails.chain import Address
from guardrails.cli._acting import acting, reason_option, run
from guardrails.cli._governing import claims, override
from guardrails.cli._named import asset_of, limit_units, subject_of
from guardrails.cli._params import Duration
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, Operation, Rank
from guardrails.policy.operations import ALL_OPERATIONS, mask_of
from guardrails.policy.problems import did_you_mean
from guardrails.response import Action, actions

__all__ = ["claims", "heartbeat", "level", "limit", "lock", "override", "pause", "unlock", "unpause"]

_duration = click.option("--for", "duration", type=Duration(), required=True, help="How long, e.g. 2h.")


@click.command()
@click.argument("operations", nargs=-1, required=True)
@_duration
@reason_option
@acting
def pause(operations: tuple[str, ...], duration: int, reason: str, **options: Any) -> None:
    """Close OPERATIONS (such as WITHDRAW BORROW, or all) for a time."""
    mask = operations_mask(operations)
    run(lambda guarded, sender: actions.pause(mask, duration, reason), **options)


@click.command()
@click.argument("operations", nargs=-1, required=True)
@reason_option
@acting
def unpause(operations: tuple[str, ...], reason: str, **options: Any) -> None:
    """Open OPERATIONS again before their pause ends: governance, after the delay of `unpause`."""
    mask = operations_mask(operations)
    run(lambda guarded, sender: actions.unpause(mask, reason), **options)


@click.command()
@click.argument("subject")
@_duration
@click.option("--case", type=click.IntRange(0, 2**96 - 1), default=0, help="Number of the incident.")
@reason_option
@acting
def lock(subject: str, duration: int, case: int, reason: str, **options: Any) -> None:
    """Keep collateral in: SUBJECT is an account, an asset (symbol), or position:0x….

    Repaying and adding collateral stay open.
    """

    def build(guarded: Guarded, sender: Address) -> Action:
        found, name = subject_of(guarded, subject)
        return actions.lock(found, name, duration, case, reason)

    run(build, **options)


@click.command()
@click.argument("subject")
@reason_option
@acting
def unlock(subject: str, reason: str, **options: Any) -> None:
    """End the locks of SUBJECT early: governance, after the delay of `unlock`."""

    def build(guarded: Guarded, sender: Address) -> Action:
        return actions.unlock(*subject_of(guarded, subject), reason)

    run(build, **options)


@click.command()
@click.argument("wanted", metavar="LEVEL", type=click.Choice([level.name.lower() for level in Level]))
@click.option("--for", "duration", type=Duration(), help="How long; governance's level stands until lowered.")
@click.option("--lower", is_flag=True, help="Lower every rank's level to LEVEL: governance, a loosening.")
@reason_option
@acting
def level(wanted: str, duration: int | None, lower: bool, reason: str, **options: Any) -> None:
    """Raise the level of restriction to LEVEL, or lower it with --lower."""
    to = Level[wanted.upper()]
    if to is Level.NORMAL and not lower:
        raise GuardrailsError("normal is the lowest level: nothing is raised to it", "LEVEL", "Add --lower.")

    def build(guarded: Guarded, sender: Address) -> Action:
        if lower:
            return actions.lower_level(to, reason)
        if duration is None and guarded.guard.call("rankOf", sender) != Rank.GOVERNANCE:
            raise GuardrailsError(
                "a fast role raises a level for a time", "--for", "State it, e.g. --for 2h."
            )
        return actions.raise_level(to, duration or 0, reason)

    run(build, **options)


@click.command()
@click.argument("symbol")
@click.option("--to", "amount", required=True, help="The new limit, e.g. '2_000_000 USDC'; or `policy`.")
@acting
def limit(symbol: str, amount: str, **options: Any) -> None:
    """Change the outflow limit of the asset SYMBOL: lower at once, higher after the delay of setLimit."""

    def build(guarded: Guarded, sender: Address) -> Action:
        return actions.set_limit(guarded, symbol, limit_units(asset_of(guarded, symbol), amount))

    run(build, **options)


@click.command()
@acting
def heartbeat(**options: Any) -> None:
    """Show that the holder of a fast role is alive; a role that does not lapses."""
    run(lambda guarded, sender: actions.heartbeat(sender), **options)


def operations_mask(names: tuple[str, ...]) -> int:
    """The mask of operation names, separated by blanks or commas, or `all`."""
    words = [word.upper() for name in names for word in name.split(",") if word]
    if words == ["ALL"]:
        return ALL_OPERATIONS
    for word in words:
        if word not in Operation.__members__:
            raise GuardrailsError(
                f"`{word}` is not a class of operation",
                "OPERATIONS",
                did_you_mean(word, Operation.__members__),
            )
    return mask_of(words)
