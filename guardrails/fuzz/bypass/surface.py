"""What of a world can be called, and by whom it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from guardrails import artifacts
from guardrails.artifacts.bytecode import PUSH4, pushes
from guardrails.chain.abi import AbiEntry, selector, signature
from guardrails.chain.contract import Interface
from guardrails.deploy.interface import CONTROLS, controls_interface, hub_interface
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.world import ENVIRONMENT, THIEF_CONTRACT, World
from guardrails.policy.delays import GOVERNANCE_FUNCTIONS, HUB_FUNCTIONS

OWNERS = ("deployer", "governance")
"""Who may own a contract: what they can do at once, outside the guards' own functions, waits for nobody."""
_TOOLS = ("lender", THIEF_CONTRACT)
_EQ = 0x14


@dataclass(frozen=True, slots=True)
class Function:
    """A function that changes state. `guards`: one of the guards' own, in which governance is trusted."""

    contract: str
    name: str
    entry: AbiEntry
    guards: bool

    @property
    def payable(self) -> bool:
        return bool(self.entry.get("stateMutability") == "payable")

    def __str__(self) -> str:
        return f"{self.contract}.{self.name}"


@lru_cache(maxsize=1)
def _guards_own() -> frozenset[bytes]:
    entries = [*controls_interface().abi, *hub_interface().abi]
    return frozenset(selector(entry) for entry in entries if entry["type"] == "function")


@lru_cache(maxsize=1)
def _feed() -> frozenset[str]:
    """The functions of the lab's price feeds."""
    return frozenset(Interface(artifacts.load("PriceFeed").abi).functions)


def contracts(world: World) -> list[str]:
    """One name for each contract of the protocol; not tokens, the lab's tools, or the stateless controls."""
    names = (*world.assets, *_TOOLS, *CONTROLS)
    left_out = {world.contracts[name].address for name in names if name in world.contracts}
    left_out |= {c.address for c in world.contracts.values() if c.interface.functions.keys() == _feed()}
    first: dict[str, str] = {}
    for name in sorted(world.contracts, key=lambda n: (n not in ("protocol", "guard"), n == "guard")):
        first.setdefault(world.contracts[name].address, name)
    found = [name for address, name in first.items() if address not in left_out]
    if not found:
        raise HarnessFault("the target has no contract to call", None, "Name what it protects.")
    return found


def functions(world: World) -> list[Function]:
    """Every state-changing function of the protocol, by ABI."""
    found = []
    for name in contracts(world):
        for entry in world.contracts[name].interface.abi:
            if entry["type"] == "function" and entry.get("stateMutability") not in ("view", "pure"):
                own = world.guarded is not None and selector(entry) in _guards_own()
                found.append(Function(name, signature(entry), entry, own))
    if not found:
        raise HarnessFault("no function of the target changes state", None, "Give the whole ABI.")
    return found


def is_governed(function: Function) -> bool:
    """Whether governance alone may call it, and what it loosens is announced."""
    name = function.name.partition("(")[0]
    return function.guards and name in (*GOVERNANCE_FUNCTIONS, *HUB_FUNCTIONS)


def actors(world: World, function: Function) -> list[str]:
    """Who tries it: governance only where the guards do not make it wait."""
    left_out = {ENVIRONMENT} | (set(OWNERS) | {"steward"} if function.guards else set())
    return [name for name in world.actors if name not in left_out]


def not_in_the_abi(world: World) -> dict[str, list[str]]:
    """Selectors that a contract's code compares with and its ABI does not name, by contract."""
    hidden = {}
    for name in contracts(world):
        known = {selector(e) for e in world.contracts[name].interface.abi if e["type"] == "function"}
        found = [s for s in dispatched(world.chain.code(world.contracts[name].address)) if s not in known]
        if found:
            hidden[name] = ["0x" + one.hex() for one in found]
    return hidden


def dispatched(code: bytes) -> list[bytes]:
    """Operands of PUSH4 that are compared at once: what a contract's dispatcher looks for."""
    compared = bytes([_EQ])
    found = (one for at, one in pushes(code) if code[at] == PUSH4 and code[at + 5 : at + 6] == compared)
    return list(dict.fromkeys(found))
