"""The bytes of a Nomad transfer message.

Layouts: `contracts-core/contracts/libs/Message.sol` (envelope) and
`contracts-bridge/contracts/BridgeMessage.sol` (body). Domains are the real ones: "eth" and "beam" in ASCII.
"""

from __future__ import annotations

from eth_abi.packed import encode_packed
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

ETHEREUM = 6_648_936
MOONBEAM = 1_650_811_245

TRANSFER = 3
FAST_TRANSFER = 4


def address_word(address: str) -> bytes:
    """An address as Nomad's 32-byte identifier (left-padded)."""
    return to_canonical_address(address).rjust(32, b"\0")


def transfer_body(*, token: str, recipient: str, amount: int, details: bytes, fast: bool = False) -> bytes:
    """The body of a transfer of `amount` (smallest unit) of an Ethereum-born token: token id, then action."""
    return encode_packed(
        ["uint32", "bytes32", "uint8", "bytes32", "uint256", "bytes32"],
        [
            ETHEREUM,
            address_word(token),
            FAST_TRANSFER if fast else TRANSFER,
            address_word(recipient),
            amount,
            details,
        ],
    )


def envelope(*, nonce: int, sender: str, recipient: str, body: bytes) -> bytes:
    """A Moonbeam-to-Ethereum message: from the remote contract `sender` to the local contract `recipient`."""
    return encode_packed(
        ["uint32", "bytes32", "uint32", "uint32", "bytes32", "bytes"],
        [MOONBEAM, address_word(sender), nonce, ETHEREUM, address_word(recipient), body],
    )


def details_hash(name: str, symbol: str, decimals: int) -> bytes:
    """The hash by which a message describes its token to the other chain."""
    return keccak(
        encode_packed(
            ["uint256", "string", "uint256", "string", "uint8"],
            [len(name.encode()), name, len(symbol.encode()), symbol, decimals],
        )
    )
