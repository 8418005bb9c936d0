"""A limiter's configuration, as the rational model takes it: from a policy, or stated outright."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.policy.asset import Asset
from guardrails.policy.operations import OverLimit


@dataclass(frozen=True, slots=True)
class LimiterConfig:
    """A limiter's configuration. Amounts in smallest units, the window in seconds."""

    limit: int
    window: int
    credit_tenths: int = 0
    reserve_tenths: int = 0
    exemption: int = 0
    mode: OverLimit = OverLimit.LIMITED_QUEUE

    @classmethod
    def of(cls, asset: Asset, *, base: int | None = None) -> LimiterConfig:
        """The configuration of a policy's asset; a relative limit at `base`, or at the stated one."""
        encoded = asset.encoded()
        limit = encoded.mantissa * 10**encoded.exponent
        if encoded.relative_bps:
            limit = relative_limit(encoded.base if base is None else base, encoded.relative_bps)
        return cls(
            limit,
            encoded.window_minutes * 60,
            encoded.credit_tenths,
            encoded.reserve_tenths,
            encoded.exemption_mantissa * 10**encoded.exemption_exponent,
            encoded.mode,
        )

    @property
    def most_credit(self) -> int:
        """The most that recent inflow adds to what may leave."""
        return self.limit * self.credit_tenths // 10

    def ceiling(self, size: int) -> int:
        """The most that may be used after a withdrawal of `size`, without credit."""
        reserve = self.limit * self.reserve_tenths // 10
        return self.limit if size <= self.exemption else self.limit - reserve


def relative_limit(base: int, bps: int) -> int:
    """The limit that follows a base: its share, cut to 20 bits times a power of ten."""
    mantissa, exponent = base * bps // 10_000, 0
    while mantissa >= 1 << 20:
        mantissa, exponent = mantissa // 10, exponent + 1
    return int(mantissa * 10**exponent)
