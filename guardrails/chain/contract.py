"""A contract at an address: its functions by name, its events and errors in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from eth_utils.crypto import keccak

from guardrails.chain.abi import (
    AbiEntry,
    decode_log,
    decode_values,
    describe_error,
    encode_arguments,
    selector,
    signature,
)
from guardrails.chain.base import Chain
from guardrails.chain.errors import BadArgument, ChainError, Reverted
from guardrails.chain.types import Address, Log, Receipt, checksum


class CompiledContract(Protocol):
    """What `Contract.deploy` needs of a compiled contract; `bytecode` is the init code, bytes or hex."""

    @property
    def name(self) -> str: ...

    @property
    def abi(self) -> Sequence[AbiEntry]: ...

    @property
    def bytecode(self) -> bytes | str: ...


class Interface:
    """An ABI, indexed once and shared by every contract that has it."""

    def __init__(self, abi: Iterable[AbiEntry]) -> None:
        entries = list(abi)
        self.abi = entries
        self.constructor: AbiEntry = next((e for e in entries if e["type"] == "constructor"), {"inputs": ()})
        self.functions = _by_name(e for e in entries if e["type"] == "function")
        self.events = _by_name(e for e in entries if e["type"] == "event")
        self.errors: dict[bytes, AbiEntry] = {selector(e): e for e in entries if e["type"] == "error"}
        self._found: dict[str, tuple[bytes, AbiEntry]] = {}

    def function(self, name: str) -> tuple[bytes, AbiEntry]:
        found = self._found.get(name)
        if found is None:
            entry = _pick(self.functions, name, "function")
            found = self._found[name] = selector(entry), entry
        return found

    def event(self, name: str) -> tuple[bytes, AbiEntry]:
        entry = _pick(self.events, name, "event")
        return keccak(text=signature(entry)), entry


class Contract:
    """`abi` is a JSON ABI or an `Interface`. An overloaded function goes by its signature: `f(uint256)`."""

    def __init__(self, chain: Chain, address: Address, abi: Iterable[AbiEntry] | Interface) -> None:
        self.chain = chain
        self.address = checksum(address)
        self.interface = abi if isinstance(abi, Interface) else Interface(abi)

    def __repr__(self) -> str:
        return f"Contract({self.address} on {self.chain.name})"

    @classmethod
    def deploy(
        cls, chain: Chain, artifact: CompiledContract, *arguments: Any, sender: Address, value: int = 0
    ) -> Contract:
        """Create the contract and return it; raises `Reverted` with the constructor's own error in words."""
        interface = Interface(artifact.abi)
        code = artifact.bytecode
        initcode = bytes.fromhex(code.removeprefix("0x")) if isinstance(code, str) else bytes(code)
        initcode += encode_arguments(interface.constructor, arguments)
        try:
            receipt = chain.deploy(initcode, sender=sender, value=value)
        except Reverted as error:
            raise _in_words(interface, error, artifact.name) from None
        if receipt.contract_address is None:
            raise ChainError(
                f"{artifact.name} was not created", chain.name, "Look at the transaction in the node."
            )
        return cls(chain, receipt.contract_address, interface)

    def encode(self, name: str, *arguments: Any) -> bytes:
        """Call data: selector and arguments."""
        head, entry = self.interface.function(name)
        return head + encode_arguments(entry, arguments)

    def call(self, name: str, *arguments: Any, sender: Address | None = None, value: int = 0) -> Any:
        """What the function returns: nothing, one value, or a tuple of values."""
        head, entry = self.interface.function(name)
        data = head + encode_arguments(entry, arguments)
        try:
            returned = self.chain.call(self.address, data, sender=sender, value=value)
        except Reverted as error:
            raise _in_words(self.interface, error, self._place(name)) from None
        values = decode_values(entry["outputs"], returned)
        return None if not values else values[0] if len(values) == 1 else values

    def send(
        self, name: str, *arguments: Any, sender: Address, value: int = 0, gas: int | None = None
    ) -> Receipt:
        data = self.encode(name, *arguments)
        try:
            return self.chain.send(self.address, data, sender=sender, value=value, gas=gas)
        except Reverted as error:
            raise _in_words(self.interface, error, self._place(name)) from None

    def decode_logs(self, source: Receipt | Iterable[Log], event: str) -> list[dict[str, Any]]:
        """The arguments of every `event` that this contract emitted in `source`."""
        topic, entry = self.interface.event(event)
        return [
            decode_log(entry, log.topics, log.data)
            for log in (source.logs if isinstance(source, Receipt) else source)
            if log.address == self.address and log.topics[:1] == (topic,)
        ]

    def logs(self, event: str, *, from_block: int = 0, to_block: int | None = None) -> list[dict[str, Any]]:
        """The arguments of every `event` that this contract emitted in these blocks."""
        topic, _ = self.interface.event(event)
        found = self.chain.logs(
            address=self.address, topics=[topic], from_block=from_block, to_block=to_block
        )
        return self.decode_logs(found, event)

    def decode_error(self, data: bytes) -> str | None:
        """`Name(arg=…)`; a string error's or panic's text; an unknown one's selector; None for no data."""
        return describe_error(self.interface.errors, data)

    def _place(self, name: str) -> str:
        return f"{self.address}.{name}"


def _in_words(interface: Interface, error: Reverted, place: str) -> Reverted:
    """The same error, as the contract's interface tells it."""
    return Reverted(error.data, describe_error(interface.errors, error.data), place, error.remedy)


def _by_name(entries: Iterable[AbiEntry]) -> dict[str, list[AbiEntry]]:
    found: dict[str, list[AbiEntry]] = {}
    for entry in entries:
        found.setdefault(entry["name"], []).append(entry)
        found[signature(entry)] = [entry]
    return found


def _pick(entries: Mapping[str, list[AbiEntry]], name: str, kind: str) -> AbiEntry:
    found = entries.get(name, [])
    if len(found) == 1:
        return found[0]
    if found:
        raise BadArgument(
            f"{kind} {name} is overloaded", None, f"Name one of {', '.join(signature(e) for e in found)}."
        )
    names = sorted(n for n in entries if "(" in n)
    raise BadArgument(f"the ABI has no {kind} {name}", None, f"It has {', '.join(names) or 'none'}.")
