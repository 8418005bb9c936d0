"""The drill's report: one HTML file that needs nothing else, and the picture of the loss."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from markupsafe import Markup

from guardrails.drill.attack import Event
from guardrails.drill.flows import ATTACK_BEGINS
from guardrails.drill.nomad_history import MAIN_TOKENS
from guardrails.drill.run import DrillResult, bound_at
from guardrails.drill.summary import summary
from guardrails.drill.upstream.tokens import DECIMALS
from guardrails.policy.asset import Asset
from guardrails.policy.units import format_duration, format_number, format_percent
from guardrails.report.charts import adaptive_figure, loss_figure, save_png, svg
from guardrails.report.money import usd, usd_bound
from guardrails.report.page import page
from guardrails.risk.bounds import CONTAINMENT_SECONDS, asset_loss

REPORT, PICTURE, SUMMARY = "report.html", "loss.png", "summary.json"


def write_report(result: DrillResult, folder: Path) -> dict[str, Path]:
    """Writes summary.json, loss.png and report.html into `folder`; returns their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / name for name in (SUMMARY, PICTURE, REPORT)}
    paths[SUMMARY].write_text(json.dumps(summary(result), indent=2) + "\n", encoding="utf-8")
    figure = loss_figure(result)
    save_png(figure, paths[PICTURE])
    paths[REPORT].write_text(_page(result, svg(figure)), encoding="utf-8")
    return paths


def _page(result: DrillResult, loss_svg: str) -> str:
    return page(
        "drill.html.j2",
        {"usd": usd, "bound": usd_bound, "duration": format_duration, "moment": _moment, "words": _words},
        result=result,
        numbers=summary(result),
        loss_svg=Markup(loss_svg),
        adaptive_svg=Markup(svg(adaptive_figure(result))),
        assets=[_asset_row(result, symbol) for symbol in MAIN_TOKENS],
        honest=[_honest_row(result, symbol) for symbol in MAIN_TOKENS],
        timeline=_timeline(result),
        attempts=sorted(result.attempts, key=lambda one: -one.kept_usd),
        bounds=[(t, bound_at(result.policy, result.prices, t)) for t in CONTAINMENT_SECONDS[:-1]],
        share=result.guarded.lost_usd / result.unguarded.lost_usd,
        delayed_share=Decimal(result.honest.delayed) / result.honest.withdrawals,
        began=ATTACK_BEGINS,
    )


def _timeline(result: DrillResult) -> list[Event]:
    attack = result.attack
    last = attack.sides["guarded"].curve[-1].seconds
    end = Event(last, "attacker", f"last of {len(result.withdrawals)} forged messages: refused")
    return sorted([*attack.events, end, *result.recovery.events], key=lambda event: event.seconds)


def _asset_row(result: DrillResult, symbol: str) -> dict[str, Any]:
    asset = result.policy.asset(symbol)
    own = asset_loss(asset, result.attack.contained_after, 0).units
    return {
        "symbol": symbol,
        "limit": _tokens(asset, asset.limit or 0),
        "window": format_duration(asset.outflow.window),
        "credit": format_percent(asset.outflow.inflow_credit),
        "exemption": _tokens(asset, asset.exemption),
        "reserve": format_percent(asset.outflow.reserve),
        "lost_unguarded": _worth(result, symbol, result.unguarded.lost[symbol]),
        "lost_guarded": _worth(result, symbol, result.guarded.lost[symbol]),
        "bound": min(_worth(result, symbol, own or 0), result.bound_usd),
    }


def _honest_row(result: DrillResult, symbol: str) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "withdrawals": result.honest.withdrawals_by_token.get(symbol, 0),
        "delayed": result.honest.delayed_by_token.get(symbol, 0),
        "refused": result.honest.refused_by_token.get(symbol, 0),
    }


def _worth(result: DrillResult, symbol: str, units: int) -> Decimal:
    return Decimal(units) * result.prices[symbol] / Decimal(10 ** DECIMALS[symbol])


def _tokens(asset: Asset, units: int) -> str:
    return f"{format_number(Fraction(units, 10**asset.decimals)).replace('_', ',')} {asset.symbol}"


def _moment(seconds: int) -> str:
    """`+15 min`, and after two hours `+30.0 h`."""
    return f"+{seconds / 60:.0f} min" if seconds < 7_200 else f"+{seconds / 3_600:.1f} h"


def _words(seconds: int) -> str:
    """`15 minutes`, `1.5 hours`."""
    return f"{seconds / 60:g} minutes" if seconds <= 7_200 else f"{seconds / 3_600:g} hours"
