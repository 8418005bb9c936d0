"""What left a protocol beside what its limiter was charged: the property NoBypass, as an independent account.

Assets that leave: ERC-20 transfers of the target's assets out of the protocol's accounts, less what came from
users in the same transaction; ETH; and allowances, since who has one takes the asset later. Not counted:
claims that were paid, what `FrozenExit` paid, assets that the policy does not limit, and what moves between
the protocol's own contracts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from guardrails.chain import Address, Contract, Log
from guardrails.chain.types import checksum
from guardrails.fuzz.bypass.limiter import charged, is_unlimited
from guardrails.fuzz.invariants.base import Invariant
from guardrails.fuzz.world import THIEF_CONTRACT, Outcome, World

ETH = "ETH"
LENDER = "lender"
_TRANSFER = keccak(text="Transfer(address,address,uint256)")
_APPROVAL = keccak(text="Approval(address,address,uint256)")
CLAIM_CREATED = keccak(text="ClaimCreated(uint256,address,address,uint256,uint256)")
_PAID = keccak(text="ClaimPaid(uint256,address,address,uint256)")
_EXITS = (
    keccak(text="ExitPaid(address,address,address,uint256)"),
    keccak(text="ExitCollected(address,address,address,uint256)"),
)
_ALL = 0xFFFF
_RANKS = (1, 2, 3)
_PAUSE, _OUTFLOW, _BLOCKLIST = 0, 2, 5  # of the enum Guard


@dataclass(frozen=True, slots=True)
class Moved:
    """Of one asset in one transaction, in its smallest unit: `left` is net of what users brought."""

    symbol: str
    left: int
    came: int


class NoBypass(Invariant):
    """No asset leaves unmetered, and nothing moves through what is closed."""

    name = "NoBypass"

    def __init__(self, world: World) -> None:
        self.broken: str | None = None
        self.ether = _ether(world)
        self.words = _words(world)
        self.locked = _locked(world)

    def observe(self, world: World, outcome: Outcome) -> None:
        """Keeps the first thing that went wrong."""
        leak = self.leak(world, outcome)
        self.broken = self.broken or leak

    def violation(self, world: World) -> str | None:
        return self.broken

    def leak(self, world: World, outcome: Outcome) -> str | None:
        """What this step let out that it should not have, in words; the account is carried on."""
        if not outcome.ok:
            return None
        ether, words, locked = _ether(world), _words(world), _locked(world)
        found = None
        if not _announced(world, outcome):
            found = self._judge(world, outcome, ether, words, locked)
        self.ether, self.words, self.locked = ether, words, locked
        return found

    def _judge(
        self, world: World, outcome: Outcome, ether: int, words: dict[str, int], locked: dict[str, int]
    ) -> str | None:
        if ether < self.ether:
            return f"{self.ether - ether} wei left: no limiter meters ETH"
        for symbol in _approved(world, outcome.logs):
            return f"somebody else may now take {symbol} from the protocol, past its limiter"
        if _queued(world, outcome.logs) and (closed := _closed(world, outcome)):
            return f"a claim was queued although {closed}"
        for moved in _moved(world, outcome.logs):
            came = moved.came > 0 and outcome.step.target not in world.assets and not outcome.step.calls
            if (moved.left > 0 or came) and (closed := _closed(world, outcome)):
                way = f"{moved.left} {moved.symbol} left" if moved.left > 0 else f"{moved.symbol} came in"
                return f"{way} although {closed}"
            if moved.left <= 0:
                continue
            if world.guarded is None:
                return f"{moved.left} {moved.symbol} left, and there is no limiter"
            word, before = words.get(moved.symbol), self.words.get(moved.symbol, 0)
            if word is None or is_unlimited(word) or _in_shadow(world, _OUTFLOW):
                continue
            ended = self.locked.get(moved.symbol, 0) - locked.get(moved.symbol, 0)
            left = moved.left - max(0, min(_paid(world, outcome.logs, moved.symbol), ended))
            left -= _exited(world, outcome.logs, moved.symbol)
            counted = charged(before, word, outcome.timestamp)
            if left > max(0, counted):
                return f"{left} {moved.symbol} left, {max(0, counted)} of it were charged to the limiter"
        return None


# What the chain says


def own_accounts(world: World) -> set[Address]:
    """The accounts whose assets are the protocol's."""
    guarded = world.guarded
    return {*world.protected, *(c.address for c in (guarded.contracts.values() if guarded else ()))}


def _insiders(world: World) -> set[Address]:
    """The protocol's own, and other contracts of this world that hold assets for it."""
    outside = {c.address for c in world.assets.values()}
    outside |= {world.contracts[n].address for n in (THIEF_CONTRACT, LENDER) if n in world.contracts}
    return own_accounts(world) | ({c.address for c in world.contracts.values()} - outside)


def _ether(world: World) -> int:
    return sum(world.chain.balance(account) for account in own_accounts(world))


def _limited(world: World) -> dict[str, Contract]:
    """Assets of the policy, by symbol."""
    policy = world.policy
    known = {asset.symbol for asset in policy.assets} if policy else set()
    return {symbol: contract for symbol, contract in world.assets.items() if symbol in known}


def _words(world: World) -> dict[str, int]:
    if world.guarded is None:
        return {}
    guard = world.guarded.guard
    return {s: int(guard.call("outflowWord", c.address)) for s, c in _limited(world).items()}


def _locked(world: World) -> dict[str, int]:
    if world.guarded is None:
        return {}
    guard = world.guarded.guard
    return {s: int(guard.call("lockedInClaims", c.address)) for s, c in _limited(world).items()}


def _in_shadow(world: World, guard: int) -> bool:
    return world.guarded is not None and bool(world.guarded.guard.call("inShadow", guard))


def _announced(world: World, outcome: Outcome) -> bool:
    """Whether this executes what governance announced: its business, after the delay."""
    return world.guarded is not None and outcome.step.function.partition("(")[0] == "execute"


def _closed(world: World, outcome: Outcome) -> str | None:
    """What closes the protocol to this step, whatever it calls."""
    if world.guarded is None:
        return None
    guard, now = world.guarded.guard, outcome.timestamp
    pauses = [guard.call("pauseOf", rank) for rank in _RANKS]
    closed = 0
    for operations, until in pauses:
        closed |= operations if until > now else 0
    if closed == _ALL and not _in_shadow(world, _PAUSE):
        return "every operation was closed"
    by = world.addresses.get(outcome.step.actor)
    if by is None or _in_shadow(world, _BLOCKLIST):
        return None
    until = guard.call("accountBlockedUntil", by)
    return f"{outcome.step.actor} was blocked" if until > now else None


# What the logs say


def _account(topic: bytes) -> Address:
    return checksum("0x" + topic[-20:].hex())


def _transfers(logs: tuple[Log, ...], asset: Contract) -> Iterator[tuple[Address, Address, int]]:
    for log in logs:
        if log.address == asset.address and log.topics[0] == _TRANSFER and len(log.topics) == 3:
            yield _account(log.topics[1]), _account(log.topics[2]), int.from_bytes(log.data, "big")


def _moved(world: World, logs: tuple[Log, ...]) -> Iterator[Moved]:
    own, inside = own_accounts(world), _insiders(world)
    for symbol, asset in world.assets.items():
        left = came = 0
        for source, to, amount in _transfers(logs, asset):
            left += amount if source in own and to not in inside else 0
            came += amount if to in own and source not in inside else 0
        if left or came:
            yield Moved(symbol, left - came, came)


def _approved(world: World, logs: tuple[Log, ...]) -> Iterator[str]:
    own, inside = own_accounts(world), _insiders(world)
    for symbol, asset in world.assets.items():
        for log in logs:
            if log.address != asset.address or log.topics[0] != _APPROVAL or len(log.topics) != 3:
                continue
            if _account(log.topics[1]) in own and _account(log.topics[2]) not in inside and any(log.data):
                yield symbol


def _paid(world: World, logs: tuple[Log, ...], symbol: str) -> int:
    """In claims that were paid."""
    asset = world.assets[symbol].address
    own = own_accounts(world)
    paid = (log for log in logs if log.topics[:1] == (_PAID,) and log.address in own)
    return sum(int.from_bytes(log.data, "big") for log in paid if _account(log.topics[3]) == asset)


def _queued(world: World, logs: tuple[Log, ...]) -> bool:
    """Whether a claim began to wait."""
    own = own_accounts(world)
    return any(log.topics[:1] == (CLAIM_CREATED,) and log.address in own for log in logs)


def _exited(world: World, logs: tuple[Log, ...], symbol: str) -> int:
    """To those who leave a frozen protocol pro rata."""
    asset, own = world.assets[symbol].address, own_accounts(world)
    out = (log for log in logs if log.topics[:1] and log.topics[0] in _EXITS and log.address in own)
    return sum(int.from_bytes(log.data[32:], "big") for log in out if _account(log.topics[2]) == asset)
