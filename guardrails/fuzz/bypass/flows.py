"""What moved in a transaction, by its logs: out of the protocol, into it, and who may move more later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from guardrails.chain import Address, Contract, Log
from guardrails.chain.types import checksum
from guardrails.fuzz.world import THIEF_CONTRACT, World

LENDER = "lender"
_TRANSFER = keccak(text="Transfer(address,address,uint256)")
_APPROVAL = keccak(text="Approval(address,address,uint256)")
CLAIM_CREATED = keccak(text="ClaimCreated(uint256,address,address,uint256,uint256)")
_PAID = keccak(text="ClaimPaid(uint256,address,address,uint256)")
_EXITS = (
    keccak(text="ExitPaid(address,address,address,uint256)"),
    keccak(text="ExitCollected(address,address,address,uint256)"),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """Of one asset in one transaction, in its smallest unit: `left` is net of what users brought."""

    symbol: str
    left: int
    came: int
    to: set[Address]


def own_accounts(world: World) -> set[Address]:
    """The accounts whose assets are the protocol's."""
    guarded = world.guarded
    return {*world.protected, *(c.address for c in (guarded.contracts.values() if guarded else ()))}


def insiders(world: World) -> set[Address]:
    """The protocol's own, and other contracts of this world that hold assets for it."""
    outside = {c.address for c in world.assets.values()}
    outside |= {world.contracts[n].address for n in (THIEF_CONTRACT, LENDER) if n in world.contracts}
    return own_accounts(world) | ({c.address for c in world.contracts.values()} - outside)


def _account(topic: bytes) -> Address:
    return checksum("0x" + topic[-20:].hex())


def _transfers(logs: tuple[Log, ...], asset: Contract) -> Iterator[tuple[Address, Address, int]]:
    for log in logs:
        if log.address == asset.address and log.topics[0] == _TRANSFER and len(log.topics) == 3:
            yield _account(log.topics[1]), _account(log.topics[2]), int.from_bytes(log.data, "big")


def moved_in(world: World, logs: tuple[Log, ...]) -> Iterator[Moved]:
    own, inside = own_accounts(world), insiders(world)
    for symbol, asset in world.assets.items():
        left = came = 0
        receivers = set()
        for source, to, amount in _transfers(logs, asset):
            if source in own and to not in inside:
                left += amount
                receivers.add(to)
            came += amount if to in own and source not in inside else 0
        if left or came:
            yield Moved(symbol, left - came, came, receivers)


def approved(world: World, logs: tuple[Log, ...]) -> Iterator[str]:
    own, inside = own_accounts(world), insiders(world)
    for symbol, asset in world.assets.items():
        for log in logs:
            if log.address != asset.address or log.topics[0] != _APPROVAL or len(log.topics) != 3:
                continue
            if _account(log.topics[1]) in own and _account(log.topics[2]) not in inside and any(log.data):
                yield symbol


def paid(world: World, logs: tuple[Log, ...], symbol: str) -> int:
    """In claims that were paid."""
    asset = world.assets[symbol].address
    own = own_accounts(world)
    ended = (log for log in logs if log.topics[:1] == (_PAID,) and log.address in own)
    return sum(int.from_bytes(log.data, "big") for log in ended if _account(log.topics[3]) == asset)


def claim_owners(world: World, logs: tuple[Log, ...]) -> Iterator[Address]:
    """Whose claims began to wait."""
    own = own_accounts(world)
    return (
        _account(log.topics[2]) for log in logs if log.topics[:1] == (CLAIM_CREATED,) and log.address in own
    )


def exited(world: World, logs: tuple[Log, ...], symbol: str) -> int:
    """To those who leave a frozen protocol pro rata."""
    asset, own = world.assets[symbol].address, own_accounts(world)
    out = (log for log in logs if log.topics[:1] and log.topics[0] in _EXITS and log.address in own)
    return sum(int.from_bytes(log.data[32:], "big") for log in out if _account(log.topics[2]) == asset)
