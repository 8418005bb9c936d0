"""Real protocols: `upstream` is a chain that holds them, `fork` forks it, `protocols` is each in turn.

With `pytest tests/upstream --network ethereum:mainnet-fork:foundry` the same tests run on a fork of the
public network, at the addresses in `mainnet.json`; `protocols` is then that fork alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from guardrails.chain import AnvilChain
from guardrails.drill.upstream.build import Upstream, attach
from guardrails.drill.upstream.cache import fork_upstream, start_upstream

MAINNET = Path(__file__).with_name("mainnet.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    """pytest knows this option when it is called with this folder."""
    parser.addoption(
        "--network",
        metavar="NAME",
        help="the public network to fork, as Ape names it, such as ethereum:mainnet-fork:foundry "
        "(default: a chain of our own that holds the same protocols)",
    )


def public_network(config: pytest.Config) -> str | None:
    """The network that the tests shall fork, as Ape names it; None for our own upstream chain."""
    choice: str | None = config.getoption("--network", default=None)
    return None if choice is None or choice.startswith(("ethereum:local", ":local")) else choice


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "protocols" in metafunc.fixturenames:
        names = ["fork"] if public_network(metafunc.config) else ["upstream", "fork"]
        metafunc.parametrize("protocols", names, indirect=True)


@pytest.fixture(scope="session")
def upstream_process(request: pytest.FixtureRequest) -> Iterator[Upstream]:
    upstream = start_upstream(request.config.rootpath / ".cache" / "upstream")
    yield upstream
    upstream.chain.close()


@pytest.fixture(scope="session")
def fork_process(request: pytest.FixtureRequest) -> Iterator[Upstream]:
    choice = public_network(request.config)
    if choice is None:
        upstream = fork_upstream(request.getfixturevalue("upstream_process"))
        yield upstream
        upstream.chain.close()
        return
    from ape import networks

    with networks.parse_network_choice(choice) as provider:
        # A fork of Ape's fork: our own node needs no signing through Ape, which is ten times slower.
        chain = AnvilChain.start(fork_url=provider.http_uri)
        for account in chain.accounts:
            # On mainnet these well-known accounts carry delegations that take what they receive.
            chain.set_code(account, b"")
        yield attach(chain, json.loads(MAINNET.read_text()), mintable=False)
        chain.close()


@pytest.fixture
def upstream(upstream_process: Upstream) -> Iterator[Upstream]:
    """The upstream chain itself; what a test does is undone after it."""
    yield from undone(upstream_process)


@pytest.fixture
def fork(fork_process: Upstream) -> Iterator[Upstream]:
    """The forked chain; what a test does is undone after it."""
    yield from undone(fork_process)


@pytest.fixture
def protocols(request: pytest.FixtureRequest) -> Upstream:
    """The protocols on each chain that the session has."""
    found: Upstream = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def user(protocols: Upstream) -> str:
    """Somebody who holds ether, but no tokens and no rights."""
    return stranger(protocols, "user")


@pytest.fixture
def provider(protocols: Upstream) -> str:
    """Somebody else of the same kind."""
    return stranger(protocols, "provider")


def stranger(protocols: Upstream, name: str) -> str:
    """An account that no chain has seen."""
    address = to_checksum_address(keccak(text=f"guardrails upstream test {name}")[-20:])
    protocols.chain.impersonate(address)
    protocols.chain.set_balance(address, 10**20)
    return address


def undone(process: Upstream) -> Iterator[Upstream]:
    before = process.chain.snapshot()
    yield process
    process.chain.revert(before)
