"""Where the anvil program is."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

from guardrails.chain.errors import MissingBackend

ANVIL_VARIABLE = "GUARDRAILS_ANVIL"


def anvil_path(start: Path | None = None) -> Path:
    """The anvil to run: $GUARDRAILS_ANVIL, else `node_modules` from `start` (the working folder) upward,
    else PATH.

    In `node_modules` it is the native program, not the script in `.bin`: ending that script leaves anvil
    running.
    """
    if named := os.environ.get(ANVIL_VARIABLE):
        if os.path.isfile(named) and os.access(named, os.X_OK):
            return Path(named)
        raise MissingBackend(
            f"{named} is no program that can be run", f"${ANVIL_VARIABLE}", "Point it at anvil, or unset it."
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        native = folder / "node_modules" / "@foundry-rs" / f"anvil-{_platform()}" / "bin" / "anvil"
        if os.access(native, os.X_OK):
            return native
    if found := shutil.which("anvil"):
        return Path(found)
    raise MissingBackend(
        "anvil is not installed",
        str(here),
        f"Run `make setup` in a checkout, install Foundry, or point {ANVIL_VARIABLE} at the program.",
    )


def _platform() -> str:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{sys.platform}-{machine}"
