"""What every backend owes its callers; the same body runs on revm, on anvil and through Ape."""

from __future__ import annotations

import pytest
from eth_utils import keccak

from guardrails.chain import (
    ZERO_ADDRESS,
    Chain,
    ChainError,
    Rejected,
    Reverted,
    UnknownSender,
)
from guardrails.chain.types import DEV_BALANCE, DEV_CHAIN_ID

pytestmark = pytest.mark.guardrails_backends("revm", "anvil", "ape")

STRANGER = "0x000000000000000000000000000000000000dEaD"
ETHER = 10**18


def text_error(text: str) -> bytes:
    padded = text.encode().ljust((len(text) + 31) // 32 * 32, b"\0")
    return bytes.fromhex("08c379a0") + (32).to_bytes(32, "big") + len(text).to_bytes(32, "big") + padded


class TestTransactions:
    def test_a_development_chain_has_ten_funded_accounts(self, chain: Chain) -> None:
        assert chain.chain_id == DEV_CHAIN_ID
        assert len(chain.accounts) == 10
        assert {chain.balance(account) for account in chain.accounts} == {DEV_BALANCE}

    def test_it_satisfies_the_protocol(self, chain: Chain) -> None:
        assert isinstance(chain, Chain)

    def test_deploy_creates_at_the_address_of_sender_and_nonce(self, chain, compiled, alice) -> None:
        initcode = bytes.fromhex(compiled["Probe"].bytecode) + (7).to_bytes(32, "big")
        receipt = chain.deploy(initcode, sender=alice, value=5)
        rlp = b"\xd6\x94" + bytes.fromhex(alice[2:]) + b"\x80"
        assert receipt.contract_address.lower() == "0x" + keccak(rlp)[12:].hex()
        assert chain.code(receipt.contract_address) == compiled["Probe"].runtime
        assert chain.balance(receipt.contract_address) == 5
        assert chain.nonce(alice) == 1
        assert chain.nonce(receipt.contract_address) == 1

    def test_a_refusing_constructor_raises_with_its_data(self, chain, compiled, alice) -> None:
        initcode = bytes.fromhex(compiled["Probe"].bytecode) + (666).to_bytes(32, "big")
        with pytest.raises(Reverted) as caught:
            chain.deploy(initcode, sender=alice)
        assert caught.value.data[:4] == keccak(text="Bad(address,uint256)")[:4]
        assert chain.nonce(alice) == 1

    def test_send_changes_state_and_tells_where(self, chain, probe, alice) -> None:
        before = chain.block()
        receipt = probe.send("store(uint256)", 41, sender=alice)
        after = chain.block()
        assert probe.call("stored") == 41
        assert receipt.status == 1
        assert receipt.block_number == after.number == before.number + 1
        assert receipt.block_hash == after.hash == chain.block(after.number).hash
        assert receipt.contract_address is None
        assert receipt.gas_used > 21_000
        assert after.timestamp == before.timestamp + 1

    def test_hashes_of_transactions_and_blocks_differ(self, chain, probe, alice) -> None:
        receipts = [probe.send("store(uint256)", 41, sender=alice) for _ in range(3)]
        assert len({r.tx_hash for r in receipts}) == 3
        assert len({r.block_hash for r in receipts}) == 3

    def test_call_changes_nothing(self, chain, probe, alice) -> None:
        def state() -> tuple[object, ...]:
            return chain.block(), chain.nonce(alice), chain.balance(alice), chain.storage(probe.address, 0)

        before = state()
        assert probe.call("store(uint256)", 99, sender=alice) == 7
        made = probe.call("create", 1, sender=alice, value=3)
        assert chain.code(made) == b""
        assert probe.call("setTransient", 5) == 0
        assert probe.call("setTransient", 5) == 0
        assert state() == before
        assert chain.logs(address=probe.address) == ()

    def test_call_comes_from_the_zero_address_unless_told(self, chain, probe, alice) -> None:
        assert probe.call("context").sender == ZERO_ADDRESS
        assert probe.call("context", sender=alice).sender == alice
        assert probe.call("context", sender=STRANGER).sender == STRANGER

    def test_call_of_an_address_without_code_returns_nothing(self, chain) -> None:
        assert chain.call(STRANGER, b"\x01\x02\x03\x04") == b""

    def test_money_moves_with_a_send_and_gas_is_free(self, chain, probe, alice) -> None:
        receipt = chain.send(probe.address, b"", sender=alice, value=3 * ETHER)
        assert chain.balance(alice) == DEV_BALANCE - 3 * ETHER
        assert chain.balance(probe.address) == 3 * ETHER
        assert probe.decode_logs(receipt, "Received") == [{"from": alice, "value": 3 * ETHER}]

    def test_a_send_without_the_money_never_runs(self, chain, probe, alice) -> None:
        before = (chain.nonce(alice), chain.block())
        with pytest.raises(Rejected) as caught:
            chain.send(probe.address, b"", sender=alice, value=DEV_BALANCE + 1)
        assert caught.value.remedy
        assert (chain.nonce(alice), chain.block()) == before

    def test_a_send_below_the_intrinsic_gas_never_runs(self, chain, probe, alice) -> None:
        before = (chain.nonce(alice), chain.block())
        with pytest.raises(Rejected):
            chain.send(probe.address, b"", sender=alice, gas=20_000)
        assert (chain.nonce(alice), chain.block()) == before

    def test_a_creation_without_the_money_never_runs(self, chain, compiled, alice) -> None:
        before = (chain.nonce(alice), chain.block())
        with pytest.raises(Rejected):
            chain.deploy(bytes.fromhex(compiled["Probe"].bytecode), sender=alice, value=DEV_BALANCE + 1)
        assert (chain.nonce(alice), chain.block()) == before

    def test_a_stranger_cannot_send(self, chain, probe) -> None:
        with pytest.raises(UnknownSender, match=STRANGER):
            chain.send(probe.address, b"", sender=STRANGER)

    def test_a_malformed_address_is_refused(self, chain, alice) -> None:
        with pytest.raises(ChainError, match="not an address"):
            chain.send("0x1234", b"", sender=alice)

    def test_a_refused_send_moves_only_the_nonce(self, chain, probe, alice) -> None:
        block, nonce, balance = chain.block().number, chain.nonce(alice), chain.balance(alice)
        with pytest.raises(Reverted):
            probe.send("failCustom", 1, sender=alice)
        assert probe.call("stored") == 7
        assert chain.balance(alice) == balance
        assert chain.nonce(alice) == nonce + 1
        assert chain.block().number == block + 1
        assert chain.logs(address=probe.address) == ()

    def test_running_out_of_gas_is_a_refusal_without_data(self, chain, probe, alice) -> None:
        for attempt in (
            lambda: probe.send("burn", sender=alice, gas=100_000),
            lambda: probe.send("failInvalid", sender=alice),
            lambda: probe.call("burn"),
            lambda: probe.call("failInvalid"),
        ):
            with pytest.raises(Reverted) as caught:
                attempt()
            assert caught.value.data == b""
            assert caught.value.reason is None

    def test_estimated_gas_covers_a_plain_payment(self, chain, alice) -> None:
        assert chain.estimate_gas(STRANGER, b"", sender=alice, value=1) == 21_000

    def test_estimating_a_refused_call_says_why(self, chain, probe, alice) -> None:
        with pytest.raises(Reverted) as caught:
            chain.estimate_gas(probe.address, probe.encode("failText", "no"), sender=alice)
        assert caught.value.data == text_error("no")


class TestRefusals:
    def test_a_custom_error(self, probe, alice) -> None:
        expected = keccak(text="Bad(address,uint256)")[:4] + bytes(12) + bytes.fromhex(alice[2:])
        expected += (5).to_bytes(32, "big")
        for run in (probe.call, probe.send):
            with pytest.raises(Reverted) as caught:
                run("failCustom", 5, sender=alice)
            assert caught.value.data == expected
            assert caught.value.reason == f"Bad(who={alice}, value=5)"

    def test_a_text(self, probe, alice) -> None:
        text = "a text that is longer than one word of thirty-two bytes"
        for run in (probe.call, probe.send):
            with pytest.raises(Reverted) as caught:
                run("failText", text, sender=alice)
            assert caught.value.data == text_error(text)
            assert caught.value.reason == text

    def test_a_panic(self, probe, alice) -> None:
        for run in (probe.call, probe.send):
            with pytest.raises(Reverted) as caught:
                run("failPanic", 1, sender=alice)
            assert caught.value.data == bytes.fromhex("4e487b71") + (0x11).to_bytes(32, "big")
            assert caught.value.reason == "Panic(0x11): arithmetic overflow"

    def test_none_at_all(self, probe, alice) -> None:
        for run in (probe.call, probe.send):
            with pytest.raises(Reverted) as caught:
                run("failBare", sender=alice)
            assert caught.value.data == b""

    def test_one_that_passes_through_another_contract(self, chain, probe, alice) -> None:
        inner = probe.encode("failCustom", 9)
        with pytest.raises(Reverted) as caught:
            probe.send("relay", probe.address, inner, sender=alice)
        assert caught.value.reason == f"Bad(who={probe.address}, value=9)"

    def test_one_that_is_swallowed_undoes_only_what_is_inside(self, probe, alice) -> None:
        inner = probe.encode("failCustom", 9)
        receipt = probe.send("attempt", probe.address, inner, sender=alice)
        assert probe.call("stored") == 8
        assert probe.decode_logs(receipt, "Plain") == [{"value": 8, "text": "refused"}]
