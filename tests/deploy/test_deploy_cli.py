"""`guardrails plan`, `apply` and `verify` as people type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.chain import AnvilChain, Contract, UnknownSender
from guardrails.cli import main
from guardrails.cli._session import Session
from guardrails.cli.deploy import run_apply
from guardrails.deploy import guarded_interface
from guardrails.deploy.interface import CONTROLS

from .conftest import World

pytestmark = pytest.mark.guardrails_backends("anvil")
Run = Callable[..., Result]


@pytest.fixture
def run(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    chain = world.chain
    assert isinstance(chain, AnvilChain)
    (tmp_path / "guardrails.yaml").write_text(world.text())
    monkeypatch.chdir(tmp_path)

    def run(*words: str, exit_code: int = 0, network: str = chain.url) -> Result:
        result = CliRunner(mix_stderr="--json" not in words).invoke(main, [*words, "--network", network])
        assert result.exit_code == exit_code, result.output
        return result

    return run


def test_plan_apply_verify(run: Run, world: World) -> None:
    height = world.chain.block().number
    shown = run("plan").output
    for part in ("create MarketControls", "limit 5_000_000 USDC", "26 transactions", "Nothing was sent"):
        assert part in shown
    assert world.chain.block().number == height
    assert not Path("deployments").exists()
    planned = json.loads(run("plan", "--json").output)
    shown = run("apply").output
    assert "is as its policy says" in shown
    assert world.chain.block().number == height + 26
    record = json.loads(Path("deployments/31337.json").read_text())
    by_key = {entry["key"]: entry for entry in record["entries"]}
    for step in planned["steps"]:
        assert by_key[step["step"]]["gas_used"] == step["gas"]
    assert "is as its policy says" in run("verify").output
    assert "deployed already" in run("apply").output
    assert "deployed already" in run("plan").output
    assert world.chain.block().number == height + 26


def test_drift_is_named_with_exit_code_1(run: Run, world: World) -> None:
    run("apply")
    address = json.loads(Path("deployments/31337.json").read_text())["contracts"]["protocol"]
    guard = Contract(world.chain, address, guarded_interface())
    guard.send("setHolder", world.actors.guardian, 0, sender=world.actors.governance)
    shown = run("verify", exit_code=1).output
    assert f"roles.guardian.holders {world.actors.guardian}" in " ".join(shown.split())
    assert "1 differences" in shown
    document = json.loads(run("verify", "--json", exit_code=1).output)
    assert document["differences"] == [
        {
            "subject": f"roles.guardian.holders {world.actors.guardian}",
            "policy": "guardian",
            "chain": "no role",
        }
    ]
    assert "1 differences" in run("apply", exit_code=1).output, (
        "a sealed deployment is not repaired by its deployer"
    )


def test_exit_codes(run: Run, world: World) -> None:
    assert "does not answer" in run("verify", exit_code=3, network="http://127.0.0.1:9").output
    assert "no deployment record" in run("verify", exit_code=2).output
    assert "no such file" in run("plan", "--policy", "none.yaml", exit_code=2).output
    Path("guardrails.yaml").write_text(world.text().replace("decimals: 6", "decimals: 8"))
    shown = run("apply", exit_code=2).output
    assert "the token has 6 decimals, the policy says 8" in shown
    Path("guardrails.yaml").write_text(world.text() + "chain_id: 1\n")
    assert "not of chain 1" in run("plan", exit_code=3).output
    Path("guardrails.yaml").write_text(world.text() + "chain_idd: 1\n")
    assert "did you mean `chain_id`" in run("plan", exit_code=2).output
    assert not Path("deployments").exists()


def test_controls_of_the_chain_are_used_again(run: Run, world: World) -> None:
    run("apply")
    controls = json.loads(Path("deployments/31337.json").read_text())["contracts"]["EmergencyControls"]
    run("apply", "--controls", controls, "--record", "second.json")
    second = json.loads(Path("second.json").read_text())
    assert second["contracts"]["EmergencyControls"] == controls
    assert "22 transactions" not in run("plan", "--record", "third.json").output
    assert "22 transactions" in run("plan", "--record", "third.json", "--controls", controls).output
    assert "is as its policy says" in run("verify", "--record", "second.json").output


def test_a_restarted_development_chain(run: Run, world: World) -> None:
    """Its old record is set aside, named, and the policy is deployed anew."""
    clean = world.chain.snapshot()
    run("apply")
    world.chain.revert(clean)
    shown = run("apply").output
    assert "restarted" in shown
    assert "is as its policy says" in shown
    assert Path("deployments/31337.old.json").exists()


def test_unknown_account(run: Run) -> None:
    assert "neither an address nor" in run("apply", "--account", "me", exit_code=2).output


def test_json_of_apply_is_one_document(run: Run) -> None:
    document = json.loads(run("apply", "--json").stdout)
    assert document["ok"] is True
    assert set(document["contracts"]) == {*CONTROLS, "protocol"}


def test_on_a_public_network_the_plan_is_shown_beside_the_document(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is asked first, and with --json the plan goes to stderr: stdout stays one document."""
    deployer = world.actors.deployer
    session = Session(world.chain, world.policy(), tmp_path / "r.json", development=False, account=deployer)
    asked: list[str] = []
    monkeypatch.setattr("click.confirm", lambda question, **_: asked.append(question))
    with pytest.raises(UnknownSender, match="it cannot sign"):  # anvil's account is none of Ape's
        run_apply(session, as_json=True)
    assert not (tmp_path / "r.json").exists(), "nothing half-done"
    monkeypatch.setattr(Session, "sign_many", lambda self: None)
    capsys.readouterr()
    assert run_apply(session, as_json=True) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["ok"] is True
    assert "Nothing was sent" in err
    entries = json.loads((tmp_path / "r.json").read_text())["entries"]
    sent = sum(entry["tx_hash"] is not None for entry in entries)
    assert asked == [f"Send {sent} transactions from {deployer}?"] * 2
