"""`guardrails fuzz replay` and `export`: what a search found, taken again and turned into a test."""

from __future__ import annotations

import click


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
def replay(file: str, as_json: bool) -> None:
    """Take the steps of a finding on any backend."""


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
def export(file: str, as_json: bool) -> None:
    """Turn a finding into a pytest or forge test, or JSON."""
