"""What a node said of one block, kept in a file: a fork that was run once runs again without the node.

All that is asked belongs to the pinned block, so no answer ever becomes wrong. Several processes may use
one file.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak

from guardrails.chain.answers import number, read_block, reading
from guardrails.chain.errors import ChainError, NodeDown, RpcError
from guardrails.chain.rpc import HttpTransport
from guardrails.chain.types import Block, word

_BLOCK: Final = "eth_getBlockByNumber"
_PASSED: Final = frozenset(
    (
        _BLOCK,
        *("eth_getBalance", "eth_getCode", "eth_getStorageAt", "eth_getTransactionCount"),
        *("eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_feeHistory", "eth_getAccountInfo"),
        *("net_version", "web3_clientVersion"),
    )
)
"""What is asked of the node and kept. Nothing here changes anything on it."""
_UNKNOWN: Final = frozenset(("eth_getBlockByHash", "eth_getTransactionByHash", "eth_getTransactionReceipt"))
"""What a fork asks about its own blocks, too: nobody before the pinned block has an answer."""

_ORDERS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "CREATE TABLE IF NOT EXISTS answer (question TEXT PRIMARY KEY, json TEXT)",
)


@dataclass(frozen=True, slots=True)
class Pin:
    """The block that a cache is about."""

    chain_id: int
    block: Block


class ForkCache:
    """Answers to JSON-RPC as of block `block`, from the file if they are there, else from the node at `url`.

    ChainError where the file is no cache, or one of another block.
    """

    def __init__(self, url: str, block: int, path: Path) -> None:
        self._node = HttpTransport(url)
        self._number, self.path = block, path
        self._compared = False
        self._file: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            for order in _ORDERS:
                self._file.execute(order)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise ChainError(
                f"this cannot be a fork's cache: {error}", str(path), "Name another file, or remove it."
            ) from None
        try:
            self.pin = self._pinned()
        except BaseException:
            self.close()
            raise

    def answer(self, method: str, params: list[Any]) -> Any:
        """RpcError for what a fork has no use for, NodeDown where the node is needed and silent."""
        if method == "eth_chainId":
            return hex(self.pin.chain_id)
        if method == "eth_blockNumber":
            return hex(self._number)
        if method in _UNKNOWN:
            return None
        if method not in _PASSED:
            raise RpcError(
                f"method {method} is not available on a fork's cache", -32601, None, str(self.path)
            )
        asked = [hex(self._number) if one in ("latest", "pending", "safe") else one for one in params]
        if method == _BLOCK and number(asked[0]) > self._number:
            return self._block_of_the_fork(number(asked[0]))
        question = json.dumps([method, asked])
        found = self._kept(question)
        if found is None:
            self._compare()
            found = self._node.request(method, *asked)
            if found is None:
                raise RpcError(f"the node does not know {question}", None, None, str(self.path))
            self._keep(question, found)
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._node.close()

    def _pinned(self) -> Pin:
        kept = self._kept("pin")
        if kept is None:
            raw = self._ask_block()
            kept = {"chain_id": self._node.request("eth_chainId"), "block": raw}
            self._keep("pin", kept)
            self._keep(json.dumps([_BLOCK, [hex(self._number), False]]), raw)
        with reading("the kept block", str(self.path)):
            pin = Pin(number(kept["chain_id"]), read_block(kept["block"]))
        if pin.block.number != self._number:
            raise ChainError(
                f"this cache is of block {pin.block.number}, not {self._number}",
                str(self.path),
                "Give each pinned block a file of its own.",
            )
        return pin

    def _ask_block(self) -> Any:
        raw = self._node.request(_BLOCK, hex(self._number), False)
        if raw is None:
            raise ChainError(
                f"the node has no block {self._number}", str(self.path), "Pin a block that it has."
            )
        return raw

    def _compare(self) -> None:
        """Before the first question that the file does not answer: is it still the same chain?"""
        if self._compared:
            return
        with reading(_BLOCK, str(self.path)):
            found = read_block(self._ask_block())
        if found.hash != self.pin.block.hash:
            raise ChainError(
                f"the node's block {self._number} is not the one that the cache is of",
                str(self.path),
                "Name the node of that chain, or another file.",
            )
        self._compared = True

    def _block_of_the_fork(self, wanted: int) -> Any:
        """For BLOCKHASH of blocks that only the fork has: always the same, never the node's later ones."""
        raw = dict(self.answer(_BLOCK, [hex(self._number), False]))
        made = keccak(self.pin.block.hash + word(wanted))
        return raw | {"number": hex(wanted), "hash": "0x" + made.hex(), "transactions": []}

    def _kept(self, question: str) -> Any:
        try:
            assert self._file is not None
            row = self._file.execute("SELECT json FROM answer WHERE question = ?", (question,)).fetchone()
            return None if row is None else json.loads(row[0])
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise ChainError(
                f"the fork's cache cannot be read: {error}", str(self.path), "Remove it."
            ) from None

    def _keep(self, question: str, found: Any) -> None:
        try:
            assert self._file is not None
            self._file.execute("INSERT OR REPLACE INTO answer VALUES (?, ?)", (question, json.dumps(found)))
        except sqlite3.Error as error:
            raise NodeDown(
                f"the fork's cache cannot be written: {error}", str(self.path), "Make room, or name another."
            ) from None
