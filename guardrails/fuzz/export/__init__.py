"""A finding as a test that others run: it fails while the fault is there and passes once it is mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from guardrails.chain.foreign import printable
from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.errors import HarnessFault

FORMATS: Final = ("pytest", "forge", "json")


def export(artefact: Artefact, form: str, path: Path) -> tuple[Path, ...]:
    """Writes the test (with forge, the chain's state beside it); the paths of what was written."""
    if form not in FORMATS:
        raise HarnessFault(f"there is no format {form!r}", None, f"Choose among {', '.join(FORMATS)}.")
    if form == "json":
        artefact.write(path)
        return (path,)
    if artefact.broken_at is None:
        raise HarnessFault(
            f"{artefact.finding.property} held when it was written: there is nothing to assert",
            artefact.where,
            "Export a finding that was reproduced.",
        )
    if form == "pytest":
        from guardrails.fuzz.export.python import export_pytest

        return export_pytest(artefact, path)
    from guardrails.fuzz.export.solidity import export_forge

    return export_forge(artefact, path)


def render(template: str, **values: Any) -> str:
    """What is filled in is made safe by whoever fills it in: these are programs, not pages."""
    environment = Environment(
        loader=PackageLoader("guardrails.fuzz.export"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**values)


def comment(text: str) -> str:
    """One line, whatever a file says."""
    return " ".join(printable(text.replace("\n", " ")).split())


def identifier(text: str) -> str:
    """Letters and digits of it, at least one."""
    return re.sub(r"[^0-9A-Za-z]+", "", text)[:60] or "Property"
