"""The seeded faults, compiled by forge under a profile of their own: the main suite must not run them."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {"FOUNDRY_PROFILE": "seeded"}


@dataclass(frozen=True)
class Compiled:
    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: str


@functools.cache
def compile_all(*, handlers: bool = False) -> Path:
    """Compiles what has changed, forge's handlers too if they are wanted; the folder of the results."""
    command = [str(ROOT / "tools/forge"), "build", "--quiet"]
    if not handlers:
        command += ["--skip", "tests/fuzz/seeded/forge/**"]
    subprocess.run(command, cwd=ROOT, env=os.environ | ENVIRONMENT, check=True)
    return ROOT / ".cache/seeded/out"


@functools.cache
def load(name: str) -> Compiled:
    path = compile_all() / f"{name}.sol" / f"{name}.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Compiled(name, tuple(raw["abi"]), raw["bytecode"]["object"])
