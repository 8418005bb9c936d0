"""How an emergency command goes: show, and only with --execute send and check."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.markup import escape
from rich.table import Table

from guardrails.chain import Address
from guardrails.cli._output import console, emit_json
from guardrails.cli._session import Session, chain_options, open_session
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy, Rank
from guardrails.policy.units import format_duration
from guardrails.response import Action, Outcome, Prepared, perform, prepare

_F = TypeVar("_F", bound=Callable[..., Any])
Build = Callable[[Guarded, Address], Action]


reason_option = click.option("--reason", required=True, help="Why; it is written on chain, in the event.")


def acting(command: _F) -> _F:
    """The options of every command that can send."""
    execute = click.option("--execute", is_flag=True, help="Send. Without it nothing is changed (dry run).")
    return chain_options(execute(command))


def run(
    build: Build,
    *,
    network: str,
    account: str | None,
    policy_file: Path,
    record_file: Path | None,
    as_json: bool,
    execute: bool,
) -> None:
    """Connects, prepares the action, and exits with the code of its outcome."""
    with open_session(network, policy_file, record_file, account) as session:
        code = act(session, build, as_json=as_json, execute=execute)
    sys.exit(code)


def act(session: Session, build: Build, *, as_json: bool, execute: bool) -> int:
    """Prepares, prints, and with `execute` sends and checks. Returns the exit code."""
    guarded = session.guarded()
    sender = _sender(session, guarded, build, execute)
    prepared = prepare(build(guarded, sender), guarded, sender)
    if not as_json:
        show(prepared, guarded)
    if not execute:
        if as_json:
            emit_json(_document(prepared, None))
        else:
            click.echo("\nDry run: nothing was sent. Add --execute to send it; or give the call to a Safe:")
            click.echo(f"  to {prepared.to}\n  data 0x{prepared.data.hex()}")
        return 0
    if session.development and sender not in session.chain.accounts:
        session.chain.impersonate(sender)
    outcome = perform(prepared, guarded)
    if as_json:
        emit_json(_document(prepared, outcome))
    else:
        _show_outcome(prepared, outcome)
    return 1 if outcome.problems else 0


def show(prepared: Prepared, guarded: Guarded) -> None:
    """The call, the power behind it, and its effect."""
    out = console()
    out.print(f"[bold]{escape(prepared.action.title)}[/]")
    if prepared.delay is not None:
        out.print(
            "This is a loosening: it does not take effect now. It is announced, and can be executed after "
            f"{format_duration(prepared.delay)}, by anyone, with `guardrails override execute`.",
            style="yellow",
        )
    facts = Table(box=None, pad_edge=False, show_header=False)
    facts.add_row("protocol", f"{escape(guarded.policy.protocol.name)}, {prepared.to}")
    facts.add_row("from", prepared.sender)
    for name, text in prepared.power.items():
        facts.add_row(name, escape(text))
    facts.add_row("call", escape(prepared.call))
    out.print(facts)
    out.print(_effect(prepared.before, prepared.after))
    if prepared.after is None:
        out.print("The call was tried on this network and would pass; its effect cannot be simulated here.")
    out.print(f"After sending this is checked: {escape(prepared.action.promise)}.")


def _effect(before: Mapping[str, str], after: Mapping[str, str] | None) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("", "before", *(("after",) if after is not None else ())):
        table.add_column(column, overflow="fold")
    for name, text in before.items():
        cells = (name, text, *((after[name],) if after is not None else ()))
        table.add_row(*map(escape, cells))
    return table


def _show_outcome(prepared: Prepared, outcome: Outcome) -> None:
    receipt = outcome.receipt
    click.echo(f"\nSent: transaction 0x{receipt.tx_hash.hex()}, block {receipt.block_number}.")
    for name, text in outcome.after.items():
        click.echo(f"  {name}: {text}")
    if outcome.problems:
        click.secho("The effect does NOT hold:", fg="red", bold=True)
        for problem in outcome.problems:
            click.echo(f"  {problem}")
    else:
        click.secho(f"Checked on chain: {prepared.action.promise}.", fg="green")


def _sender(session: Session, guarded: Guarded, build: Build, execute: bool) -> Address:
    """The named account; for a dry run without one, who the policy gives the power to."""
    if session.account is not None:
        return session.sender()
    if execute:
        raise GuardrailsError(
            "no account is named to send from",
            "--account",
            "Name an alias that `ape accounts list` shows (or, on a development chain, an address).",
        )
    policy: Policy = guarded.policy
    fast = [*policy.guardians, *policy.sentinels]
    action = build(guarded, (fast or [policy.governance])[0])
    if action.actor is not None:
        return action.actor
    needs = action.needs
    if needs in (Rank.SENTINEL, Rank.GUARDIAN) and fast:
        return fast[0]
    return policy.governance


def _document(prepared: Prepared, outcome: Outcome | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "action": prepared.action.title,
        "scheduled": prepared.delay is not None,
        "delay_seconds": prepared.delay,
        "from": prepared.sender,
        "to": prepared.to,
        "data": "0x" + prepared.data.hex(),
        "call": prepared.call,
        "power": dict(prepared.power),
        "before": dict(prepared.before),
        "after": dict(prepared.after) if prepared.after is not None else None,
        "promise": prepared.action.promise,
        "sent": outcome is not None,
    }
    if outcome is not None:
        document |= {
            "transaction": "0x" + outcome.receipt.tx_hash.hex(),
            "block": outcome.receipt.block_number,
            "after": dict(outcome.after),
            "problems": list(outcome.problems),
        }
    return document
