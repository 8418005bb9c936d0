"""The limiter alone, compiled once a session, and the pair of it with the exact model."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Compiled:
    name: str
    abi: list[dict[str, Any]]
    bytecode: str


@pytest.fixture(scope="session")
def host_code(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """`tests/forge/outflow/OutflowHost.sol`: the limiter with its hooks open."""
    out = tmp_path_factory.mktemp("outflow")
    command = ["tools/forge", "build", "--quiet", "--out", str(out), "--cache-path", str(out / "cache")]
    subprocess.run([*command, "tests/forge/outflow/OutflowHost.sol"], cwd=root, check=True)
    made = json.loads((out / "OutflowHost.sol" / "OutflowHost.json").read_text(encoding="utf-8"))
    return Compiled("OutflowHost", made["abi"], made["bytecode"]["object"])
