"""`guardrails schema`: the policy's format, derived from its model."""

from __future__ import annotations

import click

from guardrails.cli._output import emit_json
from guardrails.policy.schema import json_schema, markdown


@click.command()
@click.option(
    "--markdown", "as_markdown", is_flag=True, help="Print the reference for people (docs/policy.md)."
)
def schema(as_markdown: bool) -> None:
    """Print the JSON schema of guardrails.yaml (docs/guardrails.schema.json)."""
    if as_markdown:
        click.echo(markdown(), nl=False)
    else:
        emit_json(json_schema())
