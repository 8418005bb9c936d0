"""The in-process EVM: ten thousand transactions a second, for fuzzing, replay and calibration.

It mines one block a transaction with anvil's rules for numbers and times. What it does not share with a
real chain: addresses and slots stay warm between transactions, so `gas_used` is no price (measure on
anvil); there are no signatures and no fees; BLOCKHASH knows nothing of this chain's block hashes; and a
contract that destroys itself in favour of itself is emptied even when it was created in an earlier
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardrails.chain.errors import ChainError, Rejected, Reverted, UnknownSender
from guardrails.chain.revm_answers import logs_of, translate
from guardrails.chain.revm_history import History, digest
from guardrails.chain.revm_journal import slots_in
from guardrails.chain.revm_state import Mark, State
from guardrails.chain.types import (
    DEV_ACCOUNTS,
    DEV_BALANCE,
    DEV_CHAIN_ID,
    DEV_GAS_LIMIT,
    DEV_TIMESTAMP,
    ZERO_ADDRESS,
    Address,
    Block,
    Log,
    Receipt,
    checksum,
    word,
)

if TYPE_CHECKING:
    from guardrails.chain.fork_server import ForkServer


@dataclass(frozen=True)
class _Snapshot:
    state: Mark
    history: tuple[int, int]


class RevmChain:
    """A chain in this process.

    `timestamp` (seconds) is that of block 0; `spec`, a hard fork, one of `revm_state.SPECS`.
    """

    name = "revm"

    def __init__(
        self, *, chain_id: int = DEV_CHAIN_ID, timestamp: int = DEV_TIMESTAMP, spec: str = "cancun"
    ) -> None:
        genesis = Block(0, timestamp, digest(b"genesis", word(chain_id), word(timestamp)))
        self._begin(State(chain_id, spec), chain_id, genesis, None)

    @classmethod
    def fork(cls, url: str, block: int, cache: Path, *, spec: str = "cancun") -> RevmChain:
        """The chain at `url` as of a block; a second run with the same `cache` needs no node. Close it.

        The development accounts have no code here. Logs are the fork's own."""
        from guardrails.chain.fork_server import ForkServer

        server, chain = ForkServer(url, block, cache), cls.__new__(cls)
        pin = server.pin
        chain._begin(State(pin.chain_id, spec, (server.url, block)), pin.chain_id, pin.block, server)
        return chain

    def _begin(self, state: State, chain_id: int, first: Block, server: ForkServer | None) -> None:
        self.chain_id = chain_id
        self.accounts: Sequence[Address] = DEV_ACCOUNTS
        self._state, self._history, self._server = state, History(first), server
        self._senders = set(DEV_ACCOUNTS)
        for account in DEV_ACCOUNTS:
            self._state.set_code(account, b"")
            self._state.set_balance(account, DEV_BALANCE)

    # Transactions

    def deploy(self, initcode: bytes, *, sender: Address, value: int = 0) -> Receipt:
        sender = self._sender(sender)
        return self._transact(sender, None, initcode, value, None)

    def send(
        self, to: Address, data: bytes, *, sender: Address, value: int = 0, gas: int | None = None
    ) -> Receipt:
        sender = self._sender(sender)
        return self._transact(sender, checksum(to), data, value, gas)

    def call(self, to: Address, data: bytes, *, sender: Address | None = None, value: int = 0) -> bytes:
        caller = ZERO_ADDRESS if sender is None else checksum(sender)
        self._state.set_block(self._history.latest.number, self._history.timestamp_of_a_call)
        result: bytes = self._state.attempt(self._execute, caller, checksum(to), data, value, DEV_GAS_LIMIT)
        return result

    def estimate_gas(self, to: Address | None, data: bytes, *, sender: Address, value: int = 0) -> int:
        target = None if to is None else checksum(to)
        self._state.set_block(self._history.latest.number + 1, self._history.next_timestamp)
        caller = checksum(sender)
        self._state.attempt(self._execute, caller, target, data, value, DEV_GAS_LIMIT)
        result = self._state.evm.result
        return int(result.gas_used + result.gas_refunded)

    def _transact(
        self, sender: Address, to: Address | None, data: bytes, value: int, gas: int | None
    ) -> Receipt:
        state, history, number = self._state, self._history, self._history.latest.number + 1
        state.set_block(number, history.next_timestamp)
        # a creation moves the nonce itself
        nonce = state.nonce(sender) if to is None else state.move_nonce(sender, 1)
        tx_hash = digest(f"{self.chain_id} {sender} {nonce} {to or 'create'} {value} ".encode(), data)
        try:
            returned = self._execute(sender, to, data, value, DEV_GAS_LIMIT if gas is None else gas)
        except Reverted:
            history.append(tx_hash)
            raise
        except Rejected:
            if to is not None:
                state.move_nonce(sender, -1)
            raise
        block = history.append(tx_hash)
        result = state.evm.result
        logs = logs_of(result, number, tx_hash)
        history.logs.extend(logs)
        return Receipt(
            tx_hash=tx_hash,
            block_number=number,
            block_hash=block.hash,
            status=1,
            gas_used=int(result.gas_used),
            contract_address=checksum(returned) if to is None else None,
            logs=logs,
            return_data=None if to is None else bytes(returned),
        )

    def _execute(self, sender: Address, to: Address | None, data: bytes, value: int, gas: int) -> Any:
        """One message; the caller decides whether it stays. Transient storage is cleared on both sides."""
        evm = self._state.evm
        evm.reset_transient_storage()
        show_code = self._state.hide_code(sender)
        try:
            if to is None:
                return evm.deploy(sender, data, value=value, gas=gas)
            return evm.message_call(sender, to, data, value=value, gas=gas)
        except RuntimeError as error:
            raise translate(error) from None
        finally:
            show_code()

    def _sender(self, sender: Address) -> Address:
        if sender in self._senders:
            return sender
        address = checksum(sender)
        if address not in self._senders:
            raise UnknownSender(
                f"{address} cannot send here", self.name, "Use one of chain.accounts, or impersonate() it."
            )
        return address

    # Blocks and logs

    def block(self, number: int | None = None) -> Block:
        latest, blocks = self._history.latest, self._history.blocks
        wanted, first = latest.number if number is None else number, blocks[0].number
        if self._server is not None and 0 <= wanted < first:
            return self._server.block(wanted)
        if not first <= wanted <= latest.number:
            raise ChainError(
                f"there is no block {wanted}", self.name, f"There are blocks {first} to {latest.number}."
            )
        return blocks[wanted - first]

    def logs(
        self,
        *,
        address: Address | None = None,
        topics: Sequence[bytes | None] = (),
        from_block: int = 0,
        to_block: int | None = None,
    ) -> tuple[Log, ...]:
        wanted = None if address is None else checksum(address)
        last = self._history.latest.number if to_block is None else to_block
        return self._history.find(wanted, topics, from_block, last)

    # State

    def code(self, address: Address) -> bytes:
        return self._state.code(checksum(address))

    def balance(self, address: Address) -> int:
        return int(self._state.evm.get_balance(checksum(address)))

    def storage(self, address: Address, slot: int) -> bytes:
        return word(int(self._state.evm.storage(checksum(address), slot)))

    def touched(self, address: Address) -> tuple[int, ...]:
        """Slots of an account that were read or written here so far, the least first; those since undone,
        too."""
        return slots_in(self._state.evm.journal_str, checksum(address))

    def nonce(self, address: Address) -> int:
        return self._state.nonce(checksum(address))

    def pending_nonce(self, address: Address) -> int:
        return self.nonce(address)

    # Powers of a development chain

    def warp(self, timestamp: int) -> None:
        latest = self._history.latest.timestamp
        if timestamp < latest:
            raise ChainError(
                f"cannot warp back to {timestamp}: the latest block is of {latest}",
                self.name,
                "Warp forward only.",
            )
        self._history.warped_to = None if timestamp == latest else timestamp

    def mine(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self._history.append(b"")

    def snapshot(self) -> object:
        return _Snapshot(self._state.mark(), self._history.mark())

    def revert(self, snapshot: object) -> None:
        if not isinstance(snapshot, _Snapshot):
            raise ChainError("this is no snapshot of this chain", self.name, "Pass what snapshot() returned.")
        self._state.back_to(snapshot.state)
        self._history.back_to(snapshot.history)

    def impersonate(self, address: Address) -> None:
        self._senders.add(checksum(address))

    def set_balance(self, address: Address, wei: int) -> None:
        self._state.set_balance(checksum(address), wei)

    def set_code(self, address: Address, code: bytes) -> None:
        self._state.set_code(checksum(address), code)

    def set_storage(self, address: Address, slot: int, value: int | bytes) -> None:
        self._state.set_storage(checksum(address), slot, int.from_bytes(word(value), "big"))

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
