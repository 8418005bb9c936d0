"""What was found on a fork is taken again through Ape and in forge; where the node is, no file says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import AnvilChain
from guardrails.drill.upstream.build import Upstream
from guardrails.fuzz import Fork, HarnessFault, Sequence, Step, Target
from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.confirm import compare, replay
from guardrails.fuzz.enact import Reading, enact, open_world
from guardrails.fuzz.export import export
from guardrails.fuzz.finding import Finding

Failures = Callable[[Path], dict[str, str]]
IMPLEMENTATION = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC
"""Where a proxy keeps what it stands for (ERC-1967)."""


def addresses() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(os.environ["GUARDRAILS_UPSTREAM"])["addresses"]
    return found


@pytest.fixture(scope="module")
def forked(aave: Target, leaving: tuple[Step, ...]) -> Artefact:
    """As if a property had fallen after the last step, judged by where the money was then."""
    finding = Finding("BoundedLoss", "the same state", Sequence(aave.reference(), leaving), 1)
    chain = aave.chain()
    try:
        world = open_world(aave, chain)
        enact(aave, world, finding.sequence, "BoundedLoss")
        where = addresses()["aave_v3"]["aUSDC"]
        asked = [
            (symbol, world.assets["USDC"].encode("balanceOf", world.address(holder)))
            for symbol, holder in (("USDC", "alice"), ("USDC", "bob"), (where, "protocol"))
        ]
        readings = tuple(Reading(n, d.hex(), chain.call(world.address(n), d).hex()) for n, d in asked)
    finally:
        chain.close()
    assert len({reading.answer for reading in readings}) == len(readings)
    return replace(Artefact.of(finding, aave), broken_at=len(leaving), readings=readings)


@pytest.fixture
def node(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> str:
    """Under the name that the target gives it."""
    assert isinstance(upstream.chain, AnvilChain)
    monkeypatch.setenv("GUARDRAILS_NODE", upstream.chain.url)
    return upstream.chain.url


def test_ape_sees_what_revm_sees(forked: Artefact) -> None:
    here, ape = replay(forked), replay(forked, "ape")
    assert [deed.ok for deed in ape.enacted.deeds] == [True, True, False, True, True]
    assert compare(here.enacted, ape.enacted, ("revm", "ape")) == ()
    assert (here.changes, ape.changes, ape.broken) == ((), (), False)


def test_a_network_of_apes_is_not_the_fork(forked: Artefact) -> None:
    with pytest.raises(HarnessFault, match="a target on a fork brings a chain of its own") as caught:
        replay(forked, "ape", network="ethereum:mainnet-fork:foundry")
    assert caught.value.where == "ethereum:mainnet-fork:foundry"


def test_in_forge_it_runs_on_the_node_that_the_environment_names(
    forked: Artefact,
    upstream: Upstream,
    node: str,
    forge_project: Path,
    forge_failures: Failures,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = forge_project / "test"
    test, beside = export(forked, "forge", folder / "Same.t.sol")
    text, state = test.read_text(), json.loads(beside.read_text())
    assert node not in text + beside.read_text(), "the address is the environment's"
    _has_only_what_is_new(state, upstream)
    for reading in forked.readings:
        changed = text.replace(f'hex"{reading.answer}"', f'hex"{1:064x}"')
        (folder / f"No{reading.data[-4:]}.t.sol").write_text(changed)
    pinned = text.split('== hex"')[1][:64]
    (folder / "Other.t.sol").write_text(text.replace(pinned, "11" * 32))
    said = forge_failures(forge_project)
    assert said.pop("Same.t.sol") == "BoundedLoss: the same state"
    assert said.pop("Other.t.sol") == "GUARDRAILS_NODE is a node of another chain"
    assert list(said.values()) == [""] * len(forked.readings), "each answer counts"

    monkeypatch.delenv("GUARDRAILS_NODE")
    said = forge_failures(forge_project)
    assert 'environment variable "GUARDRAILS_NODE" not found' in said["Same.t.sol"]


def _has_only_what_is_new(state: dict[str, Any], upstream: Upstream) -> None:
    """Code and storage that the real chain has are not in the file."""
    chain, pool = upstream.chain, addresses()["aave_v3"]["pool"]
    coded = {address for address, account in state.items() if "code" in account}
    assert all(not chain.code(address) for address in coded)
    assert len(coded) > 2
    changed = state[pool.lower()]["storage"]
    assert changed
    assert all(chain.storage(pool, int(slot, 16)).hex() != value[2:] for slot, value in changed.items())
    implementation = "0x" + chain.storage(pool, IMPLEMENTATION)[12:].hex()
    assert chain.code(implementation)
    assert implementation not in state, "nothing of it has changed"


@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("$MAINNET_RPC", "MAINNET_RPC"),
        ("https://node.example/key", "FORK_RPC_URL"),
        ('$A"; evil', "FORK_RPC_URL"),
        ("$", "FORK_RPC_URL"),
    ],
)
def test_the_variable_that_names_the_node(url: str, variable: str, tmp_path: Path) -> None:
    assert Fork(url, 1, tmp_path / "cache").variable == variable
