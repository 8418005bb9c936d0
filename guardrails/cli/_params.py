"""Kinds of options."""

from __future__ import annotations

import click

from guardrails.policy.units import UnitError, parse_duration

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
