"""What can go wrong between us and an EVM; every class says what to do next."""

from __future__ import annotations

from typing import ClassVar

from guardrails.chain.foreign import printable
from guardrails.errors import GuardrailsError

_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_PANICS = {
    0x00: "generic compiler panic",
    0x01: "assert failed",
    0x11: "arithmetic overflow",
    0x12: "division by zero",
    0x21: "value outside the enum",
    0x22: "badly encoded storage bytes",
    0x31: "pop from an empty array",
    0x32: "array index out of bounds",
    0x41: "out of memory",
    0x51: "call of an uninitialised function",
}


class ChainError(GuardrailsError):
    """Trouble with a chain, a node or a transaction."""

    exit_code: ClassVar[int] = 3


class BadArgument(ChainError):
    """What the caller gave is no address, no such function, or does not fit: no chain was asked."""

    exit_code: ClassVar[int] = 2


class Reverted(ChainError):
    """The EVM ran the call or the transaction and undid it.

    `data` is the revert data, byte for byte; empty for a bare `revert()`, for running out of gas and for an
    invalid instruction. `reason` is what the data says (see `explain_revert`), None when there is no data.
    """

    def __init__(
        self, data: bytes, reason: str | None = None, where: str | None = None, remedy: str = ""
    ) -> None:
        reason = reason if reason is not None else explain_revert(data)
        super().__init__(f"reverted: {reason}" if reason else "reverted without a reason", where, remedy)
        self.data = data
        self.reason = reason


class Rejected(ChainError):
    """The transaction never ran: no funds, gas below the intrinsic cost, wrong nonce. Nothing changed."""


class NotSupported(ChainError):
    """The backend or the network does not offer this power."""


class UnknownSender(ChainError):
    """The sender is neither an account of this chain nor impersonated."""


class NodeDown(ChainError):
    """The node does not answer, or not in JSON-RPC."""


class RpcError(ChainError):
    """The node answered with an error that is not a revert."""

    def __init__(
        self, message: str, code: int | None = None, data: object = None, where: str | None = None
    ) -> None:
        message = printable(message)
        super().__init__(
            f"the node answered: {message}" + (f" (code {code})" if code is not None else ""),
            where,
            "Read the node's log; if it rejects the method, use a node that offers it.",
        )
        self.message = message
        self.code = code
        self.data = data


class WrongChain(ChainError):
    """The node is of another chain than the one asked for."""

    def __init__(self, expected: int, found: int, where: str | None = None) -> None:
        super().__init__(
            f"this node is of chain {found}, not of chain {expected}",
            where,
            f"Give the RPC address of chain {expected}, or correct chain_id in the policy.",
        )
        self.expected = expected
        self.found = found


class NotMined(ChainError):
    """A transaction was sent, but no canonical block holds it after the time that we wait."""

    def __init__(self, tx_hash: bytes, seconds: float, where: str | None = None) -> None:
        super().__init__(
            f"transaction 0x{tx_hash.hex()} is not in a canonical block after {seconds:g} s",
            where,
            "It may still be mined: look it up by its hash before sending it again.",
        )
        self.tx_hash = tx_hash


class MissingBackend(ChainError):
    """A program or a package that a backend needs is not installed."""


def explain_revert(data: bytes) -> str | None:
    """What revert data says: the text of Error(string), what Panic(uint256) means, else the selector."""
    if not data:
        return None
    try:
        if data[:4] == _ERROR_STRING:
            start = 4 + int.from_bytes(data[4:36], "big")
            head = data[start : start + 32]
            text = data[start + 32 : start + 32 + int.from_bytes(head, "big")]
            if len(head) == 32 and len(text) == int.from_bytes(head, "big"):
                return printable(text.decode())
        if data[:4] == _PANIC and len(data) == 36:
            code = int.from_bytes(data[4:], "big")
            return f"Panic(0x{code:02x}): {_PANICS.get(code, 'unknown panic')}"
    except UnicodeDecodeError:
        pass
    return "0x" + data[:4].hex()
