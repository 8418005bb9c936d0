"""`ape guardrails …`: the same commands as a subcommand of Ape (entry point group `ape_cli_subcommands`)."""

from guardrails.cli import main as cli

__all__ = ["cli"]
