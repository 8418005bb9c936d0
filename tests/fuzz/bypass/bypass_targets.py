"""Targets of the bypass search: each leaky contract under one policy, and a vault without guards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from guardrails.artifacts import Artifact
from guardrails.chain import Address, Chain, Contract
from guardrails.deploy import Guarded, deploy
from guardrails.drill.upstream.nomad import REMOTE_ROUTER, NomadDeployment, build_nomad
from guardrails.drill.upstream.nomad_message import MOONBEAM, address_word
from guardrails.fuzz import PolicyTarget, Stage, Step, Target, World
from guardrails.fuzz.target import USERS, approve, ready
from guardrails.policy import Policy, loads
from tests.fuzz.bypass.bypass_compile import OURS, compiled_file

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
        PolicyTarget.setup(self, world)


NAMES = (
    *("Forgotten", "Helper", "Delegate", "Assembly", "Approval", "HalfVault", "Callback", "EtherSweep"),
    *("NeverClosed", "OwnerSweep", "ClaimPaid", "AnyCall", "OwnPayOut", "Branch"),
)
for _name in NAMES:
    globals()[_name] = type(_name, (Leaky,), {"contract": _name, "__module__": __name__})


class Bare(Target):
    """A vault of nobody: OpenZeppelin's ERC-4626 without guards and without a policy."""

    def build(self, chain: Chain) -> World:
        stage = Stage(chain)
        token = stage.token("USDC", 6)
        vault = Contract.deploy(chain, artifact("BareVault"), token.address, sender=stage.actors["deployer"])
        stage.fund("USDC", dict.fromkeys((*USERS, "thief"), 10**12))
        world = World(
            chain,
            actors=stage.actors,
            contracts={"vault": vault} | stage.contracts,
            assets=stage.assets,
            protected=["vault"],
        )
        approve(world, [*USERS, "thief"], ["vault"])
        for user in USERS:
            world.require(Step(user, "vault", "deposit(uint256,address)", (10**11, f"@{user}")))
        return ready(world)


class NoCode(Bare):
    """An ABI at an address where nothing is."""

    def build(self, chain: Chain) -> World:
        world = super().build(chain)
        world.contracts["vault"] = Contract(chain, "0x" + "ee" * 20, world.contracts["vault"].interface)
        return world


class Shipped(PolicyTarget):
    """A contract of the examples under the policy of the leaky ones."""

    policy_file = "leaky.yaml"
    contract: ClassVar[str] = "Minimal"
    constructor: ClassVar[dict[str, str]] = {"token": "USDC"}

    def deployed(self, policy: Policy, chain: Chain, deployer: Address) -> Guarded:
        return deploy(policy, chain, deployer, protocol_artifact=self.contract, constructor=self.constructor)

    def setup(self, world: World) -> None:
        Leaky.setup(self, world)  # type: ignore[arg-type]


class Exit(Shipped):
    contract = "ExitVault"
    constructor: ClassVar[dict[str, str]] = {"asset": "USDC", "name": "Exit", "symbol": "X"}

    def setup(self, world: World) -> None:
        """Leaving pro rata is open, as soon as the protocol is frozen."""
        super().setup(world)
        call = {"call": ["guard", "setExit", [60 * DAY]]}
        world.require(Step("governance", "guard", "schedule", (call,)))
        world.require(Step("keeper", "guard", "execute", (call,), wait=2 * DAY))


class Hub(Shipped):
    """A member of a hub."""

    contract = "HubVault"
    constructor: ClassVar[dict[str, str]] = {"asset": "USDC", "name": "Hub", "symbol": "H"}

    def policy(self) -> Policy:
        folder = Path(__file__).parent
        return loads((folder / self.policy_file).read_text() + "mode: hub\n", str(folder / "hub.yaml"))


class NomadBridge(PolicyTarget):
    """The bridge behind the real Replica of Nomad, with the bug that lets any message through."""

    policy_file = "../../../examples/bridge/guardrails.yaml"
    nomad: NomadDeployment

    def prepare(self, stage: Stage, policy: Policy) -> None:
        tokens = {symbol: asset.address for symbol, asset in stage.assets.items()}
        self.nomad = build_nomad(stage.chain, stage.actors["deployer"], tokens)
        stage.contracts["replica"] = self.nomad.replica_contract

    def deployed(self, policy: Policy, chain: Chain, deployer: Address) -> Guarded:
        return deploy(
            policy,
            chain,
            deployer,
            protocol_artifact="GuardedBridge",
            constructor={
                "connections_": self.nomad.connections,
                "remoteDomain_": MOONBEAM,
                "remoteRouter_": address_word(REMOTE_ROUTER),
            },
        )

    def setup(self, world: World) -> None:
        for symbol in ("WETH", "USDC"):
            for user in USERS:
                half = world.balance(symbol, world.address(user)) // 2
                sent = (f"@{symbol}", half, "0x" + "11" * 32)
                world.require(Step(user, "protocol", "send(address,uint256,bytes32)", sent))
        world.do(Step.pause(DAY))

    def known_calls(self, world: World) -> list[Step]:
        """Forged messages: small, half the limit and twice the limit, of two tokens."""
        bridge, thief = world.address("protocol"), world.address("thief")
        found = []
        for symbol in ("WETH", "USDC"):
            limit = self.policy().asset(symbol).limit or 0
            for amount in (limit // 500, limit // 2, limit * 2):
                message = self.nomad.withdrawal_message(len(found) + 1, thief, symbol, amount, router=bridge)
                found.append(Step("thief", "replica", "process(bytes)", ("0x" + message.hex(),)))
        return found
