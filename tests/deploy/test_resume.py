"""S65: a deployment killed at any step resumes, repeats nothing, and ends in the same state."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import AnvilChain, Receipt
from guardrails.deploy import Blueprint, Record, Step, apply, blueprint, steps, verify
from guardrails.policy import loads

from . import test_attestation, test_beacons, test_markets, test_oracles
from .conftest import World
from .test_breakers import watched

pytestmark = pytest.mark.guardrails_backends("anvil")
MOMENTS = ("intended", "submitted", "mined", "recorded")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBeforeReceipt(AnvilChain):
    """The node has the transaction; this process never hears of it."""

    armed = False

    def await_receipt(self, tx_hash: bytes) -> Receipt:
        if self.armed:
            die()
        return super().await_receipt(tx_hash)


def killed(plan: Blueprint, url: str, sender: str, path: Path, key: str, moment: str) -> bool:
    """Runs `apply` in a process of its own that dies at a step's moment; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            chain = DiesBeforeReceipt(url)

            def observe(step: Step, now: str, _: Any) -> None:
                if step.key != key:
                    return
                if now == moment:
                    die()
                chain.armed = moment == "submitted" and now == "intended"

            apply(plan, chain, sender, path, observe=observe)
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def whole_state(chain: AnvilChain) -> Any:
    """Every account of the chain: nonce, balance, code and every storage word; and the height."""
    raw = bytes.fromhex(chain.request("anvil_dumpState").removeprefix("0x"))
    return json.loads(gzip.decompress(raw))["accounts"], chain.block().number, chain.block().timestamp


@pytest.fixture
def resuming(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """(plan, list of kills) → the state after the deployment, and its record."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # against loss of power, which these kills are not
    chain = world.chain
    assert isinstance(chain, AnvilChain)
    clean: list[Any] = []

    def run(plan: Blueprint, kills: list[tuple[str, str]]) -> tuple[Any, Record]:
        if clean:
            chain.revert(clean[0])
        else:
            clean.append(chain.snapshot())
        path = tmp_path / "record.json"
        path.unlink(missing_ok=True)
        for key, moment in kills:
            assert killed(plan, chain.url, world.actors.deployer, path, key, moment), (key, moment)
        guarded = apply(plan, chain, world.actors.deployer, path)
        assert verify(plan, chain, guarded.record) == []
        saved = Record.load(path)
        assert saved is not None
        assert saved.complete
        assert saved.contracts == guarded.record.contracts
        assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]
        return whole_state(chain), saved

    return run


def all_end_alike(
    resuming: Callable[..., Any], plan: Blueprint, killings: Iterable[list[tuple[str, str]]]
) -> Record:
    """Each deployment that was killed so ends as one that was not; the record of the last."""
    wanted, record = resuming(plan, [])
    after = None
    for kills in killings:
        state, after = resuming(plan, kills)
        assert state == wanted, f"killed at {kills}"
        assert after.contracts == record.contracts
    assert after is not None
    return after


def sent_steps(world: World, plan: Blueprint) -> list[str]:
    """Keys of the steps that send, which is all but those that the fresh contract satisfies."""
    sent = []
    chain = world.chain
    before = chain.snapshot()
    apply(
        plan,
        chain,
        world.actors.deployer,
        observe=lambda s, m, e: sent.append(s.key) if m == "mined" else None,
    )
    chain.revert(before)
    return sent


@pytest.mark.parametrize("mode", ["embedded", "hub"])
def test_killed_at_every_step_and_moment(world: World, resuming: Callable[..., Any], mode: str) -> None:
    """S65: one kill a deployment, at each step, at each of four moments."""
    plan = blueprint(world.policy() if mode == "embedded" else world.hub_policy())
    keys = sent_steps(world, plan)
    assert len(keys) >= 20
    assert set(keys) < {step.key for step in steps(plan)}
    moments = MOMENTS if mode == "embedded" else ("submitted",)
    all_end_alike(resuming, plan, ([(key, moment)] for key in keys for moment in moments))


@pytest.mark.parametrize("kind", ["market", "breakers", "breakers on a hub"])
def test_killed_at_every_step_of_markets_and_breakers(
    world: World, resuming: Callable[..., Any], kind: str
) -> None:
    """S65: at each step; at each kind of step that only these policies have, at each of four moments."""
    hub = kind.endswith("hub")
    if kind == "market":
        gate = test_markets.checklist(world).address
        text = test_markets.market_text(world, extra=f'resume_gate: "{gate}"\n')
        plan = blueprint(loads(test_oracles.priced(world, text)))
    else:
        plan = blueprint(watched(world, hub=hub))
    keys = sent_steps(world, plan)
    own = OF_MARKETS if kind == "market" else OF_BREAKERS
    assert own <= set(keys)
    killings = (
        [(key, moment)]
        for key in (sorted(own) if hub else keys)
        for moment in (MOMENTS if key in own and not hub else ("submitted",))
    )
    all_end_alike(resuming, plan, killings)


OF_BESIDE = {
    "create attestation",
    "setDelay attestation",
    "seal attestation",
    "setHolder guardian attestation",
    "create beacon",
    "seal beacon",
}


def test_killed_at_the_steps_of_attestation_and_beacons(world: World, resuming: Callable[..., Any]) -> None:
    """S65: contracts that are configured and sealed beside the guards: each kind of step."""
    plan = blueprint(loads(test_attestation.text_of(world) + test_beacons.text_of(world, alone=True)))
    keys = [step.key for step in steps(plan)]
    own = {next(key for key in keys if key.startswith(kind)) for kind in ("setReporter", "setPeer")}
    assert set(keys) >= OF_BESIDE
    all_end_alike(resuming, plan, ([(key, "submitted")] for key in sorted(own | OF_BESIDE)))


OF_MARKETS = {
    "setSequencerFeed",
    "setOracle WETH",
    "setCap USDC supply",
    "setCapCorridor USDC supply",
    "setCapSource USDC borrow",
    "setRiskSteward",
    "setResumeGate",
    "setShadow caps",
}
OF_BREAKERS = {
    "create metric cash",
    "create breaker cash",
    "create metric flow",
    "create breaker foreign",
    "setHolder sentinel breaker cash",
    "setHolder guardian breaker lent",
}


def test_killed_three_times_in_one_deployment(world: World, resuming: Callable[..., Any]) -> None:
    """S65: the resumed deployment is killed again, and again."""
    plan = blueprint(world.policy())
    kills = [("create EmergencyControls", "submitted"), ("setLimit USDC", "mined"), ("seal", "submitted")]
    record = all_end_alike(resuming, plan, [kills])
    found = {key: entry.found for key, entry in record.entries.items()}
    assert found["create EmergencyControls"] == "chain"  # nobody heard of the receipt; the chain was asked
    assert found["setLimit USDC"] == "chain"
    assert found["seal"] == "chain"
    assert found["create protocol"] == "receipt"


def test_killed_at_one_step_again_and_again(world: World, resuming: Callable[..., Any]) -> None:
    """S65: dying before sending, twice, then after sending: sent once all the same."""
    plan = blueprint(world.policy())
    kills = [("setSettlement", moment) for moment in ("intended", "intended", "mined")]
    all_end_alike(resuming, plan, [kills])


def test_killed_while_the_record_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old record stays whole until the new one is: a death in between leaves a file that can be read."""
    plan, path = blueprint(world.policy()), tmp_path / "record.json"
    chain = world.chain
    assert isinstance(chain, AnvilChain)
    assert killed(plan, chain.url, world.actors.deployer, path, "setSettlement", "intended")
    before = path.read_text()
    child = os.fork()
    if child == 0:
        try:
            monkeypatch.setattr(os, "fsync", lambda _: die())
            apply(plan, AnvilChain(chain.url), world.actors.deployer, path)
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert path.read_text() == before
    assert verify(plan, chain, apply(plan, chain, world.actors.deployer, path).record) == []


def test_the_account_was_used_in_between(world: World, tmp_path: Path) -> None:
    """The intended nonce went to another transaction: the step is sent with a new one, at a new address."""
    plan, path, deployer = blueprint(world.policy()), tmp_path / "record.json", world.actors.deployer
    chain = world.chain
    assert isinstance(chain, AnvilChain)
    assert killed(plan, chain.url, deployer, path, "create protocol", "intended")
    before = Record.load(path)
    assert before is not None
    chain.send(world.actors.alice, b"", sender=deployer, value=1)
    after = apply(plan, chain, deployer, path).record
    assert after.entries["create protocol"].address != before.entries["create protocol"].address
    assert (
        after.entries["create EmergencyControls"].address
        == before.entries["create EmergencyControls"].address
    )
    assert verify(plan, chain, after) == []


def test_a_transaction_that_waits_in_the_node_is_not_sent_twice(world: World, tmp_path: Path) -> None:
    """The node has it but has not mined it when the deployment is resumed: the resumed one waits for it."""
    chain, deployer, path = world.chain, world.actors.deployer, tmp_path / "record.json"
    assert isinstance(chain, AnvilChain)
    plan = blueprint(world.policy())
    chain.request("anvil_setBlockTimestampInterval", 1)
    chain.request("evm_setAutomine", False)
    try:
        key = f"create {plan.parts[0].key}"
        assert killed(plan, chain.url, deployer, path, key, "submitted")
        nonce = chain.nonce(deployer)
        assert chain.pending_nonce(deployer) == nonce + 1
        mining = threading.Timer(1.0, lambda: (chain.request("evm_setAutomine", True), chain.mine()))
        mining.start()
        guarded = apply(plan, chain, deployer, path)
        mining.join()
    finally:
        chain.request("evm_setAutomine", True)
    assert guarded.record.entries[key].nonce == nonce
    assert guarded.record.entries[key].found == "chain"
    nonces = [entry.nonce for entry in guarded.record.entries.values() if entry.nonce is not None]
    assert nonces == list(range(nonce, nonce + len(nonces)))
    assert chain.nonce(deployer) == nonce + len(nonces)
