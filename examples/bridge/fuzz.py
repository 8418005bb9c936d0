"""The bridge as the fuzz lab sees it: its Replica believes everybody, so that anyone forges messages."""

from typing import ClassVar

from guardrails import artifacts
from guardrails.chain import Address, Chain, Contract
from guardrails.deploy import Guarded, deploy
from guardrails.fuzz import PolicyTarget, Stage, Step, World
from guardrails.policy import Policy

REMOTE_DOMAIN, REMOTE_ROUTER = 2, 0xB0B.to_bytes(32, "big")


class Bridge(PolicyTarget):
    policy_file = "guardrails.yaml"
    actions = (
        "protocol.send(address,uint256,bytes32)",
        "replica.deliver(address,address,address,uint256)",
        "protocol.settle(uint256)",
        "protocol.withdrawClaim(uint256)",
    )
    hints: ClassVar = {("deliver", "bridge"): ["@protocol"]}

    def prepare(self, stage: Stage, policy: Policy) -> None:
        deployer = stage.actors["deployer"]
        self.replica = Contract.deploy(stage.chain, artifacts.load("Replica"), sender=deployer)
        stage.contracts["replica"] = self.replica

    def deployed(self, policy: Policy, chain: Chain, deployer: Address) -> Guarded:
        route = [self.replica.address, REMOTE_DOMAIN, REMOTE_ROUTER]
        return deploy(policy, chain, deployer, protocol_artifact="GuardedBridge", constructor=route)

    def setup(self, world: World) -> None:
        """Alice has sent half of what she has to the other side, a day ago."""
        for symbol in world.assets:
            half = world.balance(symbol, world.address("alice")) // 2
            world.require(Step("alice", "protocol", "send", (f"@{symbol}", half, "0x" + "11" * 32)))
        world.do(Step.pause(86_400))
