"""What left a protocol beside what its limiter was charged: NoBypass in all its parts, by its own account.

Assets that leave: ERC-20 transfers of the target's assets out of the protocol's accounts, less what came from
users in the same transaction; ETH; and allowances, since who has one takes the asset later. Not counted:
claims that were paid, what `FrozenExit` paid, assets that the policy does not limit, and what moves between
the protocol's own contracts.
"""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.chain import Address, Contract
from guardrails.fuzz.bypass.flows import approved, claim_owners, exited, moved_in, own_accounts, paid
from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.words import UNLIMITED, limiter
from guardrails.fuzz.world import Outcome, World

_ALL = 0xFFFF
_RANKS = (1, 2, 3)
_PAUSE, _OUTFLOW, _BLOCKLIST = 0, 2, 5  # of the enum Guard


@dataclass(frozen=True, slots=True)
class Leak:
    """What went wrong, in words. `leaves`: something left or may leave; else it only came in."""

    text: str
    leaves: bool = True


class Ledger(Ghost):
    """No asset leaves unmetered, no ETH at all, nobody is allowed to take one, and nothing moves through what
    is closed. The first part is what every machine checks as NoBypass (`invariants.no_bypass`).
    """

    name = "NoBypassAtAll"

    def __init__(self, world: World) -> None:
        self.ether = _ether(world)
        self.words = _words(world)
        self.locked = _locked(world)

    def observe(self, world: World, outcome: Outcome) -> None:
        """Keeps the first thing that went wrong."""
        leak = self.leak(world, outcome)
        if leak is not None and self.broken is None:
            self.broken = leak.text

    def leak(self, world: World, outcome: Outcome) -> Leak | None:
        """What this step let out that it should not have; the account is carried on."""
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
    ) -> Leak | None:
        if ether < self.ether:
            return Leak(f"{self.ether - ether} wei left: no limiter meters ETH")
        for symbol in approved(world, outcome.logs):
            return Leak(f"somebody else may now take {symbol} from the protocol, past its limiter")
        owners = set(claim_owners(world, outcome.logs))
        if owners and (why := _paused(world, outcome) or _blocked(world, outcome, owners)):
            return Leak(f"a claim was queued although {why}")
        for moved in moved_in(world, outcome.logs):
            came = moved.came > 0 and outcome.step.target not in world.assets and not outcome.step.calls
            if (moved.left > 0 or came) and (why := _paused(world, outcome)):
                way = f"{moved.left} {moved.symbol} left" if moved.left > 0 else f"{moved.symbol} came in"
                return Leak(f"{way} although {why}", moved.left > 0)
            if moved.left > 0 and (why := _blocked(world, outcome, moved.to)):
                return Leak(f"{moved.left} {moved.symbol} left although {why}")
            if moved.left <= 0:
                continue
            if world.guarded is None:
                return Leak(f"{moved.left} {moved.symbol} left, and there is no limiter")
            word, before = words.get(moved.symbol), self.words.get(moved.symbol, 0)
            if word is None or limiter(word).mode == UNLIMITED or _in_shadow(world, _OUTFLOW):
                continue
            ended = self.locked.get(moved.symbol, 0) - locked.get(moved.symbol, 0)
            left = moved.left - max(0, min(paid(world, outcome.logs, moved.symbol), ended))
            left -= exited(world, outcome.logs, moved.symbol)
            counted = _charged(before, word, outcome.timestamp)
            if left > counted:
                return Leak(f"{left} {moved.symbol} left, {counted} of it were charged to the limiter")
        return None


def _charged(before: int, after: int, timestamp: int) -> int:
    """Smallest units that were charged between two words of a limiter; rounded down."""
    old, new = limiter(before), limiter(after)
    if not new.window or new.time != timestamp & 0xFFFFFFFF:
        return 0
    rested = max(0, old.used - old.limit * (timestamp - old.time))
    return max(0, new.used - rested) // new.window


# What the chain says


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


def _paused(world: World, outcome: Outcome) -> str | None:
    """Whether every operation is closed, so that nothing of the protocol may move."""
    if world.guarded is None:
        return None
    closed = 0
    for rank in _RANKS:
        operations, until = world.guarded.guard.call("pauseOf", rank)
        closed |= operations if until > outcome.timestamp else 0
    live = closed == _ALL and not _in_shadow(world, _PAUSE)
    return "every operation was closed" if live else None


def _blocked(world: World, outcome: Outcome, receivers: set[Address]) -> str | None:
    """Whether the caller is blocked: he may bring assets, to repay or to defend a position, and take none.
    Through a contract outside, where he may act for somebody else, only what he gets himself counts."""
    by = world.addresses.get(outcome.step.actor)
    if world.guarded is None or by is None or _in_shadow(world, _BLOCKLIST):
        return None
    called = world.contracts.get(outcome.step.target)
    direct = called is not None and called.address in own_accounts(world)
    if not direct and not receivers & set(world.accounts_of(outcome.step.actor)):
        return None
    until = world.guarded.guard.call("accountBlockedUntil", by)
    return f"{outcome.step.actor} was blocked" if until > outcome.timestamp else None
