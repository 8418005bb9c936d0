"""What only shows once a chain is asked: each is refused in our words, with nothing sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import ChainError
from guardrails.errors import GuardrailsError
from guardrails.response import views

from .conftest import Scene, Shell

REASON = ("--reason", "r")


@pytest.mark.guardrails_backends("anvil")
def test_the_commands(shell: Shell) -> None:
    height = shell.scene.chain.block().number
    bob = shell.scene.actors.bob
    for words, code, what in (
        (("limit", "USDT", "--to", "1 USDT"), 2, "`USDT` is not an asset"),
        (("limit", "USDC", "--to", "1 WETH"), 2, "is not an amount of USDC"),
        (("limit", "USDC", "--to", "1" * 200 + " USDC"), 2, "characters"),
        (("lock", "USDT", "--for", "1h", *REASON), 2, "neither an account, an asset nor a position"),
        (("lock", "position:0x" + "1" * 66, "--for", "1h", *REASON), 2, "longer than 32 bytes"),
        (("lock", "position:zz", "--for", "1h", *REASON), 2, "not hexadecimal"),
        (("heartbeat", "--account", "nobody"), 2, "neither an address nor"),
        (("heartbeat", "--account", "0x12"), 2, "is not an address"),
        (("heartbeat", "--account", bob), 2, "the contract refuses this"),
        (("override", "veto", "0x12"), 2, "1 bytes instead of 32"),
        (("override", "veto", "0x" + "ab" * 32), 2, "waits"),
        (("override", "schedule", "setExpry", "1"), 2, "has no function setExpry"),
        (("override", "schedule", "setExpiry", "soon"), 2, "`soon` is no uint"),
        (("override", "schedule", "setHolder", bob, "256"), 2, "cannot take these arguments"),
        (("verify", "--record", "guardrails.yaml"), 2, "no deployment record"),
    ):
        document = json.loads(shell.run(*words, "--json", exit_code=code).output)
        [problem] = document["problems"]
        assert what in problem["what"], (words, problem)
        assert problem["remedy"], (words, problem)
    Path("other.yaml").write_text(Path("guardrails.yaml").read_text() + "chain_id: 1\n")
    document = json.loads(shell.run("verify", "--policy", "other.yaml", "--json", exit_code=3).output)
    assert "not of chain 1" in document["problems"][0]["what"]
    assert shell.scene.chain.block().number == height


@pytest.mark.guardrails_backends("anvil")
def test_a_deployment_that_stopped_before_its_contracts(shell: Shell) -> None:
    record = json.loads(Path("deployments/31337.json").read_text())
    Path("begun.json").write_text(json.dumps(record | {"complete": False, "contracts": {}, "entries": []}))
    words = ("verify", "--record", "begun.json")
    assert "has not come as far" in shell.run(*words, exit_code=2).output


@pytest.mark.guardrails_backends("anvil")
def test_only_the_newest_claims_are_read(shell: Shell) -> None:
    """A count is the node's word: without a bound it would be asked for ever."""
    shell.scene.claim(30_000 * 10**6)
    shell.scene.claim(5_000 * 10**6)
    listed = shell.run("claims", "list", "--last", "1").output
    assert "Claims 1 to 1 were not read; --last 2" in listed
    assert "1 of 2 claims" in listed
    everything = shell.run("claims", "list", "--last", "2").output
    assert "were not read" not in everything
    assert "2 of 2 claims" in everything


@pytest.mark.guardrails_backends("anvil")
def test_markup_in_what_is_shown(shell: Shell) -> None:
    shown = shell.run("pause", "all", "--for", "1h", "--reason", "[/nope] [red]x").output
    assert "'[/nope] [red]x'" in shown


@pytest.mark.guardrails_backends("revm")
def test_a_contract_that_answers_what_does_not_exist(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Any] = {"level": 77, "rankOf": 9}
    honest = type(scene.guard).call
    monkeypatch.setattr(
        type(scene.guard), "call", lambda self, name, *rest: answers.get(name) or honest(self, name, *rest)
    )
    for ask, what in (
        (lambda: views.level(scene.guarded), "level 77"),
        (lambda: views.rank(scene.guarded, scene.actors.bob), "rank 9"),
        (lambda: views.state_name(views.claim(scene.guarded, 1)._replace(state=6)), "claim state 6"),
    ):
        with pytest.raises(ChainError, match=what) as caught:
            ask()
        assert isinstance(caught.value, GuardrailsError)
        assert caught.value.remedy
