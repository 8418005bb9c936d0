"""`guardrails override …` and `guardrails claims …`: the slow commands, each a small group."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click

from guardrails.chain import Address
from guardrails.cli._acting import acting, reason_option, run
from guardrails.cli._output import console, emit_json, table
from guardrails.cli._params import Duration
from guardrails.cli._session import chain_options, open_session
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.response import Action, actions, announced, overrides, views

MOST_CLAIMS: Final = 1_000
"""How many claims one command reads or acts on."""
_RANGE = re.compile(r"([0-9]{1,20})(?:-([0-9]{1,20}))?")
_LISTED = "`guardrails override list` shows the ids."


@click.group()
def override() -> None:
    """Schedule, list, veto or execute a governance override."""


@override.command("list")
@chain_options
def list_overrides(
    network: str, account: str | None, policy_file: Path, record_file: Path | None, as_json: bool
) -> None:
    """Show every announced call that waits: what it does, and from when until when it can be executed."""
    with open_session(network, policy_file, record_file, account) as session:
        found = announced(session.guarded())
    if as_json:
        emit_json(
            [
                {
                    "id": "0x" + one.id.hex(),
                    "call": one.text,
                    "data": "0x" + one.call.hex(),
                    "executable_at": one.executable_at,
                    "expires_at": one.expires_at,
                    "status": one.status,
                }
                for one in found
            ]
        )
        return
    if not found:
        click.echo("Nothing is announced.")
    for one in found:
        click.echo(f"0x{one.id.hex()}  {one.status}")
        click.echo(f"  {one.text}")
        click.echo(
            f"  executable from {views.time_text(one.executable_at)} until {views.time_text(one.expires_at)}"
        )


@override.command()
@click.argument("function")
@click.argument("arguments", nargs=-1)
@acting
def schedule(function: str, arguments: tuple[str, ...], **options: Any) -> None:
    """Announce a call of governance: FUNCTION with its ARGUMENTS, or its call data in hex.

    Addresses may be aliases and asset symbols of the policy. Put `--` before a negative number.
    """

    def build(guarded: Guarded, sender: Address) -> Action:
        if function.startswith("0x") and not arguments:
            return overrides.schedule(guarded, _bytes(function, "FUNCTION"))
        return overrides.schedule(guarded, overrides.encode_call(guarded, function, arguments))

    run(build, **options)


@override.command("execute")
@click.argument("number", metavar="ID")
@acting
def execute_override(number: str, **options: Any) -> None:
    """Carry out an announced call whose delay has passed; any account may."""
    run(lambda guarded, sender: overrides.execute(guarded, _id(number)), **options)


@override.command()
@click.argument("number", metavar="ID")
@acting
def veto(number: str, **options: Any) -> None:
    """Withdraw an announced call: guardian or governance."""
    run(lambda guarded, sender: overrides.veto(guarded, _id(number)), **options)


@click.group()
def claims() -> None:
    """List, hold, release, cancel or settle queued claims."""


@claims.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that have ended, too.")
@click.option(
    "--last",
    type=click.IntRange(1),
    default=MOST_CLAIMS,
    show_default=True,
    metavar="N",
    help="How many to read, from the newest back.",
)
@chain_options
def list_claims(
    everything: bool,
    last: int,
    network: str,
    account: str | None,
    policy_file: Path,
    record_file: Path | None,
    as_json: bool,
) -> None:
    """Show the claims that wait."""
    with open_session(network, policy_file, record_file, account) as session:
        guarded = session.guarded()
        count = guarded.guard.call("claimCount")
        oldest = max(1, count - last + 1)
        found = {number: views.claim(guarded, number) for number in range(oldest, count + 1)}
        symbols = {asset.address: asset for asset in guarded.policy.assets}
    if oldest > 1:
        click.echo(f"Claims 1 to {oldest - 1} were not read; --last {count} reads them too.", err=True)
    waiting = {n: c for n, c in found.items() if everything or views.state_name(c) in ("PENDING", "SUSPECT")}
    if as_json:
        emit_json(
            [
                {
                    "id": number,
                    "owner": claim.owner,
                    "asset": claim.asset,
                    "amount": str(claim.amount),
                    "state": views.state_name(claim).lower(),
                    "created_at": claim.createdAt,
                    "ready_at": claim.readyAt,
                }
                for number, claim in waiting.items()
            ]
        )
        return
    rows = [
        (
            str(number),
            claim.owner,
            symbols[claim.asset].text(claim.amount) if claim.asset in symbols else str(claim.amount),
            views.state_name(claim).lower(),
            views.time_text(claim.readyAt),
        )
        for number, claim in waiting.items()
    ]
    console().print(table(("id", "owner", "amount", "state", "ready"), rows, left=2))
    click.echo(f"{len(rows)} of {count} claims.")


_ids = click.argument("ids", nargs=-1, required=True, metavar="ID…")


@claims.command()
@_ids
@click.option("--for", "duration", type=Duration(), required=True, help="How long from now, e.g. 7d.")
@reason_option
@acting
def hold(ids: tuple[str, ...], duration: int, reason: str, **options: Any) -> None:
    """Mark claims as suspect and hold them: sentinel, guardian or governance. ID may be a range, 3-9."""
    numbers = numbers_of(ids)

    def build(guarded: Guarded, sender: Address) -> Action:
        until = guarded.chain.block().timestamp + duration
        return actions.claims("hold", numbers, reason, until)

    run(build, **options)


@claims.command()
@_ids
@reason_option
@acting
def release(ids: tuple[str, ...], reason: str, **options: Any) -> None:
    """Let suspect claims go their ordinary way: governance."""
    numbers = numbers_of(ids)
    run(lambda guarded, sender: actions.claims("release", numbers, reason), **options)


@claims.command()
@_ids
@reason_option
@acting
def cancel(ids: tuple[str, ...], reason: str, **options: Any) -> None:
    """Return the assets of suspect claims to the protocol: governance."""
    numbers = numbers_of(ids)
    run(lambda guarded, sender: actions.claims("cancel", numbers, reason), **options)


@claims.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@acting
def settle(number: int, **options: Any) -> None:
    """Pay a claim out to its owner once it is ready; any account may."""
    run(lambda guarded, sender: actions.claims("settle", [number], ""), **options)


def numbers_of(texts: tuple[str, ...]) -> list[int]:
    """Claim numbers from `3`, `5,6` and `8-10`."""
    found: list[int] = []
    for text in filter(None, ",".join(texts).split(",")):
        match = _RANGE.fullmatch(text)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise GuardrailsError(f"`{text}` is no claim number", "ID", "Write 3, or a range such as 3-9.")
        if last - first >= MOST_CLAIMS - len(found):
            raise GuardrailsError(
                f"`{text}` makes more than {MOST_CLAIMS} claims", "ID", "Act on them in several calls."
            )
        found += range(first, last + 1)
    if not found:
        raise GuardrailsError("no claim is named", "ID", "Write 3, or a range such as 3-9.")
    return list(dict.fromkeys(found))


def _id(text: str) -> bytes:
    found = _bytes(text, "ID")
    if len(found) != 32:
        raise GuardrailsError(f"`{text}` is no id: {len(found)} bytes instead of 32", "ID", _LISTED)
    return found


def _bytes(text: str, where: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise GuardrailsError(f"`{text}` is not hexadecimal", where, _LISTED) from None
