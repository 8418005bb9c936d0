"""Emergency functions from the command line: dry run unless --execute is given."""

from __future__ import annotations

from typing import Any

import click

from guardrails.chain import Address
from guardrails.cli._acting import acting, reason_option, run
from guardrails.cli._governing import claims, override
from guardrails.cli._params import Duration
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, Operation, Rank
from guardrails.policy.address import is_hex_address
from guardrails.policy.operations import ALL_OPERATIONS, mask_of
from guardrails.policy.problems import did_you_mean
from guardrails.policy.units import UnitError, parse_amount
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
        return actions.set_limit(guarded, symbol, units_of(guarded, symbol, amount))

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


def subject_of(guarded: Guarded, text: str) -> tuple[bytes, str]:
    """What is locked, as the contract numbers it, and its name for people."""
    kind, _, rest = text.partition(":")
    if kind == "position" and rest:
        try:
            position = bytes.fromhex(rest.removeprefix("0x")).rjust(32, b"\0")
            if len(position) > 32:
                raise GuardrailsError(f"`{rest}` is longer than 32 bytes", "SUBJECT", "Write position:0x….")
            return guarded.guard.call("positionSubject", position), f"position 0x{position.hex()}"
        except ValueError:
            raise GuardrailsError(f"`{rest}` is not hexadecimal", "SUBJECT", "Write position:0x….") from None
    tokens = {asset.symbol: asset.address for asset in guarded.policy.assets}
    if text in tokens or text in tokens.values():
        address = tokens.get(text, text)
        return guarded.guard.call("assetSubject", address), f"asset {text}"
    account = guarded.policy.account(text)
    if not is_hex_address(account):
        raise GuardrailsError(
            f"`{text}` is neither an account, an asset nor a position",
            "SUBJECT",
            f"Write an address, one of {', '.join(tokens)}, or position:0x….",
        )
    return guarded.guard.call("accountSubject", account), f"account {account}"


def units_of(guarded: Guarded, symbol: str, text: str) -> int:
    """A limit in smallest units: an amount with its unit, or the policy's own."""
    symbols = [asset.symbol for asset in guarded.policy.assets]
    if symbol not in symbols:
        raise GuardrailsError(f"`{symbol}` is not an asset", "SYMBOL", did_you_mean(symbol, symbols))
    asset = guarded.policy.asset(symbol)
    if text == "policy":
        if asset.limit is None:
            raise GuardrailsError(f"the policy does not limit {symbol}", "--to", "State an amount.")
        return asset.limit
    try:
        amount = parse_amount(text)
    except UnitError as error:
        raise GuardrailsError(error.what, "--to", error.remedy) from None
    units = amount.number * 10**asset.decimals
    if not asset.accepts_unit(amount.unit) or units.denominator != 1:
        raise GuardrailsError(
            f"`{text}` is not an amount of {symbol} with {asset.decimals} decimals",
            "--to",
            f"Write e.g. '1_000 {symbol}'.",
        )
    return int(units)
