"""Numbers, truth values, addresses, bytes, texts and lists of them, to and from call data by hand. eth_abi
takes ten times as long, which is a third of a fuzzer's time; it keeps the rest, and whatever is odd.
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
    heads: list[bytes] = []
    tails: list[bytes] = []
    at = 32 * len(inputs)
    for part, value in zip(inputs, arguments, strict=True):
        kind = part["type"]
        head = _word(kind, value)
        if head is None:
            tail = _tail(kind, value)
            if tail is None:
                return None
            head = at.to_bytes(32, "big")
            tails.append(tail)
            at += len(tail)
        heads.append(head)
    return b"".join(heads + tails)


def decode_plain(parameters: Sequence[Mapping[str, Any]], data: bytes) -> tuple[Any, ...] | None:
    """The same the other way, without lists; None also for what is out of the range of its type."""
    if len(data) < 32 * len(parameters):
        return None
    values: list[Any] = []
    for at, part in enumerate(parameters):
        kind = part["type"]
        found = data[32 * at : 32 * at + 32]
        low, high = _WORDS.get(kind) or _range(kind)
        if low < high:
            value: Any = int.from_bytes(found, "big", signed=low < 0)
            if not low <= value < high:
                return None
            if kind == "address":
                value = checksum(f"0x{value:040x}")
            elif kind == "bool":
                value = value == 1
        elif kind in _FIXED:
            size = _FIXED[kind]
            value = found[:size]
            if any(found[size:]):
                return None
        else:
            value = _text(kind, data, int.from_bytes(found, "big"), 32 * len(parameters))
            if value is None:
                return None
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
    if kind in _FIXED and (raw := _raw(value)) is not None and len(raw) <= _FIXED[kind]:
        return raw.ljust(32, b"\0")
    return None


def _tail(kind: str, value: Any) -> bytes | None:
    """What stands behind the heads: a length first."""
    if kind.endswith("[]") and type(value) in (list, tuple):
        words = [_word(kind[:-2], one) for one in value]
        if None in words:
            return None
        return b"".join((len(words).to_bytes(32, "big"), *filter(None, words)))
    raw = value.encode() if kind == "string" and type(value) is str else None
    raw = _raw(value) if kind == "bytes" else raw
    if raw is None:
        return None
    return len(raw).to_bytes(32, "big") + raw + bytes(-len(raw) % 32)


def _raw(value: Any) -> bytes | None:
    """Bytes, which may be hex text."""
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    return value if type(value) is bytes else None


def _text(kind: str, data: bytes, at: int, least: int) -> Any:
    """Bytes or a text behind the heads; None where anything is amiss with it."""
    if kind not in ("bytes", "string") or not least <= at <= len(data) - 32:
        return None
    begin, size = at + 32, int.from_bytes(data[at : at + 32], "big")
    end = begin + size
    if end + -size % 32 > len(data) or any(data[end : end + -size % 32]):
        return None
    raw = data[begin:end]
    if kind == "bytes":
        return raw
    try:
        return raw.decode()
    except UnicodeDecodeError:
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
