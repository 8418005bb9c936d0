"""`plan` says what `apply` would do, and does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.chain import Chain, ChainError, NotSupported
from guardrails.deploy import apply, blueprint, plan
from guardrails.errors import GuardrailsError

from .conftest import World


def no_snapshot(self: Chain) -> object:
    raise NotSupported("evm_snapshot is for development chains", "public", "Use a fork.")


@pytest.mark.parametrize("mode", ["embedded", "hub"])
def test_the_plan_is_what_happens(world: World, mode: str) -> None:
    chain, deployer = world.chain, world.actors.deployer
    wanted = blueprint(world.policy() if mode == "embedded" else world.hub_policy())
    before = chain.block(), chain.nonce(deployer)
    made = plan(wanted, chain, deployer)
    assert (chain.block(), chain.nonce(deployer)) == before
    assert made.measured == "simulated"
    record = apply(wanted, chain, deployer).record
    for planned in made.planned:
        entry = record.entries[planned.step.key]
        assert planned.gas == entry.gas_used
        assert planned.address == entry.address
    assert made.gas == sum(entry.gas_used or 0 for entry in record.entries.values())


@pytest.mark.guardrails_backends("anvil")
def test_rehearsed_where_nothing_can_be_undone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public network: the addresses are the real ones, the gas within 3 % of what is then used."""
    chain, deployer = world.chain, world.actors.deployer
    wanted = blueprint(world.policy())
    monkeypatch.setattr(type(chain), "snapshot", no_snapshot)
    height = chain.block().number
    made = plan(wanted, chain, deployer)
    assert chain.block().number == height
    assert made.measured == "rehearsed"
    record = apply(wanted, chain, deployer).record
    assert [p.address for p in made.planned] == [record.entries[p.step.key].address for p in made.planned]
    used = sum(entry.gas_used or 0 for entry in record.entries.values())
    assert 0.97 * used < made.gas <= used


def test_the_plan_of_an_interrupted_deployment(world: World, tmp_path: Path) -> None:
    """What was done is shown as done; only the rest has gas."""

    class Stop(Exception):
        pass

    def stop(step: object, moment: str, entry: object) -> None:
        if (getattr(step, "key", ""), moment) == ("setLevelRules", "recorded"):
            raise Stop

    path, wanted, deployer = tmp_path / "r.json", blueprint(world.policy()), world.actors.deployer
    with pytest.raises(Stop):
        apply(wanted, world.chain, deployer, path, observe=stop)
    saved = path.read_text()
    made = plan(wanted, world.chain, deployer, path)
    assert path.read_text() == saved
    done = [planned.step.key for planned in made.planned if planned.done]
    assert "create protocol" in done
    assert "setLevelRules" in done
    assert "setSettlement" not in done
    apply(wanted, world.chain, deployer, path)
    assert plan(wanted, world.chain, deployer, path).planned == ()


def test_refused_like_apply(world: World) -> None:
    with pytest.raises(ChainError, match="no funds"):
        plan(blueprint(world.policy()), world.chain, "0x" + "11" * 20)


@pytest.mark.guardrails_backends("revm")
def test_what_stands_already_cannot_be_rehearsed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = apply(blueprint(world.policy()), world.chain, world.actors.deployer)
    wanted = blueprint(world.policy(protocol=f'{{name: v, kind: vault, address: "{guarded.address}"}}'))
    monkeypatch.setattr(type(world.chain), "snapshot", no_snapshot)
    with pytest.raises(GuardrailsError, match="fork") as caught:
        plan(wanted, world.chain, world.actors.deployer)
    assert "fork" in caught.value.remedy
