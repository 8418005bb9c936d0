"""`guardrails fuzz bypass`: ways out of a protocol that no guard watches, by reading it and by trying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.errors import GuardrailsError

if TYPE_CHECKING:
    from guardrails.fuzz.bypass.static import Reading


@click.command()
@click.argument("target")
@click.option("--contract", "contracts", multiple=True, help="Read this one; else all guarded ones.")
@click.option("--strict", is_flag=True, help="Exit 1 also for what cannot be told.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
@click.pass_context
def bypass(ctx: click.Context, target: str, contracts: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Find ways out of TARGET that no guard watches, or that nothing closes.

    TARGET is what `forge build --ast` wrote (its out folder, one artefact, a build-info) or a standard-json
    output with `ast`: then the contracts are read.

    Exit codes: 0 no bypass, 1 a bypass (with --strict: or something that cannot be told), 2 bad input.
    """
    readings = _read(target, contracts)
    if as_json:
        from guardrails.cli._output import emit_json

        emit_json({"ok": not _found(readings, strict), "contracts": [one.to_json() for one in readings]})
    else:
        for reading in readings:
            _show(reading)
    if _found(readings, strict):
        ctx.exit(1)


def _read(target: str, contracts: tuple[str, ...]) -> list[Reading]:
    from guardrails.fuzz.bypass.static import guarded_contracts, read
    from guardrails.fuzz.bypass.trees import load

    path = Path(target)
    if not path.exists():
        raise GuardrailsError(
            "there is no such file or folder", target, "Name what `forge build --ast` wrote."
        )
    if path.suffix == ".sol":
        raise GuardrailsError(
            "this is source, not what the compiler made of it",
            target,
            "Compile with `forge build --ast --force` and name its out folder.",
        )
    trees = load(path, contracts[0] if len(contracts) == 1 else None)
    names = contracts or tuple(guarded_contracts(trees))
    if not names:
        raise GuardrailsError(
            "no contract here has guards: everything that leaves them is a bypass",
            target,
            "Name a contract with --contract to read it all the same.",
        )
    return [read(trees, name) for name in names]


def _found(readings: list[Reading], strict: bool) -> bool:
    from guardrails.fuzz.bypass.static import Verdict

    bad = {Verdict.BYPASS, Verdict.UNCLEAR} if strict else {Verdict.BYPASS}
    return any(entry.verdict in bad for reading in readings for entry in reading.entries)


_COLOURS = {"bypass": "bold red", "cannot tell": "yellow", "by design": "cyan"}


def _show(reading: Reading) -> None:
    from rich.markup import escape
    from rich.table import Table

    from guardrails.cli._output import console
    from guardrails.fuzz.bypass.static import Verdict

    out = console()
    counted = ", ".join(f"{len(reading.of(v))} {v}" for v in reversed(Verdict) if reading.of(v))
    out.print(
        f"[bold]{escape(reading.contract)}[/bold] ({escape(reading.file)}): {counted or 'no functions'}"
    )
    if not reading.guarded:
        out.print("It has no guards: all that leaves it is a bypass.", style="bold red")
    made: Any = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(no_wrap=True)
    made.add_column()
    for verdict in (Verdict.BYPASS, Verdict.UNCLEAR, Verdict.DESIGN):
        for entry in reading.entries:
            for way in entry.of(verdict):
                by = f" [only {', '.join(entry.restricted)}, without delay]" if entry.restricted else ""
                text = f"{entry.function}{by} {way.what}: {way.why}\n{' → '.join(way.path)} at {way.place}"
                made.add_row(f"[{_COLOURS[verdict]}]{verdict}[/]", escape(text))
    if made.row_count:
        out.print(made)
    out.print()
