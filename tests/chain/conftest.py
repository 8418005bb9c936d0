"""The probe contract, compiled from source by the checkout's own compiler and kept under `.cache`."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import Chain, Contract

SOURCES = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class Compiled:
    name: str
    abi: list[dict[str, Any]]
    bytecode: str
    runtime: bytes


@pytest.fixture(scope="session")
def compiled(root: Path) -> dict[str, Compiled]:
    """Every contract of `tests/chain/contracts`, by name."""
    sources = {path.name: {"content": path.read_text()} for path in sorted(SOURCES.glob("*.sol"))}
    request = json.dumps(
        {
            "language": "Solidity",
            "sources": sources,
            "settings": {
                "evmVersion": "cancun",
                "optimizer": {"enabled": True, "runs": 200},
                "metadata": {"bytecodeHash": "none", "appendCBOR": False},
                "outputSelection": {
                    "*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}
                },
            },
        }
    )
    kept = root / ".cache" / "tests-chain" / f"{hashlib.sha256(request.encode()).hexdigest()}.json"
    if not kept.is_file():
        solc = root / "tools" / "solc"
        answer = subprocess.run(
            [solc, "--standard-json"], input=request, text=True, capture_output=True, check=True, cwd=root
        ).stdout
        faults = [e for e in json.loads(answer).get("errors", []) if e["severity"] == "error"]
        assert not faults, faults
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{hash(answer)}")
        partial.write_text(answer)
        partial.replace(kept)
    found = {}
    for contracts in json.loads(kept.read_text())["contracts"].values():
        for name, made in contracts.items():
            evm = made["evm"]
            found[name] = Compiled(
                name, made["abi"], evm["bytecode"]["object"], bytes.fromhex(evm["deployedBytecode"]["object"])
            )
    return found


@pytest.fixture
def probe(chain: Chain, compiled: dict[str, Compiled]) -> Contract:
    """A probe holding 7 in `stored` and no money."""
    return Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])


@pytest.fixture
def alice(chain: Chain) -> str:
    return chain.accounts[1]
