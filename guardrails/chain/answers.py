"""JSON-RPC's hexadecimal, to and from our types; every node words its errors in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guardrails.chain.errors import BadArgument, ChainError, NodeDown, Rejected, Reverted, RpcError
from guardrails.chain.foreign import printable
from guardrails.chain.types import Address, Block, Log, Receipt, checksum

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
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


@contextmanager
def reading(method: str, name: str) -> Iterator[None]:
    """What a node answers has to be of the shape that was asked for, whatever it sends."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, BadArgument) as error:
        raise NodeDown(
            f"the node's answer to {method} is not of the form that JSON-RPC gives it"
            f" ({type(error).__name__}: {printable(str(error))})",
            name,
            "Check the RPC address, or ask another node.",
        ) from None


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def number(text: str) -> int:
    """`0x1f`; ValueError for anything else, also for what `int` would let pass."""
    if not _QUANTITY.fullmatch(text):
        raise ValueError(f"{text!r} is no quantity")
    return int(text, 16)


def fixed(text: str, length: int = 32) -> bytes:
    """Bytes of a known length, as of a hash."""
    if len(found := unhex(text)) != length:
        raise ValueError(f"{len(found)} bytes instead of {length}")
    return found


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
        with reading("the call that reverted", name):
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


def read_block(raw: dict[str, Any]) -> Block:
    return Block(number(raw["number"]), number(raw["timestamp"]), fixed(raw["hash"]))


def read_log(raw: dict[str, Any]) -> Log:
    return Log(
        address=checksum(raw["address"]),
        topics=tuple(fixed(topic) for topic in raw["topics"]),
        data=unhex(raw["data"]),
        block_number=number(raw["blockNumber"]),
        tx_hash=fixed(raw["transactionHash"]),
        log_index=number(raw["logIndex"]),
    )


def read_receipt(raw: dict[str, Any]) -> Receipt:
    created = raw.get("contractAddress")
    return Receipt(
        tx_hash=fixed(raw["transactionHash"]),
        block_number=number(raw["blockNumber"]),
        block_hash=fixed(raw["blockHash"]),
        status=number(raw["status"]),
        gas_used=number(raw["gasUsed"]),
        contract_address=checksum(created) if created else None,
        logs=tuple(read_log(log) for log in raw["logs"]),
        return_data=None,
    )
