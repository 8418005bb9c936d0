"""What transactions leave behind, or not: logs, contracts, transient storage; on every backend."""

from __future__ import annotations

import pytest
from eth_utils import keccak

from guardrails.chain import (
    Contract,
    Reverted,
)

pytestmark = pytest.mark.guardrails_backends("revm", "anvil", "ape")

STRANGER = "0x000000000000000000000000000000000000dEaD"


def text_error(text: str) -> bytes:
    padded = text.encode().ljust((len(text) + 31) // 32 * 32, b"\0")
    return bytes.fromhex("08c379a0") + (32).to_bytes(32, "big") + len(text).to_bytes(32, "big") + padded


class TestTransientStorage:
    def test_it_lasts_for_one_transaction(self, probe, alice) -> None:
        probe.send("setTransientTwice", 50, sender=alice)
        assert probe.call("stored") == 50, "the nested call must see what the outer one wrote"
        probe.send("store(uint256)", 1, sender=alice)
        probe.send("setTransient", 60, sender=alice)
        probe.send("setTransientTwice", 70, sender=alice)
        assert probe.call("setTransientTwice", 80) == (0, 80)

    def test_a_refused_transaction_leaves_none(self, probe, alice) -> None:
        with pytest.raises(Reverted):
            probe.send("setTransientAndFail", 5, sender=alice)
        assert probe.call("setTransient", 1) == 0


class TestLogs:
    def test_topics_and_data_byte_for_byte(self, chain, probe, alice) -> None:
        receipt = probe.send("emitIndexed", 3, b"\x05".ljust(32, b"\0"), b"abc", sender=alice)
        first, second = receipt.logs
        assert first.topics == (
            keccak(text="Indexed(address,uint256,bytes32,bytes)"),
            bytes(12) + bytes.fromhex(alice[2:]),
            (3).to_bytes(32, "big"),
            b"\x05".ljust(32, b"\0"),
        )
        assert first.data == (32).to_bytes(32, "big") + (3).to_bytes(32, "big") + b"abc".ljust(32, b"\0")
        assert (first.log_index, second.log_index) == (0, 1)
        assert {log.tx_hash for log in receipt.logs} == {receipt.tx_hash}
        assert {log.block_number for log in receipt.logs} == {receipt.block_number}
        assert chain.logs(address=probe.address) == receipt.logs

    def test_an_event_without_a_name_and_a_hashed_argument(self, probe, alice) -> None:
        receipt = probe.send("emitHashed", "text", [1, 2], sender=alice)
        hashed, nameless = receipt.logs
        assert probe.decode_logs(receipt, "Hashed") == [{"text": keccak(text="text"), "list": (1, 2)}]
        assert hashed.topics[1] == keccak(text="text")
        assert nameless.topics == ((2).to_bytes(32, "big"),)

    def test_they_can_be_searched(self, chain, probe, alice) -> None:
        receipts = [probe.send("emitIndexed", i, bytes(32), b"", sender=alice) for i in (10, 20, 30)]
        topic = keccak(text="Indexed(address,uint256,bytes32,bytes)")
        ten = (10).to_bytes(32, "big")
        assert len(chain.logs(topics=[topic])) == 6
        assert chain.logs(topics=[topic, None, ten]) == receipts[0].logs[:1]
        assert chain.logs(topics=[None, None, ten]) == receipts[0].logs[:1]
        assert chain.logs(topics=[ten]) == ()
        middle = receipts[1].block_number
        assert chain.logs(from_block=middle, to_block=middle) == receipts[1].logs
        assert chain.logs(to_block=middle) == receipts[0].logs + receipts[1].logs
        assert chain.logs(from_block=middle) == receipts[1].logs + receipts[2].logs
        assert chain.logs(address=STRANGER) == ()

    def test_calls_leave_none(self, chain, probe) -> None:
        probe.call("emitIndexed", 1, bytes(32), b"")
        assert chain.logs(address=probe.address) == ()


class TestCreation:
    def test_a_contract_creates_another(self, chain, probe, compiled, alice) -> None:
        expected = probe.call("create", 77, sender=alice)
        receipt = probe.send("create", 77, sender=alice, value=9)
        assert probe.decode_logs(receipt, "Indexed")[0]["who"] == expected
        child = Contract(chain, expected, compiled["Child"].abi)
        assert child.call("value") == 77
        assert chain.balance(expected) == 9
        assert chain.nonce(probe.address) == 2

    def test_a_salted_address_is_used_once(self, probe, alice) -> None:
        salt = b"\x01" * 32
        first = probe.call("createAt", salt, 1)
        probe.send("createAt", salt, 1, sender=alice)
        assert probe.chain.code(first)
        with pytest.raises(Reverted):
            probe.send("createAt", salt, 1, sender=alice)

    def test_a_refusing_constructor_inside(self, probe, alice) -> None:
        with pytest.raises(Reverted) as caught:
            probe.send("create", 13, sender=alice)
        assert caught.value.data == text_error("unlucky")
        assert probe.chain.nonce(probe.address) == 1

    def test_an_old_contract_that_destroys_itself_keeps_its_code(self, chain, probe, alice) -> None:
        child = probe.call("create", 1, sender=alice)
        probe.send("create", 1, sender=alice, value=4)
        probe.send("destroy", child, STRANGER, sender=alice)
        assert chain.balance(STRANGER) == 4
        assert chain.balance(child) == 0
        assert chain.code(child)
