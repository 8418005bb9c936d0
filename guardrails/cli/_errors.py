"""What a command prints when it fails: text for people on stderr, or with --json a document on stdout."""

from __future__ import annotations

import json
import sys

import click

from guardrails.errors import GuardrailsError


def report(error: GuardrailsError | click.ClickException, *, as_json: bool) -> int:
    """Prints it; the exit code."""
    if as_json:
        document = {"ok": False, "exit_code": error.exit_code, "problems": _problems(error)}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    elif isinstance(error, GuardrailsError):
        click.echo(click.style("error: ", fg="red", bold=True) + str(error), err=True)
    else:
        error.show()
    sys.stdout.flush()
    return error.exit_code


def _problems(error: GuardrailsError | click.ClickException) -> list[dict[str, str | None]]:
    if isinstance(error, click.ClickException):
        command = (
            error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "guardrails"
        )
        return [{"what": error.format_message(), "where": command, "remedy": f"See `{command} --help`."}]
    found = getattr(error, "problems", None) or (error,)  # a policy's faults come all at once
    return [{"what": one.what, "where": one.where, "remedy": one.remedy} for one in found]
