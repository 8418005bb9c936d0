"""`guardrails check`: what a policy means in plain words, and what it can cost in the worst case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from guardrails.policy import Policy, load
from guardrails.risk.advice import Advice, advice
from guardrails.risk.bounds import Loss, loss_table


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="guardrails.yaml")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--strict", is_flag=True, help="Exit 1 if there are warnings.")
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool, strict: bool) -> None:
    """Read the policy FILE, say what it means, and print the worst-case loss against time to containment.

    Exit codes: 0 fine, 1 warnings with --strict, 2 the file is not a valid policy.
    """
    policy = load(file)
    warnings, losses = advice(policy), loss_table(policy)
    if as_json:
        from guardrails.cli._output import emit_json

        emit_json(_document(policy, losses, warnings))
    else:
        from guardrails.cli._explain import explain

        explain(policy, losses, warnings, str(file))
    if strict and warnings:
        ctx.exit(1)


def _plain(item: Any) -> dict[str, str]:
    return {name: getattr(item, name) for name in item.__slots__}


def _document(policy: Policy, losses: tuple[Loss, ...], warnings: tuple[Advice, ...]) -> dict[str, Any]:
    """Amounts are strings of smallest units, USD strings with cents rounded up: no float touches money."""
    return {
        "ok": True,
        "fingerprint": policy.fingerprint,
        "protocol": policy.protocol.name,
        "policy": policy.model_dump(mode="json", exclude_none=True),
        "worst_case_loss": [_loss(loss) for loss in losses],
        "warnings": [_plain(warning) for warning in warnings],
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "seconds_to_containment": loss.seconds,
        "usd": _cents(loss.usd),
        "claims_due": loss.claims_due,
        "assets": {
            asset.symbol: {
                "units": None if asset.units is None else str(asset.units),
                "usd": _cents(asset.usd),
                "claims_due": asset.claims_due,
            }
            for asset in loss.assets
        },
    }


def _cents(amount: Any) -> str | None:
    if amount is None:
        return None
    cents = -((-amount * 100) // 1)
    return f"{cents // 100}.{cents % 100:02d}"
