"""The exact model of the outflow limiter: what the contracts have to decide, in rational numbers.

It is written from the rules, not from the Solidity: amounts are in units of the asset (not units × seconds),
time in seconds, and nothing is rounded but where a rule says so. Differential tests hold the contracts to it.

Rules. `used` falls by limit / window each second. A withdrawal of `a` adds a / share and passes when the sum
stays within limit − reserve + live credit (small ones: limit + live credit). Credit is at most C = limit ×
tenths / 10; a net inflow of `a` lengthens its life by a / C windows, up to one window, and it falls evenly to
0 over that life. Life is counted in 1/256 seconds. Within one transaction only the net counts: what comes in
and goes out again is neither charged nor credited, what goes out and comes back is taken off `used`,
at the weight at which it was charged (the lightest one, where it changed within the transaction).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from guardrails.policy.operations import OverLimit
from guardrails.risk.config import LimiterConfig

TICKS: Final = 256
"""Parts of a second in which the life of the credit is counted."""
MAX_AMOUNT: Final = 1 << 119
"""No withdrawal of this many units or more ever passes; a larger inflow counts as this much."""


class Decision(IntEnum):
    """What the limiter answers; the numbers are those of the contracts."""

    PASS = 0
    QUEUE = 1
    REFUSE = 2


@dataclass
class _Transaction:
    """The net flow of the running transaction, the credit at its start, the largest share charged at."""

    tx: Hashable = None
    net: int = 0
    credit_end: Fraction = Fraction(0)
    share: int = 0


@dataclass
class RationalLimiter:
    """One asset's limiter. Times are Unix seconds and must not fall; `tx` is any name of the transaction.

    `share` is the percentage of the limit that the level in force leaves. With `shared`, every withdrawal
    also draws on that limiter, at `unit_rate` common units per 1e18 units of this asset: rounded up on the
    way out, down when it comes back within the transaction.
    """

    config: LimiterConfig
    share: int = 100
    shared: RationalLimiter | None = None
    unit_rate: int = 0
    used: Fraction = Fraction(0)
    time: int = 0
    credit_end: Fraction = Fraction(0)
    _now: _Transaction = field(default_factory=_Transaction, repr=False)

    # ---- flows

    def take_in(self, amount: int, t: int, tx: Hashable) -> None:
        """Meters an inflow of what really arrived."""
        if amount == 0 or self.config.mode in (OverLimit.UNSET, OverLimit.UNLIMITED):
            return
        amount = min(amount, MAX_AMOUNT)
        self._enter(tx)
        back = min(amount, max(-self._now.net, 0))
        self._give_back(back, self._now.share, t)
        if self.shared is not None:
            self.shared._give_back(back * self.unit_rate // 10**18, self._now.share, t)
        self._now.net += amount
        self.credit_end = self._credited(max(self._now.net, 0), t)

    def pay_out(self, amount: int, t: int, tx: Hashable) -> Decision:
        """Decides on `amount` leaving now and charges it if it may. Anything but PASS changes nothing."""
        mode = self.config.mode
        if amount == 0 or mode is OverLimit.UNLIMITED:
            return Decision.PASS
        self._enter(tx)
        if mode is OverLimit.UNSET or not self._charge(amount, t):
            return Decision.QUEUE if mode is OverLimit.LIMITED_QUEUE else Decision.REFUSE
        self._now.net -= amount
        return Decision.PASS

    def _charge(self, amount: int, t: int) -> bool:
        if amount >= MAX_AMOUNT:
            return False
        cancelled = min(amount, max(self._now.net, 0))
        credit_end = self._credited(self._now.net - cancelled, t) if cancelled else self.credit_end
        charged = amount - cancelled
        if charged:
            used = self._used_after(charged, t)
            if used is None or used > self.config.ceiling(amount) + self._credit(credit_end, t):
                return False
            if self.shared is not None and not self._charge_shared(charged, t):
                return False
            self.used, self.time = used, t
            self._now.share = max(self._now.share, self.share)
        self.credit_end = credit_end
        return True

    def _charge_shared(self, charged: int, t: int) -> bool:
        assert self.shared is not None
        shared, units = self.shared, -(-charged * self.unit_rate // 10**18)
        shared.share = self.share
        used = shared._used_after(units, t)
        if used is None or used > shared.config.ceiling(MAX_AMOUNT):
            return False
        shared.used, shared.time = used, t
        return True

    # ---- state

    def used_at(self, t: int) -> Fraction:
        """What is used of the limit at `t`, refilled exactly."""
        refilled = Fraction(self.config.limit * (t - self.time), self.config.window)
        return max(self.used - refilled, Fraction(0))

    def credit_at(self, t: int) -> Fraction:
        """The live inflow credit at `t`."""
        return self._credit(self.credit_end, t)

    def _credit(self, end: Fraction, t: int) -> Fraction:
        life = max(end - t, Fraction(0)) * TICKS
        return Fraction(floor(self.config.most_credit * life / TICKS), self.config.window)

    def _credited(self, inflow: int, t: int) -> Fraction:
        """The end of the credit after a net inflow, counted from where it was when the transaction began."""
        start, most = self._now.credit_end, self.config.most_credit
        if inflow == 0 or most == 0:
            return start
        life = Fraction(floor(Fraction(inflow * self.config.window * TICKS, most)), TICKS)
        return min(max(start, Fraction(t)) + life, Fraction(t + self.config.window))

    def _used_after(self, amount: int, t: int) -> Fraction | None:
        """`used` with `amount` weighed by the level's share; None where the level leaves nothing."""
        if self.share == 0 or amount >= MAX_AMOUNT:
            return None
        window = self.config.window
        return self.used_at(t) + Fraction(ceil(Fraction(amount * window * 100, self.share)), window)

    def _give_back(self, amount: int, share: int, t: int) -> None:
        if amount:
            window = self.config.window
            weighed = Fraction(amount * window * 100 // share, window)
            self.used, self.time = max(self.used_at(t) - weighed, Fraction(0)), t

    def _enter(self, tx: Hashable) -> None:
        if self._now.tx != tx:
            self._now = _Transaction(tx, 0, self.credit_end)

    # ---- questions

    def available(self, t: int, *, size: int = MAX_AMOUNT) -> int | None:
        """Whole units that may leave in a new transaction of a withdrawal of that size; None for no limit.

        For what a small withdrawal finds, pass `size=0` and take at most the exemption.
        """
        mode = self.config.mode
        if mode is OverLimit.UNLIMITED:
            return None
        if mode is OverLimit.UNSET:
            return 0
        room = floor(self._room(size, t, self.credit_at(t)))
        if self.shared is not None:
            self.shared.share = self.share
            units = floor(self.shared._room(MAX_AMOUNT, t, Fraction(0)))
            room = min(room, units * 10**18 // self.unit_rate)
        return room

    def _room(self, size: int, t: int, credit: Fraction) -> Fraction:
        return max(self.config.ceiling(size) + credit - self.used_at(t), Fraction(0)) * self.share / 100

    def retry_at(self, amount: int, t: int) -> int | None:
        """A second at which `amount` fits if nothing else moves and credit is left out; None for never."""
        if amount == 0 or self.config.mode is OverLimit.UNLIMITED:
            return t
        if self.config.mode is OverLimit.UNSET or amount >= MAX_AMOUNT:
            return None
        if self.shared is not None:
            self.shared.share = self.share
            at = self.shared._fits_at(-(-amount * self.unit_rate // 10**18), MAX_AMOUNT, t)
            if at is None:
                return None
            t = at
        return self._fits_at(amount, amount, t)

    def _fits_at(self, amount: int, size: int, t: int) -> int | None:
        used, ceiling = self._used_after(amount, t), self.config.ceiling(size)
        if used is None:
            return None
        if used <= ceiling + self.credit_at(t):
            return t
        if self.config.limit == 0 or used - self.used_at(t) > ceiling:
            return None
        return t + ceil((used - ceiling) * self.config.window / self.config.limit)

    # ---- configuration

    def reconfigure(self, config: LimiterConfig, t: int) -> None:
        """Changes the configuration: what is available never rises by it, and the credit is cleared.

        What went out on credit stays used beyond the limit, but not beyond the credit that there is now.
        """
        self._carry_over(config, t)
        self.used = min(self.used, Fraction(config.limit + config.most_credit))
        self.credit_end = Fraction(0)

    def rebase(self, limit: int, t: int) -> None:
        """A relative limit follows its base: only the limit changes, the credit's life goes on."""
        self._carry_over(replace(self.config, limit=limit), t)

    def _carry_over(self, config: LimiterConfig, t: int) -> None:
        used = Fraction(0)
        if self.config.mode in (OverLimit.LIMITED_REVERT, OverLimit.LIMITED_QUEUE):
            before = self.used_at(t)
            free_for_large = max(self.config.ceiling(MAX_AMOUNT) - before, Fraction(0))
            used = max(
                config.limit - (self.config.limit - before),
                config.ceiling(MAX_AMOUNT) - free_for_large,
                Fraction(0),
            )
            used = Fraction(ceil(used * config.window), config.window)
        self.config, self.used, self.time = config, used, t
