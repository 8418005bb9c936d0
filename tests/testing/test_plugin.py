"""The plugin as its users meet it: pytest run on a small project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project; anvil is the checkout's, and Ape's plugin is off as in ours."""
    from guardrails.chain.binaries import ANVIL_VARIABLE, anvil_path

    monkeypatch.setenv(ANVIL_VARIABLE, os.environ.get(ANVIL_VARIABLE) or str(anvil_path(ROOT)))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:ape_test -p no:cacheprovider")
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-v", *arguments)


def test_a_test_runs_once_on_each_backend(project) -> None:
    project.makepyfile(
        """
        def test_it(chain):
            assert len(chain.accounts) == 10

        def test_nothing():
            pass
        """
    )
    result = run(project)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*test_it?revm? PASSED*", "*test_it?anvil? PASSED*"])


def test_the_option_chooses(project) -> None:
    project.makepyfile("def test_it(chain): assert chain.name == 'revm'")
    run(project, "--guardrails-backends", "revm").assert_outcomes(passed=1)


def test_the_marker_chooses_for_one_test(project) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.guardrails_backends("anvil")
        def test_it(chain):
            assert chain.name == "anvil"
        """
    )
    run(project, "--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize("names", ["hardhat", "revm,hardhat", ""])
def test_an_unknown_backend_is_refused_before_anything_runs(project, names: str) -> None:
    project.makepyfile("def test_it(chain): pass")
    result = run(project, f"--guardrails-backends={names}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Choose among revm, anvil, ape*"])


def test_each_test_finds_the_chain_clean(project) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(chain, actors, turn):
            assert chain.block().number == 0
            assert chain.nonce(actors.alice) == 0
            chain.send(actors.bob, b"", sender=actors.alice, value=1)
            chain.warp(chain.block().timestamp + 1000)
            chain.mine()
        """
    )
    run(project).assert_outcomes(passed=4)


def test_actors_are_nine_different_people_with_money(project) -> None:
    project.makepyfile(
        """
        def test_it(chain, actors):
            fast_and_slow = {actors.deployer, actors.governance, actors.guardian, actors.sentinel}
            others = {actors.alice, actors.bob, actors.attacker, actors.keeper, actors.liquidator}
            addresses = actors.all()
            assert set(addresses) == fast_and_slow | others
            assert len(set(addresses)) == len(addresses) == 9
            assert all(chain.balance(address) for address in addresses)
            assert set(addresses) <= set(chain.accounts)
        """
    )
    run(project, "--guardrails-backends", "revm").assert_outcomes(passed=1)


def test_a_missing_backend_skips_with_its_remedy(project, monkeypatch) -> None:
    monkeypatch.setenv("GUARDRAILS_ANVIL", "/nowhere/anvil")
    project.makepyfile("def test_it(chain): pass")
    result = run(project, "-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*GUARDRAILS_ANVIL*"])


def test_a_missing_backend_fails_on_ci(project, monkeypatch) -> None:
    monkeypatch.setenv("GUARDRAILS_ANVIL", "/nowhere/anvil")
    monkeypatch.setenv("CI", "true")
    project.makepyfile("def test_it(chain): pass")
    result = run(project)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*MissingBackend*"])


POLICY = ROOT / "tests" / "testing" / "guardrails.yaml"


class TestPolicy:
    @pytest.fixture(autouse=True)
    def file(self, project) -> None:
        (project.path / "here.yaml").write_text(POLICY.read_text())

    def test_from_the_marker(self, project) -> None:
        project.makepyfile(
            """
            import pytest

            @pytest.mark.guardrails_policy("here.yaml")
            def test_it(policy):
                assert policy.protocol.name == "plugin-test"
            """
        )
        run(project, "--strict-markers").assert_outcomes(passed=1)

    def test_from_the_settings(self, project) -> None:
        project.makeini("[pytest]\nguardrails_policy = here.yaml")
        project.makepyfile("def test_it(policy): assert policy.protocol.name == 'plugin-test'")
        run(project).assert_outcomes(passed=1)

    def test_from_nowhere(self, project) -> None:
        project.makepyfile("def test_it(policy): pass")
        result = run(project)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*guardrails_policy*"])

    def test_from_a_file_that_is_not_there(self, project) -> None:
        project.makeini("[pytest]\nguardrails_policy = there.yaml")
        project.makepyfile("def test_it(policy): pass")
        result = run(project)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*there.yaml*"])


def test_guarded_is_the_policy_on_the_chain(project) -> None:
    """In hub mode on the policy's own chain id 31337: nothing of a protocol's own is needed."""
    text = (
        POLICY.read_text()
        .replace("mode: embedded", "mode: hub")
        .replace("chain_id: 1\n", "chain_id: 31337\n")
    )
    (project.path / "here.yaml").write_text(text)
    project.makepyfile(
        """
        import pytest

        @pytest.fixture(autouse=True)
        def tokens(chain, policy):
            for asset in policy.assets:
                returns_decimals = bytes([0x60, asset.decimals, 0x5F, 0x52, 0x60, 0x20, 0x5F, 0xF3])
                chain.set_code(asset.address, returns_decimals)

        @pytest.mark.guardrails_policy("here.yaml")
        def test_it(chain, guarded):
            assert chain.block().number > 0
            assert any(chain.code(log.address) for log in chain.logs())
        """
    )
    run(project, "--guardrails-backends", "revm").assert_outcomes(passed=1)
