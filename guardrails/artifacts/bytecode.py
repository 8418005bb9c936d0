"""The code of a contract, read without running it."""

from __future__ import annotations

from collections.abc import Iterator

PUSH1, PUSH2, PUSH4, PUSH32 = 0x60, 0x61, 0x63, 0x7F


def pushes(code: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each PUSH with an operand stands, and its operand, which the end of the code may cut short."""
    at = 0
    while at < len(code):
        size = code[at] - PUSH1 + 1 if PUSH1 <= code[at] <= PUSH32 else 0
        if size:
            yield at, code[at + 1 : at + 1 + size]
        at += 1 + size
