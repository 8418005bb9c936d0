"""What is fuzzed: a class that puts a protocol with everybody around it on any development chain."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from guardrails import artifacts
from guardrails.chain import Address, AnvilChain, Chain, RevmChain
from guardrails.deploy import Guarded, deploy
from guardrails.errors import GuardrailsError
from guardrails.fuzz.errors import NODE, HarnessFault, fault_of
from guardrails.fuzz.fork import Fork, ForkStage
from guardrails.fuzz.invariants import Invariant, derive
from guardrails.fuzz.stage import Stage
from guardrails.fuzz.step import Step, Value
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, World
from guardrails.policy import Policy, load
from guardrails.risk.bounds import policy_loss

UNLIMITED = 2**256 - 1
USERS = ("alice", "bob", "carol")
_RICH, _WHALE, _NO_LIMIT, _DAY = 20, 1_000, 10**6, 86_400
_DEPOSIT = "deposit(uint256,address)"


class Target(ABC):
    """`build` must do the same on every chain: what was found on one backend is confirmed on another."""

    actions: ClassVar[tuple[str, ...] | None] = None
    """`contract.function` of what users may call; None: all state-changing functions of `protocol` and
    of a hub's further members, the breakers' `check`, and the assets' `transfer` and `approve`."""
    insiders: ClassVar[tuple[str, ...]] = ()
    """Actors with a role who have gone bad: they do what the thief could do in their place."""
    dust: ClassVar[Fraction] = Fraction(1)
    """What a thief may gain (USD) where no policy promises a bound, before it counts as a theft."""

    slots: ClassVar[bool] = False
    """Whether the profit search keeps a sequence for the storage slots that it changes, too."""

    fork: ClassVar[Fork | None] = None
    """The real chain that it is on; None: a development chain of its own."""

    @abstractmethod
    def build(self, chain: Chain) -> World:
        """The protocol with everybody around it, on that chain."""

    def chain(self, backend: str = "revm") -> Chain:
        """A fresh chain to build it on, `revm` or `anvil` (on a fork `ape`, too); close it when done."""
        if self.fork is not None:
            return self.fork.open(backend)
        return RevmChain() if backend == "revm" else AnvilChain.start()

    hints: ClassVar[Mapping[tuple[str, str], Sequence[Value]]] = {}
    """Arguments worth trying in a machine, by the names of a function and its parameter (small letters)."""

    def profit(self, world: World) -> Fraction:
        """What the thief holds more than when the world was built, in USD by the policy's prices (an asset
        without a price counts one USD a whole token)."""
        policy = world.policy
        total = Fraction(0)
        for symbol, amount in world.holdings(THIEF).items():
            asset = next((a for a in policy.assets if a.symbol == symbol), None) if policy else None
            decimals = asset.decimals if asset else int(world.assets[symbol].call("decimals"))
            price = asset.price_usd if asset and asset.price_usd is not None else Fraction(1)
            gained = amount - world.thief_began_with.get(symbol, 0)
            total += Fraction(gained, 10**decimals) * price
        return total

    def promised(self, world: World) -> Fraction | None:
        """The most that a thief may have gained by now, in USD; None where nothing promises it."""
        if world.policy is None:
            return None
        return policy_loss(world.policy, world.now - world.started).usd

    def known_calls(self, world: World) -> Iterable[Step]:
        """Calls that arguments drawn blindly would not find: a signed order, a message, a proof."""
        return ()

    def invariants(self, world: World) -> list[Invariant]:
        """The properties that must hold from now on in a world just built: all that its policy promises."""
        return derive(world)

    @classmethod
    def reference(cls) -> str:
        """How processes and files name it: `path/file.py:Class` of a loaded file, else `module:Class`."""
        return f"{getattr(sys.modules[cls.__module__], '__fuzz_path__', cls.__module__)}:{cls.__qualname__}"


class PolicyTarget(Target):
    """A protocol as its policy deploys it. A subclass names the file and, where it has to, what stands before
    (`prepare`) and what has happened already (`setup`).

    `policy_file` and `artifact_file` are relative to the file of the subclass.
    """

    policy_file: ClassVar[str]
    artifact_file: ClassVar[str | None] = None
    """The protocol as its compiler wrote it (forge, Hardhat, Ape), where the policy names no contract."""
    constructor: ClassVar[Mapping[str, Any]] = {}
    """Arguments by name, as in a policy; `controls`, `hub` and `deployer` are known."""

    def policy(self) -> Policy:
        return load(self._folder() / self.policy_file)

    def _folder(self) -> Path:
        return Path(inspect.getfile(type(self))).resolve().parent

    def prepare(self, stage: Stage, policy: Policy) -> None:
        """Before the deployment: price feeds and other protocols."""

    def deployed(self, policy: Policy, chain: Chain, deployer: Address) -> Guarded:
        """The deployment; another where constructor arguments are known only then."""
        if self.artifact_file is None:
            named = policy.members if policy.mode == "hub" else (policy.protocol,)
            if not any(one.artifact or one.address for one in named):
                raise HarnessFault(
                    "neither the target nor its policy names the contract",
                    self.policy_file,
                    "Give the target `artifact_file`, what the compiler wrote: out/MyVault.sol/MyVault.json.",
                )
            return deploy(policy, chain, deployer)
        own = artifacts.read(self._folder() / self.artifact_file)
        if policy.mode == "embedded" and "controls" not in [entry.get("name") for entry in own.abi]:
            raise HarnessFault(
                f"{own.name} has no guards: it does not inherit Guardrails",
                str(self.artifact_file),
                "Inherit it, or build a world without a policy in a `Target`.",
            )
        return deploy(policy, chain, deployer, protocol_artifact=own, constructor=self.constructor)

    def setup(self, world: World) -> None:
        """After it. By default an ERC-4626 vault got its users' deposits, ten limits each, a day ago; a
        second one half as much."""
        symbol = next(iter(world.assets))
        vaults = [name for name in world.members if _DEPOSIT in world.contracts[name].interface.functions]
        for vault in vaults:
            for user in USERS:
                half = world.balance(symbol, world.address(user)) // 2
                world.require(Step(user, vault, _DEPOSIT, (half, f"@{user}")))
        if vaults:
            world.do(Step.pause(_DAY))

    def build(self, chain: Chain) -> World:
        stage = Stage(chain) if self.fork is None else ForkStage(chain)
        policy = self.policy().resolve(lambda _: stage.actors["deployer"])
        for asset in policy.assets:
            stage.token(asset.symbol, asset.decimals, asset.address)
            limit = asset.limit or _NO_LIMIT * 10**asset.decimals
            stage.fund(asset.symbol, dict.fromkeys((*USERS, "liquidator"), limit * _RICH))
            stage.fund(asset.symbol, {"whale": limit * _WHALE, THIEF: limit})
        named = {"governance": policy.governance, "steward": policy.steward}
        named |= {f"guardian{i or ''}": a for i, a in enumerate(policy.guardians)}
        named |= {f"sentinel{i or ''}": a for i, a in enumerate(policy.sentinels)}
        for name, address in named.items():
            if address is not None:
                stage.actor(name, address)
        self.prepare(stage, policy)
        try:
            guarded = self.deployed(policy, chain, stage.actors["deployer"])
        except NODE:
            raise
        except GuardrailsError as error:
            raise HarnessFault(
                f"the policy could not be deployed: {error.what}",
                error.where or self.policy_file,
                error.remedy,
            ) from error
        contracts = {**guarded.contracts, "protocol": guarded.protocol, "guard": guarded.guard}
        world = World(
            chain,
            actors=stage.actors,
            contracts=contracts | stage.contracts,
            assets=stage.assets,
            protected=("protocol", "guard", *guarded.members),
            policy=policy,
            guarded=guarded,
        )
        holders = (*USERS, "whale", "liquidator", THIEF, THIEF_CONTRACT)
        approve(world, [name for name in holders if name in world.addresses], world.members)
        self.setup(world)
        return ready(world)


def built(target: Target, chain: Chain | None = None) -> World:
    """What `build` gives; whatever a target raises is told as its fault, and trouble with a node as such."""
    try:
        world = target.build(chain or target.chain())
    except Exception as error:
        raise fault_of(error, target.reference()) from error
    if not isinstance(world, World):
        remedy = "Return the World at the end of it."
        raise HarnessFault(f"`build` gave a {type(world).__name__}, no World", target.reference(), remedy)
    for name, contract in world.contracts.items():
        if not world.chain.code(contract.address):
            raise HarnessFault("there is an ABI but no code", name, "Correct the address, or deploy it.")
    return world


def open_world(target: Target, chain: Chain | None = None) -> World:
    """The target's world with its invariants; whatever a target raises is told as its fault."""
    world = built(target, chain)
    try:
        world.invariants.extend(target.invariants(world))
    except Exception as error:
        raise fault_of(error, target.reference()) from error
    return world


def ready(world: World) -> World:
    """The set-up is over: what the thief holds now is his own, and time counts from here."""
    world.thief_began_with = world.holdings(THIEF)
    world.started = world.now
    return world


def approve(world: World, holders: Iterable[str], spenders: Iterable[str]) -> None:
    """Every holder lets every spender take all of every asset."""
    for symbol in world.assets:
        for spender in spenders:
            for holder in holders:
                actor = THIEF if holder == THIEF_CONTRACT else holder
                step = Step(actor, symbol, "approve(address,uint256)", (f"@{spender}", UNLIMITED))
                world.require(Step.batch(THIEF, (step,)) if holder == THIEF_CONTRACT else step)


def find_target(reference: str) -> Target:
    """The target behind `path/file.py:Class` or `module:Class`; HarnessFault where there is none."""
    place, _, name = reference.rpartition(":")
    if not place or not name:
        raise HarnessFault(
            f"{reference!r} names no target", None, "Write path/file.py:Class or package.module:Class."
        )
    try:
        module = _from_file(place) if place.endswith(".py") else importlib.import_module(place)
    except GuardrailsError:
        raise
    except Exception as error:  # whatever a user's file does when it is imported
        raise HarnessFault(
            f"it cannot be imported: {type(error).__name__}: {error}", place, "Correct it."
        ) from error
    found = getattr(module, name, None)
    if isinstance(found, type) and hasattr(found, "as_target"):  # a machine is a target, too
        made: Target = found.as_target()
        return made
    if not (isinstance(found, type) and issubclass(found, Target)) or inspect.isabstract(found):
        raise HarnessFault(f"there is no target {name!r}", place, "A target is a subclass of fuzz.Target.")
    return found()


def _from_file(place: str) -> object:
    path = Path(place).resolve()
    if not path.is_file():
        raise HarnessFault("there is no such file", place, "Name a Python file that holds a target.")
    if str(path.parent) not in sys.path:  # modules beside it, behind all others
        sys.path.append(str(path.parent))
    name = f"guardrails_target_{abs(hash(str(path)))}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    module.__fuzz_path__ = place  # type: ignore[attr-defined]
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
