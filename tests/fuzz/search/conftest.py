"""The planted protocols, compiled once a session; `planted` is the module that holds the targets."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from guardrails.fuzz import find_target
from tools.compiler import compiled

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def planted() -> ModuleType:
    source = (HERE / "planted.sol").read_text()
    output = compiled({"planted.sol": source}, {"*": {"*": ["abi", "evm.bytecode.object"]}})
    module = sys.modules[type(find_target(f"{HERE}/planted.py:Honest")).__module__]
    for name, contract in output["contracts"]["planted.sol"].items():
        module.COMPILED[name] = module.Artifact(name, contract["abi"], contract["evm"]["bytecode"]["object"])
    return module
