"""One limiter twice: the Solidity on some chain, and the rational model. Every step goes to both."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from guardrails.chain import Chain, Contract
from guardrails.policy.operations import OverLimit
from guardrails.risk.config import LimiterConfig, relative_limit
from guardrails.risk.model import Decision, RationalLimiter

ASSET = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
NEVER = 2**256 - 1
CREDIT_TICKS = 256


def word_of(mantissa: int, exponent: int, config: LimiterConfig) -> int:
    """The configuration word, packed by hand from the layout that the contract documents.

    The exemption of `config` must be below 256, its limit is `mantissa` times 10 to the `exponent`.
    """
    assert mantissa * 10**exponent == config.limit
    assert config.exemption < 256
    fields = [
        (mantissa, 151),
        (exponent, 171),
        (config.window // 60, 176),
        (config.exemption, 232),
        (config.credit_tenths, 245),
        (config.reserve_tenths, 249),
        (list(OverLimit).index(config.mode), 253),
    ]
    return sum(value << bit for value, bit in fields)


@dataclass
class Pair:
    """`host` and `model` have had the same calls; `now` is the time of the next one."""

    chain: Chain
    host: Contract
    now: int
    model: RationalLimiter = field(init=False)
    _tx: int = 0
    _base: int = 0
    _bps: int = 0
    _growth: int = 0
    _synced: int = 0

    def __post_init__(self) -> None:
        self.model = RationalLimiter(LimiterConfig(0, 60, mode=OverLimit.UNSET), time=self.now)

    def wait(self, seconds: int) -> None:
        self.now += seconds

    def send(self, name: str, *args: object) -> None:
        self.now += 1
        self.chain.warp(self.now)
        self.host.send(name, *args, sender=self.chain.accounts[0])

    def configure(self, mantissa: int, exponent: int, config: LimiterConfig) -> None:
        self.send("setLimit", ASSET, word_of(mantissa, exponent, config))
        self.model.reconfigure(config, self.now)

    def follow(self, base: int, bps: int, growth_bps: int) -> None:
        """Makes the limit relative."""
        self.send("setRelativeLimit", ASSET, bps, growth_bps, base)
        self._base, self._bps, self._growth, self._synced = base, bps, growth_bps, self.now
        self.model.rebase(relative_limit(base, bps), self.now)

    def sync(self, measured: int) -> None:
        """Moves the base, at least an hour after the last time."""
        self.now = max(self.now, self._synced + 3_600)
        self.send("setBase", ASSET, measured)
        self.send("syncBase", ASSET)
        elapsed = min(self.now - self._synced, self.model.config.window)
        step = self._base * self._growth * elapsed // (10_000 * self.model.config.window)
        self._base = min(max(measured, self._base - step), self._base + step)
        self._synced = self.now
        self.model.rebase(relative_limit(self._base, self._bps), self.now)

    def set_share(self, share: int) -> None:
        self.send("setShare", share, False)
        self.model.share = share

    def transact(self, amounts: list[int]) -> None:
        """One transaction: positive amounts come in, negative ones go out."""
        self.now += 1
        self._tx += 1
        steps = [(amount > 0, ASSET, abs(amount)) for amount in amounts]
        self.chain.warp(self.now)
        answers = self.host.call("run", steps, sender=self.chain.accounts[0])
        self.host.send("run", steps, sender=self.chain.accounts[0])
        assert self.chain.block().timestamp == self.now
        assert list(answers) == [self._model_step(amount) for amount in amounts]

    def _model_step(self, amount: int) -> Decision:
        if amount < 0:
            return self.model.pay_out(-amount, self.now, self._tx)
        self.model.take_in(amount, self.now, self._tx)
        return Decision.PASS

    def compare(self) -> None:
        """Used and credit, to the last fraction."""
        word = int(self.host.call("outflowWord", ASSET))
        limit = (word >> 151 & 0xFFFFF) * 10 ** (word >> 171 & 31)
        assert limit == self.model.config.limit
        used = max((word & (1 << 119) - 1) - limit * (self.now - (word >> 119 & 0xFFFFFFFF)), 0)
        assert Fraction(used, self.model.config.window) == self.model.used_at(self.now)
        assert Fraction(word >> 192 & (1 << 40) - 1, CREDIT_TICKS) == self.model.credit_end

    def compare_views(self, amount: int) -> None:
        self.now += 1
        self.chain.warp(self.now)
        assert self.host.call("available", ASSET) == self.model.available(self.now)
        at = self.model.retry_at(amount, self.now)
        assert self.host.call("retryAt", ASSET, amount) == (NEVER if at is None else at)
