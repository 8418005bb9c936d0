"""A click group that imports a subcommand only when it runs: `check` must not pay for chain code."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from guardrails.cli._errors import report
from guardrails.errors import GuardrailsError


class LazyGroup(click.Group):
    """`table` maps a command's name to (`module:attribute`, one line of help)."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = dict(table or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table: from writing a policy to acting on it."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command's module."""
        if cmd_name not in self.table:
            return None
        module, attribute = self.table[cmd_name][0].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, with a suggestion for a misspelt name."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.table:
            from difflib import get_close_matches

            close = get_close_matches(name, self.table, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else f" See `{self._path(ctx)} --help`."
            ctx.fail(f"There is no command `{name}`.{hint}")
        return super().resolve_command(ctx, args)

    @staticmethod
    def _path(ctx: click.Context) -> str:
        """`guardrails fuzz`; also where a test calls the group by another name."""
        return ctx.command_path if ctx.parent else "guardrails"

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands from the table, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Turns an error for people into its text (or document) and exit code, without a traceback."""
        as_json = "--json" in (
            *ctx.protected_args,
            *ctx.args,
        )  # the command may not get as far as its options
        try:
            return super().invoke(ctx)
        except GuardrailsError as error:
            ctx.exit(report(error, as_json=as_json))
        except click.ClickException as error:
            if not as_json:
                raise
            ctx.exit(report(error, as_json=True))
