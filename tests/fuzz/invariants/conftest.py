"""Worlds for the tests of properties, and false histories: logs that no honest contract writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import Contract, Log, RevmChain
from guardrails.chain.abi import encoder, type_of
from guardrails.fuzz import Outcome, PolicyTarget, Step, World
from guardrails.policy import Policy, loads

VAULT = Path(__file__).resolve().parents[3] / "examples/vault/guardrails.yaml"


class Vault(PolicyTarget):
    """The example's vault, with changes in its policy's text."""

    def __init__(self, *changes: tuple[str, str]) -> None:
        self.changes = changes

    def policy(self) -> Policy:
        text = VAULT.read_text()
        for old, new in self.changes:
            assert old in text, old
            text = text.replace(old, new)
        return loads(text, str(VAULT))


class Lab:
    """A vault, and events as if its contracts had emitted them."""

    def vault(self, *changes: tuple[str, str]) -> World:
        return Vault(*changes).build(RevmChain())

    def log(self, contract: Contract, event: str, **values: Any) -> Log:
        topic, entry = contract.interface.event(event)
        topics, plain = [topic], []
        for part in entry["inputs"]:
            kind, value = type_of(part), values.pop(part["name"])
            if part["indexed"]:
                topics.append(encoder([kind])([value]))
            else:
                plain.append((kind, value))
        assert not values
        data = encoder([kind for kind, _ in plain])([value for _, value in plain])
        return Log(contract.address, tuple(topics), data, 1, bytes(32), 0)

    def guard_log(self, world: World, event: str, **values: Any) -> Log:
        return self.log(world.contracts["guard"], event, **values)

    def transfer(self, world: World, sender: str, to: str, amount: int, symbol: str = "USDC") -> Log:
        ends = {"from": world.address(sender), "to": world.address(to), "amount": amount}
        return self.log(world.assets[symbol], "Transfer", **ends)

    def happened(self, world: World, *logs: Log, by: str = "alice", after: int = 0) -> Outcome:
        """A step with these logs, `after` seconds from the world's beginning."""
        return Outcome(Step(actor=by), True, world.started + after, logs)

    def policy_of(self, world: World) -> Policy:
        assert world.policy is not None
        return world.policy


@pytest.fixture
def lab() -> Lab:
    return Lab()
