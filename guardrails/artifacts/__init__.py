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
from typing import Any

from guardrails.errors import GuardrailsError

__all__ = ["Artifact", "load", "names"]


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
