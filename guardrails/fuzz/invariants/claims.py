"""The claims by their events alone: what waits, and what may be paid out when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.facts import Facts

if TYPE_CHECKING:
    from guardrails.fuzz.world import World

Waiting = list[tuple[str, str, int, int]]


class ClaimBook:
    """`waiting`: (asset, owner, amount, ready at) of each claim that has not ended, by its id."""

    def __init__(self, world: World) -> None:
        self.waiting: dict[int, tuple[str, str, int, int]] = {}
        guard = world.contracts.get("guard")
        if guard is None or "claimCount" not in guard.interface.functions:
            return
        for number in range(1, int(guard.call("claimCount")) + 1):
            claim = guard.call("claim", number)
            if claim.state in (1, 2):
                self.waiting[number] = (claim.asset, claim.owner, claim.amount, claim.readyAt)

    def observe(self, found: Facts, now: int) -> tuple[dict[str, int], str | None]:
        """What became due and was paid, by asset; and what was wrong with a claim, if anything was."""
        due: dict[str, int] = {}
        wrong: str | None = None
        for event in found.events:
            if not event.name.startswith("Claim"):
                continue
            number, args = event.args["id"], event.args
            if event.name == "ClaimCreated":
                if number in self.waiting:
                    wrong = f"claim {number} was created twice"
                self.waiting[number] = (args["asset"], args["owner"], args["amount"], args["readyAt"])
                continue
            claim = self.waiting.get(number)
            if claim is None:
                wrong = f"{event.name} of claim {number}, which does not wait"
                continue
            asset, owner, amount, ready_at = claim
            if event.name in ("ClaimHeld", "ClaimReleased"):
                self.waiting[number] = (asset, owner, amount, args["readyAt"])
                continue
            del self.waiting[number]
            if (args["asset"], args["owner"], args["amount"]) != (asset, owner, amount):
                said = f"{args['amount']} of {args['asset']} to {args['owner']}"
                wrong = f"claim {number} of {amount} of {asset} for {owner} ended as {said}"
            elif event.name == "ClaimPaid" and now < ready_at:
                wrong = f"claim {number} was paid {ready_at - now} s before it was ready"
            elif event.name == "ClaimPaid":
                due[asset] = due.get(asset, 0) + amount
        return due, wrong

    def locked(self) -> dict[str, int]:
        """What waits, by asset."""
        total: dict[str, int] = {}
        for asset, _, amount, _ in self.waiting.values():
            total[asset] = total.get(asset, 0) + amount
        return total
