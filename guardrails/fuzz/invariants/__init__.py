"""What a policy promises, each as a property that a search can break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost, Invariant
from guardrails.fuzz.invariants.bounded_freeze import BoundedFreeze
from guardrails.fuzz.invariants.bounded_loss import BoundedLoss
from guardrails.fuzz.invariants.conservation import Conservation
from guardrails.fuzz.invariants.delayed_loosening import DelayedLoosening
from guardrails.fuzz.invariants.no_bypass import NoBypass
from guardrails.fuzz.invariants.only_tighten import OnlyTighten
from guardrails.fuzz.invariants.pro_rata_exit import ProRataExit
from guardrails.fuzz.invariants.shadow_equals_live import ShadowEqualsLive
from guardrails.fuzz.invariants.solvency import Solvency

if TYPE_CHECKING:
    from guardrails.fuzz.world import World

__all__ = [
    "BoundedFreeze",
    "BoundedLoss",
    "Conservation",
    "DelayedLoosening",
    "Ghost",
    "Invariant",
    "NoBypass",
    "OnlyTighten",
    "ProRataExit",
    "ShadowEqualsLive",
    "Solvency",
    "derive",
]


def derive(world: World) -> list[Invariant]:
    """All that the world's policy promises, seen from now on; nothing where there is no policy."""
    if world.policy is None or "guard" not in world.contracts:
        return []
    found: list[Invariant] = [
        BoundedLoss(world),
        BoundedFreeze(world),
        OnlyTighten(world),
        DelayedLoosening(world),
        Conservation(world),
        ShadowEqualsLive(world),
        NoBypass(world),
    ]
    if "exitOpenUntil" in world.contracts["protocol"].interface.functions:
        found.append(ProRataExit(world))
    return found
