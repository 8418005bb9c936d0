"""Chains for tests: started once a session, given out clean to each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guardrails.chain.base import Chain
from guardrails.chain.errors import ChainError
from guardrails.chain.revm import RevmChain

BACKENDS = ("revm", "anvil", "ape")
DEFAULT_BACKENDS = "revm,anvil"
APE_NETWORK = "ethereum:local:foundry"
APE_SETTINGS = {"host": "auto", "evm_version": "cancun"}


def parse_backends(text: str) -> list[str]:
    """`revm,anvil` → the names, in order; ChainError for one that does not exist."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in BACKENDS:
            raise ChainError(
                f"there is no backend {name!r}", "--guardrails-backends", f"Choose among {', '.join(BACKENDS)}."
            )
    if not names:
        raise ChainError("no backend is named", "--guardrails-backends", f"Choose among {', '.join(BACKENDS)}.")
    return names


class Pool:
    """The session's running nodes, by backend."""

    def __init__(self) -> None:
        self._running: dict[str, Chain] = {}

    @contextmanager
    def lend(self, backend: str) -> Iterator[Chain]:
        """A chain as it was at its start; what is done to it is undone afterwards."""
        if backend == "revm":
            yield RevmChain()
            return
        if backend not in self._running:
            self._running[backend] = _start(backend)
        chain = self._running[backend]
        clean = chain.snapshot()
        try:
            yield chain
        finally:
            chain.revert(clean)

    def close(self) -> None:
        for chain in self._running.values():
            chain.close()
        self._running.clear()


def must_not_skip() -> bool:
    """On a continuous-integration machine a missing backend is a fault of the set-up."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _start(backend: str) -> Chain:
    if backend == "anvil":
        from guardrails.chain.anvil import AnvilChain

        return AnvilChain.start()
    from guardrails.chain.ape import ApeChain

    return ApeChain.connect(APE_NETWORK, settings=APE_SETTINGS)
