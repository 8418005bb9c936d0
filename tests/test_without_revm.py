"""The in-process EVM is an extra: without it all works but what runs on it, and that says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.chain import AnvilChain, Chain, MissingBackend, NotSupported, RevmChain
from guardrails.cli import main
from guardrails.cli._session import Session
from guardrails.cli.deploy import run_apply
from guardrails.drill.upstream.tokens import deploy_tokens
from guardrails.policy import load

ROOT = Path(__file__).resolve().parent.parent
EXTRA = "pip install 'ape-guardrails[revm]'"
_BLOCKED = (
    "import sys; sys.modules['pyrevm'] = None\n"  # an import of it now fails as if it were not installed
)


def run(program: str, *words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _BLOCKED + program, *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, timeout=120)


def typed(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run("from guardrails.cli import main; main(prog_name='guardrails')", *words, folder=folder)


@pytest.fixture
def without_revm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrevm", None)


def test_it_is_an_extra_and_the_checkout_has_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [name for name in project["dependencies"] if "revm" in name]
    [wanted] = project["optional-dependencies"]["revm"]
    assert f"\n{wanted} " in (ROOT / "requirements/dev.lock").read_text()


def test_every_module_imports_without_it() -> None:
    walk = """
import importlib, pkgutil, guardrails
names = [m.name for m in pkgutil.walk_packages(guardrails.__path__, 'guardrails.')]
for name in names:
    importlib.import_module(name)
from guardrails.chain import RevmChain
print(len(names), 'pyrevm' in sys.modules and sys.modules['pyrevm'] is None)
"""
    done = run(walk)
    assert done.returncode == 0, done.stderr
    count, blocked = done.stdout.split()
    assert int(count) == len(list((ROOT / "guardrails").rglob("*.py"))) - 1
    assert blocked == "True"


def test_what_needs_it_names_the_extra(without_revm: None) -> None:
    with pytest.raises(MissingBackend) as caught:
        RevmChain()
    assert EXTRA in caught.value.remedy


def test_the_drill_names_it_before_anything_runs(tmp_path: Path) -> None:
    policy = ROOT / "examples/bridge/guardrails.yaml"
    done = typed("drill", "nomad", "--policy", str(policy), "--out", str(tmp_path / "out"), folder=tmp_path)
    assert done.returncode == 3, done.stderr
    assert EXTRA in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.guardrails_backends("anvil")
def test_deploying_and_acting_do_without_it(chain: Chain, tmp_path: Path) -> None:
    assert isinstance(chain, AnvilChain)
    governance, guardian, deployer = chain.accounts[1], chain.accounts[2], chain.accounts[0]
    token = deploy_tokens(chain, deployer)["USDC"].address
    assert typed("init", folder=tmp_path).returncode == 0
    (tmp_path / "guardrails.yaml").write_text(_POLICY.format(governance, guardian, token))
    for words in (
        ("check",),
        ("schema",),
        ("plan", "--network", chain.url),
        ("apply", "--network", chain.url),
        ("verify", "--network", chain.url),
        (
            "pause",
            "WITHDRAW",
            "--for",
            "1h",
            "--reason",
            "r",
            "--network",
            chain.url,
            "--account",
            guardian,
            "--execute",
        ),
        ("claims", "list", "--network", chain.url),
        ("override", "list", "--network", chain.url),
    ):
        done = typed(*words, folder=tmp_path)
        assert done.returncode == 0, (words, done.stdout, done.stderr)


def no_snapshot(self: Chain) -> object:
    raise NotSupported("evm_snapshot is for development chains", "public", "Use a fork.")


@pytest.mark.guardrails_backends("anvil")
def test_on_a_public_network(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_revm: None
) -> None:
    """`plan` has to rehearse in process; `apply` says that it cannot show the plan, and asks all the same."""
    assert isinstance(chain, AnvilChain)
    monkeypatch.setattr(AnvilChain, "snapshot", no_snapshot)
    deployer, governance, guardian = chain.accounts[:3]
    token = deploy_tokens(chain, deployer)["USDC"].address
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "guardrails.yaml"
    file.write_text(_POLICY.format(governance, guardian, token))
    shown = CliRunner().invoke(main, ["plan", "--network", chain.url])
    assert shown.exit_code == 3
    assert EXTRA in shown.output
    assert "-fork:foundry" in shown.output

    session = Session(chain, load(file), tmp_path / "record.json", development=False, account=deployer)
    monkeypatch.setattr(Session, "sign_many", lambda self: None)
    asked: list[str] = []

    def answer(question: str, **options: object) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr("click.confirm", answer)
    assert run_apply(session, as_json=True) == 0
    assert asked == [f"Deploy from {deployer} without one?"]
    assert json.loads((tmp_path / "record.json").read_text())["complete"] is True


_POLICY = """
version: 1
protocol: {{name: v, kind: vault, artifact: GuardedVault, constructor: {{asset: USDC, name: V, symbol: v}}}}
assets:
  - {{symbol: USDC, address: "{2}", decimals: 6, outflow: {{limit: 1_000_000 USDC, window: 24h}}}}
settlement: {{delay: 24h, max_hold: 14d}}
roles:
  governance: "{0}"
  guardian: {{holders: ["{1}"], max_pause: 24h, budget: 72h, period: 30d, heartbeat: 90d, operations: all,
             max_level: frozen, max_lock: 24h, max_locks: 100}}
override: {{default_delay: 48h, expiry: 14d}}
"""
