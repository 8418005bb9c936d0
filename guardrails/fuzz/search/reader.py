"""Many views in one call: for each run the state is read, and the way into the EVM costs more than a view."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.chain import Address, Chain
from guardrails.fuzz.errors import HarnessFault

READER: Address = "0x00000000000000000000000000000000fEEDbEEF"
_RETURNED, _ANSWERS = 0x800, 0x1000
"""Where in memory stand what one view returned, and all answers; below both, the call data of one view."""
_MOST_GAS = 10**6
_CODECOPY, _STATICCALL, _MLOAD, _MSTORE, _MUL, _RETURN = 0x39, 0xFA, 0x51, 0x52, 0x02, 0xF3

View = tuple[Address, bytes] | tuple[Address, bytes, int]
"""Address, call data, and which word of what is returned: the first unless told."""


class Reader:
    """A word of what each view returns, 0 where it fails. Places its code on the chain, once."""

    def __init__(self, chain: Chain, views: Sequence[View], at: int = 0) -> None:
        self.chain, self.count = chain, len(views)
        self.address = f"0x{int(READER, 16) + at:040x}"
        chain.set_code(self.address, _program(views))

    def read(self) -> list[int]:
        """In the order of the views."""
        words = self.chain.call(self.address, b"")
        if len(words) != 32 * self.count:
            raise HarnessFault("the reader is gone", self.address, "Place it before the first snapshot.")
        return [int.from_bytes(words[i * 32 : i * 32 + 32], "big") for i in range(self.count)]


def _program(views: Sequence[View]) -> bytes:
    """Straight code: call data into memory, a static call, its answer times its success; then the data."""
    data = b"".join(view[1] for view in views)
    start = len(_code(views, 0))
    return _code(views, start) + data


def _code(views: Sequence[View], start: int) -> bytes:
    code = bytearray()
    for index, (to, call, *word) in enumerate(views):
        before = 32 * word[0] if word else 0
        wanted = _RETURNED + before
        code += _push(len(call)) + _push(start) + _push(0) + bytes([_CODECOPY])
        code += _push(0) + _push(wanted) + bytes([_MSTORE])
        code += _push(before + 32) + _push(_RETURNED) + _push(len(call)) + _push(0)
        code += bytes([0x73]) + bytes.fromhex(to[2:]) + _push(_MOST_GAS) + bytes([_STATICCALL])
        code += _push(wanted) + bytes([_MLOAD, _MUL])
        code += _push(_ANSWERS + 32 * index) + bytes([_MSTORE])
        start += len(call)
    return bytes(code + _push(32 * len(views)) + _push(_ANSWERS) + bytes([_RETURN]))


def _push(value: int) -> bytes:
    """PUSH4, whatever the value: the length of the code does not depend on where the data is."""
    return b"\x63" + value.to_bytes(4, "big")
