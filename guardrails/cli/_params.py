"""Kinds of options."""

from __future__ import annotations

import click

from guardrails.policy.units import UnitError, parse_duration, parse_percent

_UINT32_MAX = 2**32 - 1


class Duration(click.ParamType):
    """`2h`, `1h30m`: whole seconds, as many as a time on chain holds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Seconds."""
        try:
            seconds = value if isinstance(value, int) else parse_duration(value)
        except UnitError as error:
            raise click.BadParameter(f"{error.what}: {error.remedy}.", ctx, param) from None
        if seconds > _UINT32_MAX:
            raise click.BadParameter(f"`{value}` does not fit 32 bits of seconds: write less.", ctx, param)
        return seconds


class Share(click.ParamType):
    """`5 %`: in 1/10,000, as the chain holds it."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """1/10,000."""
        if isinstance(value, int):
            return value
        try:
            scaled = parse_percent(value) * 10_000
        except UnitError as error:
            raise click.BadParameter(f"{error.what}: {error.remedy}.", ctx, param) from None
        if scaled.denominator != 1:
            what = f"`{value}` is finer than 0.01 %: write two decimals at most."
            raise click.BadParameter(what, ctx, param)
        return int(scaled)
