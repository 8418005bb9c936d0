"""The one interface to an EVM: the same code explores on revm, confirms on anvil and deploys through Ape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from guardrails.chain.types import Address, Block, Log, Receipt


@runtime_checkable
class Chain(Protocol):
    """An EVM that can be asked and, with an account, told.

    Every send mines one block on a development chain. The next block's timestamp is the previous one's plus
    one second, or what `warp` set. `call` sees the latest block's number, and its timestamp or what `warp`
    set.
    """

    @property
    def name(self) -> str: ...

    @property
    def chain_id(self) -> int: ...

    @property
    def accounts(self) -> Sequence[Address]:
        """Addresses that can send here: ten on a development chain, the user's own elsewhere."""
        ...

    def deploy(self, initcode: bytes, *, sender: Address, value: int = 0) -> Receipt:
        """Create a contract from init code and encoded constructor arguments, at `contract_address`."""
        ...

    def call(self, to: Address, data: bytes, *, sender: Address | None = None, value: int = 0) -> bytes:
        """Run a call without changing anything; raises `Reverted`. From the zero address unless told."""
        ...

    def send(
        self, to: Address, data: bytes, *, sender: Address, value: int = 0, gas: int | None = None
    ) -> Receipt:
        """Send a transaction and wait until a canonical block holds it.

        Raises `Reverted` when it ran and failed (only the sender's nonce has moved), `Rejected` when it
        never ran, `NotMined` when it is still pending after the time that the backend waits.
        """
        ...

    def estimate_gas(self, to: Address | None, data: bytes, *, sender: Address, value: int = 0) -> int:
        """Gas that the transaction needs; `to` None creates a contract. On revm a lower bound."""
        ...

    def logs(
        self,
        *,
        address: Address | None = None,
        topics: Sequence[bytes | None] = (),
        from_block: int = 0,
        to_block: int | None = None,
    ) -> tuple[Log, ...]:
        """Logs in blocks from_block..to_block inclusive, oldest first; a topic of None matches anything."""
        ...

    def block(self, number: int | None = None) -> Block:
        """A block by number, or the latest."""
        ...

    def code(self, address: Address) -> bytes: ...

    def balance(self, address: Address) -> int:
        """In wei."""
        ...

    def storage(self, address: Address, slot: int) -> bytes:
        """The 32 bytes in a slot."""
        ...

    def nonce(self, address: Address) -> int: ...

    def pending_nonce(self, address: Address) -> int:
        """The nonce once everything that the node has of this account is mined."""
        ...

    # Powers of a development chain; `NotSupported` on public networks.

    def warp(self, timestamp: int) -> None:
        """The next block gets this timestamp, and `call` sees it from now on.

        The latest block's own timestamp changes nothing; an earlier one is refused with ChainError.
        """
        ...

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks, a second apart."""
        ...

    def snapshot(self) -> object:
        """A point to come back to, as often as wanted."""
        ...

    def revert(self, snapshot: object) -> None:
        """Back to a snapshot; later ones are void then, and a warp that was not yet mined is dropped."""
        ...

    def impersonate(self, address: Address) -> None:
        """Allow `address` as sender, whatever it is; it pays from its own balance."""
        ...

    def set_balance(self, address: Address, wei: int) -> None: ...

    def set_code(self, address: Address, code: bytes) -> None: ...

    def set_storage(self, address: Address, slot: int, value: int | bytes) -> None: ...

    def close(self) -> None:
        """End the process and the connections that this chain holds; a second call does nothing."""
        ...
