"""A guarded vault with deposits, limits that are easy to reach, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guardrails.chain import AnvilChain, Chain, Contract
from guardrails.cli import main
from guardrails.deploy import Guarded, apply, blueprint
from guardrails.drill.upstream.tokens import deploy_tokens, mint
from guardrails.policy.load import loads
from guardrails.testing.actors import Actors

POLICY = """
version: 1
protocol: {{name: my-vault, kind: vault, artifact: GuardedVault,
            constructor: {{asset: USDC, name: V, symbol: v}}}}
accounts: {{council: "{governance}", guards: "{guardian}", watcher: "{sentinel}"}}
assets:
  - symbol: USDC
    address: "{usdc}"
    decimals: 6
    outflow: {{limit: 1_000 USDC, window: 24h}}
  - symbol: WETH
    address: "{weth}"
    decimals: 18
    outflow: {{limit: 10 %, base: 20_000 WETH, base_growth: 5 %, window: 12h}}
settlement: {{delay: 24h, max_hold: 14d}}
roles:
  governance: council
  guardian: {{holders: [guards], max_pause: 24h, budget: 30h, period: 30d, heartbeat: 90d, operations: all,
             max_level: frozen, max_lock: 24h, max_locks: 100}}
  sentinel: {{holders: [watcher], max_pause: 1h, budget: 6h, period: 30d, heartbeat: 7d,
             operations: [WITHDRAW, REDEEM], max_level: queued, max_lock: 6h, max_locks: 20}}
override: {{default_delay: 48h, expiry: 14d, delays: {{unpause: 0s, cancel: 0s}}}}
"""


@dataclass(frozen=True)
class Scene:
    chain: Chain
    actors: Actors
    guarded: Guarded
    usdc: Contract

    @property
    def guard(self) -> Contract:
        return self.guarded.guard

    def claim(self, amount: int) -> int:
        """Alice withdraws more than the limit lets out: the number of her claim."""
        vault = self.guarded.protocol
        vault.send("withdraw", amount, self.actors.alice, self.actors.alice, sender=self.actors.alice)
        return int(vault.call("claimCount"))


def policy_text(chain: Chain, actors: Actors, tokens: dict[str, Contract]) -> str:
    return POLICY.format(
        governance=actors.governance,
        guardian=actors.guardian,
        sentinel=actors.sentinel,
        usdc=tokens["USDC"].address,
        weth=tokens["WETH"].address,
    )


MARKET = """    caps:
      supply: 100_000 USDC
      account_supply: unlimited
      corridors: {{supply: {{floor: 50_000 USDC, ceiling: 200_000 USDC, up: 10 %, down: 20 %,
                            interval: 24h}}}}
    oracle: {{source: "{source}", max_age: 1h, reference: 1, threshold: 2 %, drift: 1 %}}
    outflow: {{limit: 1_000 USDC"""
SOURCE = "0x" + "6" * 40


def market_text(chain: Chain, actors: Actors, text: str, price: int = 10**18) -> str:
    """The policy with caps, a risk steward and an oracle whose source says this price, now."""
    chain.set_code(SOURCE, bytes.fromhex(f"7f{price:064x}5f524260205260405ff3"))
    text = text.replace("    outflow: {limit: 1_000 USDC", MARKET.format(source=SOURCE), 1)
    return f'{text}risk_steward: "{actors.keeper}"\n'


def build(
    chain: Chain, actors: Actors, record: Path | None = None, *, market: bool = False
) -> tuple[Scene, str]:
    tokens = deploy_tokens(chain, actors.deployer)
    text = policy_text(chain, actors, tokens)
    if market:
        text = market_text(chain, actors, text)
    guarded = apply(blueprint(loads(text)), chain, actors.deployer, record)
    usdc, vault = tokens["USDC"], guarded.protocol
    mint(usdc, "USDC", actors.alice, 100_000 * 10**6, minter=actors.deployer)
    usdc.send("approve", vault.address, 2**255, sender=actors.alice)
    vault.send("deposit", 50_000 * 10**6, actors.alice, sender=actors.alice)
    return Scene(chain, actors, guarded, usdc), text


@pytest.fixture
def scene(chain: Chain, actors: Actors) -> Scene:
    return build(chain, actors)[0]


@pytest.fixture
def market() -> None:
    """The command line of a test that asks for this is that of a market."""


@pytest.fixture
def bazaar(chain: Chain, actors: Actors) -> Scene:
    """The scene with caps, a risk steward and an oracle."""
    return build(chain, actors, market=True)[0]


@dataclass(frozen=True)
class Shell:
    """The command line in a folder with the policy and the record."""

    scene: Scene
    run: Callable[..., Result]


@pytest.fixture
def shell(
    request: pytest.FixtureRequest,
    chain: Chain,
    actors: Actors,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Shell:
    assert isinstance(chain, AnvilChain)
    market = "market" in request.fixturenames
    scene, text = build(chain, actors, tmp_path / "deployments" / "31337.json", market=market)
    (tmp_path / "guardrails.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*words: Any, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*map(str, words), "--network", chain.url])
        assert result.exit_code == exit_code, result.output
        return result

    return Shell(scene, run)
