"""The report of a campaign: one HTML file that needs nothing else, and the picture of its curves."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from guardrails.fuzz.campaign.results import Point, Results
from guardrails.report.charts import BLUE, GREEN, GREY, RED, STYLE, save_png, svg
from guardrails.report.money import worth
from guardrails.report.page import page

REPORT, PICTURE = "report.html", "curves.png"


def write_report(results: Results, folder: Path) -> dict[str, Path]:
    """Writes report.html and curves.png into the campaign's folder; returns their paths by name."""
    paths = {name: folder / name for name in (REPORT, PICTURE)}
    figure = curves(results)
    with matplotlib.rc_context(STYLE):  # its salt makes the same picture the same bytes
        save_png(figure, paths[PICTURE])
        paths[REPORT].write_text(_page(results, svg(figure)), encoding="utf-8")
    return paths


def curves(results: Results) -> Figure:
    """Over the sequences tried: the worst profit beside the bound, the findings, the coverage."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10.4, 3.6), layout="constrained")
        profit, found, seen = figure.subplots(1, 3, width_ratios=[1.5, 1, 1])
        points = results.curve
        _profit(profit, points)
        colour = RED if results.confirmed else GREEN
        _curve(found, points, "Findings", lambda point: float(point.findings), colour)
        found.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        found.set_ylim(0, max(1, len(results.confirmed)) * 1.15)
        _curve(seen, points, "Kinds of behaviour seen", lambda point: float(point.coverage), GREY)
        seen.set_ylim(0, max(1, results.coverage) * 1.15)
        return figure


def _profit(axes: Axes, points: tuple[Point, ...]) -> None:
    _curve(axes, points, "Worst profit, and what the policy promises", lambda point: float(point.profit), RED)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: worth(Fraction(value))))
    top = max((float(point.profit) for point in points), default=0.0)
    allowed = [(point.executions, float(point.bound)) for point in points if point.bound is not None]
    if allowed:
        x, y = zip(*allowed, strict=True)
        axes.step([0, *x], [y[0], *y], where="post", color=BLUE, linestyle=(0, (4, 3)), linewidth=1.3)
        text = f"bound {worth(Fraction(y[-1]), bound=True)}"
        axes.annotate(
            text, (x[-1], y[-1]), (-2, 4), textcoords="offset points", ha="right", color=BLUE, fontsize=9
        )
        top = max(top, *y)
    axes.set_ylim(min(0.0, *(float(point.profit) for point in points), 0.0), max(top, 1.0) * 1.15)


def _curve(
    axes: Axes, points: tuple[Point, ...], title: str, value: Callable[[Point], float], colour: str
) -> None:
    x, y = [0, *(point.executions for point in points)], [0.0, *map(value, points)]
    axes.step(x, y, where="post", color=colour, linewidth=2.0)
    axes.fill_between(x, y, step="post", color=colour, alpha=0.13, linewidth=0)
    axes.set_title(title, loc="left", fontweight="bold", fontsize=10)
    axes.set_xlim(0, max(x[-1], 1))
    axes.set_xlabel("sequences tried")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y", color="#edf0f4", linewidth=0.8)
    axes.set_axisbelow(True)


def _page(results: Results, picture: str) -> str:
    return page(
        "fuzz.html.j2",
        {"worth": worth, "number": lambda value: f"{value:,}", "percent": _percent},
        results=results,
        confirmed=results.confirmed,
        refuted={name: one for name, one in results.findings.items() if not one.confirmed},
        plan=results.plan,
        picture=Markup(picture),
    )


def _percent(share: Fraction) -> str:
    return f"{float(share):.1%}"
