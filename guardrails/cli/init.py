"""`guardrails init`: a commented policy to start from."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import click

from guardrails.errors import GuardrailsError
from guardrails.policy.starter import KINDS, starter


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="guardrails.yaml")
@click.option("--kind", type=click.Choice(list(KINDS)), default="vault", show_default=True)
@click.option("--name", help="Name of the protocol.  [default: the name of the folder]")
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def init(file: Path, kind: str, name: str | None, force: bool) -> None:
    """Write a commented starter policy to FILE. It passes `guardrails check` as it stands.

    Replace the accounts, addresses and limits that are marked REPLACE.
    """
    text = starter(kind, _protocol_name(name, file))
    _write(file, text, force)
    click.echo(f"Wrote {file}. Replace what is marked REPLACE, then run: guardrails check {file}")


def _protocol_name(given: str | None, file: Path) -> str:
    """A name that the policy accepts, from the folder if none was given."""
    if given is not None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.+-]{0,31}", given):
            remedy = "use up to 32 letters, digits, `_`, `-`, `.`, beginning with a letter"
            raise GuardrailsError(f"`{given}` is not a name", "--name", remedy)
        return given
    folder = re.sub(r"[^A-Za-z0-9_.+-]+", "-", file.resolve().parent.name).lstrip("0123456789._+-")[:32]
    return folder or "protocol"


def _write(file: Path, text: str, force: bool) -> None:
    """Writes beside the file and moves it into place, so that nothing half-written is ever left."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.is_dir():
            raise GuardrailsError("this is a directory", str(file), "name a file, e.g. guardrails.yaml")
        if file.exists() and not force:
            raise GuardrailsError(
                "the file exists already", str(file), "name another, or overwrite it with --force"
            )
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        remedy = "check that the folder exists and can be written to"
        raise GuardrailsError(f"cannot write: {error.strerror}", str(file), remedy) from None
