"""What is refused, where, and with what remedy; and that nothing was sent or written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guardrails import artifacts
from guardrails.artifacts import Artifact
from guardrails.chain import AnvilChain, ChainError, Contract, NodeDown, WrongChain
from guardrails.deploy import Record, Unsealed, apply, blueprint, deploy, verify
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy

from .conftest import VAULT, World


class Stop(Exception):
    pass


def stop_at(key: str, wanted: str = "recorded") -> Callable[..., None]:
    def observe(step: Any, moment: str, entry: Any) -> None:
        if (step.key, moment) == (key, wanted):
            raise Stop

    return observe


def refused(world: World, policy: Policy, sender: str | None = None, path: Path | None = None) -> str:
    """The error's text; nothing was sent."""
    sender = sender or world.actors.deployer
    before = world.chain.block().number, world.chain.nonce(sender), path.read_bytes() if path else None
    with pytest.raises(GuardrailsError) as caught:
        apply(blueprint(policy), world.chain, sender, path)
    assert caught.value.remedy
    assert caught.value.where
    after = world.chain.block().number, world.chain.nonce(sender), path.read_bytes() if path else None
    assert after == before
    return str(caught.value)


def test_another_chain(world: World) -> None:
    policy = world.policy().model_copy(update={"chain_id": 1})
    with pytest.raises(WrongChain):
        apply(blueprint(policy), world.chain, world.actors.deployer)
    same = world.policy().model_copy(update={"chain_id": world.chain.chain_id})
    assert deploy(same, world.chain, world.actors.deployer).guard.call("isSealed")


def test_token_without_code(world: World) -> None:
    text = refused(world, world.policy(usdc=world.actors.bob))
    assert "no contract at this address" in text
    assert "assets.USDC" in text


def test_token_that_lies_about_its_decimals(world: World) -> None:
    text = refused(world, world.policy(usdc=world.tokens["DAI"].address))
    assert "the token has 18 decimals, the policy says 6" in text


def test_token_without_decimals(world: World) -> None:
    controls = Contract.deploy(world.chain, artifacts.load("OracleControls"), sender=world.actors.deployer)
    assert "does not answer decimals()" in refused(world, world.policy(usdc=controls.address))


def test_account_without_funds(world: World) -> None:
    assert "no funds" in refused(world, world.policy(), sender="0x" + "11" * 20)


def test_deployer_with_a_fast_role(world: World) -> None:
    assert "holds a fast role" in refused(world, world.policy(), sender=world.actors.guardian)


def test_deployer_that_is_governance_is_fine(world: World) -> None:
    guarded = deploy(world.policy(), world.chain, world.actors.governance)
    assert guarded.guard.call("governance") == world.actors.governance


def test_placeholders_of_a_starter_file(world: World) -> None:
    """On a public chain only: in tests they are as good as any address."""
    policy = world.policy(guardian="0x" + "2" * 40)
    assert deploy(policy, world.chain, world.actors.deployer).guard.call("isSealed")


@pytest.mark.guardrails_backends("anvil")
def test_placeholders_on_a_public_chain(world: World) -> None:
    chain = AnvilChain.start(chain_id=10)
    try:
        with pytest.raises(GuardrailsError, match="placeholder"):
            apply(blueprint(world.policy(guardian="0x" + "2" * 40)), chain, world.actors.deployer)
    finally:
        chain.close()


def test_policy_that_names_no_contract(world: World) -> None:
    with pytest.raises(GuardrailsError, match="does not say which contract"):
        blueprint(world.policy(protocol="{name: x, kind: vault}"))
    with pytest.raises(GuardrailsError, match="names the contract already"):
        blueprint(world.policy(), artifact="GuardedVault")


@pytest.mark.parametrize(
    ("constructor", "what"),
    [
        ("{asset: USDC, name: V}", "it needs symbol"),
        ("{asset: USDC, name: V, symbol: v, sumbol: v}", "there is no `sumbol`"),
        ("{asset: DAI, name: V, symbol: v}", "`DAI` is no address"),
    ],
)
@pytest.mark.guardrails_backends("revm")
def test_constructor(world: World, constructor: str, what: str) -> None:
    protocol = f"{{name: x, kind: vault, artifact: GuardedVault, constructor: {constructor}}}"
    with pytest.raises(GuardrailsError, match=what):
        blueprint(world.policy(protocol=protocol))


@pytest.mark.guardrails_backends("revm")
def test_unknown_artefact(world: World) -> None:
    with pytest.raises(GuardrailsError, match="no compiled contract named 'Vault'"):
        blueprint(world.policy(protocol="{name: x, kind: vault, artifact: Vault}"))


@pytest.mark.guardrails_backends("revm")
def test_alias_of_an_ape_account(world: World) -> None:
    with pytest.raises(GuardrailsError, match="ape:me"):
        blueprint(world.policy(guardian="ape:me"))


@pytest.mark.guardrails_backends("revm")
def test_host_function_that_hides_a_control(world: World) -> None:
    vault = artifacts.load("GuardedVault")
    pause = next(e for e in artifacts.load("EmergencyControls").abi if e.get("name") == "pause")
    clash = Artifact(**(vars(vault) | {"name": "Clash", "abi": (*vault.abi, pause)}))
    with pytest.raises(GuardrailsError, match="hides the guards' pause"):
        blueprint(world.policy(protocol="{name: x, kind: vault}"), artifact=clash)


def test_contract_that_is_initialised_already(world: World) -> None:
    address = deploy(world.policy(), world.chain, world.actors.deployer).address
    policy = world.policy(protocol=f'{{name: x, kind: vault, address: "{address}"}}')
    text = refused(world, policy)
    assert "initialised already" in text
    assert "guardrails override" in text


def test_contract_of_another_deployer(world: World) -> None:
    path_less = world.policy()
    with pytest.raises(Stop):
        apply(blueprint(path_less), world.chain, world.actors.alice, observe=stop_at("create protocol"))
    logs = world.chain.logs(topics=[])
    address = logs[-1].address
    policy = world.policy(protocol=f'{{name: x, kind: vault, address: "{address}"}}')
    assert "can configure this contract" in refused(world, policy)


def test_address_that_is_no_guarded_contract(world: World) -> None:
    for address, what in (
        (world.tokens["USDC"].address, "does not inherit Guardrails"),
        (world.actors.bob, "no contract at this address"),
    ):
        policy = world.policy(protocol=f'{{name: x, kind: vault, address: "{address}"}}')
        assert what in refused(world, policy)


def test_controls_that_are_not_ours(world: World) -> None:
    for address, what in (
        (world.tokens["USDC"].address, "not the one that this version ships"),
        (world.actors.bob, "has no code"),
    ):
        height = world.chain.block().number
        with pytest.raises(GuardrailsError, match=what):
            apply(blueprint(world.policy(), controls=address), world.chain, world.actors.deployer)
        assert world.chain.block().number == height


def test_record_of_another_policy(world: World, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    apply(blueprint(world.policy()), world.chain, world.actors.deployer, path)
    other = world.policy(protocol=VAULT.replace("my-vault", "another"))
    assert "record is of another policy" in refused(world, other, path=path)


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("chain_id", 5, "the record is of chain 5"),
        ("genesis", "0x" + "00" * 32, "genesis differs"),
        ("sender", "0x" + "11" * 20, "begun by 0x1111"),
    ],
)
def test_record_of_something_else(world: World, tmp_path: Path, field: str, value: object, what: str) -> None:
    path = tmp_path / "r.json"
    with pytest.raises(Stop):
        apply(
            blueprint(world.policy()), world.chain, world.actors.deployer, path, observe=stop_at("setExpiry")
        )
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    assert what in refused(world, world.policy(), path=path)


def test_node_that_is_behind_the_record(world: World, tmp_path: Path) -> None:
    """Or a development chain that was restarted: nothing is sent on a guess."""
    path, clean = tmp_path / "r.json", world.chain.snapshot()
    apply(blueprint(world.policy()), world.chain, world.actors.deployer, path)
    world.chain.revert(clean)
    assert "this node only" in refused(world, world.policy(), path=path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"version": 2}', '{"version": 1, "entries": [1]}'])
@pytest.mark.guardrails_backends("revm")
def test_file_that_is_no_record(world: World, tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    assert "r.json" in refused(world, world.policy(), path=path)


@pytest.mark.guardrails_backends("revm")
def test_two_deployments_of_one_record(world: World, tmp_path: Path) -> None:
    path, plan = tmp_path / "r.json", blueprint(world.policy())
    seen: list[str] = []

    def second(step: Any, moment: str, entry: Any) -> None:
        if step.key == "setExpiry" and moment == "intended":
            with pytest.raises(GuardrailsError, match="another deployment is writing") as caught:
                apply(plan, world.chain, world.actors.deployer, path)
            seen.append(caught.value.remedy)

    apply(plan, world.chain, world.actors.deployer, path, observe=second)
    assert len(seen) == 1


@pytest.mark.guardrails_backends("revm")
def test_folder_that_cannot_be_written(world: World, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file, not a folder")
    height = world.chain.block().number
    with pytest.raises(GuardrailsError, match="the record cannot be"):
        apply(blueprint(world.policy()), world.chain, world.actors.deployer, tmp_path / "x" / "r.json")
    assert world.chain.block().number == height


class Away(AnvilChain):
    """A node that stops answering at a time of the test's choosing."""

    away = False

    def _submit(self, *arguments: Any) -> bytes:
        if self.away:
            raise NodeDown("the node does not answer", "anvil", "Start the node.")
        return super()._submit(*arguments)


@pytest.mark.guardrails_backends("anvil")
def test_node_that_goes_away_in_the_middle(world: World, tmp_path: Path) -> None:
    """The record says how far it came; another connection goes on from there."""
    path, plan, chain = tmp_path / "r.json", blueprint(world.policy()), world.chain
    assert isinstance(chain, AnvilChain)
    broken = Away(chain.url)

    def away(step: Any, moment: str, entry: Any) -> None:
        broken.away = step.key == "setLevelRules"

    with pytest.raises(ChainError, match="setLevelRules: the node does not answer"):
        apply(plan, broken, world.actors.deployer, path, observe=away)
    broken.close()
    saved = Record.load(path)
    assert saved is not None
    assert saved.entries["setLevelRules"].status == "intended"
    record = apply(plan, chain, world.actors.deployer, path).record
    assert record.complete
    assert verify(plan, chain, record) == []


def test_money_that_runs_out_in_the_middle(world: World, tmp_path: Path) -> None:
    """Emptied before a step: refused with what to do; funded again, it goes on at that step."""
    path, plan, deployer = tmp_path / "r.json", blueprint(world.policy()), world.actors.deployer
    funds = world.chain.balance(deployer)
    with pytest.raises(Stop):
        apply(plan, world.chain, deployer, path, observe=stop_at("setExpiry"))
    world.chain.set_balance(deployer, 0)
    assert "no funds" in refused(world, world.policy(), path=path)
    world.chain.set_balance(deployer, funds)
    assert verify(plan, world.chain, apply(plan, world.chain, deployer, path).record) == []


def test_what_was_done_beside_the_deployment_is_not_sealed(world: World, tmp_path: Path) -> None:
    """An extra holder before the seal: named, not sealed, all closed; removed, the deployment ends."""
    path, plan, deployer = tmp_path / "r.json", blueprint(world.policy()), world.actors.deployer
    with pytest.raises(Stop):
        apply(plan, world.chain, deployer, path, observe=stop_at("setExpiry"))
    record = Record.load(path)
    assert record is not None
    guard = Contract(world.chain, record.contracts["protocol"], artifacts.load("GovernanceControls").abi)
    guard.send("setHolder", world.actors.attacker, 2, sender=deployer)
    with pytest.raises(Unsealed, match=f"roles.extra {world.actors.attacker}") as caught:
        apply(plan, world.chain, deployer, path)
    assert caught.value.exit_code == 1
    assert not guard.call("isSealed")
    assert not guard.call("isOpen", 2)
    guard.send("setHolder", world.actors.attacker, 0, sender=deployer)
    assert verify(plan, world.chain, apply(plan, world.chain, deployer, path).record) == []


def test_a_step_that_reverts_is_named(world: World) -> None:
    """A vault over an address without a token: its constructor passes, but a bridge over one does not."""
    protocol = (
        "{name: b, kind: bridge, artifact: GuardedBridge, constructor: {connections: "
        f'"{world.actors.bob}", remoteDomain: 1, remoteRouter: "0x{7:064x}"}}}}'
    )
    with pytest.raises(ChainError, match="create protocol: reverted") as caught:
        deploy(world.policy(protocol=protocol), world.chain, world.actors.deployer)
    assert "goes on here" in caught.value.remedy
