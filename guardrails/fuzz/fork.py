"""A target on the state of a real chain, pinned to a block, with its real tokens."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak

from guardrails import artifacts
from guardrails.chain import Address, AnvilChain, ApeChain, Chain, Contract, Reverted, RevmChain
from guardrails.chain.errors import NodeDown
from guardrails.chain.fork_server import ForkServer
from guardrails.chain.rpc import HttpTransport
from guardrails.chain.types import word
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.stage import FLASH, Stage

_SLOTS: Final = 64
"""How many of a token's first slots may hold its mapping of balances."""
_PROBE: Final = 0x6775617264
_OPENZEPPELIN: Final = 0x52C63247E1F47DB19D5CE0460030C497F067CA4CEBF71BA98EEADABE20BACE00
"""Where OpenZeppelin's upgradeable tokens keep theirs (ERC-7201)."""
_VARIABLE: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_UNNAMED: Final = "FORK_RPC_URL"
LOCAL: Final = "ethereum:local:foundry"
"""Ape's network of this machine."""


@dataclass(frozen=True, slots=True)
class Fork:
    """The chain at `url` (`$NAME` is read from the environment) as of `block`; what its node says is kept in
    the file `cache`, from which the next run needs no node."""

    url: str
    block: int
    cache: Path

    @property
    def variable(self) -> str:
        """The environment variable in which other tools find the node: that of `url`, else FORK_RPC_URL."""
        named = _VARIABLE.fullmatch(self.url)
        return named[1] if named else _UNNAMED

    def open(self, backend: str) -> Chain:
        """A chain of our own on that state, on `revm`, `anvil` or `ape`; close it when done."""
        url = self.url
        if url.startswith("$"):
            if not os.environ.get(url[1:]) and not self.cache.is_file():
                raise NodeDown(f"{url} is not set", str(self.cache), "Set it: there is no cache yet.")
            # without the variable the cache must do
            url = os.environ.get(url[1:]) or "http://127.0.0.1:1"
        if backend == "revm":
            return RevmChain.fork(url, self.block, self.cache)
        node = ForkedAnvil.fork(url, self.block, self.cache)
        return node if backend == "anvil" else ForkThroughApe.on(node)


class ForkedAnvil(AnvilChain):
    """An anvil whose upstream is a fork's cache."""

    _server: ForkServer | None = None

    @classmethod
    def fork(cls, url: str, block: int, cache: Path) -> ForkedAnvil:
        """The chain at `url` as of `block`; the development accounts are empty of code."""
        server = ForkServer(url, block, cache)
        try:
            started = cls.start(fork_url=server.url, fork_block=block, arguments=("--no-storage-caching",))
        except BaseException:
            server.close()
            raise
        assert isinstance(started, ForkedAnvil)
        started._server = server
        for account in started.accounts:
            started.set_code(account, b"")
        return started

    def pinned(self, method: str, *params: Any) -> Any:
        """What the real chain answers as of the pinned block, whatever has been done here since."""
        assert self._server is not None
        node = HttpTransport(self._server.url)
        try:
            return node.request(method, *params, "latest")
        finally:
            node.close()

    def close(self) -> None:
        super().close()
        if self._server is not None:
            self._server.close()


class ForkThroughApe(ApeChain):
    """Ape's provider and its test accounts, on a forked anvil that ends with it."""

    _node: ForkedAnvil

    @classmethod
    def on(cls, node: ForkedAnvil) -> ForkThroughApe:
        """The node is closed where Ape cannot connect, too."""
        try:
            chain = cls.connect(LOCAL, settings={"host": node.url})
        except BaseException:
            node.close()
            raise
        assert isinstance(chain, ForkThroughApe)
        chain._node = node
        return chain

    def close(self) -> None:
        super().close()
        self._node.close()


class ForkStage(Stage):
    """A stage whose tokens are the chain's own: balances are written into their storage.

    The tokens' total supplies do not know of them. A token whose balances are in no mapping of the first
    slots needs a target that funds by itself.
    """

    def token(self, symbol: str, decimals: int, at: Address | None = None) -> Contract:
        """The token at its real address."""
        if at is None or not self.chain.code(at):
            raise HarnessFault(f"there is no token {symbol} at {at}", self.chain.name, "Correct the policy.")
        token = self.assets[symbol] = Contract(self.chain, at, artifacts.load("FuzzToken").abi)
        found = token.call("decimals")
        if found != decimals:
            raise HarnessFault(f"{symbol} has {found} decimals, not {decimals}", at, "Correct the policy.")
        self._give(symbol, self.lender.address, FLASH)
        return token

    def fund(self, symbol: str, amounts: dict[str, int]) -> None:
        """Smallest units of an asset for actors, on top of what they have."""
        for name, amount in amounts.items():
            to = self.contracts[name].address if name in self.contracts else self.actors[name]
            self._give(symbol, to, amount)

    def _give(self, symbol: str, to: Address, amount: int) -> None:
        token, chain = self.assets[symbol], self.chain
        wanted = token.call("balanceOf", to) + amount
        slot = self._slot(token, to)
        before = chain.storage(token.address, slot)
        chain.set_storage(token.address, slot, wanted)
        if token.call("balanceOf", to) != wanted:
            chain.set_storage(token.address, slot, before)
            raise HarnessFault(
                f"{symbol} does not take a balance of {wanted}", token.address, "Fund its holders in `setup`."
            )

    def _slot(self, token: Contract, holder: Address) -> int:
        """Where the token keeps what `holder` has; both orders of hashing, Solidity's and Vyper's."""
        key = bytes.fromhex(holder[2:]).rjust(32, b"\0")
        for place in (*range(_SLOTS), _OPENZEPPELIN):
            for hashed in (key + word(place), word(place) + key):
                slot = int.from_bytes(keccak(hashed), "big")
                if self._holds(token, holder, slot):
                    return slot
        raise HarnessFault(
            "its balances are in no mapping of its first slots", token.address, "Fund its holders in `setup`."
        )

    def _holds(self, token: Contract, holder: Address, slot: int) -> bool:
        before = self.chain.storage(token.address, slot)
        self.chain.set_storage(token.address, slot, _PROBE)
        try:
            return bool(token.call("balanceOf", holder) == _PROBE)
        except Reverted:
            return False
        finally:
            self.chain.set_storage(token.address, slot, before)
