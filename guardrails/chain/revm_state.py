"""pyrevm's EVM with snapshots that also undo what pyrevm itself does not: nonces, balances and code that
are set.

pyrevm's own checkpoints count as call depth (1,024 of them and every call is too deep), can be used once,
and know nothing of `insert_account_info` and `set_balance`. Here a checkpoint gives its depth back at once
(`commit`), and each change from outside leaves a checkpoint and a way back, undone last in, first out.
Nonces, which move with every transaction, are added up instead: the journal takes its own part of them back
by counting too, so the order does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak

from guardrails.chain.errors import ChainError, MissingBackend
from guardrails.chain.revm_answers import Forked
from guardrails.chain.types import DEV_GAS_LIMIT, Address

if TYPE_CHECKING:
    import pyrevm

_EMPTY_CODE_HASH = keccak(b"")
_JUMP_TABLE_PADDING = 33

SPECS = {"london": "London", "paris": "Merge", "shanghai": "Shanghai", "cancun": "Cancun"}
"""Hard forks and pyrevm's names for them: any other text, `CANCUN` too, silently means its latest."""


@dataclass
class Mark:
    """A point to come back to. `nonces`: how far the accounts' nonces were moved from outside since."""

    checkpoint: pyrevm.JournalCheckpoint
    undo_length: int
    alive: bool = True
    nonces: Counter[Address] = field(default_factory=Counter)


class State:
    """Accounts, storage and the journal of one in-process EVM."""

    def __init__(self, chain_id: int, spec: str, fork: tuple[str, int] | None = None) -> None:
        """`fork`: the address of a node and the block whose state everything begins with."""
        if spec not in SPECS:
            raise ChainError(f"revm has no hard fork {spec!r}", None, f"Use one of {', '.join(SPECS)}.")
        try:
            import pyrevm as backend
        except ImportError as error:
            raise MissingBackend(
                "the in-process EVM (pyrevm) is not installed",
                "revm",
                "It is the extra `revm`: pip install 'ape-guardrails[revm]'.",
            ) from error
        self._pyrevm: Any = backend  # its stubs are incomplete
        env = backend.Env(cfg=backend.CfgEnv(chain_id=chain_id))
        origin: Any = {} if fork is None else {"fork_url": fork[0], "fork_block": str(fork[1])}
        self.evm: Any = backend.EVM(env=env, spec_id=SPECS[spec], gas_limit=DEV_GAS_LIMIT, **origin)
        if fork is not None:
            self.evm = Forked(self.evm)
        self._undo: list[tuple[Any, Callable[[], None]]] = []
        self._marks: list[Mark] = []
        self._block: tuple[int, int] | None = None
        self._block_env: Any = backend.BlockEnv(gas_limit=DEV_GAS_LIMIT, prevrandao=bytes(32))

    def set_block(self, number: int, timestamp: int) -> None:
        if self._block == (number, timestamp):
            return
        self._block = number, timestamp
        self._block_env.number, self._block_env.timestamp = number, timestamp
        self.evm.set_block_env(self._block_env)

    def mark(self) -> Mark:
        mark = Mark(self._checkpoint(), len(self._undo))
        self._marks.append(mark)
        return mark

    def back_to(self, mark: Mark) -> None:
        """Undo everything since `mark`, which stays usable; marks taken after it are void."""
        if not mark.alive:
            raise ChainError(
                "this snapshot is void: the chain went back to an earlier one", None, "Take a new one."
            )
        moved = Counter(mark.nonces)
        while self._marks[-1] is not mark:
            later = self._marks.pop()
            later.alive = False
            moved.update(later.nonces)
        while len(self._undo) > mark.undo_length:
            checkpoint, undo = self._undo.pop()
            self._rewind(checkpoint)
            undo()
        self._rewind(mark.checkpoint)
        for address, by in moved.items():
            self.move_nonce(address, -by)  # no further than to 0, where what was created since is already
        mark.nonces.clear()
        mark.checkpoint = self._checkpoint()

    def attempt(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Run `action` and undo its journal, whether it returns or raises."""
        checkpoint = self._checkpoint()
        try:
            return action(*arguments)
        finally:
            self._rewind(checkpoint)

    def nonce(self, address: Address) -> int:
        return int(self.evm.basic(address).nonce)

    def move_nonce(self, address: Address, by: int) -> int:
        """What it was."""
        info = self.evm.basic(address)
        nonce, code_hash = int(info.nonce), bytes(info.code_hash)
        code = b"" if code_hash == _EMPTY_CODE_HASH else self.code(address)
        self._insert(address, max(0, nonce + by), info.balance, code, code_hash)
        if self._marks:
            self._marks[-1].nonces[address] += by
        return nonce

    def set_balance(self, address: Address, wei: int) -> None:
        self._replace(address, balance=wei)

    def set_code(self, address: Address, code: bytes) -> None:
        self._replace(address, code=code)

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        self.evm.insert_account_storage(address, slot, value)

    def code(self, address: Address) -> bytes:
        padded = bytes(self.evm.get_code(address) or b"")
        code_hash = bytes(self.evm.basic(address).code_hash)
        if not padded or code_hash == _EMPTY_CODE_HASH:
            return b""
        exact = padded[:-_JUMP_TABLE_PADDING]
        return exact if keccak(exact) == code_hash else padded

    def hide_code(self, address: Address) -> Callable[[], None]:
        """Let a contract be the sender (EIP-3607 looks at the code hash alone); call the result to end it."""
        if bytes(self.evm.basic(address).code_hash) == _EMPTY_CODE_HASH:
            return _nothing
        code = self.code(address)
        if not code:
            return _nothing
        info = self.evm.basic(address)
        self._insert(address, info.nonce, info.balance, code, _EMPTY_CODE_HASH)

        def show() -> None:
            now = self.evm.basic(address)
            self._insert(address, now.nonce, now.balance, code, keccak(code))

        return show

    def _replace(self, address: Address, *, balance: int | None = None, code: bytes | None = None) -> None:
        info = self.evm.basic(address)
        old_balance, old_code = int(info.balance), self.code(address)
        if self._marks:

            def undo() -> None:
                self._insert(address, self.nonce(address), old_balance, old_code, _hash_of(old_code))

            self._undo.append((self._checkpoint(), undo))
        new_code = old_code if code is None else code
        new_balance = old_balance if balance is None else balance
        self._insert(address, info.nonce, new_balance, new_code, _hash_of(new_code))

    def _insert(self, address: Address, nonce: int, balance: int, code: bytes, code_hash: bytes) -> None:
        self.evm.insert_account_info(
            address,
            self._pyrevm.AccountInfo(balance=balance, nonce=nonce, code_hash=code_hash, code=code or None),
        )

    def _checkpoint(self) -> Any:
        checkpoint = self.evm.snapshot()
        self.evm.commit()
        return checkpoint

    def _rewind(self, checkpoint: Any) -> None:
        self.evm.snapshot()
        self.evm.revert(checkpoint)


def _hash_of(code: bytes) -> bytes:
    return keccak(code) if code else _EMPTY_CODE_HASH


def _nothing() -> None:
    """There is nothing to end."""
