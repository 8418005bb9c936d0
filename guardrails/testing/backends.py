"""Chains for tests: started once a session, given out clean to each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from guardrails.chain.base import Chain
from guardrails.chain.errors import ChainError
from guardrails.chain.revm import RevmChain

BACKENDS = ("revm", "anvil", "ape")
DEFAULT_BACKENDS = "revm,anvil"
APE_NETWORK = "ethereum:local:foundry"
APE_SETTINGS = {"host": "auto", "evm_version": "cancun"}


def parse_backends(text: str) -> list[str]:
    """`revm,anvil` → the names, in order; ChainError for one that does not exist."""
    option = "--guardrails-backends"
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in BACKENDS:
            raise ChainError(f"there is no backend {name!r}", option, f"Choose among {', '.join(BACKENDS)}.")
    if not names:
        raise ChainError("no backend is named", option, f"Choose among {', '.join(BACKENDS)}.")
    return names


class Pool:
    """The session's running nodes, by backend; `network` is the ape backend's."""

    def __init__(self, network: str = APE_NETWORK) -> None:
        self._network = network
        self._running: dict[str, Chain] = {}

    @contextmanager
    def lend(self, backend: str) -> Iterator[Chain]:
        """A chain as it was at its start; what is done to it is undone afterwards."""
        if backend == "revm":
            yield RevmChain()
            return
        if backend not in self._running:
            self._running[backend] = self._start(backend)
        chain = self._running[backend]
        clean = chain.snapshot()
        try:
            yield chain
        finally:
            chain.revert(clean)

    def _start(self, backend: str) -> Chain:
        if backend == "anvil":
            from guardrails.chain.anvil import AnvilChain

            return AnvilChain.start()
        from guardrails.chain.ape import ApeChain

        settings = APE_SETTINGS if self._network == APE_NETWORK else None
        return ApeChain.connect(self._network, settings=settings)

    def close(self) -> None:
        for chain in self._running.values():
            chain.close()
        self._running.clear()


def must_not_skip() -> bool:
    """On a continuous-integration machine a missing backend is a fault of the set-up."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def ape_network(config: pytest.Config) -> str:
    """The network of the ape backend: our option, else Ape's own, else a local anvil."""
    for option in ("--guardrails-network", "--network"):
        if named := config.getoption(option, None):
            return str(named)
    return APE_NETWORK
