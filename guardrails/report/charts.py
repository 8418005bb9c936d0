"""Charts of a drill, by matplotlib: SVG to put into a page, PNG to show elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from guardrails.drill.attack import Point, Side
from guardrails.drill.run import DrillResult
from guardrails.report.money import usd_bound

RED, GREEN, BLUE, INK, GREY = "#c8332b", "#13805a", "#2b5fb4", "#1d2430", "#7b8494"
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": "#c5cad3",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "guardrails",
    "svg.fonttype": "path",
}
FIRST_MINUTES = 30


def loss_figure(result: DrillResult) -> Figure:
    """Loss over time for both bridges; on the right the first half hour, at another scale."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10.4, 4.3), layout="constrained")
        whole, start = figure.subplots(1, 2, width_ratios=[1.75, 1])
        last = result.unguarded.curve[-1].seconds / 60
        for axes, minutes in ((whole, last), (start, float(FIRST_MINUTES))):
            _curves(axes, result, minutes)
        _money(whole, 40)
        total, kept = _millions(result.unguarded), _millions(result.guarded)
        whole.set_title("Without guardrails, and with them", loc="left", fontweight="bold", fontsize=11)
        whole.annotate(
            f"unguarded: ${total:.1f} M", (last, total), (-6, 6), textcoords="offset points", ha="right",
            color=RED, fontweight="bold",
        )  # fmt: skip
        whole.annotate(
            f"guarded: ${kept:.2f} M ({kept / total:.2%})", (last, kept), (-6, 7),
            textcoords="offset points", ha="right", color=GREEN, fontweight="bold",
        )  # fmt: skip
        whole.set_ylim(-3, total * 1.12)
        start.set_title(f"The first {FIRST_MINUTES} minutes", loc="left", fontweight="bold", fontsize=11)
        bound = float(result.bound_usd) / 1e6
        early = max(_at(result.unguarded.curve, FIRST_MINUTES * 60), bound)
        start.set_ylim(-early * 0.03, early * 1.18)
        start.axhline(bound, color=BLUE, linestyle=(0, (4, 3)), linewidth=1.2)
        start.annotate(
            f"worst case by the policy: {usd_bound(result.bound_usd)}", (FIRST_MINUTES, bound), (-2, 4),
            textcoords="offset points", ha="right", color=BLUE, fontsize=9,
        )  # fmt: skip
        contained = result.attack.contained_after / 60
        for axes in (whole, start):
            axes.axvline(contained, color=GREY, linewidth=0.9, linestyle=(0, (2, 2)))
        start.annotate(
            f"guardian acts\nafter {contained:g} min", (contained, early * 1.16), (4, 0),
            textcoords="offset points", va="top", color=GREY, fontsize=9,
        )  # fmt: skip
        return figure


def adaptive_figure(result: DrillResult) -> Figure:
    """What each adaptive attacker kept, against the bound."""
    with matplotlib.rc_context(STYLE):
        attempts = sorted(result.attempts, key=lambda one: one.kept_usd)
        figure = Figure(figsize=(10.4, 0.34 * len(attempts) + 0.9), layout="constrained")
        axes = figure.subplots()
        values = [float(one.kept_usd) / 1e6 for one in attempts]
        best = max(values)
        colours = [RED if value == best else "#efc6c3" for value in values]
        axes.barh([one.name for one in attempts], values, color=colours, height=0.62)
        bound = float(result.bound_usd) / 1e6
        for i, value in enumerate(values):
            inside = value > bound / 4
            axes.annotate(
                f"${value:.2f} M", (value, i), (-6 if inside else 5, 0), textcoords="offset points",
                va="center", ha="right" if inside else "left", fontsize=9,
                color="white" if value == best else INK,
            )  # fmt: skip
        axes.axvline(bound, color=BLUE, linestyle=(0, (4, 3)), linewidth=1.3)
        axes.annotate(
            f"bound {usd_bound(result.bound_usd)}", (bound, 0), (5, 0), textcoords="offset points",
            color=BLUE, va="center", fontweight="bold",
        )  # fmt: skip
        axes.set_xlim(0, bound * 1.22)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:g} M"))
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.spines["left"].set_visible(False)
        return figure


def save_png(figure: Figure, path: Path, dpi: int = 110) -> None:
    """Writes the figure as a small PNG, the same bytes for the same figure."""
    figure.savefig(path, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})


def svg(figure: Figure) -> str:
    """The `<svg>` element alone, for a page."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _curves(axes: Axes, result: DrillResult, minutes: float) -> None:
    for side, colour in ((result.unguarded, RED), (result.guarded, GREEN)):
        curve = [Point(0, side.curve[0].usd * 0), *side.curve]
        curve.append(Point(int(minutes * 60) + 1, side.curve[-1].usd))
        shown = [p for p in curve[:-1] if p.seconds <= minutes * 60]
        x = [p.seconds / 60 for p in shown] + [minutes]
        y = [float(p.usd) / 1e6 for p in shown]
        y.append(y[-1])
        axes.fill_between(x, y, step="post", color=colour, alpha=0.13, linewidth=0)
        axes.step(x, y, where="post", color=colour, linewidth=2.2)
    axes.set_xlim(-minutes * 0.01, minutes)
    axes.set_xlabel("minutes since the first malicious transaction")
    axes.grid(axis="y", color="#edf0f4", linewidth=0.8)
    axes.set_axisbelow(True)
    _money(axes, None)


def _money(axes: Axes, step: int | None) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:g} M"))
    if step:
        axes.yaxis.set_major_locator(MultipleLocator(step))


def _millions(side: Side) -> float:
    return float(side.lost_usd) / 1e6


def _at(curve: Sequence[Point], seconds: int) -> float:
    return max((float(p.usd) / 1e6 for p in curve if p.seconds <= seconds), default=0.0)
