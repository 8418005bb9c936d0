"""A fork in process: the state of a pinned block, kept in a file that a second run needs alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.chain import AnvilChain, Chain, ChainError, NodeDown, Reverted, RevmChain, RpcError
from guardrails.chain.fork_cache import ForkCache
from guardrails.chain.rpc import HttpTransport
from guardrails.chain.types import DEV_BALANCE, word

ACCOUNT = "0x00000000000000000000000000000000000A11cE"
OTHER = "0x00000000000000000000000000000000000B0b00"
NOWHERE = "http://127.0.0.1:1"
READS_SLOT_7 = bytes.fromhex("60075460005260206000f3")
READS_A_HASH = bytes.fromhex("6000354060005260206000f3")
READS_SLOT_0_AND_REVERTS = bytes.fromhex("60005460005260206000fd")


@pytest.fixture(scope="module")
def upstream() -> Iterator[AnvilChain]:
    chain = AnvilChain.start(chain_id=4_711)
    for account, code in ((ACCOUNT, READS_SLOT_7), (OTHER, READS_A_HASH)):
        chain.set_code(account, code)
        chain.set_balance(account, 5)
    chain.set_storage(ACCOUNT, 7, 99)
    chain.set_code(chain.accounts[3], READS_SLOT_7)
    chain.mine(3)
    yield chain
    chain.close()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "fork.sqlite"


def forked(url: str, block: int, cache: Path) -> Chain:
    return RevmChain.fork(url, block, cache)


def test_the_state_of_the_pinned_block_and_a_second_run_without_the_node(
    upstream: AnvilChain, cache: Path
) -> None:
    pinned = upstream.block()
    for url in (upstream.url, NOWHERE):
        chain = forked(url, pinned.number, cache)
        try:
            assert (chain.chain_id, chain.block()) == (4_711, pinned)
            assert chain.call(ACCOUNT, b"") == word(99)
            assert (chain.balance(ACCOUNT), chain.code(ACCOUNT)) == (5, READS_SLOT_7)
            sender = chain.accounts[3]
            assert (chain.code(sender), chain.balance(sender)) == (b"", DEV_BALANCE)
            before = chain.snapshot()
            chain.set_storage(ACCOUNT, 7, 1)
            chain.set_code(OTHER, READS_SLOT_0_AND_REVERTS)
            with pytest.raises(Reverted):
                chain.send(OTHER, b"", sender=sender)
            assert chain.call(ACCOUNT, b"") == word(1)
            receipt = chain.send(ACCOUNT, b"", sender=sender, value=1)
            assert receipt.block_number == pinned.number + 2
            assert chain.block().timestamp == pinned.timestamp + 2
            chain.revert(before)
            assert (chain.block(), chain.balance(ACCOUNT)) == (pinned, 5)
            assert chain.call(ACCOUNT, b"") == word(99)
            assert chain.block(0).number == 0
            assert chain.call(OTHER, word(pinned.number - 1)) != bytes(32)
        finally:
            chain.close()


def test_what_the_node_does_later_is_not_seen(upstream: AnvilChain, cache: Path) -> None:
    pinned, clean = upstream.block(), upstream.snapshot()
    try:
        upstream.mine()
        upstream.set_storage(ACCOUNT, 7, 100)
        upstream.mine(2)
        chain = forked(upstream.url, pinned.number, cache)
        chain.mine(2)
        assert chain.call(ACCOUNT, b"") == word(99)
        hashes = [chain.call(OTHER, word(pinned.number + i)) for i in (0, 1)]
        chain.close()
        assert hashes[0] == pinned.hash
        assert hashes[1] not in (bytes(32), upstream.block(pinned.number + 1).hash)
    finally:
        upstream.revert(clean)


def test_without_a_node_what_nobody_kept_is_trouble_with_the_chain(upstream: AnvilChain, cache: Path) -> None:
    number = upstream.block().number
    forked(upstream.url, number, cache).close()
    chain = forked(NOWHERE, number, cache)
    try:
        with pytest.raises(NodeDown, match="state is not to be had"):
            chain.balance(ACCOUNT)
        with pytest.raises(NodeDown, match="state is not to be had"):
            chain.call(ACCOUNT, b"")
    finally:
        chain.close()


def test_a_cache_of_something_else_is_refused(upstream: AnvilChain, cache: Path) -> None:
    number = upstream.block().number
    ForkCache(upstream.url, number, cache).close()
    with pytest.raises(ChainError, match=f"cache is of block {number}, not {number - 1}"):
        forked(upstream.url, number - 1, cache)
    with pytest.raises(ChainError, match="has no block 1000"):
        forked(upstream.url, 1_000, cache.with_name("other"))
    with pytest.raises(NodeDown, match="does not answer"):
        forked(NOWHERE, number, cache.with_name("empty"))
    cache.with_name("text").write_text("not a database, and long enough to be looked at " * 20)
    with pytest.raises(ChainError, match="cannot be a fork's cache"):
        forked(upstream.url, number, cache.with_name("text"))


def test_the_node_of_another_chain_is_refused_before_its_answers_are_mixed_in(
    upstream: AnvilChain, cache: Path
) -> None:
    number = upstream.block().number
    ForkCache(upstream.url, number, cache).close()
    other = AnvilChain.start(timestamp=1_800_000_000)
    try:
        other.mine(number)
        mixed = ForkCache(other.url, number, cache)
        with pytest.raises(ChainError, match="is not the one that the cache is of"):
            mixed.answer("eth_getBalance", [ACCOUNT, "latest"])
        mixed.close()
    finally:
        other.close()


def test_a_cache_asks_nothing_that_changes_a_node(upstream: AnvilChain, cache: Path) -> None:
    kept = ForkCache(upstream.url, upstream.block().number, cache)
    for method in ("eth_sendRawTransaction", "anvil_setBalance", "evm_revert"):
        with pytest.raises(RpcError, match="not available"):
            kept.answer(method, [])
    assert kept.answer("eth_getTransactionReceipt", ["0x00"]) is None
    kept.close()


def test_latest_is_the_pinned_block_and_the_node_is_compared_once(
    upstream: AnvilChain, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, clean = ForkCache(upstream.url, upstream.block().number, cache), upstream.snapshot()
    asked: list[str] = []
    ask = HttpTransport.request

    def listen(self: HttpTransport, method: str, *params: object) -> object:
        asked.append(method)
        return ask(self, method, *params)

    try:
        upstream.mine()
        upstream.set_balance(ACCOUNT, 6)
        upstream.mine()
        monkeypatch.setattr(HttpTransport, "request", listen)
        for account, balance in ((ACCOUNT, "0x5"), (OTHER, "0x5"), (ACCOUNT, "0x5")):
            assert kept.answer("eth_getBalance", [account, "latest"]) == balance
        assert asked == ["eth_getBlockByNumber", "eth_getBalance", "eth_getBalance"]
    finally:
        kept.close()
        monkeypatch.undo()
        upstream.revert(clean)


def test_a_damaged_answer_is_named(upstream: AnvilChain, cache: Path) -> None:
    number = upstream.block().number
    ForkCache(upstream.url, number, cache).close()
    with sqlite3.connect(cache) as file:
        file.execute("UPDATE answer SET json = '{' WHERE question = 'pin'")
    with pytest.raises(ChainError, match="cannot be read"):
        forked(upstream.url, number, cache)
