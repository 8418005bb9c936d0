"""What `guardrails fuzz run` shows while it runs, and at the end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from guardrails.chain.foreign import printable
from guardrails.cli._output import console
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Results
from guardrails.fuzz.campaign.run import Progress
from guardrails.fuzz.step import numbered
from guardrails.report.money import worth


class Screen:
    """A live view; also a context that ends it. Nothing where it is quiet or where no terminal is."""

    def __init__(self, plan: Plan, folder: Path, *, quiet: bool) -> None:
        self.console = console(error=True)
        self.plan, self.folder = plan, folder
        self.live = None if quiet or not self.console.is_terminal else Live(console=self.console)

    def __enter__(self) -> Screen:
        if self.live:
            plan, policy = self.plan, self.plan.identity.policy[:16] or "none"
            place = escape(str(self.folder))
            self.console.print(
                f"[bold]{escape(plan.target)}[/], seed {plan.seed}, policy {policy}, in {place}\n"
            )
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.live.stop()

    def show(self, progress: Progress) -> None:
        if self.live:
            self.live.update(picture(progress))


def picture(progress: Progress) -> Group:
    """The figures of now, under a bar of the time or the units that are left."""
    results, limits = progress.results, progress.limits
    done, total, words = float(results.units), float(limits.units or 0), f"{results.units} units"
    if limits.units is not None:
        words += f" of {limits.units}"
    if limits.seconds is not None:
        done, total = min(progress.seconds, limits.seconds), limits.seconds
        words = f"{_clock(progress.seconds)} of {_clock(limits.seconds)}, {words}"
    head = Table.grid(padding=(0, 2))
    head.add_row(ProgressBar(total=total or None, completed=done, width=40), words)
    return Group(head, Text(), _figures(results, progress, f"{progress.running} units under way"))


def _figures(results: Results, progress: Progress | None, of_speed: str) -> Table:
    figures = Table(box=None, pad_edge=False, show_header=False)
    figures.add_column()
    figures.add_column(justify="right", style="bold")
    figures.add_column(style="dim")
    for row in _rows(results):
        figures.add_row(*row)
    if progress is not None:
        figures.add_row("steps a second", f"{progress.steps_per_second:,.0f}", of_speed)
    return figures


def _rows(results: Results) -> list[tuple[str, str, str]]:
    found = len(results.confirmed)
    colour = "red" if found else "green"
    rows = [
        ("steps", f"{results.steps:,}", f"in {results.executions:,} sequences"),
        ("coverage", f"{results.coverage:,}", "kinds of behaviour"),
        ("worst profit", _money(results.profit), _share(results.tightness)),
        ("bound of the policy", _money(results.bound, bound=True), ""),
        ("findings", f"[{colour}]{found}[/]", ""),
    ]
    if refuted := len(results.findings) - found:
        rows.append(("not so on a node", f"{refuted}", "the two EVMs disagree: see the files"))
    return rows


def summary(results: Results, folder: Path, progress: Progress | None, paths: dict[str, Path]) -> None:
    """The figures, the findings with their steps, and where the files are."""
    out = console()
    out.print(_figures(results, progress, f"{progress.seconds:.0f} s" if progress else ""))
    for name, found in results.confirmed.items():
        out.print(f"\n[red]✗ {_safe(found.property)}[/] {_safe(found.evidence)}", soft_wrap=True)
        for i, step in numbered(found.sequence.steps):
            out.print(f"  {i}. {_safe(str(step))}", soft_wrap=True)
        out.print(f"  {escape(str(folder / 'findings' / name))}", style="dim", soft_wrap=True)
    out.print()
    out.print(escape("  ".join(str(path) for path in paths.values())), style="dim", soft_wrap=True)


def _safe(text: str) -> str:
    """What a file says, on a terminal."""
    return escape(printable(text))


def document(
    results: Results, folder: Path, progress: Progress | None, paths: dict[str, Path]
) -> dict[str, Any]:
    """The same for machines; money in USD as a fraction `n/d`."""
    plan = results.plan
    return {
        "ok": not results.confirmed,
        "target": plan.target,
        "policy": plan.identity.policy,
        "seed": plan.seed,
        "folder": str(folder),
        "units": results.units,
        "executions": results.executions,
        "steps": results.steps,
        "steps_per_second": round(progress.steps_per_second, 1) if progress else None,
        "coverage": results.coverage,
        "profit_usd": _fraction(results.profit),
        "bound_usd": _fraction(results.bound),
        "findings": [
            {"property": one.property, "evidence": one.evidence, "file": str(folder / "findings" / name)}
            for name, one in results.confirmed.items()
        ],
        "not_confirmed": sorted(set(results.findings) - set(results.confirmed)),
        "files": {name: str(path) for name, path in paths.items()},
    }


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _money(value: Fraction | None, *, bound: bool = False) -> str:
    return "none" if value is None else worth(value, bound=bound)


def _share(tightness: Fraction | None) -> str:
    return "" if tightness is None else f"{float(tightness):.1%} of the bound"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
