"""`guardrails plan`, `apply` and `verify`: from a policy to a chain, and back."""

from __future__ import annotations

import sys
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from guardrails.chain import Address, MissingBackend
from guardrails.cli._output import console, emit_json
from guardrails.cli._session import Session, chain_options, open_session
from guardrails.deploy import Difference, Plan, Record, Step
from guardrails.deploy import apply as apply_policy
from guardrails.deploy import plan as plan_policy
from guardrails.deploy import verify as verify_policy
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.record import Entry
from guardrails.errors import GuardrailsError

_controls = click.option(
    "--controls",
    metavar="ADDRESS",
    help="EmergencyControls that this chain has already; compared byte by byte.",
)


@click.command()
@chain_options
@_controls
def plan(*, as_json: bool, controls: str | None, **options: Any) -> None:
    """Show what would be created, called and granted, with its gas. Nothing is sent."""
    with open_session(**options) as session:
        run_plan(session, as_json=as_json, controls=controls)


@click.command()
@chain_options
@_controls
@click.option("--yes", is_flag=True, help="Do not ask before sending on a public network.")
def apply(*, as_json: bool, controls: str | None, yes: bool, **options: Any) -> None:
    """Deploy the policy, or resume a deployment that was interrupted; then verify it.

    Every transaction is written to the record before it is sent. No step that took effect is repeated.
    """
    with open_session(**options) as session:
        code = run_apply(session, as_json=as_json, controls=controls, yes=yes)
    sys.exit(code)


@click.command()
@chain_options
def verify(*, as_json: bool, **options: Any) -> None:
    """Compare the chain with the policy and name every difference.

    Exit codes: 0 the chain is as the policy says, 1 it differs, 3 the chain cannot be read.
    """
    with open_session(**options) as session:
        code = run_verify(session, as_json=as_json)
    sys.exit(code)


def run_plan(session: Session, *, as_json: bool, controls: str | None = None) -> Plan:
    """Prints and returns the plan."""
    made = plan_policy(session.blueprint(controls), session.chain, session.sender(), session.record_path)
    if as_json:
        emit_json(_plan_document(session, made))
    else:
        _print_plan(session, made)
    return made


def run_apply(session: Session, *, as_json: bool, controls: str | None = None, yes: bool = False) -> int:
    """Deploys and verifies. Returns the exit code."""
    out = console(error=as_json)
    sender, blueprint = session.sender(), session.blueprint(controls)
    if not (yes or session.development):
        _confirm(session, blueprint, sender, err=as_json)
    session.sign_many()

    def observe(step: Step, moment: str, entry: Entry) -> None:
        if moment == "intended" and out.is_terminal:
            out.print(f"  {escape(step.key)} …", end="\r")
        elif moment == "recorded":
            out.print(f"[green]✓[/] {escape(step.key)}  block {entry.block_number}, gas {entry.gas_used:,}")
        elif moment == "skipped":
            out.print(f"[dim]= {escape(step.key)}  is so already[/]")

    out.print(f"Policy {session.policy.fingerprint[:12]}… on chain {session.chain.chain_id} as {sender}")
    already = (known := Record.load(session.record_path)) is not None and known.complete
    guarded = apply_policy(blueprint, session.chain, sender, session.record_path, observe=observe)
    if already:
        out.print("It is deployed already.")
    for key, address in guarded.record.contracts.items():
        out.print(f"{escape(key)}: {address}")
    out.print(f"Record: {escape(str(session.record_path))}", soft_wrap=True)
    return run_verify(session, as_json=as_json)


def _confirm(session: Session, blueprint: Blueprint, sender: Address, *, err: bool) -> None:
    """Shows the plan and asks; where none can be made here, says so and asks."""
    try:
        made = plan_policy(blueprint, session.chain, sender, session.record_path)
    except MissingBackend as error:
        click.echo(f"There is no plan to show: {error.what}. {error.remedy}", err=err)
        click.confirm(f"Deploy from {sender} without one?", abort=True, err=True)
        return
    _print_plan(session, made, err=err)
    if made.open_steps:
        count = len(made.open_steps)
        click.confirm(f"Send {count} transactions from {sender}?", abort=True, err=True)


def run_verify(session: Session, *, as_json: bool) -> int:
    """Prints every difference. Returns the exit code."""
    record = session.record()
    if record.guard not in record.contracts:
        raise GuardrailsError(
            "the deployment has not come as far as its contracts",
            str(session.record_path),
            "Finish it with `guardrails apply`.",
        )
    found = verify_policy(session.blueprint(), session.chain, record)
    if as_json:
        emit_json(_verify_document(session, record, found))
    elif found:
        console().print(_differences_table(found))
        click.echo(f"{len(found)} differences between {session.policy.protocol.name} and its policy.")
    else:
        where = record.contracts[record.guard]
        click.echo(f"{session.policy.protocol.name} at {where} is as its policy says.")
    return 1 if found else 0


def _print_plan(session: Session, made: Plan, *, err: bool = False) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("step")
    table.add_column("what it says", overflow="fold", max_width=70)
    table.add_column("gas", justify="right", no_wrap=True)
    for planned in made.planned:
        gas = "is so already" if planned.done else f"{planned.gas:,}"
        says = f"{planned.call} at {planned.address}" if planned.step.kind == "create" else planned.meaning
        table.add_row(*map(escape, (planned.step.key.split(" 0x")[0], says, gas)))
    if not made.planned:
        click.echo("The policy is deployed already; `guardrails verify` compares it with the chain.", err=err)
        return
    console(error=err).print(table)
    how = {
        "simulated": "simulated on this chain and undone",
        "rehearsed": "rehearsed on an empty chain; the real one takes about 2 % more",
    }[made.measured]
    click.echo(
        f"{len(made.open_steps)} transactions, {made.gas:,} gas ({how}), "
        f"from {made.sender} on chain {made.chain_id}. Nothing was sent.",
        err=err,
    )
    pending = f", record {session.record_path}" if session.record_path.exists() else ""
    click.echo(f"Policy {session.policy.fingerprint[:12]}…{pending}.", err=err)


def _plan_document(session: Session, made: Plan) -> dict[str, Any]:
    return {
        "policy": session.policy.fingerprint,
        "chain_id": made.chain_id,
        "sender": made.sender,
        "measured": made.measured,
        "gas": made.gas,
        "steps": [
            {
                "step": planned.step.key,
                "kind": planned.step.kind,
                "call": planned.call,
                "meaning": planned.meaning,
                "address": planned.address,
                "gas": planned.gas,
                "done": planned.done,
            }
            for planned in made.planned
        ],
    }


def _verify_document(session: Session, record: Record, found: list[Difference]) -> dict[str, Any]:
    return {
        "ok": not found,
        "policy": session.policy.fingerprint,
        "chain_id": session.chain.chain_id,
        "contracts": record.contracts,
        "differences": [{"subject": d.subject, "policy": d.policy, "chain": d.chain} for d in found],
    }


def _differences_table(found: list[Difference]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("what", "policy", "chain"):
        table.add_column(column, overflow="fold")
    for difference in found:
        table.add_row(*map(escape, (difference.subject, difference.policy, difference.chain)))
    return table
