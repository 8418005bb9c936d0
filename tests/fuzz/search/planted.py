"""Tiny protocols with one planted theft each, as targets."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from guardrails.chain import Chain, Contract
from guardrails.fuzz import Stage, Target, World
from guardrails.fuzz.target import USERS, approve, ready
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT

COMPILED: dict[str, Artifact] = {}
"""Filled by the fixture that compiles planted.sol, once a session."""
THOUSAND = 1_000 * 10**6


@dataclass(frozen=True)
class Artifact:
    name: str
    abi: list[dict[str, Any]]
    bytecode: str


class Planted(Target):
    """`contract` on a stage with one token; users have a thousand each, the thief too."""

    contract: ClassVar[str]
    symbols: ClassVar[dict[str, int]] = {"USDC": 6}

    def setup(self, world: World) -> None:
        """What has happened before."""

    def build(self, chain: Chain) -> World:
        stage = Stage(chain)
        tokens = [stage.token(symbol, decimals) for symbol, decimals in self.symbols.items()]
        for symbol, decimals in self.symbols.items():
            stage.fund(symbol, dict.fromkeys((*USERS, THIEF), 1_000 * 10**decimals))
        protocol = Contract.deploy(
            chain,
            COMPILED[self.contract],
            *(token.address for token in tokens),
            sender=stage.actors["deployer"],
        )
        world = World(
            chain,
            actors={name: stage.actors[name] for name in (*USERS, THIEF, "environment", "deployer")},
            contracts=stage.contracts | {"protocol": protocol},
            assets=stage.assets,
            protected=["protocol"],
        )
        approve(world, [*USERS, THIEF, THIEF_CONTRACT], ["protocol"])
        self.setup(world)
        return ready(world)


class NaiveVault(Planted):
    contract = "NaiveVault"


class RoundingVault(Planted):
    contract = "RoundingVault"
    dust = Fraction(0)

    def setup(self, world: World) -> None:
        world.assets["USDC"].send(
            "mint", world.address("protocol"), THOUSAND, sender=world.address("environment")
        )


class ForgetfulQueue(Planted):
    contract = "ForgetfulQueue"

    def setup(self, world: World) -> None:
        world.assets["USDC"].send(
            "mint", world.address("protocol"), THOUSAND, sender=world.address("environment")
        )


class SpotLender(Planted):
    contract = "SpotLender"
    symbols: ClassVar[dict[str, int]] = {"USD": 6, "ETH": 18}
    actions = (
        *(f"protocol.{name}" for name in ("buyEth", "sellEth", "deposit", "borrow")),
        *(f"{symbol}.{name}" for symbol in symbols for name in ("transfer", "approve")),
    )

    def setup(self, world: World) -> None:
        for symbol, amount in (("USD", 10**12), ("ETH", 10**24)):
            world.assets[symbol].send(
                "mint", world.address("deployer"), amount, sender=world.address("environment")
            )
        approve(world, ["deployer"], ["protocol"])
        protocol = world.contracts["protocol"]
        protocol.send("addLiquidity", 10**11, 10**23, sender=world.address("deployer"))
        world.assets["USD"].send("mint", protocol.address, 10**11, sender=world.address("environment"))


class Honest(Planted):
    contract = "Honest"
