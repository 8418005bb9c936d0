"""What only the in-process EVM has to prove: pyrevm's own traps do not reach its callers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.chain import ChainError, Contract, Rejected, Reverted, RevmChain

NOBODY = "0x000000000000000000000000000000000000dEaD"


@pytest.fixture
def chain() -> RevmChain:
    return RevmChain()


@pytest.mark.parametrize("spec", ["osaka", "CANCUN", "latest"])
def test_an_unknown_specification_is_refused(spec: str) -> None:
    with pytest.raises(ChainError, match=spec) as caught:
        RevmChain(spec=spec)
    assert "cancun" in caught.value.remedy


@pytest.mark.parametrize(("spec", "known"), [("shanghai", False), ("cancun", True)])
def test_the_specification_counts(spec: str, known: bool) -> None:
    chain = RevmChain(spec=spec)
    chain.set_code(NOBODY, bytes.fromhex("5f5c5f5260205ff3"))  # returns what TLOAD of slot 0 gives
    if known:
        assert chain.call(NOBODY, b"") == bytes(32)
    else:
        with pytest.raises(Reverted):
            chain.call(NOBODY, b"")


def test_more_snapshots_than_the_call_depth(chain, probe) -> None:
    """pyrevm counts each checkpoint as a call: 1,024 of them and every call is too deep."""
    points = []
    for value in range(3_000):
        points.append(chain.snapshot())
        probe.send("store(uint256)", value, sender=chain.accounts[0])
    assert probe.call("setTransientTwice", 9) == (0, 9)
    chain.revert(points[1_500])
    assert probe.call("stored") == 1_499
    chain.revert(points[0])
    assert probe.call("stored") == 7


def test_chain_and_start_can_be_chosen(compiled) -> None:
    chain = RevmChain(chain_id=5, timestamp=1_000)
    probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
    context = probe.call("context")
    assert (context.chainId, context.number, context.timestamp) == (5, 1, 1_001)


def test_the_same_steps_give_the_same_hashes(compiled) -> None:
    def run() -> tuple[bytes, bytes]:
        chain = RevmChain()
        probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
        receipt = probe.send("store(uint256)", 1, sender=chain.accounts[1])
        return receipt.tx_hash, receipt.block_hash

    assert run() == run()


def test_another_history_gives_other_block_hashes(chain, probe) -> None:
    point = chain.snapshot()
    first = probe.send("store(uint256)", 1, sender=chain.accounts[0]).block_hash
    chain.revert(point)
    second = probe.send("store(uint256)", 2, sender=chain.accounts[0]).block_hash
    assert first != second


def test_two_chains_do_not_touch(compiled) -> None:
    one, other = RevmChain(), RevmChain()
    Contract.deploy(one, compiled["Probe"], 7, sender=one.accounts[0])
    assert (other.block().number, other.nonce(other.accounts[0])) == (0, 0)


def test_a_rejected_impersonated_contract_keeps_its_code(chain, probe) -> None:
    code = chain.code(probe.address)
    chain.impersonate(probe.address)
    with pytest.raises(Rejected):
        chain.send(chain.accounts[0], b"", sender=probe.address, value=1)
    assert chain.code(probe.address) == code
    assert (chain.nonce(probe.address), chain.balance(probe.address)) == (1, 0)


@settings(max_examples=100, deadline=None)
@given(code=st.binary(max_size=200))
def test_code_is_read_as_it_was_set(code: bytes) -> None:
    chain = RevmChain()
    chain.set_code(chain.accounts[0], code)
    assert chain.code(chain.accounts[0]) == code


@settings(max_examples=100, deadline=None)
@given(runtime=st.binary(min_size=1, max_size=100).filter(lambda code: code[0] != 0xEF))
def test_code_is_read_as_it_was_deployed(runtime: bytes) -> None:
    """pyrevm gives deployed code with 33 zeros behind it."""
    chain = RevmChain()
    copy = bytes([0x60, len(runtime), 0x60, 0x0C, 0x60, 0, 0x39, 0x60, len(runtime), 0x60, 0, 0xF3])
    receipt = chain.deploy(copy + runtime, sender=chain.accounts[0])
    assert receipt.contract_address is not None
    assert chain.code(receipt.contract_address) == runtime
