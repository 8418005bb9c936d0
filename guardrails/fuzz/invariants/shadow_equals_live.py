"""ShadowEqualsLive: a guard in shadow mode reports what it would refuse, and refuses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils.crypto import keccak

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import facts

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

GUARDS = ("pause", "level", "outflow", "lock", "oracle", "blocklist", "caps")
"""In the order of the contracts' enum `Guard`."""
_REFUSALS = {
    "OperationClosed(uint16,uint256)": ("pause", "level"),
    "OutflowLimitExceeded(address,uint256,uint256,uint256)": ("outflow",),
}


def _selector(error: str) -> bytes:
    return keccak(text=error)[:4]


class ShadowEqualsLive(Ghost):
    """A refusal that several guards share is theirs only where all of them are in shadow mode."""

    name = "ShadowEqualsLive"

    def __init__(self, world: World) -> None:
        assert world.policy is not None
        self.shadow = sorted(str(guard) for guard in world.policy.shadow)

    def observe(self, world: World, outcome: Outcome) -> None:
        if outcome.ok:
            self._decided(world, outcome)
            return
        if not self.shadow or not outcome.error:
            return
        for error, guards in _REFUSALS.items():
            if all(guard in self.shadow for guard in guards) and _selector(error) in outcome.error:
                name = error.split("(")[0]
                self.broken = (
                    self.broken or f"{name} refused a call, and {', '.join(guards)} is in shadow mode"
                )

    def _decided(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        for event in facts(world, outcome).named("ShadowChanged", "GuardDecision"):
            guard = GUARDS[event.args["guard"]]
            if event.name == "ShadowChanged":
                others = [name for name in self.shadow if name != guard]
                self.shadow = sorted([*others, guard]) if event.args["shadow"] else others
            elif guard in self.shadow and not event.args["shadow"]:
                self.broken = self.broken or f"{guard} is in shadow mode, and its decision was enforced"
