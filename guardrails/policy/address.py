"""EIP-55 checksums without the import cost of eth-utils (0.2 s of the 0.5 s that `check` has)."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

_HEX40 = re.compile(r"0x[0-9a-fA-F]{40}")


def is_hex_address(text: str) -> bool:
    """Whether `text` is `0x` and 40 hexadecimal digits, whatever their case."""
    return _HEX40.fullmatch(text) is not None


def checksum(address: str) -> str:
    """The EIP-55 form of a hexadecimal address."""
    digits = address[2:].lower()
    digest = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    mixed = (d.upper() if int(h, 16) >= 8 else d for d, h in zip(digits, digest, strict=False))
    return "0x" + "".join(mixed)
