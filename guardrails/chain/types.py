"""The small types that every backend speaks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from eth_utils.address import is_hex_address, to_checksum_address

from guardrails.chain.errors import BadArgument

Address: TypeAlias = str
"""Twenty bytes in hex with the checksum of EIP-55."""

ZERO_ADDRESS: Address = "0x" + "0" * 40

DEV_CHAIN_ID = 31337
DEV_TIMESTAMP = 1_700_000_000
"""Seconds; the genesis of every development chain: a test sees the same times on each backend."""

DEV_GAS_LIMIT = 30_000_000
DEV_BALANCE = 10_000 * 10**18
DEV_ACCOUNTS: tuple[Address, ...] = (
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
    "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
    "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
    "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
    "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
    "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
)
"""The accounts of the mnemonic `test test test … junk`, which anvil unlocks."""


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the chain recorded it; `log_index` counts within its block."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    tx_hash: bytes
    log_index: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction in a canonical block. `gas_used` on the revm backend is that of a warm call, not a price.

    `return_data` is what the call returned where the backend knows it (revm), else None.
    """

    tx_hash: bytes
    block_number: int
    block_hash: bytes
    status: int
    gas_used: int
    contract_address: Address | None
    logs: tuple[Log, ...]
    return_data: bytes | None


@dataclass(frozen=True, slots=True)
class Block:
    """`timestamp` in seconds since 1970."""

    number: int
    timestamp: int
    hash: bytes


@lru_cache(maxsize=65_536)
def checksum(address: str) -> Address:
    """The EIP-55 form of an address; BadArgument if the text is none."""
    if not isinstance(address, str) or not address.startswith("0x") or not is_hex_address(address):
        raise BadArgument(f"{address!r} is not an address", None, "Give 20 bytes in hex, beginning with 0x.")
    return to_checksum_address(address)


def word(value: int | bytes) -> bytes:
    """32 bytes, big-endian; BadArgument if it does not fit."""
    if isinstance(value, int) and 0 <= value < 2**256:
        return value.to_bytes(32, "big")
    if isinstance(value, bytes) and len(value) <= 32:
        return value.rjust(32, b"\0")
    raise BadArgument(
        f"{value!r} does not fit in 32 bytes", None, "Give an integer below 2**256 or at most 32 bytes."
    )
