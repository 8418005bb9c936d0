"""Compiled contracts, shipped inside the wheel: deploying and verifying need no compiler.

The JSON files in `data/` are written by `make artifacts` and committed; a test compiles afresh and compares
the bytes. Only the standard library is imported, and a file is read when it is asked for.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from guardrails.artifacts.bytecode import pushes
from guardrails.errors import GuardrailsError

__all__ = ["Artifact", "load", "names", "read"]


@dataclass(frozen=True, eq=False)
class Artifact:
    """One deployable contract as the compiler gave it.

    `bytecode` is the creation code without constructor arguments, `deployed_bytecode` the runtime code with
    zeros where immutables go. `immutable_references` maps `Contract.variable` to the (offset, length) pairs,
    in bytes of the runtime code, where its value stands. `source_hash` is the sha256 over path and text of
    every source in the contract's closure.
    """

    name: str
    source: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: Mapping[str, tuple[tuple[int, int], ...]]
    compiler: str
    settings: Mapping[str, Any]
    source_hash: str

    def matches(self, code: bytes) -> bool:
        """Whether code read from a chain is this contract's, whatever its immutables hold."""
        return len(code) == len(self.deployed_bytecode) and self._masked(code) == self.deployed_bytecode

    def immutable(self, name: str, code: bytes) -> bytes:
        """The value (32 bytes, as on the stack) of an immutable in code read from a chain.

        Raises `KeyError` for a name that the contract does not have.
        """
        start, length = self.immutable_references[name][0]
        return code[start : start + length]

    def _masked(self, code: bytes) -> bytes:
        masked = bytearray(code)
        for places in self.immutable_references.values():
            for start, length in places:
                masked[start : start + length] = bytes(length)
        return bytes(masked)


def names() -> tuple[str, ...]:
    """Names of all contracts that can be loaded, sorted."""
    files = (entry.name for entry in resources.files(__name__).joinpath("data").iterdir())
    return tuple(sorted(file.removesuffix(".json") for file in files if file.endswith(".json")))


@functools.cache
def load(name: str) -> Artifact:
    """The artefact of a contract, such as `GuardrailHub`; read once.

    Raises `GuardrailsError` when there is none of that name.
    """
    if name not in names():
        raise GuardrailsError(
            f"there is no compiled contract named {name!r}",
            where="guardrails.artifacts",
            remedy=f"Known: {', '.join(names()) or 'none'}. In a checkout, `make artifacts` compiles them.",
        )
    raw = json.loads(resources.files(__name__).joinpath("data", f"{name}.json").read_text(encoding="utf-8"))
    return Artifact(
        name=raw["name"],
        source=raw["source"],
        abi=tuple(raw["abi"]),
        bytecode=bytes.fromhex(raw["bytecode"][2:]),
        deployed_bytecode=bytes.fromhex(raw["deployedBytecode"][2:]),
        immutable_references={
            variable: tuple((start, length) for start, length in places)
            for variable, places in raw["immutableReferences"].items()
        },
        compiler=raw["compiler"],
        settings=raw["settings"],
        source_hash=raw["sourceHash"],
    )


def read(path: Path) -> Artifact:
    """A contract of one's own as its compiler wrote it: forge, Hardhat and Ape (`.build/<name>.json`).

    Raises `GuardrailsError` where the file is not there, is no such file, or holds an ABI without code.
    """
    where = str(path)
    remedy = "Compile, and name the file: out/MyVault.sol/MyVault.json after `forge build`."
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = (
            "there is no such file" if isinstance(error, FileNotFoundError) else f"it cannot be read: {error}"
        )
        raise GuardrailsError(what, where, remedy) from None
    abi = raw.get("abi") if isinstance(raw, dict) else None
    if not isinstance(abi, list) or not all(isinstance(entry, dict) and "type" in entry for entry in abi):
        raise GuardrailsError("this is no compiled contract: it has no ABI", where, remedy)
    runtime = _code(raw, where, "deployedBytecode", "runtimeBytecode")
    return Artifact(
        name=str(raw.get("contractName") or path.stem),
        source=str(raw.get("sourceName") or raw.get("sourceId") or where),
        abi=tuple(abi),
        bytecode=_code(raw, where, "bytecode", "deploymentBytecode"),
        deployed_bytecode=runtime,
        immutable_references={"immutables": _immutables(runtime)},
        compiler="",
        settings={},
        source_hash="",
    )


def _code(raw: Mapping[str, Any], where: str, *fields: str) -> bytes:
    """Hex under one of these names: plain (Hardhat), as `object` (forge) or as `bytecode` (Ape)."""
    found = next((raw[field] for field in fields if raw.get(field)), "")
    if isinstance(found, Mapping):
        found = found.get("object") or found.get("bytecode")
    code = str(found or "").removeprefix("0x")
    if not code:
        remedy = "Name a contract that can be deployed, not an interface or an abstract contract."
        raise GuardrailsError("it holds an ABI without code", where, remedy)
    if "__" in code:
        raise GuardrailsError(
            "its code refers to libraries without an address",
            where,
            "Link them: `forge build --libraries …`.",
        )
    try:
        return bytes.fromhex(code)
    except ValueError:
        raise GuardrailsError("its code is not hexadecimal", where, "Compile it again.") from None


def _immutables(code: bytes) -> tuple[tuple[int, int], ...]:
    """Where solc left 32 zeros to be filled: not every file says it, and no constant is pushed so."""
    return tuple((at + 1, 32) for at, operand in pushes(code) if operand == bytes(32))
