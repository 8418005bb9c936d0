"""The Solidity compiler of this checkout, for the tools that read what it says of the contracts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def compiled(sources: dict[str, str], wanted: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """As `output`; SystemExit with the compiler's words where the sources have errors."""
    found = output(sources, wanted)
    if errors := errors_in(found):
        said = "\n".join(error["formattedMessage"] for error in errors)
        raise SystemExit("the contracts do not compile:\n" + said)
    return found


def output(sources: dict[str, str], wanted: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """solc's standard JSON output for `sources` (path → text; imports are found in the checkout).

    `wanted` is its outputSelection.
    """
    request = {
        "language": "Solidity",
        "sources": {path: {"content": text} for path, text in sources.items()},
        "settings": {
            "remappings": ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"],
            "outputSelection": wanted,
            "evmVersion": "cancun",
        },
    }
    command = [str(ROOT / "tools/solc"), "--standard-json", "--base-path", str(ROOT)]
    command += ["--include-path", str(ROOT)]
    done = subprocess.run(
        command, input=json.dumps(request), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def errors_in(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The errors in an output; warnings are none."""
    return [error for error in found.get("errors", ()) if error["severity"] == "error"]


def syntax_trees(sources: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Path → syntax tree, of `sources` and of what they import."""
    found = compiled(sources, {"*": {"": ["ast"]}})
    return {path: source["ast"] for path, source in found["sources"].items()}
