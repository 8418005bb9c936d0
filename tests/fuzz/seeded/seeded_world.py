"""What the targets of the seeded faults share: the stage, the cast, and how a property is asked."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from guardrails.chain import Chain, Contract
from guardrails.fuzz import Invariant, Stage, Step, Target, World
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


_VIEWS: WeakKeyDictionary[World, View] = WeakKeyDictionary()


def view_of(world: World) -> View:
    """One for each world; no invariant keeps it, since a snapshot copies what they keep."""
    if world not in _VIEWS:
        _VIEWS[world] = View(world)
    return _VIEWS[world]


class Fault(Target):
    """`sound`: the corrected twin. `opening`: what the protocol holds at the start."""

    insiders = ("alice",)
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
        return ready(world)

    def invariants(self, world: World) -> list[Invariant]:
        return [self.promise()]

    def profit(self, world: World) -> Fraction:
        return Fraction(0)  # a loan taken, a voucher cashed: what the thief holds says nothing here

    def finish(self, stage: Stage) -> None:
        """What else the protocol needs before it opens."""


class Promise(Invariant):
    """The property of a fault, as `faults.toml` names it."""

    def __init__(self, fault: Fault) -> None:
        entry = FAULTS[fault.title()]
        self.fault, self.said = fault, str(entry["promise"])
        self.name = str(entry["property"])  # type: ignore[misc]

    def violation(self, world: World) -> str | None:
        return None if self.fault.holds(view_of(world), world) else f"promised: {self.said}; it does not hold"


def elapsed(view: View, world: World) -> int:
    return world.now - view.started()
