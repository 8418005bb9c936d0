"""Fixtures for tests of guarded protocols.

- `chain`: an EVM with ten funded accounts, clean for each test; the test runs once for each of
  `--guardrails-backends` (default `revm,anvil`), or for those of `@pytest.mark.guardrails_backends("revm")`.
- `actors`: who acts, by role.
- `policy`: the file of `@pytest.mark.guardrails_policy("path")`, else of the ini option `guardrails_policy`.
- `guarded`: that policy deployed on `chain`.
- `guarded_machine`: runs a `guardrails.fuzz.GuardedMachine` as `--guardrails-fuzz` says (`quick`, the
  default, or `deep`), or as `@pytest.mark.guardrails_fuzz(examples=…, steps=…, seed=…)` does; the same
  again with `--guardrails-seed`.

A backend that is not installed skips its tests, and fails them where CI=true. Ape's own pytest plugin also
has a fixture `chain`; ours wins, and `-p no:ape_test` spares the node that Ape's starts for every run.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    from guardrails.testing.backends import APE_NETWORK, DEFAULT_BACKENDS

    group = parser.getgroup("guardrails")
    group.addoption(
        "--guardrails-backends",
        default=DEFAULT_BACKENDS,
        metavar="NAMES",
        help=f"EVMs that the `chain` fixture runs on, of revm, anvil, ape (default: {DEFAULT_BACKENDS})",
    )
    group.addoption(
        "--guardrails-network",
        metavar="NETWORK",
        help=f"network of the ape backend (default: Ape's --network where given, else {APE_NETWORK})",
    )
    group.addoption(
        "--guardrails-fuzz",
        default="quick",
        metavar="PROFILE",
        help="how long machines look: quick (seconds, the default) or deep (minutes)",
    )
    group.addoption(
        "--guardrails-seed",
        type=int,
        metavar="SEED",
        help="seed of the machines (default: a new one each time)",
    )
    parser.addini("guardrails_policy", "policy file of the `policy` fixture, relative to the root folder")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from guardrails.errors import GuardrailsError
    from guardrails.testing import fixtures, fuzzing
    from guardrails.testing.backends import parse_backends

    config.addinivalue_line("markers", "guardrails_policy(path): policy file of the `policy` fixture")
    config.addinivalue_line(
        "markers", "guardrails_fuzz(examples, steps, seed): how long a machine looks, and from which seed"
    )
    config.addinivalue_line("markers", "guardrails_backends(*names): the only backends that `chain` runs on")
    config.pluginmanager.register(fixtures, "guardrails_fixtures")  # last, so that ours wins
    config.stash[fuzzing.SEED] = fuzzing.session_seed(config)
    try:
        fuzzing.check_profile(config.getoption("--guardrails-fuzz"))
        parse_backends(config.getoption("--guardrails-backends"))
    except GuardrailsError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_report_header(config: pytest.Config) -> str:
    from guardrails.testing import fuzzing

    return f"guardrails: seed {config.stash[fuzzing.SEED]}, profile {config.getoption('--guardrails-fuzz')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    from guardrails.testing.backends import parse_backends

    if "chain" not in metafunc.fixturenames:
        return
    names = parse_backends(metafunc.config.getoption("--guardrails-backends"))
    if marker := metafunc.definition.get_closest_marker("guardrails_backends"):
        names = parse_backends(",".join(marker.args))
    metafunc.parametrize("chain", names, indirect=True)
