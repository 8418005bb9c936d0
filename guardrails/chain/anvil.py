"""anvil by raw JSON-RPC: the confirming backend, hundreds of transactions a second."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from guardrails.chain.answers import number, reading, transaction
from guardrails.chain.binaries import anvil_path
from guardrails.chain.errors import ChainError, NodeDown, RpcError, UnknownSender
from guardrails.chain.node import NodeChain
from guardrails.chain.process import ChildProcess, free_port
from guardrails.chain.rpc import HttpTransport
from guardrails.chain.types import DEV_CHAIN_ID, DEV_GAS_LIMIT, DEV_TIMESTAMP, Address, checksum

HARDFORK = "cancun"
_ATTEMPTS = 3
_START_SECONDS = 30.0


class AnvilChain(NodeChain):
    """A running anvil at `url`; `AnvilChain.start()` runs one.

    `chain_id`, when given, must be the node's. `wait` is how long, in seconds, a transaction may take.
    """

    def __init__(
        self,
        url: str,
        *,
        chain_id: int | None = None,
        wait: float = 60.0,
        process: ChildProcess | None = None,
    ) -> None:
        self.url = url
        self.process = process
        self._http = HttpTransport(url)
        super().__init__(self._http, name="anvil", chain_id=chain_id, wait=wait)
        named, latest = self._ask("eth_accounts"), self._ask("eth_getBlockByNumber", "latest", False)
        with reading("eth_accounts, or for the latest block", self.name):
            self._accounts: tuple[Address, ...] = tuple(checksum(a) for a in named)
            self._gas_limit = number(latest["gasLimit"])
            self._free_gas = number(latest.get("baseFeePerGas") or "0x0") == 0
        self._senders = set(self._accounts)
        self._power("anvil_setBlockTimestampInterval", 1)

    @classmethod
    def start(
        cls,
        *,
        fork_url: str | None = None,
        fork_block: int | None = None,
        timestamp: int | None = None,
        chain_id: int | None = None,
        base_fee: int = 0,
        load_state: Path | None = None,
        dump_state: Path | None = None,
        arguments: Sequence[str] = (),
        wait: float = 60.0,
    ) -> AnvilChain:
        """Run an anvil of our own on a free port; `close()` ends it, as does the end of this process.

        `timestamp` (seconds) is the genesis block's: `types.DEV_TIMESTAMP` unless forking or loading a state.
        `base_fee` in wei: 0 makes gas free, as on revm. `arguments` go to anvil as they are.
        """
        command: list[str] = [
            str(anvil_path()),
            *("--hardfork", HARDFORK, "--base-fee", str(base_fee), "--quiet"),
            *("--gas-limit", str(DEV_GAS_LIMIT)),
        ]
        if timestamp is None and fork_url is None and load_state is None:
            timestamp = DEV_TIMESTAMP
        if chain_id is None and fork_url is None:
            chain_id = DEV_CHAIN_ID
        options: Mapping[str, object] = {
            "--fork-url": fork_url,
            "--fork-block-number": fork_block,
            "--timestamp": timestamp,
            "--chain-id": chain_id,
            "--load-state": load_state,
            "--dump-state": dump_state,
        }
        for flag, value in options.items():
            if value is not None:
                command += [flag, str(value)]
        command += arguments
        for attempt in range(1, _ATTEMPTS + 1):
            port = free_port()
            process = ChildProcess([*command, "--port", str(port)])
            try:
                _await_answer(process, port)
                return cls(f"http://127.0.0.1:{port}", chain_id=chain_id, wait=wait, process=process)
            except BaseException:
                printed = process.output()
                process.end()
                if "Address already in use" not in printed or attempt == _ATTEMPTS:
                    raise
        raise AssertionError("the loop returns or raises")

    @property
    def accounts(self) -> Sequence[Address]:
        return self._accounts

    def impersonate(self, address: Address) -> None:
        super().impersonate(address)
        self._senders.add(checksum(address))

    def request(self, method: str, *params: Any) -> Any:
        """Any JSON-RPC method of the node."""
        return self._ask(method, *params)

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Many JSON-RPC calls in one request, answers in their order; an error is raised at the end."""
        return self._http.batch(calls)

    def close(self) -> None:
        super().close()
        if self.process is not None:
            self.process.end()
            self.process = None

    def _submit(self, sender: Address, to: Address | None, data: bytes, value: int, gas: int | None) -> bytes:
        if sender not in self._senders:
            raise UnknownSender(
                f"{sender} cannot send here", self.name, "Use one of chain.accounts, or impersonate() it."
            )
        request = transaction(sender, to, data, value, self._gas_limit if gas is None else gas)
        if self._free_gas:
            request["gasPrice"] = "0x0"
        return self._bytes("eth_sendTransaction", request)


def _await_answer(process: ChildProcess, port: int) -> None:
    """Until the node answers; its own last words if it ends instead."""
    transport = HttpTransport(f"http://127.0.0.1:{port}", timeout=5.0)
    deadline = time.monotonic() + _START_SECONDS
    try:
        while time.monotonic() < deadline:
            if not process.alive:
                raise NodeDown(
                    f"anvil ended at once: {process.output().strip() or 'it said nothing'}",
                    "anvil",
                    "Correct the options; a fork needs its upstream node running.",
                )
            try:
                transport.request("eth_chainId")
                if process.alive:
                    return
            except RpcError:
                raise
            except ChainError:
                time.sleep(0.02)
        raise NodeDown(
            f"anvil does not answer after {_START_SECONDS:g} s", "anvil", "See the machine's load."
        )
    finally:
        transport.close()
