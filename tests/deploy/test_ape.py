"""Through Ape, as its users type it: `ape run deploy`, `verify` and `emergency`, and `ape guardrails …`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guardrails.chain import AnvilChain, Contract
from guardrails.deploy import guarded_interface
from guardrails.policy import Operation

from .conftest import World

pytestmark = [pytest.mark.guardrails_backends("anvil"), pytest.mark.serial]
NETWORK = "ethereum:local:foundry"


class Ape:
    """The `ape` command in a project of its own, whose foundry provider is the test's anvil."""

    def __init__(self, folder: Path, root: Path, url: str) -> None:
        self.folder = folder
        shutil.copytree(root / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        config = f"name: project\nfoundry: {{host: '{url}'}}\n"
        config += "ethereum: {default_network: local, local: {default_provider: foundry}}\n"
        (folder / "ape-config.yaml").write_text(config)
        self.environment = os.environ | {"APE_DATA_FOLDER": str(folder / ".ape")}

    def __call__(self, *words: str, exit_code: int = 0) -> str:
        program = str(Path(sys.executable).with_name("ape"))
        done = subprocess.run(
            [program, *words, "--network", NETWORK],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == exit_code, done.stdout + done.stderr
        self.said = done.stderr
        return done.stdout


@pytest.fixture
def ape(world: World, tmp_path: Path, root: Path) -> Ape:
    chain = world.chain
    assert isinstance(chain, AnvilChain)
    (tmp_path / "guardrails.yaml").write_text(world.text())
    return Ape(tmp_path, root, chain.url)


def test_deploy_verify_pause_and_drift(ape: Ape, world: World) -> None:
    """The whole way on a local network: planned, deployed, verified, paused, and drift named."""
    height = world.chain.block().number
    plan = ape("run", "deploy", "--account", "TEST::0", "--plan")
    assert "Nothing was sent" in plan
    assert world.chain.block().number == height
    assert "is as its policy says" in ape("run", "deploy", "--account", "TEST::0")
    record = json.loads((ape.folder / "deployments" / "ethereum-local.json").read_text())
    assert record["complete"]
    vault = record["contracts"]["protocol"]
    assert "is as its policy says" in ape("run", "verify")
    words = ("pause", "WITHDRAW", "--for", "1h", "--reason", "drain", "--account", world.actors.guardian)
    assert "Dry run" in ape("run", "emergency", *words)
    assert "Checked on chain" in ape("run", "emergency", *words, "--execute")
    guard = Contract(world.chain, vault, guarded_interface())
    assert not guard.call("isOpen", Operation.WITHDRAW.value)
    guard.send("setHolder", world.actors.guardian, 0, sender=world.actors.governance)
    document = json.loads(ape("guardrails", "verify", "--json", exit_code=1))
    assert [d["subject"] for d in document["differences"]] == [
        f"roles.guardian.holders {world.actors.guardian}"
    ]


def test_a_fault_is_told_without_a_traceback(ape: Ape, world: World) -> None:
    ape("run", "verify", exit_code=2)
    assert "there is no deployment record" in ape.said
    assert "Traceback" not in ape.said
