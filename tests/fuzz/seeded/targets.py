"""The seeded faults as targets of the fuzz lab: `tests/fuzz/seeded/targets.py:SplitLimit`.

`SplitLimitTwin` has the fault corrected. Money, actors, actions and properties are those of the handlers in
`forge/`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from guardrails.chain import Contract
from guardrails.fuzz import Stage, World

if (_here := str(Path(__file__).resolve().parent)) not in sys.path:
    sys.path.insert(0, _here)
from seeded_ghosts import FreshLoans, FrozenInAll, NeverSooner
from seeded_world import COINS, FAULTS, HOUR, Fault, Promise, View, elapsed

FEE, CALLBACK = 1, 16
"""Of FuzzToken."""


class NetLoss(Fault):
    """No more than LIMIT leaves, net."""

    actions = ("protocol.deposit", "protocol.withdraw")

    def holds(self, view: View, world: World) -> bool:
        return view.held() + view.LIMIT() >= view.OPENING()


class Owed(Fault):
    """What is owed is there."""

    def holds(self, view: View, world: World) -> bool:
        return view.held() >= view.owed()


class DroppedMeter(Fault):
    actions = ("protocol.deposit", "protocol.withdraw", "protocol.withdrawTo")

    def holds(self, view: View, world: World) -> bool:
        return view.held() + view.metered() >= view.OPENING() + view.received()


class SplitLimit(NetLoss):
    pass


class SmallExempt(NetLoss):
    pass


class StaleWindow(NetLoss):
    def holds(self, view: View, world: World) -> bool:
        return view.paid() <= view.LIMIT() * (1 + elapsed(view, world) // view.WINDOW())


class KeptCredit(NetLoss):
    actions = ("protocol.deposit", "protocol.cancel", "protocol.withdraw")


class GrowingBase(NetLoss):
    def holds(self, view: View, world: World) -> bool:
        return view.paid() <= view.OPENING() // 10


class FullAfterTighten(NetLoss):
    actions = ("protocol.deposit", "protocol.tighten", "protocol.withdraw")
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return view.paid() <= view.LIMIT()


class Decimals(Fault):
    actions = ("protocol.withdraw",)

    def assets(self, stage: Stage) -> list[Contract]:
        return [*super().assets(stage), stage.token("FINE", 18)]

    def finish(self, stage: Stage) -> None:
        stage.fund("FINE", {"protocol": COINS * 10**12})

    def holds(self, view: View, world: World) -> bool:
        return view.lost() <= view.LIMIT()


class BoilingFrog(Fault):
    actions = ("protocol.push",)

    def holds(self, view: View, world: World) -> bool:
        if elapsed(view, world) >= HOUR:
            return True
        return view.FIRST() * 975 <= view.price() * 1_000 <= view.FIRST() * 1_025


class FirstDepositor(Fault):
    actions = ("protocol.deposit", "protocol.redeem", "COIN.transfer")
    opening = 0

    def holds(self, view: View, world: World) -> bool:
        return all(view.worth(user) * 100 + 200 >= view.paidIn(user) * 99 for user in view.users)


class RoundingOut(NetLoss):
    def holds(self, view: View, world: World) -> bool:
        return view.held() >= 2 * view.supply()


class DoubleClaim(Owed):
    actions = ("protocol.deposit", "protocol.request", "protocol.settle")


class WrongPayee(Fault):
    actions = ("protocol.deposit", "protocol.request", "protocol.settle")

    def holds(self, view: View, world: World) -> bool:
        began = (2 * COINS, COINS, COINS, COINS)
        return all(view.wealth(user) >= had for user, had in zip(view.users, began, strict=True))


class Reentrant(Owed):
    actions = ("protocol.deposit", "protocol.withdrawAll")
    token_faults = CALLBACK


class ShrinkingPot(Fault):
    actions = ("protocol.deposit", "protocol.freeze", "protocol.exit")
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return all(view.got(user) + view.balanceOf(user) >= view.put(user) for user in view.users)


class ExitTwice(Owed):
    actions = ("protocol.deposit", "protocol.freeze", "protocol.exit", "protocol.give")
    insiders = ("alice", "guardian")


class StackedPause(Fault):
    actions = ("protocol.pause",)
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return view.pausedUntil() <= world.now + view.LONGEST()


class RefundedBudget(Fault):
    actions = ("protocol.pause", "protocol.unpause")
    insiders = ("alice", "guardian")

    def promise(self) -> Promise:
        return FrozenInAll(self)


class NoExpiry(Fault):
    actions = ("protocol.beat", "protocol.pause")
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return view.pausedAt() <= view.seen() + view.HEARTBEAT()


class EndlessHold(Fault):
    actions = ("protocol.deposit", "protocol.request", "protocol.extend", "protocol.settle")
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return all(view.due(user) <= view.asked(user) + view.LONGEST() for user in view.users)


class ShortenedFreeze(Fault):
    actions = ("protocol.pause",)
    insiders = ("alice", "guardian", "sentinel")

    def promise(self) -> Promise:
        return NeverSooner(self)


class ZeroIsUnlimited(Fault):
    actions = ("protocol.tighten",)
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return view.allowed() <= 7


class FlashVote(Fault):
    actions = ("protocol.deposit", "protocol.withdraw", "protocol.raise")

    def holds(self, view: View, world: World) -> bool:
        return view.limit() <= view.LIMIT()


class SpotPrice(Fault):
    actions = ("protocol.buy", "protocol.sell", "protocol.pledge", "protocol.borrow")

    def holds(self, view: View, world: World) -> bool:
        return view.debts() <= view.pledged()


class StalePrice(Fault):
    actions = ("protocol.update", "protocol.pledge", "protocol.borrow")
    insiders = ("alice", "governance")

    def promise(self) -> Promise:
        return FreshLoans(self)


class ShortDelay(Fault):
    actions = ("protocol.setDelay", "protocol.submit", "protocol.execute")
    insiders = ("alice", "governance")

    def holds(self, view: View, world: World) -> bool:
        return view.limit() <= view.LIMIT() or elapsed(view, world) >= view.DELAY()


class KeptEta(Fault):
    actions = ("protocol.submit", "protocol.cancel", "protocol.execute")
    insiders = ("alice", "governance", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return view.notice() >= view.DELAY()


class ReplayedVoucher(Fault):
    actions = ("protocol.deposit", "protocol.present")

    def holds(self, view: View, world: World) -> bool:
        return view.held() + view.FACE() >= view.owed()


class FeeToken(Owed):
    actions = ("protocol.deposit", "protocol.withdraw")
    token_faults = FEE


class ShadowCounts(Fault):
    actions = ("protocol.pay",)

    def holds(self, view: View, world: World) -> bool:
        return view.refused() == view.shadowRefused()


class OpenWhilePaused(Fault):
    actions = ("protocol.deposit", "protocol.pause", "protocol.withdraw", "protocol.redeem")
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return world.now >= view.pausedUntil() or view.held() >= view.heldAtPause()


class BlockedOwner(Fault):
    actions = (
        *("protocol.deposit", "protocol.withdraw", "protocol.block_"),
        *("protocol.allow", "protocol.withdrawFrom"),
    )
    insiders = ("alice", "guardian")

    def holds(self, view: View, world: World) -> bool:
        return all(
            not view.blocked(user) or view.balanceOf(user) >= view.hadAtBlock(user) for user in view.users
        )


TARGETS: dict[str, type[Fault]] = {name: globals()[name] for name in FAULTS}
for _name, _fault in TARGETS.items():
    globals()[f"{_name}Twin"] = type(f"{_name}Twin", (_fault,), {"sound": True, "__module__": __name__})
