"""Any network and any account that Ape knows, behind the seam.

Ape connects, holds the keys and signs. The transaction itself is handed to the node and awaited here: on a
chain that does not mine at once Ape 0.8 calls confirmed (status 1, block -1) what a node has only accepted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

from guardrails.chain.answers import number, reading, transaction
from guardrails.chain.binaries import anvil_path
from guardrails.chain.errors import (
    ChainError,
    MissingBackend,
    NodeDown,
    Rejected,
    UnknownSender,
)
from guardrails.chain.foreign import printable, without_secrets
from guardrails.chain.node import NodeChain
from guardrails.chain.rpc import result_of
from guardrails.chain.types import DEV_GAS_LIMIT, Address, Receipt, checksum


class ApeChain(NodeChain):
    """Ape's connected provider; `ApeChain.connect("ethereum:mainnet:node")` connects first.

    `sender` is everywhere an address or an alias of Ape's accounts. `wait` is how long, in seconds, a
    transaction may take to be mined; `confirmations` how many blocks must follow it (the network's own number
    unless given).
    """

    def __init__(
        self,
        *,
        chain_id: int | None = None,
        wait: float = 600.0,
        confirmations: int | None = None,
    ) -> None:
        ape = _ape()
        provider = ape.networks.active_provider
        if provider is None:
            raise ChainError(
                "Ape is connected to no network", "ape", "Use --network, or ApeChain.connect(NETWORK)."
            )
        self._provider = provider
        self._ape_accounts = ape.accounts
        self._stack = ExitStack()
        self._impersonated: set[Address] = set()
        self._found: dict[str, Any] = {}
        network = provider.network
        self.is_development: bool = network.name == "local" or network.name.endswith("-fork")
        place = without_secrets(f"{network.ecosystem.name}:{network.name}:{provider.name}")
        super().__init__(_Web3Transport(provider, place), name="ape", chain_id=chain_id, wait=wait)
        self.confirmations = network.required_confirmations if confirmations is None else confirmations
        if self.is_development:
            self._power("anvil_setBlockTimestampInterval", 1)

    @classmethod
    def connect(cls, network: str, *, settings: Mapping[str, Any] | None = None, **options: Any) -> ApeChain:
        """Connect as `ape --network` does, with the provider's `settings`; `close()` disconnects.

        `options` are those of the class. A development network finds anvil as the anvil backend does.
        """
        ape = _ape()
        stack = ExitStack()
        try:
            with _anvil_on_path():
                choice = ape.networks.parse_network_choice(network, provider_settings=dict(settings or {}))
                stack.enter_context(choice)
            chain = cls(**options)
        except ChainError:
            stack.close()
            raise
        except Exception as error:
            stack.close()
            raise NodeDown(
                f"Ape cannot connect: {_said(error)}",
                without_secrets(network),
                "Check --network and ape-config.yaml.",
            ) from error
        chain._stack = stack
        return chain

    @property
    def accounts(self) -> Sequence[Address]:
        """The test accounts on a development network, else those of the user's Ape folder."""
        if self.is_development:
            return tuple(checksum(a.address) for a in self._ape_accounts.test_accounts)
        return tuple(checksum(a.address) for a in self._ape_accounts)

    def use(self, account: Any) -> Address:
        """Sign with this Ape account object from now on, unlocked as the caller has it; its address."""
        address = checksum(account.address)
        self._found[address] = account
        if account.alias:
            self._found[account.alias] = account
        return address

    def resolve(self, sender: str) -> Address:
        """The address of an alias or address; `UnknownSender` if it cannot send here."""
        if sender in self._impersonated:
            return sender
        return checksum(self._account(sender).address)

    def deploy(self, initcode: bytes, *, sender: str, value: int = 0) -> Receipt:
        return self._transact(self.resolve(sender), None, initcode, value, None)

    def send(
        self, to: Address, data: bytes, *, sender: str, value: int = 0, gas: int | None = None
    ) -> Receipt:
        return self._transact(self.resolve(sender), checksum(to), data, value, gas)

    def impersonate(self, address: Address) -> None:
        super().impersonate(address)
        self._impersonated.add(checksum(address))

    def close(self) -> None:
        self._stack.close()

    def _submit(self, sender: Address, to: Address | None, data: bytes, value: int, gas: int | None) -> bytes:
        """On a development chain with all the block's gas, so that it runs and fails there as on the others.

        On a public network gas is estimated first: a transaction that would revert is not sent at all.
        """
        if gas is None:
            estimate = partial(self.estimate_gas, to, data, sender=sender, value=value)
            gas = DEV_GAS_LIMIT if self.is_development else estimate()
        if sender in self._impersonated:
            price = "0x0" if self._gas_is_free() else self._ask("eth_gasPrice")
            request = transaction(sender, to, data, value, gas) | {"gasPrice": price}
            return self._bytes("eth_sendTransaction", request)
        account = self._account(sender)
        unsigned = self._provider.network.ecosystem.create_transaction(
            sender=sender,
            receiver=to,
            data=data,
            value=value,
            gas_limit=gas,
            chain_id=self.chain_id,
            **({"max_fee": 0, "max_priority_fee": 0} if self._gas_is_free() else {}),
        )
        try:
            prepared = account.prepare_transaction(unsigned)
            signed = account.sign_transaction(prepared)
        except Exception as error:
            raise Rejected(
                f"Ape did not sign: {_said(error)}", self.name, "Check the account's balance, and unlock it."
            ) from error
        if signed is None:
            raise Rejected("the signature was declined", self.name, "Run again and confirm the signature.")
        return self._bytes("eth_sendRawTransaction", "0x" + bytes(signed.serialize_transaction()).hex())

    def _gas_is_free(self) -> bool:
        latest = self._ask("eth_getBlockByNumber", "latest", False)
        with reading("eth_getBlockByNumber", self.name):
            return self.is_development and number(latest.get("baseFeePerGas") or "0x0") == 0

    def _account(self, sender: str) -> Any:
        if sender not in self._found:
            self._found[sender] = self._find_account(sender)
        return self._found[sender]

    def _find_account(self, sender: str) -> Any:
        known = [*(self._ape_accounts.test_accounts if self.is_development else ()), *self._ape_accounts]
        if not sender.startswith("0x"):
            for account in known:
                if account.alias == sender:
                    return account
            names = ", ".join(sorted(str(a.alias) for a in known if a.alias)) or "none"
            raise UnknownSender(
                f"Ape has no account {sender!r}",
                self.name,
                f"It has {names}; `ape accounts import {sender}` adds it.",
            )
        address = checksum(sender)
        for account in known:
            if checksum(account.address) == address:
                return account
        raise UnknownSender(
            f"{address} cannot send here",
            self.name,
            "Add its key to Ape (`ape accounts import`), or impersonate() it on a development chain.",
        )


class _Web3Transport:
    """JSON-RPC through the connection that Ape made: its middleware, headers and authentication."""

    def __init__(self, provider: Any, place: str) -> None:
        self._provider = provider
        self._place = place

    def request(self, method: str, *params: Any) -> Any:
        try:
            answer = self._provider.web3.provider.make_request(method, list(params))
        except Exception as error:
            raise NodeDown(
                f"the node does not answer ({type(error).__name__}: {_said(error)})",
                self._place,
                "Start the node, or correct the RPC address in ape-config.yaml.",
            ) from error
        return result_of(answer, method, self._place)

    def close(self) -> None:
        return None


def _said(error: Exception) -> str:
    """web3 and its HTTP library name the whole address of the node, and with it the key."""
    return printable(without_secrets(str(error)))


def _ape() -> Any:
    try:
        import ape
    except ImportError as error:
        raise MissingBackend(
            "Ape is not installed", None, "Install it: pip install eth-ape==0.8.51"
        ) from error
    return ape


@contextmanager
def _anvil_on_path() -> Iterator[None]:
    """ape-foundry looks for anvil on PATH alone, and there finds npm's script, which it cannot end."""
    before = os.environ.get("PATH", "")
    with suppress(MissingBackend):
        os.environ["PATH"] = f"{anvil_path().parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before
