"""BoundedLoss: over any time T at most L · (1 + T / W) + C of an asset leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.claims import ClaimBook
from guardrails.fuzz.invariants.facts import Event, facts
from guardrails.fuzz.invariants.words import RATE_SCALE, SHARED_BUDGET, limiter, limiter_slot
from guardrails.policy import Policy

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

_OUTFLOW = 2  # in the enum `Guard`


class Bucket:
    """A leaky bucket of whole numbers: what leaves is times W, and each second L of it runs out. The bound
    holds over every interval exactly where it never holds more than (L + C) · W.
    """

    def __init__(self, limit: int, window: int, credit: int) -> None:
        self.limit, self.window, self.credit = limit, window, credit
        self.level = self.time = 0

    def add(self, amount: int, now: int) -> int:
        """What leaves now; how far that is over the bound, in units, rounded up."""
        self.level = max(0, self.level - self.limit * (now - self.time)) + amount * self.window
        self.time = now
        over = self.level - (self.limit + self.credit) * self.window
        return -(-over // self.window) if over > 0 else 0


class BoundedLoss(Ghost):
    """What leaves the protected contracts, each transaction by its net, from the tokens' own transfers.

    L is the largest limit in force: one bucket has the largest of all so far, another the one in force now
    and only what left since it is. Apart are claims that were due, by their own events, and pro rata exits,
    which the policy does not meter. Assets without a limit are bound by nothing.
    """

    name = "BoundedLoss"

    def __init__(self, world: World) -> None:
        policy = _policy(world)
        self.claims = ClaimBook(world)
        self.buckets: dict[str, list[Bucket]] = {}
        self.rates: dict[str, int] = {}
        self.tenths: dict[str, int] = {}
        self.in_shadow = "outflow" in [str(guard) for guard in policy.shadow]
        guard = world.contracts["guard"].address
        for asset in policy.assets:
            limit = asset.limit
            if limit is None:
                continue
            if asset.outflow.relative is not None:
                word = limiter(int.from_bytes(world.chain.storage(guard, limiter_slot(asset.address)), "big"))
                limit = max(limit, word.limit)
            self.tenths[asset.address] = asset.encoded().credit_tenths
            self._set(asset.address, limit, asset.outflow.window)
            budget = policy.shared_budget
            if budget and policy.draws_on_budget(asset.symbol):
                self.rates[asset.address] = budget.rate(asset.symbol, asset.decimals)
        if policy.shared_budget:
            self._set(SHARED_BUDGET, policy.shared_budget.scaled.value, policy.shared_budget.window)

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        found = facts(world, outcome)
        apart: dict[str, int] = {}
        if found.events:
            apart, _ = self.claims.observe(found, outcome.timestamp)
            for event in found.named("ExitPaid", "ExitCollected"):
                apart[event.args["token"]] = apart.get(event.args["token"], 0) + event.args["amount"]
        changed = {event.args["asset"] for event in found.events if self._configure(event)}
        if not found.net or self.in_shadow:
            return
        units = 0
        for asset, net in found.net.items():
            left = net - apart.get(asset, 0)
            if left > 0:
                self._leaves(world, asset, left, outcome.timestamp, asset in changed)
                units += left * self.rates.get(asset, 0)
        if units:
            whole = units // RATE_SCALE
            self._leaves(world, SHARED_BUDGET, whole, outcome.timestamp, SHARED_BUDGET in changed)

    def _leaves(self, world: World, asset: str, amount: int, now: int, changed: bool) -> None:
        """Where the limit `changed` in this very transaction, the amount may have left under either."""
        for bucket in self.buckets.get(asset, [])[: 1 if changed else None]:
            over = bucket.add(amount, now)
            if over and self.broken is None:
                name = "the shared budget" if asset == SHARED_BUDGET else world.names.get(asset, asset)
                self.broken = (
                    f"{name}: {over} units more left than {bucket.limit} * (1 + T / {bucket.window} s) + "
                    f"{bucket.credit}; the last {amount} in this step"
                )

    def _set(self, asset: str, limit: int, window: int) -> None:
        credit = limit * self.tenths.get(asset, 0) // 10
        old = self.buckets.get(asset)
        now = Bucket(limit, window, credit)
        if old is None:
            self.buckets[asset] = [now]
            return
        most = old[0]
        if (limit + credit) <= most.limit + most.credit and limit * most.window <= most.limit * window:
            self.buckets[asset] = [most, now]
            return
        # wider than any so far: in whole numbers, at least as fast and as deep as both
        faster = now if limit * most.window > most.limit * window else most
        wide = Bucket(faster.limit, faster.window, 0)
        wide.credit = max(limit + credit, most.limit + most.credit) - faster.limit
        wide.level, wide.time = -(-most.level * faster.window // most.window), most.time
        self.buckets[asset] = [wide, now]

    def _configure(self, event: Event) -> bool:
        """Whether the event set a limit."""
        args = event.args
        if event.name == "LimitSet":
            word = limiter(args["word"])
            self.tenths[args["asset"]] = word.credit_tenths
            if word.is_limited:
                self._set(args["asset"], word.limit, word.window)
            else:
                self.buckets.pop(args["asset"], None)
            if not word.shared:
                self.rates.pop(args["asset"], None)
            return True
        if event.name in ("BaseSynced", "RelativeLimitSet") and args["asset"] in self.buckets:
            limit = args["limit"] if event.name == "BaseSynced" else args["base"] * args["bps"] // 10_000
            if limit:
                self._set(args["asset"], limit, self.buckets[args["asset"]][-1].window)
            return bool(limit)
        if event.name == "UnitRateSet" and args["asset"] in self.rates:
            self.rates[args["asset"]] = args["rate"]
        elif event.name == "ShadowChanged" and args["guard"] == _OUTFLOW:
            self.in_shadow = args["shadow"]
            for asset, (most, *_) in self.buckets.items():
                self.buckets[asset] = [Bucket(most.limit, most.window, most.credit)]
        return False


def _policy(world: World) -> Policy:
    assert world.policy is not None
    return world.policy
