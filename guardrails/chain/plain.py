"""A word for each number, truth value, address and short bytes. eth_abi takes ten times as long for them, a
third of a fuzzer's time; it keeps all that has a length, and whatever is odd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from guardrails.chain.types import Address, checksum

_WORDS = {"address": (0, 2**160), "bool": (0, 2)}
_FIXED = {f"bytes{size}": size for size in range(1, 33)}
_INTEGER = re.compile(r"(u?)int(\d*)")


def encode_plain(inputs: Sequence[Mapping[str, Any]], arguments: Sequence[Any]) -> bytes | None:
    """Of as many arguments as inputs; None where eth_abi must look at them."""
    words: list[bytes] = []
    for part, value in zip(inputs, arguments, strict=True):
        word = _word(part["type"], value)
        if word is None:
            return None
        words.append(word)
    return b"".join(words)


def decode_plain(parameters: Sequence[Mapping[str, Any]], data: bytes) -> tuple[Any, ...] | None:
    """The same the other way; None also for a word that is out of the range of its type."""
    if len(data) < 32 * len(parameters):
        return None
    values: list[Any] = []
    for at, part in enumerate(parameters):
        kind = part["type"]
        found = data[32 * at : 32 * at + 32]
        if size := _FIXED.get(kind):
            if any(found[size:]):
                return None
            values.append(found[:size])
            continue
        low, high = _WORDS.get(kind) or _range(kind)
        value: Any = int.from_bytes(found, "big", signed=low < 0)
        if not low <= value < high:
            return None
        if kind == "address":
            value = checksum(f"0x{value:040x}")
        elif kind == "bool":
            value = value == 1
        values.append(value)
    return tuple(values)


def _word(kind: str, value: Any) -> bytes | None:
    if type(value) is int:
        low, high = _range(kind)
        return value.to_bytes(32, "big", signed=low < 0) if low <= value < high else None
    if kind == "address" and isinstance(value, str):
        return address_word(value)
    if kind == "bool" and type(value) is bool:
        return value.to_bytes(32, "big")
    if type(value) is bytes and len(value) == _FIXED.get(kind):
        return value.ljust(32, b"\0")
    return None


@lru_cache(maxsize=256)
def _range(kind: str) -> tuple[int, int]:
    """The integers of a type: at least the first, below the second; none of a type that has none."""
    match = _INTEGER.fullmatch(kind)
    if match is None:
        return 0, 0
    bits = int(match[2] or 256)
    half: int = 2 ** (bits - 1)
    return (0, 2 * half) if match[1] else (-half, half)


@lru_cache(maxsize=4_096)
def address_word(address: Address) -> bytes:
    """32 bytes; raises BadArgument for what is no address."""
    return bytes.fromhex(checksum(address)[2:]).rjust(32, b"\0")
