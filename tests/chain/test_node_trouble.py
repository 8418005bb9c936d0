"""Nodes that are slow, gone, of another chain, or that report what no canonical block holds (S56)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from guardrails.chain import (
    AnvilChain,
    ApeChain,
    Contract,
    NodeDown,
    NotMined,
    NotSupported,
    Rejected,
    Reverted,
    RpcError,
    UnknownSender,
    WrongChain,
)
from guardrails.chain.rpc import HttpTransport


@pytest.fixture
def anvil() -> Iterator[AnvilChain]:
    chain = AnvilChain.start()
    yield chain
    chain.close()


@contextmanager
def ape_on(anvil: AnvilChain, **options: Any) -> Iterator[ApeChain]:
    settings = {"host": anvil.url, "manage_process": False}
    chain = ApeChain.connect("ethereum:local:foundry", settings=settings, **{"wait": 20.0, **options})
    try:
        yield chain
    finally:
        chain.close()


@contextmanager
def slow_miner(url: str, *, idle: bool = False) -> Iterator[None]:
    """Another client mines a block some time after a transaction has come; with `idle`, also without."""
    stop = threading.Event()

    def mine() -> None:
        miner = AnvilChain(url)
        while not stop.wait(0.2):
            if idle or int(miner.request("txpool_status")["pending"], 16):
                stop.wait(0.2)
                miner.mine()
        miner.close()

    thread = threading.Thread(target=mine)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class TestReceiptsOfUnminedTransactions:
    def test_ape_itself_calls_them_confirmed(self, anvil) -> None:
        """The trap that `ApeChain` avoids; when this fails, Ape has been repaired."""
        with ape_on(anvil) as chain:
            anvil.request("evm_setAutomine", False)
            account = chain._ape_accounts.test_accounts[0]
            receipt = account.transfer(chain.accounts[1], 1, required_confirmations=1)
            assert (int(receipt.status), receipt.block_number, receipt.gas_used or 0) == (1, -1, 0)

    def test_ours_waits_until_it_is_mined(self, anvil, compiled) -> None:
        with ape_on(anvil) as chain:
            anvil.request("evm_setAutomine", False)
            with slow_miner(anvil.url):
                probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
                receipt = probe.send("store(uint256)", 41, sender=chain.accounts[0])
            assert (receipt.status, receipt.block_number) == (1, 2)
            assert receipt.block_hash == chain.block(2).hash
            assert receipt.gas_used > 21_000
            assert probe.call("stored") == 41

    def test_a_refusal_that_is_mined_later_is_a_refusal(self, anvil, compiled) -> None:
        with ape_on(anvil) as chain:
            probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
            anvil.request("evm_setAutomine", False)
            with slow_miner(anvil.url), pytest.raises(Reverted, match="Bad"):
                probe.send("failCustom", 1, sender=chain.accounts[0])

    def test_one_that_is_never_mined_is_no_success(self, anvil) -> None:
        with ape_on(anvil, wait=0.3) as chain:
            anvil.request("evm_setAutomine", False)
            with pytest.raises(NotMined) as caught:
                chain.send(chain.accounts[1], b"", sender=chain.accounts[0], value=1)
            assert caught.value.remedy
            anvil.mine()
            assert chain.await_receipt(caught.value.tx_hash).block_number == 1

    def test_a_chain_that_mines_every_second(self, compiled) -> None:
        anvil = AnvilChain.start(arguments=("--block-time", "1"))
        try:
            with ape_on(anvil) as chain:
                probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
                receipt = probe.send("store(uint256)", 41, sender=chain.accounts[0])
                assert receipt.block_number >= 2
                assert chain.block(receipt.block_number).hash == receipt.block_hash
        finally:
            anvil.close()

    def test_confirmations_are_waited_for(self, anvil) -> None:
        with ape_on(anvil, confirmations=2) as chain:
            with slow_miner(anvil.url, idle=True):
                receipt = chain.send(chain.accounts[1], b"", sender=chain.accounts[0], value=1)
            assert chain.block().number >= receipt.block_number + 2


class LyingNode:
    """A node in front of a real one; its first receipts are altered."""

    def __init__(self, inner: HttpTransport, alter: Callable[[dict[str, Any]], Any], times: int) -> None:
        self.inner, self.alter, self.times = inner, alter, times

    def request(self, method: str, *params: Any) -> Any:
        answer = self.inner.request(method, *params)
        if method == "eth_getTransactionReceipt" and answer and self.times:
            self.times -= 1
            return self.alter(answer)
        return answer

    def close(self) -> None:
        self.inner.close()


@pytest.mark.parametrize(
    "alter",
    [
        lambda receipt: receipt | {"blockHash": "0x" + "ab" * 32},
        lambda receipt: receipt | {"blockNumber": None, "blockHash": None, "gasUsed": "0x0"},
        lambda receipt: receipt | {"blockNumber": "0xffff"},
        lambda receipt: None,
    ],
    ids=["of a dropped block", "pending", "of a block to come", "none yet"],
)
def test_a_receipt_that_no_canonical_block_holds_is_not_believed(anvil, alter) -> None:
    liar = LyingNode(anvil._http, alter, times=3)
    anvil._rpc = liar
    receipt = anvil.send(anvil.accounts[1], b"", sender=anvil.accounts[0], value=1)
    assert liar.times == 0
    assert receipt.block_hash == anvil.block(1).hash
    liar.times, anvil.wait = 10**6, 0.2
    with pytest.raises(NotMined):
        anvil.send(anvil.accounts[1], b"", sender=anvil.accounts[0], value=1)


class TestConnections:
    def test_a_node_that_is_gone(self, anvil) -> None:
        assert anvil.process is not None
        anvil.process.end()
        with pytest.raises(NodeDown, match=r"127\.0\.0\.1") as caught:
            anvil.block()
        assert caught.value.remedy
        assert caught.value.exit_code == 3

    def test_a_node_that_is_gone_behind_ape(self, anvil) -> None:
        with ape_on(anvil) as chain:
            assert anvil.process is not None
            anvil.process.end()
            with pytest.raises(NodeDown) as caught:
                chain.block()
            assert caught.value.remedy

    def test_no_node_at_all(self) -> None:
        with pytest.raises(NodeDown, match="Start the node"):
            AnvilChain("http://127.0.0.1:9")

    def test_an_address_that_is_none(self) -> None:
        with pytest.raises(NodeDown, match="no HTTP address"):
            AnvilChain("localhost")

    def test_a_node_of_another_chain(self, anvil) -> None:
        with pytest.raises(WrongChain, match="of chain 31337, not of chain 1") as caught:
            AnvilChain(anvil.url, chain_id=1)
        assert "chain_id" in caught.value.remedy

    def test_a_node_of_another_chain_behind_ape(self, anvil) -> None:
        with pytest.raises(WrongChain), ape_on(anvil, chain_id=1):
            pytest.fail("connected to the wrong chain")

    def test_an_idle_connection_that_the_node_dropped_is_made_again(self, anvil) -> None:
        anvil.block()
        connection = anvil._http._connection
        assert connection is not None
        assert connection.sock is not None
        connection.sock.shutdown(2)
        assert anvil.block().number == 0

    def test_a_method_that_the_node_lacks(self, anvil) -> None:
        with pytest.raises(RpcError, match="-32601"):
            anvil.request("eth_noSuchThing")
        with pytest.raises(NotSupported, match="development chains"):
            anvil._power("evm_noSuchThing")

    def test_a_batch_answers_in_order(self, anvil) -> None:
        calls = [("eth_getBalance", [account, "latest"]) for account in anvil.accounts]
        anvil.set_balance(anvil.accounts[3], 3)
        answers = [int(answer, 16) for answer in anvil.batch([*calls, ("eth_blockNumber", [])])]
        assert answers == [10**22] * 3 + [3] + [10**22] * 6 + [0]
        assert anvil.batch([]) == []

    def test_a_batch_with_an_error_raises_it(self, anvil) -> None:
        with pytest.raises(RpcError):
            anvil.batch([("eth_blockNumber", []), ("eth_noSuchThing", [])])


class TestApeAccounts:
    def test_a_sender_by_alias(self, anvil) -> None:
        with ape_on(anvil) as chain:
            alias = chain._ape_accounts.test_accounts[2].alias
            receipt = chain.send(chain.accounts[1], b"", sender=alias, value=1)
            assert receipt.status == 1
            assert chain.nonce(chain.accounts[2]) == 1

    def test_a_keyfile_account_signs(self, anvil) -> None:
        from ape_accounts import import_account_from_private_key

        alias = f"guardrails-test-{os.getpid()}"
        keyfile = import_account_from_private_key(alias, "pass word", "0x" + os.urandom(32).hex())
        try:
            keyfile.set_autosign(True, passphrase="pass word")
            anvil.set_balance(keyfile.address, 10)
            with ape_on(anvil) as chain:
                assert chain.use(keyfile) == keyfile.address
                chain.send(chain.accounts[1], b"", sender=alias, value=4)
                assert chain.balance(keyfile.address) == 6
                assert chain.resolve(alias) == keyfile.address
        finally:
            keyfile.keyfile_path.unlink()

    def test_an_account_without_funds(self, anvil) -> None:
        with ape_on(anvil) as chain:
            chain.set_balance(chain.accounts[0], 0)
            with pytest.raises(Rejected) as caught:
                chain.send(chain.accounts[1], b"", sender=chain.accounts[0], value=1)
            assert "balance" in caught.value.remedy

    def test_an_unknown_alias_names_the_known(self, anvil) -> None:
        with ape_on(anvil) as chain, pytest.raises(UnknownSender, match="ape accounts import nobody"):
            chain.send(chain.accounts[1], b"", sender="nobody", value=1)

    def test_no_connection(self, root) -> None:
        script = "from guardrails.chain import ApeChain; ApeChain()"
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root)
        assert "ChainError: ape: Ape is connected to no network" in ran.stderr

    def test_a_network_that_is_none(self) -> None:
        with pytest.raises(NodeDown, match="--network"):
            ApeChain.connect("ethereum:atlantis:node")
