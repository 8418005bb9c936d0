"""A guarded vault as the documents have it, on a chain where its commands really run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.chain import AnvilChain, Contract
from guardrails.cli import main
from guardrails.drill.upstream.tokens import deploy_tokens, mint
from guardrails.testing.actors import Actors

LIMIT = 1_000_000 * 10**6


@dataclass(frozen=True)
class Stage:
    """Run a command as it is written: `stage.run("verify")`."""

    chain: AnvilChain
    actors: Actors
    usdc: Contract
    folder: Path

    def run(self, words: Sequence[str]) -> str:
        """What the command prints; fails where its exit code is not 0."""
        result = CliRunner().invoke(main, list(words))
        assert result.exit_code == 0, f"guardrails {' '.join(words)}\n{result.output}\n{result.exception!r}"
        return result.output

    def wait(self, seconds: int) -> None:
        self.chain.warp(self.chain.block().timestamp + seconds)
        self.chain.mine()


def localised(text: str, usdc: str, accounts: Mapping[str, str]) -> str:
    """A policy of the documents with the addresses of this chain."""
    text = re.sub(r'(symbol: USDC\n\s+address: )"0x\w+"', rf'\1"{usdc}"', text)
    lines = "".join(f'  {name}: "{address}"\n' for name, address in accounts.items())
    text, found = re.subn(r'^accounts:\n(?:  \w+: "0x.*\n)+', f"accounts:\n{lines}", text, flags=re.MULTILINE)
    assert found == 1
    return text


@pytest.fixture
def stage(chain: AnvilChain, actors: Actors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    usdc = deploy_tokens(chain, actors.deployer)["USDC"]  # looks for node_modules upwards from here
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUARDRAILS_NETWORK", chain.url)
    mint(usdc, "USDC", actors.alice, 10 * LIMIT, minter=actors.deployer)
    return Stage(chain, actors, usdc, tmp_path)


@pytest.fixture
def write_policy(stage: Stage) -> Callable[..., None]:
    """Writes guardrails.yaml from a text of the documents; further names stand for accounts of this chain."""

    def write(text: str, **more: str) -> None:
        actors = stage.actors
        accounts = {"council": actors.governance, "guardians": actors.guardian, "watcher": actors.sentinel}
        (stage.folder / "guardrails.yaml").write_text(localised(text, stage.usdc.address, accounts | more))

    return write
