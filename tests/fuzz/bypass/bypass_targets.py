"""Targets of the bypass search: each leaky contract under one policy, and a vault without guards."""

from __future__ import annotations

import json
from typing import ClassVar

from bypass_compile import OURS, compiled_file

from guardrails.artifacts import Artifact
from guardrails.chain import Address, Chain
from guardrails.deploy import Guarded, deploy
from guardrails.fuzz import PolicyTarget, Step, World
from guardrails.fuzz.target import USERS
from guardrails.policy import Policy

DAY = 86_400


def artifact(name: str) -> Artifact:
    """A leaky contract as the compiler gave it."""
    raw = json.loads(compiled_file().read_text())["contracts"][f"{OURS}/Leaky.sol"][name]
    code = {kind: bytes.fromhex(raw["evm"][kind]["object"]) for kind in ("bytecode", "deployedBytecode")}
    return Artifact(
        name=name,
        source=f"{OURS}/Leaky.sol",
        abi=tuple(raw["abi"]),
        bytecode=code["bytecode"],
        deployed_bytecode=code["deployedBytecode"],
        immutable_references={
            key: tuple((place["start"], place["length"]) for place in places)
            for key, places in raw["evm"]["deployedBytecode"]["immutableReferences"].items()
        },
        compiler="0.8.37",
        settings={},
        source_hash="",
    )


class Leaky(PolicyTarget):
    policy_file = "leaky.yaml"
    contract: ClassVar[str] = "Forgotten"

    def deployed(self, policy: Policy, chain: Chain, deployer: Address) -> Guarded:
        constructor = {"token": policy.assets[0].address}
        made = artifact(self.contract)
        return deploy(policy, chain, deployer, protocol_artifact=made, constructor=constructor)

    def setup(self, world: World) -> None:
        functions = world.contracts["protocol"].interface.functions
        for user in USERS:
            half = world.balance("USDC", world.address(user)) // 2
            if "deposit(uint256)" in functions:
                world.require(Step(user, "protocol", "deposit(uint256)", (half,)))
        if "fund()" in functions:
            world.require(Step("alice", "protocol", "fund()", value=10**18))
        super().setup(world)


NAMES = (
    *("Forgotten", "Helper", "Delegate", "Assembly", "Approval", "HalfVault", "Callback", "EtherSweep"),
    *("NeverClosed", "OwnerSweep", "ClaimPaid", "AnyCall", "OwnPayOut", "Branch"),
)
for _name in NAMES:
    globals()[_name] = type(_name, (Leaky,), {"contract": _name, "__module__": __name__})
