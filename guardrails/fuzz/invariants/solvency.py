"""Solvency: what a protocol says that it owes its users lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import Facts, facts

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World


class Solvency(Ghost):
    """`owed()` of the protocol, by default `totalAssets` of an ERC-4626 vault, is at most what it holds of
    `asset` beside what claims have locked. For a protocol that keeps its assets itself. Looked at after each
    step that moved the asset; not once the environment has rebased it.
    """

    name = "Solvency"

    def __init__(self, world: World, asset: str, owed: str = "totalAssets()") -> None:
        self.symbol, self.owed = asset, owed
        self.asset = world.assets[asset].address
        self.embedded = world.contracts["guard"].address == world.contracts["protocol"].address
        self.rebased = False
        self._look(world, Facts())

    def observe(self, world: World, outcome: Outcome) -> None:
        step = outcome.step
        if step.target == self.symbol and step.function.startswith("rebase"):
            self.rebased = True
        if outcome.logs and not self.rebased:
            found = facts(world, outcome)
            if self.asset in found.net:
                self._look(world, found)

    def _look(self, world: World, found: Facts) -> None:
        protocol = world.contracts["protocol"]
        owed = int(protocol.call(self.owed))
        if self.embedded:
            owed += found.view(protocol, "lockedInClaims", self.asset)
        held = found.view(world.assets[self.symbol], "balanceOf", protocol.address)
        if held < owed:
            self.broken = self.broken or f"{owed} {self.symbol} is owed, and {held} is there"
