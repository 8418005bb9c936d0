"""One seam to an EVM, three backends: revm in process, anvil by JSON-RPC, any network through Ape.

Importing this package imports none of the backends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guardrails.chain.base import Chain
from guardrails.chain.errors import (
    ChainError,
    MissingBackend,
    NodeDown,
    NotMined,
    NotSupported,
    Rejected,
    Reverted,
    RpcError,
    UnknownSender,
    WrongChain,
)
from guardrails.chain.types import ZERO_ADDRESS, Address, Block, Log, Receipt

if TYPE_CHECKING:
    from guardrails.chain.anvil import AnvilChain
    from guardrails.chain.ape import ApeChain
    from guardrails.chain.contract import Contract
    from guardrails.chain.revm import RevmChain

__all__ = [
    "ZERO_ADDRESS",
    "Address",
    "AnvilChain",
    "ApeChain",
    "Block",
    "Chain",
    "ChainError",
    "Contract",
    "Log",
    "MissingBackend",
    "NodeDown",
    "NotMined",
    "NotSupported",
    "Receipt",
    "Rejected",
    "Reverted",
    "RevmChain",
    "RpcError",
    "UnknownSender",
    "WrongChain",
]

_LAZY = {
    "AnvilChain": "guardrails.chain.anvil",
    "ApeChain": "guardrails.chain.ape",
    "Contract": "guardrails.chain.contract",
    "RevmChain": "guardrails.chain.revm",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
