"""What `guardrails fuzz bypass` shows people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from guardrails.cli._output import console
from guardrails.fuzz.bypass.static import Reading, Verdict
from guardrails.fuzz.bypass.tried import Tried
from guardrails.fuzz.step import numbered

COLOURS = {"bypass": "bold red", "stays open": "yellow", "cannot tell": "yellow", "by design": "cyan"}
_MOST = 12


def show_reading(reading: Reading) -> None:
    """One contract that was read: what is not plainly clean, each with its path."""
    out = console()
    counted = ", ".join(f"{len(reading.of(v))} {v}" for v in reversed(Verdict) if reading.of(v))
    name = f"[bold]{escape(reading.contract)}[/bold] ({escape(reading.file)})"
    out.print(f"{name}: {counted or 'no function changes state'}")
    if not reading.guarded:
        out.print("It has no guards: all that leaves it is a bypass.", style="bold red")
    rows = []
    for verdict in (Verdict.BYPASS, Verdict.UNCLEAR, Verdict.DESIGN):
        for entry in reading.entries:
            for way in entry.of(verdict):
                by = f" [only {', '.join(entry.restricted)}, without delay]" if entry.restricted else ""
                text = f"{entry.function}{by} {way.what}: {way.why}\n{' → '.join(way.path)} at {way.place}"
                rows.append((str(verdict), text))
    _rows(rows)


def show_tried(name: str, tried: Tried, files: Sequence[Path] = ()) -> None:
    """A target that was tried: what was found, and what was not reached."""
    out = console()
    found = sum(one.leaves for one in tried.bypasses)
    where = sum(tried.states.values())
    counted = f"{tried.calls:,} calls in {where} states, {tried.succeeded:,} succeeded"
    out.print(f"[bold]{escape(name)}[/bold]: {counted}; {found or 'no'} bypass{'' if found == 1 else 'es'}")
    if not tried.guarded:
        out.print("It has no guards: all that leaves it is a bypass.", style="bold red")
    rows = []
    for one in sorted(tried.bypasses, key=lambda b: not b.leaves):
        steps = "\n".join(f"  {i}. {step}" for i, step in numbered(one.finding.sequence.steps))
        rows.append(("bypass" if one.leaves else "stays open", f"{one.finding.evidence}\n{steps}"))
    _rows(rows)
    for file in files:
        out.print(f"Written: {file}", markup=False)
    if tried.never:
        out.print(f"Never succeeded, so nothing is known of them: {_some(tried.never)}", markup=False)
    for contract, selectors in tried.hidden.items():
        text = f"In the code of {contract} but not in its ABI, so not tried: {_some(selectors)}"
        out.print(text, markup=False)
    if tried.skipped:
        out.print(f"States that were not reached: {_some(dict.fromkeys(tried.skipped))}", markup=False)
    out.print()


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    rest = f", and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
    return ", ".join(listed[:_MOST]) + rest


def _rows(rows: list[tuple[str, str]]) -> None:
    out = console()
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for verdict, text in rows:
        table.add_row(Text(verdict, style=COLOURS[verdict]), Text(text))
    if rows:
        out.print(table)
    out.print()
