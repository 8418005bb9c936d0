"""How much of one asset may leave, as it is written in the policy."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from guardrails.policy.encoding import MAX_WINDOW_MINUTES
from guardrails.policy.fields import UNLIMITED, LimitValue, Money, Percent, Seconds, Strict
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_duration, format_percent


class Outflow(Strict):
    """The limit of an asset, as written."""

    limit: Annotated[
        LimitValue,
        Field(
            description="How much may leave in one window; `10 %` follows a base that callers cannot move."
        ),
    ]
    window: Annotated[Seconds, Field(description="Time in which a used-up limit refills; whole minutes.")]
    inflow_credit: Annotated[
        Percent,
        Field(
            description="Share of the limit that recent deposits may add at most; it decays over one window."
        ),
    ] = Fraction(0)
    exemption: Annotated[
        Money | None, Field(description="A withdrawal up to this size is small: it may use the reserve too.")
    ] = None
    reserve: Annotated[
        Percent, Field(description="Share of the limit that only small withdrawals may use; at most 90 %.")
    ] = Fraction(0)
    over_limit: Annotated[
        Literal["queue", "revert"],
        Field(description="Over the limit: pay into a claim that settles later, or refuse."),
    ] = "queue"
    base_growth: Annotated[
        Percent | None, Field(description="With a relative limit: how fast the base may move, per window.")
    ] = None
    base: Annotated[
        Money | None,
        Field(
            description="With a relative limit: the base to start from; it follows what the host measures."
        ),
    ] = None

    @property
    def unlimited(self) -> bool:
        """Whether nothing is limited (said in so many words)."""
        return self.limit == UNLIMITED

    @property
    def relative(self) -> Fraction | None:
        """The share of the base, for a relative limit."""
        return self.limit if isinstance(self.limit, Fraction) else None

    @model_validator(mode="after")
    def _own_rules(self) -> Self:
        found = Findings("outflow")
        if self.window == 0:
            found.add(("window",), "a window of 0 refills at once: it limits nothing", "write e.g. 24h")
        elif self.window % 60:
            lower = self.window // 60 * 60 or 60
            found.add(
                ("window",), "the window is not in whole minutes", f"write e.g. {format_duration(lower)}"
            )
        elif self.window > MAX_WINDOW_MINUTES * 60:
            longest = format_duration(MAX_WINDOW_MINUTES * 60)
            found.add(("window",), f"the window is over {longest}", "write a shorter one, e.g. 7d")
        for name, top in (("inflow_credit", 10), ("reserve", 9)):
            _check_tenths(found, name, getattr(self, name), top)
        if self.reserve and self.exemption is None:
            found.add(
                ("reserve",), "a reserve for small withdrawals, but no size of small", "state `exemption`"
            )
        self._relative_rules(found)
        found.settle()
        return self

    def _relative_rules(self, found: Findings) -> None:
        partners = ("base", "base_growth")
        if self.relative is None:
            for name in partners:
                if getattr(self, name) is not None:
                    found.add(
                        (name,), f"`{name}` belongs to a relative limit", "remove it, or write limit: 10 %"
                    )
            return
        for name, remedy in zip(
            partners, ("e.g. base: 20_000_000 USDC", "e.g. base_growth: 10 %"), strict=True
        ):
            if getattr(self, name) is None:
                found.add(("limit",), f"a relative limit needs `{name}`", f"state it, {remedy}")
        for name in ("limit", "base_growth"):
            share = getattr(self, name)
            if share is not None and (share * 10_000).denominator != 1:
                found.add(
                    (name,), f"{format_percent(share)} is finer than 0.01 %", "write two decimals at most"
                )
            if share is not None and share == 0:
                found.add((name,), f"a {name} of 0 % never lets anything move", "write more than 0 %")


def _check_tenths(found: Findings, name: str, share: Fraction, top: int) -> None:
    if (share * 10).denominator != 1:
        lower = Fraction(int(share * 10), 10)
        what = f"{format_percent(share)} is not a multiple of 10 %"
        found.add((name,), what, f"the nearest lower value is {format_percent(lower)}")
    elif share * 10 > top:
        found.add((name,), f"{format_percent(share)} is over {top * 10} %", f"write at most {top * 10} %")
