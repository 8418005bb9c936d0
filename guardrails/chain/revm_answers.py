"""What pyrevm says, in our words."""

from __future__ import annotations

import re
from typing import Any

from guardrails.chain.errors import ChainError, NodeDown, Rejected, Reverted
from guardrails.chain.types import Log, checksum

_REVERT = re.compile(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")
_SAID = re.compile(r'message: "(.*)", data')


def logs_of(result: Any, number: int, tx_hash: bytes) -> tuple[Log, ...]:
    """What a transaction of that block recorded."""
    found = []
    for index, entry in enumerate(result.logs):
        topics, data = entry.data
        found.append(Log(checksum(entry.address), tuple(topics), data, number, tx_hash, index))
    return tuple(found)


def translate(error: RuntimeError) -> ChainError:
    """What a RuntimeError of pyrevm means: it ran and was undone, it never ran, or a fork has no node."""
    text = str(error)
    if match := _REVERT.search(text):
        return Reverted(bytes.fromhex(match[1]))
    if text.startswith("Halt"):
        return Reverted(b"")
    if text.startswith("Database"):
        said = _SAID.search(text)
        return NodeDown(
            f"the forked chain's state is not to be had: {said[1] if said else text}",
            "revm",
            "Give the RPC address of a node that has the pinned block, or the cache of an equal run.",
        )
    return Rejected(
        f"the transaction never ran: {text}", "revm", "Check the sender's balance and the gas limit."
    )


class Forked:
    """pyrevm's EVM on a fork: whatever is asked of it may need the node."""

    def __init__(self, evm: Any) -> None:
        self._evm = evm

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._evm, name)
        if not callable(found):
            return found

        def ask(*arguments: Any, **options: Any) -> Any:
            try:
                return found(*arguments, **options)
            except RuntimeError as error:
                said = translate(error)
                if isinstance(said, NodeDown):
                    raise said from None
                raise

        return ask
