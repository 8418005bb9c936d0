"""How commands print: one look for tables, money and durations; JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

WIDE = 120


def console(*, error: bool = False) -> Console:
    """A console that does not cut tables when the output is a file or a pipe."""
    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, highlight=False, width=None if stream.isatty() else WIDE)


def emit_json(value: object) -> None:
    """Prints a JSON document; keys keep their order."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, left: int = 1) -> Table:
    """A plain table: the first `left` columns are text, the rest are figures."""
    made = Table(box=None, pad_edge=False)
    for i, column in enumerate(columns):
        made.add_column(column, justify="left" if i < left else "right", no_wrap=i >= left)
    for row in rows:
        made.add_row(*(escape(cell) if isinstance(cell, str) else cell for cell in row))
    return made


def usd(amount: Fraction | None) -> str:
    """`$5.03 M`, rounded up so that a bound never reads lower than it is; `?` if unknown."""
    if amount is None:
        return "?"
    for size, name in ((10**9, " B"), (10**6, " M"), (10**3, " k")):
        if amount >= size:
            cents = -((-amount * 100) // size)
            return f"${cents // 100:,}.{cents % 100:02d}{name}"
    return f"${-((-amount) // 1):,}"


def short_amount(units: int, decimals: int) -> str:
    """Whole tokens with three significant decimals below a hundred, rounded up."""
    places = 0 if units >= 100 * 10**decimals else 3
    step = Fraction(10**decimals, 10**places)
    count = -((-units) // step)
    whole, rest = divmod(int(count), 10**places)
    return f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
