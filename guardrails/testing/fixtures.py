"""The fixtures of the plugin; see `guardrails.testing.plugin`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain.base import Chain
from guardrails.chain.errors import MissingBackend
from guardrails.policy import Policy, load
from guardrails.testing.actors import Actors
from guardrails.testing.backends import Pool, ape_network, must_not_skip
from guardrails.testing.fuzzing import runner


@pytest.fixture(scope="session")
def guardrails_pool(pytestconfig: pytest.Config) -> Iterator[Pool]:
    """The session's nodes; they end with it."""
    pool = Pool(network=ape_network(pytestconfig))
    yield pool
    pool.close()


@pytest.fixture
def chain(request: pytest.FixtureRequest, guardrails_pool: Pool) -> Iterator[Chain]:
    """An EVM with ten funded accounts."""
    lent = guardrails_pool.lend(request.param)
    try:
        instance = lent.__enter__()
    except MissingBackend as error:
        if must_not_skip():
            raise
        pytest.skip(str(error))
    try:
        yield instance
    finally:
        lent.__exit__(None, None, None)


@pytest.fixture
def actors(chain: Chain) -> Actors:
    """Who acts, by role."""
    return Actors.of(chain)


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> Policy:
    """The policy that the test names."""
    root = request.config.rootpath
    if marker := request.node.get_closest_marker("guardrails_policy"):
        return load(_found(str(marker.args[0]), (request.path.parent, root)))
    if path := request.config.getini("guardrails_policy"):
        return load(_found(str(path), (root,)))
    raise pytest.UsageError(
        "the `policy` fixture needs a file: mark the test with "
        '@pytest.mark.guardrails_policy("guardrails.yaml"), or set guardrails_policy in pytest\'s settings'
    )


@pytest.fixture
def guarded(chain: Chain, actors: Actors, policy: Policy) -> Any:
    """The policy deployed on `chain` by `actors.deployer`; its tokens must exist, as for `apply`."""
    deploy = import_module("guardrails.deploy")  # a test that only needs an EVM need not import it
    return deploy.deploy(policy, chain, sender=actors.deployer)


@pytest.fixture
def guarded_machine(request: pytest.FixtureRequest) -> Callable[[Any], int]:
    """Runs a `GuardedMachine`: `guarded_machine(MyMachine)`. How many steps it took."""
    return runner(request)


def _found(path: str, folders: tuple[Path, ...]) -> Path:
    """The path in the first folder that has it; in the last if none has, so that the error names it."""
    return next((folder / path for folder in folders if (folder / path).is_file()), folders[-1] / path)
