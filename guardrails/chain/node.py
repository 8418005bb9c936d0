"""What anvil and Ape's networks share: all that is asked of a node, and when its answers are believed."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from guardrails.chain.answers import (
    classify,
    number,
    read_block,
    read_log,
    read_receipt,
    reading,
    transaction,
    unhex,
)
from guardrails.chain.errors import (
    ChainError,
    NotMined,
    Reverted,
    RpcError,
    WrongChain,
)
from guardrails.chain.node_powers import DevelopmentPowers
from guardrails.chain.rpc import Transport
from guardrails.chain.types import ZERO_ADDRESS, Address, Block, Log, Receipt, checksum


class NodeChain(DevelopmentPowers):
    """A chain behind JSON-RPC. `wait` is how long, in seconds, a transaction may take to be mined."""

    name: str
    chain_id: int

    def __init__(self, transport: Transport, *, name: str, chain_id: int | None, wait: float) -> None:
        self._rpc = transport
        self.name = name
        self.wait = wait
        self.confirmations = 0
        self._call_timestamp: int | None = None
        self._mined: bytes | None = None
        found = self._number("eth_chainId")
        if chain_id is not None and chain_id != found:
            transport.close()
            raise WrongChain(chain_id, found, name)
        self.chain_id = found

    @property
    @abstractmethod
    def accounts(self) -> Sequence[Address]: ...

    @abstractmethod
    def _submit(self, sender: Address, to: Address | None, data: bytes, value: int, gas: int | None) -> bytes:
        """Hand the transaction to the node; its hash."""

    # Transactions

    def deploy(self, initcode: bytes, *, sender: Address, value: int = 0) -> Receipt:
        return self._transact(sender, None, initcode, value, None)

    def send(
        self, to: Address, data: bytes, *, sender: Address, value: int = 0, gas: int | None = None
    ) -> Receipt:
        return self._transact(sender, checksum(to), data, value, gas)

    def call(self, to: Address, data: bytes, *, sender: Address | None = None, value: int = 0) -> bytes:
        request = transaction(
            ZERO_ADDRESS if sender is None else checksum(sender), checksum(to), data, value, None
        )
        if self._call_timestamp is None:
            return self._bytes("eth_call", request, "latest")
        return self._bytes("eth_call", request, "latest", {}, {"time": hex(self._call_timestamp)})

    def estimate_gas(self, to: Address | None, data: bytes, *, sender: Address, value: int = 0) -> int:
        target = None if to is None else checksum(to)
        return self._number("eth_estimateGas", transaction(checksum(sender), target, data, value, None))

    def _transact(
        self, sender: Address, to: Address | None, data: bytes, value: int, gas: int | None
    ) -> Receipt:
        tx_hash = self._submit(checksum(sender), to, data, value, gas)
        self._call_timestamp = None
        receipt = self.await_receipt(tx_hash)
        self._mined = tx_hash
        if receipt.status != 1:
            raise Reverted(
                self._revert_data(tx_hash, receipt, transaction(checksum(sender), to, data, value, gas))
            )
        return receipt

    def await_receipt(self, tx_hash: bytes) -> Receipt:
        """The receipt of a transaction once a canonical block holds it, `confirmations` blocks deep.

        A receipt is believed only when the block at its height has its hash: nodes hand out receipts of
        pending transactions and of blocks that a reorganisation has dropped.
        """
        deadline, pause = time.monotonic() + self.wait, 0.0005
        while True:
            raw = self._ask("eth_getTransactionReceipt", "0x" + tx_hash.hex())
            with reading("eth_getTransactionReceipt", self.name):
                if raw is not None and self._is_canonical(raw):
                    receipt = read_receipt(raw)
                    if receipt.tx_hash != tx_hash:
                        raise ValueError("the receipt of another transaction")
                    return receipt
            if time.monotonic() > deadline:
                raise NotMined(tx_hash, self.wait, self.name)
            time.sleep(pause)
            pause = min(pause * 2, 0.25)

    def _is_canonical(self, raw: dict[str, Any]) -> bool:
        if not raw.get("blockNumber") or not raw.get("blockHash"):
            return False
        block = self._ask("eth_getBlockByNumber", raw["blockNumber"], False)
        if block is None or block.get("hash") != raw["blockHash"]:
            return False
        if not self.confirmations:
            return True
        return self._number("eth_blockNumber") >= number(raw["blockNumber"]) + self.confirmations

    def _revert_data(self, tx_hash: bytes, receipt: Receipt, request: dict[str, str]) -> bytes:
        """From the node's own trace; without one, from repeating the call on the block's parent."""
        try:
            trace = self._ask(
                "debug_traceTransaction",
                "0x" + tx_hash.hex(),
                {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}},
            )
            with reading("debug_traceTransaction", self.name):
                return unhex(trace.get("output") or "0x")
        except RpcError:
            pass
        try:
            self._ask("eth_call", request, hex(receipt.block_number - 1))
        except Reverted as error:
            return error.data
        except ChainError:
            pass
        return b""

    # Blocks and logs

    def block(self, number: int | None = None) -> Block:
        raw = self._ask("eth_getBlockByNumber", "latest" if number is None else hex(number), False)
        if raw is None:
            raise ChainError(f"there is no block {number}", self.name, "Ask for one up to the latest.")
        with reading("eth_getBlockByNumber", self.name):
            return read_block(raw)

    def logs(
        self,
        *,
        address: Address | None = None,
        topics: Sequence[bytes | None] = (),
        from_block: int = 0,
        to_block: int | None = None,
    ) -> tuple[Log, ...]:
        wanted: dict[str, Any] = {
            "fromBlock": hex(from_block),
            "toBlock": "latest" if to_block is None else hex(to_block),
            "topics": [None if topic is None else "0x" + topic.hex() for topic in topics],
        }
        if address is not None:
            wanted["address"] = checksum(address)
        found = self._ask("eth_getLogs", wanted)
        with reading("eth_getLogs", self.name):
            return tuple(read_log(raw) for raw in found)

    def revert(self, snapshot: object) -> None:
        """Go back, once the node's pool has let go of what was mined last.

        anvil shows a receipt a moment before it clears its pool. Going back in between would let it drop,
        as mined, the next transaction of that sender and nonce: another one.
        """
        deadline = time.monotonic() + self.wait
        while self._mined is not None and time.monotonic() < deadline:
            found = self._ask("eth_getTransactionByHash", "0x" + self._mined.hex())
            with reading("eth_getTransactionByHash", self.name):
                if found is None or found.get("blockHash"):
                    break
            time.sleep(0.0005)
        self._mined = None
        super().revert(snapshot)

    # State

    def code(self, address: Address) -> bytes:
        return self._bytes("eth_getCode", checksum(address), "latest")

    def balance(self, address: Address) -> int:
        return self._number("eth_getBalance", checksum(address), "latest")

    def storage(self, address: Address, slot: int) -> bytes:
        return self._bytes("eth_getStorageAt", checksum(address), hex(slot), "latest").rjust(32, b"\0")

    def nonce(self, address: Address) -> int:
        return self._number("eth_getTransactionCount", checksum(address), "latest")

    def pending_nonce(self, address: Address) -> int:
        return self._number("eth_getTransactionCount", checksum(address), "pending")

    # Asking

    def close(self) -> None:
        self._rpc.close()

    def _ask(self, method: str, *params: Any) -> Any:
        try:
            return self._rpc.request(method, *params)
        except RpcError as error:
            raise classify(error, self.name) from None

    def _number(self, method: str, *params: Any) -> int:
        answer = self._ask(method, *params)
        with reading(method, self.name):
            return number(answer)

    def _bytes(self, method: str, *params: Any) -> bytes:
        answer = self._ask(method, *params)
        with reading(method, self.name):
            return unhex(answer)
