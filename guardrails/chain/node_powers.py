"""What only a development node does: time, snapshots, other people's accounts, state written at will."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

from guardrails.chain.errors import ChainError, NotSupported, RpcError
from guardrails.chain.types import Address, Block, checksum, word

_NO_METHOD = re.compile(r"method.*(not|unsupported)|does not exist|not (available|supported)", re.IGNORECASE)
_UNKNOWN_METHOD = -32601


class DevelopmentPowers(ABC):
    """The powers, of a chain that asks its node; `NotSupported` where the node refuses them."""

    name: str
    _call_timestamp: int | None

    @abstractmethod
    def _ask(self, method: str, *params: Any) -> Any: ...

    @abstractmethod
    def block(self, number: int | None = None) -> Block: ...

    def warp(self, timestamp: int) -> None:
        latest = self.block().timestamp
        if timestamp < latest:
            raise ChainError(
                f"cannot warp back to {timestamp}: the latest block is of {latest}",
                self.name,
                "Warp forward only.",
            )
        self._power("evm_setNextBlockTimestamp", max(timestamp, latest + 1))
        self._call_timestamp = None if timestamp == latest else timestamp

    def mine(self, blocks: int = 1) -> None:
        if blocks > 0:
            self._power("anvil_mine", hex(blocks))
            self._call_timestamp = None

    def snapshot(self) -> object:
        return NodeSnapshot(str(self._power("evm_snapshot")))

    def revert(self, snapshot: object) -> None:
        if not isinstance(snapshot, NodeSnapshot):
            raise ChainError("this is no snapshot of this chain", self.name, "Pass what snapshot() returned.")
        try:
            known = self._power("evm_revert", snapshot.number) is True
        except RpcError:
            known = False
        if not known:
            raise ChainError(
                "this snapshot is void: the chain went back to an earlier one", self.name, "Take a new one."
            )
        snapshot.number = str(self._power("evm_snapshot"))
        self._call_timestamp = None

    def impersonate(self, address: Address) -> None:
        self._power("anvil_impersonateAccount", checksum(address))

    def set_balance(self, address: Address, wei: int) -> None:
        self._power("anvil_setBalance", checksum(address), hex(wei))

    def set_code(self, address: Address, code: bytes) -> None:
        self._power("anvil_setCode", checksum(address), "0x" + code.hex())

    def set_storage(self, address: Address, slot: int, value: int | bytes) -> None:
        self._power("anvil_setStorageAt", checksum(address), hex(slot), "0x" + word(value).hex())

    def _power(self, method: str, *params: Any) -> Any:
        try:
            return self._ask(method, *params)
        except RpcError as error:
            if error.code == _UNKNOWN_METHOD or _NO_METHOD.search(error.message):
                raise NotSupported(
                    f"{method} is for development chains; this node refuses it ({error.message})",
                    self.name,
                    "Use the revm or anvil backend, or a fork.",
                ) from None
            raise


class NodeSnapshot:
    """A node forgets a snapshot when it goes back to it: the number is renewed each time."""

    def __init__(self, number: str) -> None:
        self.number = number
