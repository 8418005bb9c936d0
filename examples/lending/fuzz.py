"""The lending market as the fuzz lab sees it: the treasury has lent, users have collateral and debt."""

from typing import ClassVar

from guardrails.fuzz import Invariant, PolicyTarget, Stage, Step, World
from guardrails.fuzz.invariants import Solvency
from guardrails.fuzz.target import USERS, approve
from guardrails.policy import Policy

FEED = "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"
PRICE = 3_000 * 10**8


class Lending(PolicyTarget):
    policy_file = "guardrails.yaml"
    hints: ClassVar = {("liquidate", "account"): [f"@{user}" for user in (*USERS, "whale", "thief_contract")]}

    def prepare(self, stage: Stage, policy: Policy) -> None:
        stage.feed("feed", PRICE, at=FEED)
        stage.fund("USDC", {"governance": 20 * 10**12})

    def setup(self, world: World) -> None:
        approve(world, ["governance"], ["protocol"])
        world.require(Step("governance", "protocol", "lend", (20 * 10**12,)))
        for user in USERS:
            world.require(Step(user, "protocol", "addCollateral", (1_000 * 10**18,)))
        world.do(Step.pause(86_400))
        for user in USERS:
            world.require(Step(user, "protocol", "borrow", (100_000 * 10**6,)))
        world.do(Step.pause(86_400))

    def invariants(self, world: World) -> list[Invariant]:
        """All that the policy promises, and that what its books say is here is here."""
        return [
            *super().invariants(world),
            Solvency(world, "USDC", "cash()"),
            Solvency(world, "WETH", "totalCollateral()"),
        ]
