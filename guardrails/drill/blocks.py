"""Several transactions in one block of a stated time, as they were on mainnet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.chain import Address, AnvilChain, Log
from guardrails.chain.answers import read_receipt

GAS = 600_000
"""Enough for any of the drill's transactions; 50 of them fit in a block."""


@dataclass(frozen=True)
class Transaction:
    """A call to be mined."""

    sender: Address
    to: Address
    data: bytes
    gas: int = GAS


@dataclass(frozen=True)
class Outcome:
    """What became of it, from its canonical receipt."""

    succeeded: bool
    logs: tuple[Log, ...]
    block_number: int


def mine_block(chain: AnvilChain, timestamp: int, transactions: Sequence[Transaction]) -> list[Outcome]:
    """Mines all of them in one block at `timestamp` (Unix seconds); those of one sender keep their order.

    anvil answers the parts of a batch at once and in any order: hence explicit nonces, and mining apart.
    """
    nonces = {sender: chain.nonce(sender) for sender in {t.sender for t in transactions}}
    sends = []
    for t in transactions:
        request = {
            "from": t.sender,
            "to": t.to,
            "data": "0x" + t.data.hex(),
            "gas": hex(t.gas),
            "gasPrice": "0x0",
            "nonce": hex(nonces[t.sender]),
        }
        nonces[t.sender] += 1
        sends.append(("eth_sendTransaction", [request]))
    chain.request("evm_setAutomine", False)
    try:
        chain.request("evm_setNextBlockTimestamp", timestamp)
        hashes = chain.batch(sends)
        chain.request("evm_mine")
    finally:
        chain.request("evm_setAutomine", True)
    return [_outcome(raw) for raw in chain.batch([("eth_getTransactionReceipt", [h]) for h in hashes])]


def _outcome(raw: dict[str, Any]) -> Outcome:
    receipt = read_receipt(raw)
    return Outcome(receipt.status == 1, receipt.logs, receipt.block_number)
