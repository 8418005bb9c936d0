"""A chain with real tokens, and policies about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from guardrails.chain import Chain, Contract
from guardrails.drill.upstream.tokens import deploy_tokens
from guardrails.policy import Policy
from guardrails.policy.load import loads
from guardrails.testing.actors import Actors

POLICY = """
version: 1
protocol: {protocol}
mode: {mode}
members: {members}
accounts: {{council: "{governance}", guards: "{guardian}", watcher: "{sentinel}"}}
assets:
  - symbol: USDC
    address: "{usdc}"
    decimals: 6
    outflow: {{limit: 5_000_000 USDC, window: 24h, inflow_credit: 50 %, exemption: 10_000 USDC,
               reserve: 20 %}}
  - symbol: WETH
    address: "{weth}"
    decimals: 18
    outflow: {{limit: 10 %, base: 20_000 WETH, base_growth: 5 %, window: 12h, over_limit: revert}}
settlement: {{delay: 24h, max_hold: 14d}}
shared_budget: {{limit: 8_000_000 USD, window: 24h, assets: {{USDC: 1 USD, WETH: 1_200 USD}}}}
roles:
  governance: council
  guardian: {{holders: [guards], max_pause: 24h, budget: 72h, period: 30d, heartbeat: 90d, operations: all,
             max_level: frozen, max_lock: 24h, max_locks: 100}}
  sentinel: {{holders: [watcher], max_pause: 1h, budget: 6h, period: 30d, cooldown: 10m, heartbeat: 7d,
             operations: [WITHDRAW, REDEEM], max_level: queued, max_lock: 6h, max_locks: 20}}
liquidation_grace: 1h
override: {{default_delay: 48h, expiry: 14d, delays: {{unpause: 0s, setLimit: 72h, cancel: 0s}}}}
lock: {{min_deposit_age: 10m}}
shadow: [lock]
"""

VAULT = (
    "{name: my-vault, kind: vault, artifact: GuardedVault, constructor: {asset: USDC, name: V, symbol: v}}"
)
ON_HUB = {
    "mode": "hub",
    "protocol": "{name: my-vault, kind: vault}",
    "members": "[{artifact: HubVault, constructor: {asset: USDC, name: V, symbol: v}}]",
}


@dataclass(frozen=True)
class World:
    """Tokens on a chain, and who acts."""

    chain: Chain
    actors: Actors
    tokens: dict[str, Contract]

    def text(self, *, hub: bool = False, **changes: Any) -> str:
        """A policy file about these tokens and actors; `changes` replace its blanks."""
        blanks = {
            "protocol": VAULT,
            "mode": "embedded",
            "members": "[]",
            "governance": self.actors.governance,
            "guardian": self.actors.guardian,
            "sentinel": self.actors.sentinel,
            "usdc": self.tokens["USDC"].address,
            "weth": self.tokens["WETH"].address,
        }
        return POLICY.format(**(blanks | (ON_HUB if hub else {}) | changes))

    def policy(self, **changes: Any) -> Policy:
        return loads(self.text(**changes))

    def hub_policy(self) -> Policy:
        return self.policy(hub=True)

    def governs(self, contract: Contract, delay: int, function: str, *arguments: Any) -> None:
        """As governance of `contract` would: announced, waited for, executed by whoever comes."""
        call = contract.encode(function, *arguments)
        contract.send("schedule", call, sender=self.actors.governance)
        self.chain.warp(self.chain.block().timestamp + delay)
        contract.send("execute", call, sender=self.actors.attacker)


@pytest.fixture
def world(chain: Chain, actors: Actors) -> World:
    return World(chain, actors, deploy_tokens(chain, actors.deployer))
