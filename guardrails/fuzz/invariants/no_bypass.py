"""NoBypass: whatever leaves was charged to its limiter in the same transaction, in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.claims import ClaimBook
from guardrails.fuzz.invariants.facts import facts
from guardrails.fuzz.invariants.words import Limiter, limiter, limiter_slot

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

_OUTFLOW = 2  # in the enum `Guard`


class NoBypass(Ghost):
    """The limiter's word is read before and after: what is used must have grown by all that left.

    Apart are claims that were due, pro rata exits, assets without a limit, and an outflow guard in shadow
    mode. At a level that leaves a share of the limit, what is charged is more.
    """

    name = "NoBypass"

    def __init__(self, world: World) -> None:
        policy = world.policy
        assert policy is not None
        self.guard = world.contracts["guard"].address
        self.claims = ClaimBook(world)
        self.in_shadow = "outflow" in [str(guard) for guard in policy.shadow]
        self.words = {asset.address: self._read(world, asset.address) for asset in policy.assets}

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        found, now = facts(world, outcome), outcome.timestamp
        apart: dict[str, int] = {}
        configured: set[str] = set()
        if found.events:
            apart, _ = self.claims.observe(found, now)
            for event in found.events:
                args = event.args
                if event.name in ("ExitPaid", "ExitCollected"):
                    apart[args["token"]] = apart.get(args["token"], 0) + args["amount"]
                elif event.name in ("LimitSet", "BaseSynced", "RelativeLimitSet"):
                    configured.add(args["asset"])
                elif event.name == "ShadowChanged" and args["guard"] == _OUTFLOW:
                    self.in_shadow = args["shadow"]
        for asset in {*found.net, *configured} & self.words.keys():
            left = found.net.get(asset, 0) - apart.get(asset, 0)
            word = self._read(world, asset)
            if left > 0 and asset not in configured and not self.in_shadow:
                before, name = limiter(self.words[asset]), world.names.get(asset, asset)
                self._compare(name, left, before, limiter(word), now)
            self.words[asset] = word

    def _compare(self, name: str, left: int, before: Limiter, after: Limiter, now: int) -> None:
        if not before.is_limited or self.broken is not None:
            return
        rested = max(0, before.used - before.limit * (now - before.time))
        charged = after.used - rested if after.time == now & 0xFFFFFFFF else 0
        if charged < left * before.window:
            self.broken = (
                f"{left} {name} left, and its limiter was charged {max(0, charged) // before.window}"
            )

    def _read(self, world: World, asset: str) -> int:
        return int.from_bytes(world.chain.storage(self.guard, limiter_slot(asset)), "big")
