"""The guarded vault of examples/vault under the same load, four ways: raw, machine, Ape, forge's runner."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from eth_abi import encode

from guardrails.chain import Address, Chain, Receipt, RevmChain
from guardrails.fuzz import Step, World, find_target

ROOT = Path(__file__).resolve().parent.parent
TARGET = str(ROOT / "examples/vault/fuzz.py:Vault")
WORLD = ROOT / ".cache/bench-fuzz/world.hex"
USERS = ("alice", "bob", "carol", "whale")
MOST = 1_000_000 * 10**6
"""Smallest units of USDC in one call: what may leave in a day."""
HOUR = 3_600
_CREATE, _CALL, _CODE = 0, 1, 2


def steps(seed: int = 1) -> Iterator[Step]:
    """Deposits, withdrawals, redemptions, transfers and time, as often as each other; without end."""
    rng = Random(seed)
    while True:
        user, amount = rng.choice(USERS), rng.randrange(MOST)
        kind, me = rng.randrange(5), f"@{user}"
        if kind == 0:
            yield Step(user, "protocol", "deposit(uint256,address)", (amount, me))
        elif kind == 1:
            yield Step(user, "protocol", "withdraw", (amount, me, me))
        elif kind == 2:
            yield Step(user, "protocol", "redeem", (amount, me, me))
        elif kind == 3:
            yield Step(user, "protocol", "transfer", (f"@{rng.choice(USERS)}", amount))
        else:
            yield Step.pause(rng.randrange(1, HOUR))


def build(chain: Chain) -> World:
    return find_target(TARGET).build(chain)


class Recorder(RevmChain):
    """Writes down every transaction that succeeded, so that forge can repeat it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[int, Address, Address, int, int, bytes]] = []

    def deploy(self, initcode: bytes, *, sender: Address, value: int = 0) -> Receipt:
        nonce = self.nonce(sender)
        receipt = super().deploy(initcode, sender=sender, value=value)
        assert receipt.contract_address is not None
        self._note(_CREATE, sender, receipt.contract_address, nonce, initcode)
        return receipt

    def send(self, to: Address, data: bytes, *, sender: Address, **options: Any) -> Receipt:
        receipt = super().send(to, data, sender=sender, **options)
        self._note(_CALL, sender, to, 0, data)
        return receipt

    def set_code(self, address: Address, code: bytes) -> None:
        super().set_code(address, code)
        self._note(_CODE, address, address, 0, code)

    def _note(self, kind: int, sender: Address, to: Address, nonce: int, data: bytes) -> None:
        self.done.append((kind, sender, to, nonce, self.block().timestamp, data))


def write_world() -> int:
    """Writes the transactions that build the vault where forge's handler reads them; how many they are."""
    chain = Recorder()
    world = build(chain)
    blob = encode(
        ["(uint8,address,address,uint256,uint256,bytes)[]", "address", "address", "address[]", "uint256"],
        [
            chain.done,
            world.address("protocol"),
            world.address("USDC"),
            [world.address(user) for user in USERS],
            MOST,
        ],
    )
    WORLD.parent.mkdir(parents=True, exist_ok=True)
    WORLD.write_text("0x" + blob.hex())
    return len(chain.done)


if __name__ == "__main__":
    sys.exit(f"{write_world()} transactions in {WORLD.relative_to(ROOT)}")
