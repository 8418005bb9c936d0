"""The drill in one JSON document."""

from __future__ import annotations

import subprocess
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import guardrails
from guardrails.drill.run import DrillResult


def summary(result: DrillResult) -> dict[str, Any]:
    """`out/demo/summary.json`. USD in cents, times in seconds; the keys from `adaptive` on are additions."""
    best = result.best_attempt
    return {
        "attack": {
            "withdrawals": len(result.withdrawals),
            "usd": _cents(sum((w.usd or Decimal(0) for w in result.withdrawals), Decimal(0))),
        },
        "unguarded": {"lost_usd": _cents(result.unguarded.lost_usd)},
        "guarded": {
            "lost_usd": _cents(result.guarded.lost_usd),
            "bound_usd": _cents(result.bound_usd),
            "seconds_to_containment": result.attack.contained_after,
        },
        "honest": {
            "withdrawals": result.honest.withdrawals,
            "delayed": result.honest.delayed,
            "refused": result.honest.refused,
            "longest_delay_seconds": result.honest.longest_delay,
        },
        "wall_seconds": round(result.wall_seconds, 1),
        "adaptive": {
            "best": best.name,
            "best_kept_usd": _cents(best.kept_usd),
            "attempts": [
                {
                    "name": one.name,
                    "kept_usd": _cents(one.kept_usd),
                    "withdrawn_usd": _cents(one.withdrawn_usd),
                    "deposited_usd": _cents(one.deposited_usd),
                }
                for one in result.attempts
            ],
        },
        "recovery": {
            "claims_cancelled": len(result.attack.suspects),
            "seconds_to_service": result.recovery.seconds_to_service,
            "honest_refused_then_paid": result.recovery.honest_refused_then_paid,
        },
        "checks": result.checks,
        "reaction_seconds": result.reaction,
        "policy": result.policy.fingerprint,
        "commit": commit(),
    }


def commit() -> str:
    """The checkout's commit, or the package's version where there is none."""
    root = Path(guardrails.__file__).parent.parent
    if (root / ".git").exists():
        asked = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
    from importlib.metadata import version

    return version("ape-guardrails")


def _cents(usd: Decimal) -> float:
    return float(usd.quantize(Decimal("0.01"), ROUND_HALF_UP))
