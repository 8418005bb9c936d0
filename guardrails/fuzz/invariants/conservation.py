"""Conservation: of each asset, what waits in claims + paid + returned + withdrawn = received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.claims import ClaimBook
from guardrails.fuzz.invariants.facts import Facts, facts

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World


class Conservation(Ghost):
    """Each claim ends once, as it began, not before it is ready; what waits is what the guard says, and lies
    there. Not where the token itself took from every balance (a rebase of the environment's).
    """

    name = "Conservation"

    def __init__(self, world: World) -> None:
        self.claims = ClaimBook(world)
        self.guard = world.contracts["guard"].address
        self.assets = {contract.address: symbol for symbol, contract in world.assets.items()}
        self.rebased: list[str] = []

    def observe(self, world: World, outcome: Outcome) -> None:
        step = outcome.step
        if outcome.ok and step.function.startswith("rebase") and step.target in world.assets:
            self.rebased.append(world.assets[step.target].address)
        if not outcome.logs:
            return
        found = facts(world, outcome)
        claimed = [event for event in found.events if event.name.startswith("Claim")]
        if claimed:
            _, wrong = self.claims.observe(found, outcome.timestamp)
            self.broken = self.broken or wrong
        if not claimed and not found.net:
            return
        locked = self.claims.locked()
        for asset in {*(event.args["asset"] for event in claimed if "asset" in event.args), *found.net}:
            self._compare(world, found, asset, locked.get(asset, 0), bool(claimed))

    def _compare(self, world: World, found: Facts, asset: str, waiting: int, claimed: bool) -> None:
        if self.broken is not None or asset not in self.assets or not (waiting or claimed):
            return
        symbol = self.assets[asset]
        said = found.view(world.contracts["guard"], "lockedInClaims", asset)
        if said != waiting:
            self.broken = f"{symbol}: claims of {waiting} wait, and {said} is locked for them"
            return
        held = found.view(world.assets[symbol], "balanceOf", self.guard)
        if held < waiting and asset not in self.rebased:
            self.broken = f"{symbol}: claims of {waiting} wait, and {held} is there"
