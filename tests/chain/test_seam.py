"""What every backend owes its callers; the same body runs on revm, on anvil and through Ape."""

from __future__ import annotations

import pytest
from eth_utils import keccak

from guardrails.chain import (
    ZERO_ADDRESS,
    Chain,
    ChainError,
    Contract,
    Rejected,
    Reverted,
    UnknownSender,
)
from guardrails.chain.types import DEV_BALANCE, DEV_CHAIN_ID

pytestmark = pytest.mark.guardrails_backends("revm", "anvil", "ape")

STRANGER = "0x000000000000000000000000000000000000dEaD"
ETHER = 10**18


@pytest.fixture
def alice(chain: Chain) -> str:
    return chain.accounts[1]


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


class TestPowers:
    def test_warp_is_seen_by_calls_and_is_the_next_blocks_time(self, chain, probe, alice) -> None:
        then = chain.block().timestamp + 86_400
        chain.warp(then)
        assert probe.call("context").timestamp == then
        receipt = probe.send("store(uint256)", 1, sender=alice)
        assert chain.block(receipt.block_number).timestamp == then
        assert probe.call("context").timestamp == then
        probe.send("store(uint256)", 1, sender=alice)
        assert chain.block().timestamp == then + 1

    def test_warp_twice_counts_once(self, chain, probe) -> None:
        now = chain.block().timestamp
        chain.warp(now + 500)
        chain.warp(now + 100)
        assert probe.call("context").timestamp == now + 100
        chain.mine()
        assert chain.block().timestamp == now + 100

    def test_warp_to_now_changes_nothing(self, chain, probe) -> None:
        now = chain.block().timestamp
        chain.warp(now + 500)
        chain.warp(now)
        assert probe.call("context").timestamp == now
        chain.mine()
        assert chain.block().timestamp == now + 1

    def test_warp_back_is_refused(self, chain) -> None:
        with pytest.raises(ChainError, match="warp back"):
            chain.warp(chain.block().timestamp - 1)

    def test_a_refused_send_uses_up_the_warp(self, chain, probe, alice) -> None:
        then = chain.block().timestamp + 100
        chain.warp(then)
        with pytest.raises(Reverted):
            probe.send("failBare", sender=alice)
        assert chain.block().timestamp == then
        assert probe.call("context").timestamp == then

    def test_mine_adds_blocks_a_second_apart(self, chain) -> None:
        start = chain.block()
        chain.mine(5)
        times = [chain.block(start.number + i).timestamp for i in range(1, 6)]
        assert times == [start.timestamp + i for i in range(1, 6)]
        assert chain.block().number == start.number + 5
        chain.mine(0)
        assert chain.block().number == start.number + 5

    def test_a_block_that_is_not_there(self, chain) -> None:
        with pytest.raises(ChainError, match="no block"):
            chain.block(chain.block().number + 1)

    def test_going_back_restores_everything_and_can_be_repeated(self, chain, probe, alice) -> None:
        def state() -> tuple[object, ...]:
            return (
                chain.block(),
                chain.nonce(alice),
                chain.nonce(probe.address),
                chain.balance(alice),
                chain.balance(STRANGER),
                chain.code(STRANGER),
                chain.storage(probe.address, 0),
                chain.storage(probe.address, 9),
                probe.call("context"),
                chain.logs(),
            )

        before = state()
        point = chain.snapshot()
        for _ in range(3):
            probe.send("create", 5, sender=alice, value=1)
            chain.set_balance(alice, 5 * ETHER)
            probe.send("store(uint256)", 8, sender=alice)
            chain.send(probe.address, b"", sender=alice, value=2 * ETHER)
            chain.set_balance(alice, 3 * ETHER)
            chain.set_balance(STRANGER, 1)
            chain.set_code(STRANGER, b"\x60\x01")
            chain.set_storage(probe.address, 9, 1)
            chain.warp(chain.block().timestamp + 1000)
            assert state() != before
            chain.revert(point)
            assert state() == before
        chain.mine()
        assert chain.block().timestamp == before[0].timestamp + 1

    def test_nested_snapshots(self, chain, probe, alice) -> None:
        outer = chain.snapshot()
        probe.send("store(uint256)", 1, sender=alice)
        inner = chain.snapshot()
        probe.send("store(uint256)", 2, sender=alice)
        chain.revert(inner)
        assert probe.call("stored") == 1
        chain.revert(outer)
        assert probe.call("stored") == 7
        with pytest.raises(ChainError, match="void"):
            chain.revert(inner)

    def test_a_foreign_snapshot_is_refused(self, chain) -> None:
        with pytest.raises(ChainError, match="no snapshot"):
            chain.revert("0x0")

    def test_impersonate_an_account_and_a_contract(self, chain, probe) -> None:
        chain.set_balance(STRANGER, 10)
        chain.impersonate(STRANGER)
        chain.send(probe.address, b"", sender=STRANGER, value=4)
        assert (chain.balance(STRANGER), chain.nonce(STRANGER)) == (6, 1)
        code = chain.code(probe.address)
        chain.impersonate(probe.address)
        receipt = chain.send(probe.address, probe.encode("failCustom", 1)[:0], sender=probe.address, value=1)
        assert probe.decode_logs(receipt, "Received") == [{"from": probe.address, "value": 1}]
        assert chain.code(probe.address) == code
        assert chain.nonce(probe.address) == 2

    def test_set_balance_up_and_down(self, chain, alice) -> None:
        for wei in (0, 1, 10**30):
            chain.set_balance(alice, wei)
            assert chain.balance(alice) == wei
        assert chain.nonce(alice) == 0

    def test_set_code_replaces_a_contract(self, chain, probe, compiled) -> None:
        chain.set_balance(probe.address, 6)
        chain.set_code(probe.address, bytes.fromhex("602a60005260206000f3"))
        assert chain.code(probe.address) == bytes.fromhex("602a60005260206000f3")
        assert chain.call(probe.address, b"") == (42).to_bytes(32, "big")
        assert (chain.balance(probe.address), chain.nonce(probe.address)) == (6, 1)
        assert chain.storage(probe.address, 0) == (7).to_bytes(32, "big")

    def test_set_code_of_an_empty_account(self, chain, alice) -> None:
        chain.set_code(STRANGER, bytes.fromhex("602a60005260206000f3"))
        assert chain.call(STRANGER, b"") == (42).to_bytes(32, "big")
        chain.set_code(STRANGER, b"")
        assert chain.code(STRANGER) == b""
        assert chain.call(STRANGER, b"") == b""

    def test_set_storage_is_seen_by_the_contract(self, chain, probe, alice) -> None:
        chain.set_storage(probe.address, 0, 1234)
        assert probe.call("stored") == 1234
        chain.set_storage(probe.address, 0, b"\x01")
        assert chain.storage(probe.address, 0) == (1).to_bytes(32, "big")
        probe.send("store(uint256)", 5, sender=alice)
        assert probe.call("stored") == 5

    def test_a_slot_takes_32_bytes_at_most(self, chain, probe) -> None:
        with pytest.raises(ChainError, match="32 bytes"):
            chain.set_storage(probe.address, 0, 2**256)
