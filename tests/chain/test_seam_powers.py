"""The powers of a development chain, on every backend."""

from __future__ import annotations

import pytest

from guardrails.chain import (
    ChainError,
    Contract,
    Reverted,
)

pytestmark = pytest.mark.guardrails_backends("revm", "anvil", "ape")

STRANGER = "0x000000000000000000000000000000000000dEaD"
ETHER = 10**18


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

    def test_the_block_is_its_own_though_a_call_saw_its_time(self, chain, probe) -> None:
        then = chain.block().timestamp + 100
        chain.warp(then)
        assert probe.call("context").timestamp == then
        chain.mine()
        context = probe.call("context")
        assert (context.number, context.timestamp) == (chain.block().number, then)

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

    def test_nonces_go_back_whoever_moved_them(self, chain, probe, compiled, alice) -> None:
        """Creations move them in the EVM, transactions from outside; a contract made since had none."""
        chain.impersonate(probe.address)
        chain.set_balance(probe.address, ETHER)

        def nonces() -> list[int]:
            return [chain.nonce(alice), chain.nonce(probe.address)]

        outer, first = chain.snapshot(), nonces()
        for _ in range(2):
            made = Contract.deploy(chain, compiled["Probe"], 7, sender=alice)
            made.send("store(uint256)", 1, sender=alice)
            chain.impersonate(made.address)
            chain.set_balance(made.address, ETHER)
            chain.send(alice, b"", sender=made.address, value=1)
            inner, then = chain.snapshot(), nonces()
            assert chain.nonce(made.address) == 2
            for _ in range(2):
                probe.send("create", 5, sender=alice)
                chain.set_balance(alice, 5 * ETHER)
                chain.send(alice, b"", sender=probe.address)
                Contract.deploy(chain, compiled["Probe"], 7, sender=alice)
                assert nonces() == [then[0] + 2, then[1] + 2]
                chain.revert(inner)
                assert (nonces(), chain.nonce(made.address)) == (then, 2)
            chain.send(alice, b"", sender=probe.address)
            chain.revert(outer)
            assert (nonces(), chain.nonce(made.address), chain.code(made.address)) == (first, 0, b"")

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
