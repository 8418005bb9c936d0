"""What a step did, in the numbers that properties are about: worked out once a step, for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from eth_utils.crypto import keccak

from guardrails.chain import Address, Contract
from guardrails.chain.abi import AbiEntry, decode_log

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

_NOBODY = bytes(32)
TRANSFER = keccak(text="Transfer(address,address,uint256)")

WATCHED = frozenset(
    (
        *("Paused", "Unpaused", "LevelRaised", "LevelLowered", "LevelRulesSet", "LiquidationGraceSet"),
        *("HolderSet", "RankLimitsSet", "GovernanceSet", "ShadowChanged", "MinDepositAgeSet"),
        *("LimitSet", "RelativeLimitSet", "BaseSynced", "UnitRateSet", "GuardDecision"),
        *("ClaimCreated", "ClaimHeld", "ClaimReleased", "ClaimPaid", "ClaimReturned", "ClaimWithdrawn"),
        *("SettlementSet", "SubjectLocked", "SubjectUnlocked", "AccountUnblocked", "SelectorUnblocked"),
        *("OverrideScheduled", "OverrideExecuted", "OverrideVetoed", "DelaySet", "ExpirySet", "Abdicated"),
        *("CapSet", "CapCutLifted", "CapCorridorSet", "CapSourceSet", "OracleSet", "ReferenceSet"),
        *("SequencerFeedSet", "MemberSet", "BaseSourceSet", "ExitSet", "Exited", "ExitPaid", "ExitOwed"),
        *("ExitCollected", "ResumeGateSet"),
    )
)
"""The guards' events that properties are about."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a guarded contract, with its arguments by name."""

    name: str
    by: Address
    args: dict[str, Any]


@dataclass(slots=True)
class Facts:
    """`net` is what left the protected contracts in this transaction, by the asset's address; below 0 what
    came in. Only what moved is in it, and not what a token burnt of a transfer from one protected contract to
    another: no guard stands between a token and its holders.

    `views` is what contracts said since, by address, function and arguments: nothing changes until the next
    step."""

    net: dict[Address, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    views: dict[tuple[Address, str, Address], int] = field(default_factory=dict)

    def view(self, contract: Contract, function: str, account: Address) -> int:
        """A number that several properties ask a contract for after a step."""
        key = contract.address, function, account
        if key not in self.views:
            self.views[key] = int(contract.call(function, account))
        return self.views[key]

    def named(self, *names: str) -> Iterable[Event]:
        return (event for event in self.events if event.name in names)


class _Index:
    """Who is who in a world, so that reading a log costs a look-up or two."""

    def __init__(self, world: World) -> None:
        self.assets = {contract.address for contract in world.assets.values()}
        self.protected = {bytes(12) + bytes.fromhex(address[2:]) for address in world.protected}
        self.events: dict[Address, dict[bytes, AbiEntry]] = {}
        for contract in reversed(world.contracts.values()):  # the guard's own interface knows most, and wins
            self._watch(contract)
        for name in ("protocol", "guard"):
            if name in world.contracts:
                self._watch(world.contracts[name])

    def _watch(self, contract: Contract) -> None:
        known = self.events.setdefault(contract.address, {})
        for name in WATCHED & contract.interface.events.keys():
            topic, entry = contract.interface.event(name)
            known[topic] = entry


_indices: WeakKeyDictionary[World, _Index] = WeakKeyDictionary()
_latest: list[Any] = [None, Facts()]
"""The outcome that was asked for last, with its facts: every property of a step asks for the same."""


def facts(world: World, outcome: Outcome) -> Facts:
    """What the step did; nothing where it was refused."""
    if _latest[0] is not outcome:
        _latest[:] = [outcome, _facts(world, outcome)]
    found: Facts = _latest[1]
    return found


def _facts(world: World, outcome: Outcome) -> Facts:
    found = Facts()
    if not outcome.logs:
        return found
    index = _indices.get(world)
    if index is None:
        index = _indices[world] = _Index(world)
    net = found.net
    inside: tuple[Address, bytes] | None = (
        None  # what moved between protected contracts just now, and from whom
    )
    for log in outcome.logs:
        topic = log.topics[0] if log.topics else b""
        if topic == TRANSFER and log.address in index.assets and len(log.topics) == 3:
            leaves, comes = log.topics[1] in index.protected, log.topics[2] in index.protected
            fee = log.topics[2] == _NOBODY and inside == (log.address, log.topics[1])
            if leaves is not comes and not fee:
                amount = int.from_bytes(log.data[:32], "big")
                net[log.address] = net.get(log.address, 0) + (amount if leaves else -amount)
            inside = (log.address, log.topics[1]) if leaves and comes else None
            continue
        known = index.events.get(log.address)
        if known is not None and topic in known:
            entry = known[topic]
            found.events.append(Event(entry["name"], log.address, decode_log(entry, log.topics, log.data)))
    return found
