"""What may be called in a world: the ABI's state-changing functions, the policy's breakers that anybody
checks, or what the target names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guardrails.chain.abi import AbiEntry, signature
from guardrails.deploy.breakers import breaker_key
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.target import Target
from guardrails.fuzz.world import World

_OF_AN_ASSET = ("transfer(address,uint256)", "approve(address,uint256)")
_READ_ONLY = ("view", "pure")
_CHECK = "check()"


@dataclass(frozen=True, slots=True)
class Action:
    """A function of a contract of the world. `of_asset`: it is an asset's own; `donates`: and one that no
    honest user needs."""

    target: str
    function: str
    inputs: tuple[AbiEntry, ...] = field(compare=False, repr=False)
    payable: bool = False
    donates: bool = False
    of_asset: bool = False

    @property
    def key(self) -> str:
        """How counters and files call it."""
        return f"{self.target}.{self.function}"


def actions_of(target: Target, world: World) -> tuple[Action, ...]:
    """In the order of the ABI. HarnessFault where the target names a function that is not there."""
    if target.actions is None:
        found = tuple(_by_default(world))
    else:
        found = tuple(_named(world, name) for name in target.actions)
    if not found:
        raise HarnessFault(
            "there is nothing to call", target.reference(), "Name a contract `protocol`, or give `actions`."
        )
    return found


def _by_default(world: World) -> Iterator[Action]:
    for member in world.members if "protocol" in world.contracts else ():
        for entry in world.contracts[member].interface.abi:
            if entry["type"] == "function" and entry["stateMutability"] not in _READ_ONLY:
                yield _action(world, member, entry)
    for key in map(breaker_key, world.policy.breakers if world.policy else ()):
        if key in world.contracts:
            yield _action(world, key, world.contracts[key].interface.functions[_CHECK][0])
    for symbol, asset in world.assets.items():
        for name in _OF_AN_ASSET:
            if name in asset.interface.functions:
                yield _action(world, symbol, asset.interface.functions[name][0])


def _named(world: World, name: str) -> Action:
    contract, _, function = name.rpartition(".")  # USDC.e is a name, too
    if contract not in world.contracts:
        raise HarnessFault(
            f"the action {name!r} names no contract", "actions", f"There are {', '.join(world.contracts)}."
        )
    found = world.contracts[contract].interface.functions.get(function, [])
    if len(found) != 1:
        what = "is overloaded" if found else "is no function of it"
        raise HarnessFault(f"the action {name!r} {what}", "actions", "Write contract.name(type,type).")
    return _action(world, contract, found[0])


def _action(world: World, contract: str, entry: AbiEntry) -> Action:
    name = signature(entry)
    of_asset, payable = contract in world.assets, entry["stateMutability"] == "payable"
    donates = of_asset and name in _OF_AN_ASSET
    return Action(contract, name, tuple(entry["inputs"]), payable, donates, of_asset)
