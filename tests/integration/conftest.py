"""Guards beside real protocols: the chains of `tests/upstream`, and the example policies deployed on them.

`pytest tests/upstream tests/integration --network ethereum:mainnet-fork:foundry` runs them on a public fork.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from guardrails.chain import Address
from guardrails.deploy import Guarded, deploy
from guardrails.drill.upstream.build import Upstream
from guardrails.policy import Policy, loads

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDERS = {
    "council": "0x1111111111111111111111111111111111111111",
    "guardians": "0x2222222222222222222222222222222222222222",
    "watcher": "0x3333333333333333333333333333333333333333",
}


def _sibling(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("upstream_chains", ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_upstream = _sibling("tests/upstream/conftest.py")
upstream_process = _upstream.upstream_process
fork_process = _upstream.fork_process
upstream = _upstream.upstream
fork = _upstream.fork
protocols = _upstream.protocols
user = _upstream.user
provider = _upstream.provider
stranger: Callable[[Upstream, str], Address] = _upstream.stranger


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_chain: moves a market in a way that a public one does not allow")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Public networks are left to the tests that can run there."""
    if metafunc.definition.get_closest_marker("own_chain") and _upstream.public_network(metafunc.config):
        metafunc.parametrize("protocols", ["upstream"], indirect=True)
    else:
        _upstream.pytest_generate_tests(metafunc)


@pytest.fixture
def guardian(protocols: Upstream) -> Address:
    """Holds the guardian's role of every deployed policy."""
    return stranger(protocols, "guardian")


@pytest.fixture
def policy_of(protocols: Upstream, guardian: Address) -> Callable[..., Policy]:
    """`policy_of("vault", {"GuardedVault": "AaveVault"})`: an example's policy, governed by the real Safe.

    Its tokens are those of this chain; each further word in the file is replaced as told.
    """

    def read(example: str, replacements: Mapping[str, str]) -> Policy:
        text = (ROOT / "examples" / example / "guardrails.yaml").read_text()
        actors = (protocols.safe.address, guardian, stranger(protocols, "watcher"))
        swaps = dict(zip(PLACEHOLDERS.values(), actors, strict=True))
        for old, new in {**swaps, **replacements}.items():
            assert old in text, f"{example} does not say {old}"
            text = text.replace(old, new)
        for symbol, token in protocols.tokens.items():
            text = re.sub(rf'(symbol: {symbol}\n +address: )"0x\w+"', rf'\g<1>"{token.address}"', text)
        return loads(text)

    return read


@pytest.fixture
def deployed(protocols: Upstream, policy_of: Callable[..., Policy]) -> Callable[..., Guarded]:
    """Deploys an example as `guardrails apply` does."""

    def make(example: str, replacements: Mapping[str, str]) -> Guarded:
        return deploy(policy_of(example, replacements), protocols.chain, protocols.deployer)

    return make
