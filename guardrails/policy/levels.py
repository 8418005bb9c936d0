"""What each level of restriction means."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from guardrails.policy.fields import Operations, Percent, Strict
from guardrails.policy.operations import Level, Operation, mask_of
from guardrails.policy.problems import Findings
from guardrails.policy.units import format_percent


class LevelRule(Strict):
    """What a level does."""

    share: Annotated[
        Percent, Field(description="Share of each limit that is left at this level; whole percent.")
    ]
    close: Annotated[Operations, Field(description="Operations closed at this level.")] = ()

    @property
    def mask(self) -> int:
        """The closed operations as a uint16 mask."""
        return mask_of(self.close)

    @property
    def share_percent(self) -> int:
        """The share as the chain stores it, 0 to 100."""
        return int(self.share * 100)


def _level(share: str, close: object = ()) -> LevelRule:
    return LevelRule.model_validate({"share": share, "close": close})


class Levels(Strict):
    """The ladder above normal: each step is at least as tight as the one before, so raising never loosens."""

    throttled: LevelRule = _level("50 %")
    queued: LevelRule = _level("0 %")
    exit_only: LevelRule = _level("0 %", ("DEPOSIT", "BORROW", "MINT", "TRADE"))
    frozen: LevelRule = _level("0 %", "all")

    def rule(self, level: Level) -> LevelRule:
        """The rule of a level; normal leaves everything open and every limit whole."""
        if level is Level.NORMAL:
            return _level("100 %")
        rule: LevelRule = getattr(self, level.name.lower())
        return rule

    @model_validator(mode="after")
    def _only_tightens(self) -> Self:
        found = Findings("levels")
        always = mask_of(("REPAY", "ADD_COLLATERAL"))
        below = _level("100 %")
        below_name = "normal"
        for name in type(self).model_fields:
            rule: LevelRule = getattr(self, name)
            if (rule.share * 100).denominator != 1:
                found.add((name, "share"), "the share is finer than one percent", "write whole percent")
            if rule.share > below.share:
                share = format_percent(rule.share)
                what = f"{name} leaves {share} of the limits, {below_name} less: raising would loosen"
                found.add((name, "share"), what, f"write at most {format_percent(below.share)}")
            if below.mask & ~rule.mask:
                what = f"{name} opens operations that {below_name} closes: raising would loosen"
                found.add((name, "close"), what, f"close at least what {below_name} closes")
            if name != "frozen" and rule.mask & always:
                what = f"{name} closes REPAY or ADD_COLLATERAL: borrowers could not save themselves"
                found.add((name, "close"), what, "close those two at frozen only")
            if rule.mask & always and not rule.mask & Operation.LIQUIDATE:
                what = f"{name} closes repayment but leaves LIQUIDATE open"
                found.add((name, "close"), what, "close LIQUIDATE too")
            below, below_name = rule, name
        found.settle()
        return self
