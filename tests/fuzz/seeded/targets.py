"""The seeded faults as targets of the fuzz lab: `tests/fuzz/seeded/targets.py:SplitLimit`.

`SplitLimitTwin` has the fault corrected. Money, actors, actions and properties are those of the handlers in
`forge/`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from guardrails.chain import Chain, Contract
from guardrails.fuzz import Invariant, Outcome, Stage, Step, Target, World
from guardrails.fuzz.target import approve, ready
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT

_HERE = Path(__file__).resolve().parent
if str(_HERE) not in sys.path:
    sys.path.insert(0, str(_HERE))
import seeded_contracts  # noqa: E402

FAULTS: dict[str, dict[str, Any]] = tomllib.loads((_HERE / "faults.toml").read_text(encoding="utf-8"))
USERS = ("alice", "bob", THIEF, THIEF_CONTRACT)
ROLES = ("governance", "guardian", "sentinel")
COINS = 1_000 * 10**6
FEE, CALLBACK = 1, 16
DAY, HOUR = 86_400, 3_600


class View:
    """What the protocol says of itself, in whole numbers: `view.held()`."""

    def __init__(self, world: World) -> None:
        self._protocol, self._chain = world.contracts["protocol"], world.chain
        self._known: dict[tuple[Any, ...], bytes] = {}
        self._constants: dict[str, int] = {}
        self.users = [world.address(name) for name in USERS]

    def __deepcopy__(self, memo: Any) -> View:
        return self  # nothing here ever changes

    def __getattr__(self, name: str) -> Callable[..., int]:
        if name.isupper():
            if name not in self._constants:
                self._constants[name] = self._read(name)
            return lambda: self._constants[name]
        return lambda *arguments: self._read(name, *arguments)

    def _read(self, name: str, *arguments: Any) -> int:
        key = (name, *arguments)
        if key not in self._known:
            self._known[key] = self._protocol.encode(name, *arguments)
        return int.from_bytes(self._chain.call(self._protocol.address, self._known[key]), "big")


class Fault(Target):
    """`sound`: the corrected twin. `opening`: what the protocol holds at the start."""

    sound: ClassVar[bool] = False
    opening: ClassVar[int] = COINS
    token_faults: ClassVar[int] = 0

    @classmethod
    def title(cls) -> str:
        return cls.__name__.removesuffix("Twin")

    def holds(self, view: View, world: World) -> bool:
        raise NotImplementedError

    def promise(self) -> Promise:
        return Promise(self)

    def assets(self, stage: Stage) -> list[Contract]:
        return [stage.token("COIN", 6)]

    def build(self, chain: Chain) -> World:
        stage = Stage(chain)
        for index, role in enumerate(ROLES):
            stage.actor(role, f"0x{index + 1:02x}{'0' * 36}0{index + 1}")
        coins = self.assets(stage)
        stage.fund("COIN", dict.fromkeys(USERS, COINS))
        everybody = {**stage.actors, THIEF_CONTRACT: stage.contracts[THIEF_CONTRACT].address}
        cast: list[Any] = [everybody[role] for role in ROLES]
        cast.append([everybody[user] for user in USERS])
        protocol = Contract.deploy(
            chain,
            seeded_contracts.load(self.title()),
            tuple(cast),
            *(coin.address for coin in coins),
            self.sound,
            sender=stage.actors["deployer"],
        )
        stage.contracts["protocol"] = protocol
        stage.fund("COIN", {"protocol": self.opening})
        self.finish(stage)
        cast_names = (*USERS[:3], *ROLES, "environment")
        world = World(
            chain,
            actors={name: stage.actors[name] for name in cast_names},
            contracts=stage.contracts,
            assets=stage.assets,
            protected=("protocol",),
        )
        approve(world, list(USERS), ["protocol"])
        if self.token_faults:
            world.require(Step("environment", "COIN", "setFaults(uint256)", (self.token_faults,)))
        world.invariants.append(self.promise())
        return ready(world)

    def finish(self, stage: Stage) -> None:
        """What else the protocol needs before it opens."""


class Promise(Invariant):
    """The property of a fault, as `faults.toml` names it."""

    def __init__(self, fault: Fault) -> None:
        entry = FAULTS[fault.title()]
        self.fault, self.said = fault, str(entry["promise"])
        self.name = str(entry["property"])  # type: ignore[misc]
        self.view: View | None = None

    def violation(self, world: World) -> str | None:
        if self.view is None:
            self.view = View(world)
        return None if self.fault.holds(self.view, world) else f"promised: {self.said}; it does not hold"


def elapsed(view: View, world: World) -> int:
    return world.now - view.started()


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
        windows = 1 + elapsed(view, world) // view.WINDOW()
        return view.held() + view.LIMIT() * windows >= view.OPENING()


class KeptCredit(NetLoss):
    actions = ("protocol.deposit", "protocol.cancel", "protocol.withdraw")


class GrowingBase(NetLoss):
    def holds(self, view: View, world: World) -> bool:
        return view.paid() <= view.OPENING() // 10


class FullAfterTighten(NetLoss):
    actions = ("protocol.deposit", "protocol.tighten", "protocol.withdraw")


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

    def holds(self, view: View, world: World) -> bool:
        return all(view.got(user) + view.balanceOf(user) >= view.put(user) for user in view.users)


class ExitTwice(Owed):
    actions = ("protocol.deposit", "protocol.freeze", "protocol.exit", "protocol.give")


class StackedPause(Fault):
    actions = ("protocol.pause",)

    def holds(self, view: View, world: World) -> bool:
        return view.pausedUntil() <= world.now + view.LONGEST()


class RefundedBudget(Fault):
    actions = ("protocol.pause", "protocol.unpause")

    def promise(self) -> Promise:
        return FrozenInAll(self)


class FrozenInAll(Promise):
    """How long it was paused in all, second by second."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.frozen, self.until, self.seen = 0, 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.frozen += max(0, min(self.until, outcome.timestamp) - max(self.seen, 0))
        self.seen = outcome.timestamp
        if outcome.ok and outcome.step.function:
            self.until = world.contracts["protocol"].call("pausedUntil")

    def violation(self, world: World) -> str | None:
        if self.view is None:
            self.view = View(world)
        most = self.view.BUDGET()
        return f"paused for {self.frozen} s of at most {most}" if self.frozen > most else None


class NoExpiry(Fault):
    actions = ("protocol.beat", "protocol.pause")

    def holds(self, view: View, world: World) -> bool:
        return view.pausedAt() <= view.seen() + view.HEARTBEAT()


class EndlessHold(Fault):
    actions = ("protocol.deposit", "protocol.request", "protocol.extend", "protocol.settle")

    def holds(self, view: View, world: World) -> bool:
        return all(view.due(user) <= view.asked(user) + view.LONGEST() for user in view.users)


class ShortenedFreeze(Fault):
    actions = ("protocol.pause",)

    def promise(self) -> Promise:
        return NeverSooner(self)


class NeverSooner(Promise):
    """The latest end of the freeze that was ever seen."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.latest, self.until = 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.until = world.contracts["protocol"].call("pausedUntil")
        self.latest = max(self.latest, self.until)

    def violation(self, world: World) -> str | None:
        sooner = self.latest - self.until
        return f"the freeze ends {sooner} s sooner than it did" if sooner else None


class ZeroIsUnlimited(Fault):
    actions = ("protocol.tighten",)

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

    def promise(self) -> Promise:
        return FreshLoans(self)


class FreshLoans(Promise):
    """Whether debts grew while the price was old."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.debts, self.age = 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.ok:
            return
        protocol = world.contracts["protocol"]
        debts = protocol.call("debts")
        if debts > self.debts:
            self.age = max(self.age, outcome.timestamp - protocol.call("updated"))
        self.debts = debts

    def violation(self, world: World) -> str | None:
        return f"a loan on a price {self.age} s old" if self.age > HOUR else None


class ShortDelay(Fault):
    actions = ("protocol.setDelay", "protocol.submit", "protocol.execute")

    def holds(self, view: View, world: World) -> bool:
        return view.limit() <= view.LIMIT() or elapsed(view, world) >= view.DELAY()


class KeptEta(Fault):
    actions = ("protocol.submit", "protocol.cancel", "protocol.execute")

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

    def holds(self, view: View, world: World) -> bool:
        return world.now >= view.pausedUntil() or view.held() >= view.heldAtPause()


class BlockedOwner(Fault):
    actions = (
        *("protocol.deposit", "protocol.withdraw", "protocol.block_"),
        *("protocol.allow", "protocol.withdrawFrom"),
    )

    def holds(self, view: View, world: World) -> bool:
        return all(
            not view.blocked(user) or view.balanceOf(user) >= view.hadAtBlock(user) for user in view.users
        )


TARGETS: dict[str, type[Fault]] = {name: globals()[name] for name in FAULTS}
for _name, _fault in TARGETS.items():
    globals()[f"{_name}Twin"] = type(f"{_name}Twin", (_fault,), {"sound": True, "__module__": __name__})
