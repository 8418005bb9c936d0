"""The exchange as the fuzz lab sees it: everybody has margin, and a maker agrees to every order."""

from typing import ClassVar

from guardrails import artifacts
from guardrails.chain import Contract
from guardrails.fuzz import Invariant, PolicyTarget, Stage, Step, World
from guardrails.fuzz.invariants import Solvency
from guardrails.fuzz.target import UNLIMITED, USERS
from guardrails.policy import Policy

SOURCE = "0x4444444444444444444444444444444444444444"
PRICE = 3_000
MARGIN = 1_000_000 * 10**6
_WETH = 10**18


class Exchange(PolicyTarget):
    policy_file = "guardrails.yaml"
    hints: ClassVar = {
        (function, name): values
        for function in ("trade", "close")
        for name, values in {
            "maker": ["@maker"],
            "size": [_WETH, -_WETH, 50 * _WETH, -50 * _WETH, 200 * _WETH, 1, -1],
            "price": [PRICE * 10**16 * percent for percent in (100, 95, 105, 99, 101, 80)],
            "nonce": [1, 2, 3, 4, 5],
            "expiry": [2**40],
            "amount": [_WETH, 10 * _WETH, 50 * _WETH, 1],
        }.items()
    } | {("liquidate", "account"): [f"@{name}" for name in (*USERS, "maker", "thief_contract")]}

    def prepare(self, stage: Stage, policy: Policy) -> None:
        stage.feed("feed", PRICE * 10**8, at=SOURCE)
        deployer = stage.actors["deployer"]
        maker = Contract.deploy(stage.chain, artifacts.load("Maker"), sender=deployer)
        stage.contracts["maker"] = maker
        stage.fund("USDC", {"maker": 10 * MARGIN})

    def setup(self, world: World) -> None:
        for target, call in (
            ("USDC", ["USDC", "approve", ["@protocol", UNLIMITED]]),
            ("protocol", ["protocol", "addMargin", [10 * MARGIN]]),
        ):
            world.require(Step("deployer", "maker", "act", (f"@{target}", {"call": call})))
        for user in USERS:
            world.require(Step(user, "protocol", "addMargin", (MARGIN,)))
        world.do(Step.pause(86_400))

    def invariants(self, world: World) -> list[Invariant]:
        """All that the policy promises, and that what its books say is here is here."""
        return [*super().invariants(world), Solvency(world, "USDC", "cash()")]
