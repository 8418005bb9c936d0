"""What anyone calls so that breakers work: their effect and its check, from Python and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guardrails.chain import AnvilChain, Chain
from guardrails.cli import main
from guardrails.deploy import apply, blueprint
from guardrails.drill.upstream.tokens import deploy_tokens
from guardrails.policy import loads
from guardrails.response import watching
from guardrails.testing.actors import Actors

from .conftest import Scene, policy_text
from .test_actions import DAY, do, later, refused

BREAKERS = """
breakers:
  - name: cash
    metric: {liquidity: {asset: USDC}}
    duration: 1h
    thresholds: [{below: 100 USDC, clear: 100 USDC, level: queued}]
  - name: told
    metric: {supplied: {source: watcher, max_age: 1h}}
    duration: 1h
    thresholds: [{above: 1_000, clear: 10, level: throttled}]
  - name: share
    metric: {utilisation: {borrowed: totalSupply, supplied: totalAssets}}
    duration: 1h
    thresholds: [{above: 99.5 %, clear: 99.5 %, level: throttled}]
attestation:
  reporters: [guards, watcher]
  quorum: 2
  max_level: frozen
  max_duration: 12h
  max_hold: 7d
  validity: 24h
beacons: {max_age: 1h}
"""


def built(chain: Chain, actors: Actors, record: Path | None = None) -> tuple[Scene, str]:
    tokens = deploy_tokens(chain, actors.deployer)
    text = policy_text(chain, actors, tokens) + BREAKERS
    guarded = apply(blueprint(loads(text)), chain, actors.deployer, record)
    return Scene(chain, actors, guarded, tokens["USDC"]), text


@pytest.fixture
def watched(chain: Chain, actors: Actors) -> Scene:
    return built(chain, actors)[0]


def test_a_check_raises_the_level(watched: Scene) -> None:
    cash = watched.guarded.policy.breakers[0]
    action = watching.check(cash)
    assert action.needs is None
    prepared, outcome = do(watched, action, watched.actors.bob)
    assert prepared.to == watched.guarded.contracts["breaker cash"].address
    assert prepared.before["cash number"] == "0 USDC"
    assert prepared.before["cash stage"] == "0 of 1"
    assert prepared.before["cash asks for"] == "normal"
    assert outcome.after["cash stage"] == "1 of 1"
    assert outcome.after["cash asks for"] == "queued"
    assert outcome.after["level"].startswith("queued")
    assert prepared.after == outcome.after


def test_a_breaker_whose_role_is_gone_is_said_to_do_nothing(watched: Scene) -> None:
    cash, at = watched.guarded.policy.breakers[0], watched.chain.block().timestamp
    this = watched.guarded.contracts["breaker cash"].address
    watched.guard.send("setHolder", this, 0, sender=watched.actors.governance)
    action = watching.check(cash)
    assert action.check(watched.guarded, watched.actors.bob, at) == [], "it asks for nothing yet"
    watched.guarded.contracts["breaker cash"].send("check", sender=watched.actors.bob, gas=2_000_000)
    [problem] = action.check(watched.guarded, watched.actors.bob, at)
    assert problem == "cash asks for queued, but its role leaves no more than normal"
    beat = watching.beat("breaker cash", "cash")
    assert "Unauthorised" in refused(watched, beat, watched.actors.bob)


def test_numbers_are_shown_as_the_policy_writes_them(watched: Scene) -> None:
    _, told, share = watched.guarded.policy.breakers
    guarded = watched.guarded
    assert watching.check(told).observe(guarded)["told number"] == "none", "nobody has supplied one"
    guarded.contracts["metric told"].send("supply", 12_345, sender=watched.actors.sentinel)
    assert watching.check(told).observe(guarded)["told number"] == "12_345"
    assert watching.check(share).observe(guarded)["share number"] == "0 %"


@pytest.mark.parametrize(
    ("key", "rank"), [("breaker cash", "sentinel"), ("attestation", "guardian"), ("beacon", "guardian")]
)
def test_a_beat_extends_a_role(watched: Scene, key: str, rank: str) -> None:
    """S45: anyone shows that somebody still calls it; once it has lapsed, only governance grants it again."""
    action, bob = watching.beat(key, "it"), watched.actors.bob
    this = watched.guarded.contracts[key].address
    later(watched, watched.chain.block().timestamp + DAY)
    before = watched.guard.call("holderOf", this)[1]
    prepared, outcome = do(watched, action, bob)
    assert prepared.before["it is"] == rank
    assert prepared.before["it alive until"] != outcome.after["it alive until"]
    alive = watched.guard.call("holderOf", this)[1]
    assert before < alive
    assert action.check(watched.guarded, bob, alive - 1) == []
    [problem] = action.check(watched.guarded, bob, alive)
    assert problem.startswith("the role of it is lapsed since 20")
    later(watched, alive)
    assert "Unauthorised" in refused(watched, action, bob)


@pytest.mark.guardrails_backends("anvil")
def test_from_the_command_line(
    chain: Chain, actors: Actors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, text = built(chain, actors, tmp_path / "deployments" / "31337.json")
    (tmp_path / "guardrails.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert isinstance(chain, AnvilChain)
    run = runner(chain.url)
    shown = run("breaker", "check", "cash").output
    assert "let the breaker cash read its number" in shown
    assert "Dry run: nothing was sent" in shown
    assert f"to {scene.guarded.contracts['breaker cash'].address}" in shown
    assert scene.guard.call("level") == 0
    document = json.loads(
        run("breaker", "check", "cash", "--account", actors.bob, "--execute", "--json").output
    )
    assert document["sent"]
    assert document["problems"] == []
    assert document["after"]["cash asks for"] == "queued"
    assert scene.guard.call("level") == 2
    for name in ("cash", "attestation", "beacon"):
        words = ("breaker", "beat", name, "--account", actors.bob, "--execute")
        assert "Checked on chain" in run(*words).output
    assert "did you mean `cash`" in run("breaker", "check", "cas", exit_code=2).output
    assert "did you mean `beacon`" in run("breaker", "beat", "beacons", exit_code=2).output
    assert "has no breaker `attestation`" in run("breaker", "check", "attestation", exit_code=2).output


def runner(url: str) -> Callable[..., Result]:
    def run(*words: Any, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*map(str, words), "--network", url])
        assert result.exit_code == exit_code, result.output
        return result

    return run


def test_without_breakers_there_is_none_to_call() -> None:
    from guardrails.cli.breaker import _known
    from guardrails.errors import GuardrailsError

    with pytest.raises(GuardrailsError, match="has no breaker `cash`") as caught:
        _known("cash", {})
    assert "State `breakers`" in caught.value.remedy
