"""Fixtures for tests of guarded protocols.

- `chain`: an EVM with ten funded accounts, clean for each test; the test runs once for each of
  `--guardrails-backends` (default `revm,anvil`), or for those of `@pytest.mark.guardrails_backends("revm")`.
- `actors`: who acts, by role.
- `policy`: the file of `@pytest.mark.guardrails_policy("path")`, else of the ini option `guardrails_policy`.
- `guarded`: that policy deployed on `chain`.

A backend that is not installed skips its tests, and fails them where CI=true.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from guardrails.chain import Chain
    from guardrails.policy import Policy
    from guardrails.testing.actors import Actors
    from guardrails.testing.backends import Pool


def pytest_addoption(parser: pytest.Parser) -> None:
    from guardrails.testing.backends import DEFAULT_BACKENDS

    parser.getgroup("guardrails").addoption(
        "--guardrails-backends",
        default=DEFAULT_BACKENDS,
        metavar="NAMES",
        help=f"EVMs that the `chain` fixture runs on, of revm, anvil, ape (default: {DEFAULT_BACKENDS})",
    )
    parser.addini("guardrails_policy", "policy file of the `policy` fixture, relative to the root folder")


def pytest_configure(config: pytest.Config) -> None:
    from guardrails.chain.errors import ChainError
    from guardrails.testing.backends import parse_backends

    config.addinivalue_line("markers", "guardrails_policy(path): policy file of the `policy` fixture")
    config.addinivalue_line("markers", "guardrails_backends(*names): the only backends that `chain` runs on")
    try:
        parse_backends(config.getoption("--guardrails-backends"))
    except ChainError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    from guardrails.testing.backends import parse_backends

    if "chain" not in metafunc.fixturenames:
        return
    names = parse_backends(metafunc.config.getoption("--guardrails-backends"))
    if marker := metafunc.definition.get_closest_marker("guardrails_backends"):
        names = parse_backends(",".join(marker.args))
    metafunc.parametrize("chain", names, indirect=True)


@pytest.fixture(scope="session")
def guardrails_pool() -> Iterator[Pool]:
    """The session's nodes; they end with it."""
    from guardrails.testing.backends import Pool

    pool = Pool()
    yield pool
    pool.close()


@pytest.fixture
def chain(request: pytest.FixtureRequest, guardrails_pool: Pool) -> Iterator[Chain]:
    """An EVM with ten funded accounts."""
    from guardrails.chain.errors import MissingBackend
    from guardrails.testing.backends import must_not_skip

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
    from guardrails.testing.actors import Actors

    return Actors.of(chain)


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> Policy:
    """The policy that the test names."""
    from guardrails.policy import load

    root = request.config.rootpath
    if marker := request.node.get_closest_marker("guardrails_policy"):
        return load(_found(str(marker.args[0]), (request.path.parent, root)))
    if path := request.config.getini("guardrails_policy"):
        return load(_found(str(path), (root,)))
    raise pytest.UsageError(
        "the `policy` fixture needs a file: mark the test with @pytest.mark.guardrails_policy(\"guardrails.yaml\"), "
        "or set guardrails_policy in pytest's settings"
    )


@pytest.fixture
def guarded(chain: Chain, actors: Actors, policy: Policy) -> Any:
    """The policy deployed on `chain` by `actors.deployer`, as `guardrails apply` would."""
    from guardrails import deploy

    return deploy.deploy(policy, chain, sender=actors.deployer)


def _found(path: str, folders: tuple[Path, ...]) -> Path:
    """The path in the first folder that has it; in the last if none has, so that the error names it."""
    return next((folder / path for folder in folders if (folder / path).is_file()), folders[-1] / path)
