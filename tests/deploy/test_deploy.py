"""A policy on a chain: what is created, configured and sealed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guardrails import artifacts
from guardrails.chain import Chain, Contract
from guardrails.deploy import Record, apply, blueprint, deploy, steps, verify
from guardrails.deploy.engine import creation_address
from guardrails.deploy.words import (
    SHARED_BUDGET,
    level_fields,
    level_rules_word,
    outflow_fields,
    outflow_word,
    rank_limits_fields,
    rank_limits_word,
)
from guardrails.drill.upstream.nomad import build_nomad
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, Operation, Policy
from guardrails.testing.actors import Actors

from .conftest import World


def test_embedded(world: World) -> None:
    """Sealed, open, owned by governance; limits as the policy says."""
    policy = world.policy()
    guarded = deploy(policy, world.chain, world.actors.deployer)
    guard = guarded.guard
    assert guard.call("isSealed")
    assert guard.call("governance") == world.actors.governance
    assert all(guard.call("isOpen", operation.value) for operation in Operation)
    assert guard.call("rankOf", world.actors.guardian) == 2
    assert guard.call("rankOf", world.actors.sentinel) == 1
    assert guard.call("rankOf", world.actors.deployer) == 0
    usdc, weth = world.tokens["USDC"].address, world.tokens["WETH"].address
    assert guard.call("available", usdc) == 4_000_000 * 10**6, "the reserve is for small withdrawals"
    assert guard.call("availableForSmall", usdc) == 10_000 * 10**6
    assert guard.call("available", weth) == 2_000 * 10**18, "10 % of the base"
    assert guarded.address == guard.address == guarded.protocol.address
    assert guarded.protocol.call("asset") == usdc
    assert verify(blueprint(policy), world.chain, guarded.record) == []


def test_hub(world: World) -> None:
    """The hub decides, the member is what users call."""
    policy = world.hub_policy()
    guarded = deploy(policy, world.chain, world.actors.deployer)
    assert guarded.guard.address != guarded.protocol.address
    assert guarded.protocol.call("hub") == guarded.guard.address
    assert guarded.guard.call("isMember", guarded.protocol.address)
    assert guarded.guard.call("controls") == guarded.record.contracts["EmergencyControls"]
    assert guarded.guard.call("available", world.tokens["USDC"].address) == 4_000_000 * 10**6
    assert verify(blueprint(policy), world.chain, guarded.record) == []


def test_the_controls_of_a_chain_are_shared(world: World) -> None:
    first = deploy(world.policy(), world.chain, world.actors.deployer)
    controls = first.record.contracts["EmergencyControls"]
    second = deploy(world.policy(), world.chain, world.actors.deployer, controls=controls)
    assert second.guard.call("controls") == controls
    assert second.record.contracts["GovernanceControls"] == first.record.contracts["GovernanceControls"]
    assert not [key for key in second.record.entries if key.endswith("Controls")]


def test_a_protocol_that_stands_already(world: World) -> None:
    """The user deployed it himself: it is configured and sealed where it is."""
    chain, deployer = world.chain, world.actors.deployer
    oracle = Contract.deploy(chain, artifacts.load("OracleControls"), sender=deployer)
    market = Contract.deploy(chain, artifacts.load("MarketControls"), oracle.address, sender=deployer)
    governance = Contract.deploy(chain, artifacts.load("GovernanceControls"), market.address, sender=deployer)
    emergency = Contract.deploy(
        chain, artifacts.load("EmergencyControls"), governance.address, sender=deployer
    )
    vault = Contract.deploy(
        chain,
        artifacts.load("GuardedVault"),
        emergency.address,
        deployer,
        world.tokens["USDC"].address,
        "V",
        "v",
        sender=deployer,
    )
    policy = world.policy(protocol=f'{{name: mine, kind: vault, address: "{vault.address}"}}')
    guarded = deploy(policy, chain, deployer)
    assert guarded.address == vault.address
    assert guarded.guard.call("governance") == world.actors.governance
    assert verify(blueprint(policy), chain, guarded.record) == []


def test_contract_and_arguments_from_the_caller(world: World) -> None:
    """What the policy leaves open is given by name, in order, or as a struct."""
    policy = world.policy(protocol="{name: open, kind: vault}")
    deployer, usdc = world.actors.deployer, world.tokens["USDC"].address
    by_name = {"asset": "USDC", "name": "V", "symbol": "v"}
    for arguments in (by_name, [usdc, "V", "v"]):
        guarded = deploy(
            policy, world.chain, deployer, protocol_artifact="GuardedVault", constructor=arguments
        )
        assert guarded.protocol.call("asset") == usdc
        assert guarded.protocol.call("name") == "V"


def test_record(world: World, tmp_path: Path) -> None:
    """Every transaction with its nonce, hash and block; `steps` is what was done, in order."""
    path = tmp_path / "deployments" / "here.json"
    plan = blueprint(world.policy())
    first_nonce = world.chain.nonce(world.actors.deployer)
    apply(plan, world.chain, world.actors.deployer, path)
    raw = json.loads(path.read_text())
    assert raw["policy"] == world.policy().fingerprint
    assert raw["complete"]
    entries = raw["entries"]
    assert [entry["key"] for entry in entries] == [step.key for step in steps(plan)]
    sent = [entry for entry in entries if entry["found"] == "receipt"]
    assert [entry["nonce"] for entry in sent] == list(range(first_nonce, first_nonce + len(sent)))
    for entry in sent:
        block = world.chain.block(entry["block_number"])
        assert entry["block_hash"] == "0x" + block.hash.hex()
        if entry["kind"] == "create":
            assert entry["address"] == creation_address(world.actors.deployer, entry["nonce"])
            assert world.chain.code(entry["address"])
    assert raw["contracts"] == Record.load(path).contracts  # type: ignore[union-attr]


def test_applied_again_nothing_is_sent(world: World, tmp_path: Path) -> None:
    path, plan = tmp_path / "record.json", blueprint(world.policy())
    first = apply(plan, world.chain, world.actors.deployer, path)
    height = world.chain.block().number
    again = apply(plan, world.chain, world.actors.deployer, path)
    assert again.record.contracts == first.record.contracts
    assert world.chain.block().number == height


def test_words_are_what_the_contracts_store(world: World) -> None:
    """Encoding here, decoding on chain and back: the same fields."""
    policy = world.policy()
    guard = deploy(policy, world.chain, world.actors.deployer).guard
    for asset in policy.assets:
        word = outflow_word(asset.encoded(), shared=True)
        assert outflow_fields(guard.call("outflowWord", asset.address)) == outflow_fields(word)
    fields = outflow_fields(outflow_word(policy.asset("USDC").encoded(), shared=True))
    assert fields == {
        "mode": 2,
        "limit": 5_000_000 * 10**6,
        "window": 86_400,
        "inflow_credit": 5,
        "reserve": 2,
        "exemption": 10_000 * 10**6,
        "shared": True,
    }
    for rank, role in ((1, policy.roles.sentinel), (2, policy.roles.guardian)):
        assert guard.call("rankLimits", rank) == rank_limits_word(role)
    assert rank_limits_fields(rank_limits_word(policy.roles.sentinel)) == {
        "max_pause": 3_600,
        "budget": 21_600,
        "period": 30 * 86_400,
        "cooldown": 600,
        "heartbeat": 7 * 86_400,
        "max_lock": 21_600,
        "max_locks": 20,
        "operations": (Operation.WITHDRAW | Operation.REDEEM).value,
        "max_level": int(Level.QUEUED),
    }
    assert rank_limits_word(None) == 0
    assert guard.call("sharedBudget") == SHARED_BUDGET
    assert guard.call("levelRules") == level_rules_word(policy)
    assert level_fields(level_rules_word(policy))["throttled.share"] == 50


@pytest.mark.guardrails_backends("revm")
def test_creation_address(chain: Chain, actors: Actors) -> None:
    """Nonces around the lengths of their encoding."""
    for nonce in range(130):
        expected = creation_address(actors.alice, nonce)
        assert (
            chain.deploy(bytes.fromhex("60016000526001601ff3"), sender=actors.alice).contract_address
            == expected
        )
    assert creation_address(actors.alice, 2**16) != creation_address(actors.alice, 0)


def test_the_bridge(world: World) -> None:
    """The bridge's constructor takes what is neither known nor an address: numbers and bytes32, as text."""
    nomad = build_nomad(world.chain, world.actors.deployer)
    protocol = (
        "{name: b, kind: bridge, artifact: GuardedBridge, constructor: {connections: "
        f'"{nomad.connections}", remoteDomain: 6648936}}}}'
    )
    with pytest.raises(GuardrailsError, match="it needs remoteRouter"):
        blueprint(world.policy(protocol=protocol))
    protocol = protocol.replace("6648936", f'6648936, remoteRouter: "0x{7:064x}"')
    guarded = deploy(world.policy(protocol=protocol), world.chain, world.actors.deployer)
    assert guarded.protocol.call("remoteDomain") == 6648936
    assert guarded.protocol.call("remoteRouter") == (7).to_bytes(32, "big")


def test_policy_without_roles(world: World) -> None:
    """Governance alone: no fast rank is given anything."""
    policy: Policy = world.policy()
    bare = policy.model_copy(
        update={"roles": policy.roles.model_copy(update={"guardian": None, "sentinel": None})}
    )
    guarded = deploy(bare, world.chain, world.actors.deployer)
    assert guarded.guard.call("rankLimits", 1) == guarded.guard.call("rankLimits", 2) == 0
    assert verify(blueprint(bare), world.chain, guarded.record) == []
