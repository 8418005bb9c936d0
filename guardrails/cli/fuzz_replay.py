"""`guardrails fuzz replay` and `export`: what a search found, taken again and turned into a test."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from guardrails.fuzz.artefact import Artefact
    from guardrails.fuzz.confirm import Confirmation, Replay

_LOCAL: Final = "ethereum:local:foundry"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--backend",
    type=click.Choice(["revm", "anvil", "ape"]),
    default="revm",
    show_default=True,
    help="The EVM that takes the steps.",
)
@click.option(
    "--network", default=_LOCAL, show_default=True, help="A development network, for the backend ape."
)
@click.option("--confirm", is_flag=True, help="On revm and on anvil, and say where they differ.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
@click.pass_context
def replay(ctx: click.Context, file: Path, backend: str, network: str, confirm: bool, as_json: bool) -> None:
    """Take the steps of the finding in FILE again.

    Imports the target that the file names: replay files that you trust.

    Exit codes: 0 the property held, 1 it is violated, 2 bad input, 3 trouble with a chain.
    """
    from guardrails.fuzz import artefact
    from guardrails.fuzz import confirm as confirming

    found = artefact.read(file)
    if confirm:
        confirmation = confirming.confirm(found.finding)
        _say_confirmation(found, confirmation, as_json)
        ctx.exit(1 if confirmation.confirmed else 0)
    done = confirming.replay(found, backend, network=network)
    if as_json:
        from guardrails.cli._output import emit_json

        emit_json(_document(found, done))
    else:
        _show(found, done)
    if done.broken:
        ctx.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["pytest", "forge", "json"]),
    required=True,
    help="What it becomes; forge gets the chain's state in a second file.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
def export(file: Path, form: str, output: Path, as_json: bool) -> None:
    """Turn the finding in FILE into a test that fails while the fault is there."""
    from guardrails.fuzz.artefact import read
    from guardrails.fuzz.export import export as write

    paths = write(read(file), form, output)
    if as_json:
        from guardrails.cli._output import emit_json

        emit_json({"ok": True, "format": form, "files": [str(path) for path in paths]})
        return
    for path in paths:
        click.echo(f"wrote {path}")


def _document(found: Artefact, done: Replay) -> dict[str, object]:
    return {
        "ok": not done.broken,
        "backend": done.backend,
        "property": found.finding.property,
        "broken_at": done.enacted.broken_at,
        "evidence": done.enacted.evidence,
        "changes": list(done.changes),
        "steps": [asdict(deed) for deed in done.enacted.deeds],
    }


def _say_confirmation(found: Artefact, confirmation: Confirmation, as_json: bool) -> None:
    if as_json:
        from guardrails.cli._output import emit_json

        document = {"ok": not confirmation.confirmed, "property": found.finding.property}
        emit_json(document | asdict(confirmation))
        return
    click.echo(f"{found.finding.property}: {confirmation}")


def _show(found: Artefact, done: Replay) -> None:
    from rich.text import Text

    from guardrails.chain.foreign import printable
    from guardrails.cli._output import console, table
    from guardrails.fuzz.step import numbered

    out = console()
    for change in done.changes:
        out.print(Text(f"changed since: {change}", style="yellow"))
    rows: list[tuple[str | Text, ...]] = []
    for number, deed in numbered(done.enacted.deeds):
        came = Text("done", style="green") if deed.ok else Text(printable(deed.said), style="yellow")
        rows.append((str(number), f"{deed.after:,} s", printable(deed.step), came))
    out.print(table(("step", "at", "what", "came of it"), rows, left=4))
    finding = found.finding
    if done.enacted.evidence is None:
        out.print(Text(f"{finding.property} holds on {done.backend}.", style="green"))
    else:
        said = f"{finding.property} is violated on {done.backend} after step {done.enacted.broken_at}: "
        out.print(Text(said + printable(done.enacted.evidence), style="bold red"))
