"""JSON-RPC's hexadecimal, to and from our types; every node words its errors in its own way."""

from __future__ import annotations

import re
from typing import Any

from guardrails.chain.errors import ChainError, Rejected, Reverted, RpcError
from guardrails.chain.types import Address, Log, Receipt, checksum

_HALT = re.compile(
    r"EVM error|out of gas|invalid opcode|stack (under|over)flow|invalid jump|write protection|max code size",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"insufficient funds|intrinsic gas|nonce too|gas limit|underpriced|max fee", re.IGNORECASE
)


def transaction(
    sender: Address, to: Address | None, data: bytes, value: int, gas: int | None
) -> dict[str, str]:
    request = {"from": sender, "data": "0x" + data.hex(), "value": hex(value)}
    if to is not None:
        request["to"] = to
    if gas is not None:
        request["gas"] = hex(gas)
    return request


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def classify(error: RpcError, name: str) -> ChainError:
    """What a node's error means: it ran and was undone, it never ran, or neither."""
    data = error.data
    if isinstance(data, dict):
        data = data.get("data", data.get("result"))
    if (
        isinstance(data, str)
        and data.startswith("0x")
        and (error.code == 3 or "revert" in error.message.lower())
    ):
        return Reverted(unhex(data))
    if "revert" in error.message.lower() or _HALT.search(error.message):
        return Reverted(b"")
    if _REJECTED.search(error.message):
        return Rejected(
            f"the transaction never ran: {error.message}",
            name,
            "Check the sender's balance and the gas limit.",
        )
    return error


def read_log(raw: dict[str, Any]) -> Log:
    return Log(
        address=checksum(raw["address"]),
        topics=tuple(unhex(topic) for topic in raw["topics"]),
        data=unhex(raw["data"]),
        block_number=int(raw["blockNumber"], 16),
        tx_hash=unhex(raw["transactionHash"]),
        log_index=int(raw["logIndex"], 16),
    )


def read_receipt(raw: dict[str, Any]) -> Receipt:
    created = raw.get("contractAddress")
    return Receipt(
        tx_hash=unhex(raw["transactionHash"]),
        block_number=int(raw["blockNumber"], 16),
        block_hash=unhex(raw["blockHash"]),
        status=int(raw["status"], 16),
        gas_used=int(raw["gasUsed"], 16),
        contract_address=checksum(created) if created else None,
        logs=tuple(read_log(log) for log in raw["logs"]),
        return_data=None,
    )
