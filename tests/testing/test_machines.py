"""`guarded_machine`: profiles, seeds that reproduce, workers that share one, and the words of a failure."""

from __future__ import annotations

import json
import re

import pyrevm  # noqa: F401 (it loads once only, and what a test of pytester imports is forgotten)
import pytest

from guardrails.fuzz import find_target
from guardrails.fuzz.artefact import parse

pytest_plugins = ["pytester"]

MACHINE = """
from pathlib import Path

import pytest

from guardrails.fuzz import GuardedMachine, PolicyTarget, Step, precondition, rule


class Vault(PolicyTarget):
    policy_file = {policy!r}

    def setup(self, world):
        super().setup(world)
        world.chain.impersonate(world.address("protocol"))
        world.chain.set_balance(world.address("protocol"), 10**20)


class Honest(GuardedMachine):
    target = Vault


class Leaky(GuardedMachine):
    target = Vault

    @precondition(lambda self: len(self.steps) > 3)
    @rule()
    def it_leaks(self):
        self.do(Step("protocol", "USDC", "transfer", ("@thief", 1)))


@pytest.mark.guardrails_fuzz(examples=3, steps=20)
def test_honest(guarded_machine, request):
    assert 0 < guarded_machine(Honest) <= 60


@pytest.mark.guardrails_fuzz(examples=10, steps=20)
def test_leaky(guarded_machine):
    guarded_machine(Leaky)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, root: object) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.delenv("GUARDRAILS_SEED", raising=False)
    pytester.makeini("[pytest]\naddopts = -p no:ape_test -p no:cacheprovider")
    pytester.makepyfile(MACHINE.format(policy=f"{root}/examples/vault/guardrails.yaml"))
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    return project.runpytest_subprocess(*words)


def sequence_of(result: pytest.RunResult) -> str:
    text = result.stdout.str()
    assert "NoBypass: 1 USDC left" in text
    return text[text.index('{\n "format"') : text.index("\n}", text.index('{\n "format"')) + 2]


def test_a_failure_tells_how_to_have_it_again(project: pytest.Pytester) -> None:
    first = run(project, "-k", "leaky")
    first.assert_outcomes(failed=1)
    text = first.stdout.str()
    found = re.search(r"guardrails: seed (\d+), profile quick", text)
    assert found
    assert f"--guardrails-seed={found[1]} --guardrails-fuzz=quick" in text
    again = run(project, "-k", "leaky", f"--guardrails-seed={found[1]}")
    assert sequence_of(again) == sequence_of(first)


def test_workers_share_the_seed(project: pytest.Pytester) -> None:
    spread = run(project, "-n", "2")
    spread.assert_outcomes(passed=1, failed=1)
    seeds = set(re.findall(r"seed[ =](\d+)", spread.stdout.str()))
    assert len(seeds) == 1
    alone = run(project, "-k", "leaky", f"--guardrails-seed={seeds.pop()}")
    assert sequence_of(spread) == sequence_of(alone)


def test_the_marker_sets_the_seed(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_marked="""
import pytest

@pytest.mark.guardrails_fuzz(seed=11, examples=1)
def test_it(guarded_machine):
    class Machine:
        @staticmethod
        def run(*, seed, profile):
            return (seed, profile.name, profile.examples, profile.steps)
    assert guarded_machine(Machine) == (11, "deep", 1, 100)

@pytest.mark.guardrails_fuzz(minutes=1)
def test_wrong(guarded_machine):
    pass

@pytest.mark.guardrails_fuzz(steps="9")
def test_text(guarded_machine):
    pass
"""
    )
    result = run(project, "test_marked.py", "--guardrails-fuzz=deep")
    result.assert_outcomes(passed=1, errors=2)
    words = "guardrails_fuzz takes examples, steps, seed by name; not"
    result.stdout.fnmatch_lines([f"*{words} *minutes=1*", f"*{words} *steps='9'*"])


def test_a_profile_that_there_is_not(project: pytest.Pytester) -> None:
    result = run(project, "--guardrails-fuzz=endless")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "there is no profile 'endless'" in result.stderr.str()


def test_a_failure_shows_a_file_that_can_be_replayed(project: pytest.Pytester) -> None:
    shown = parse(json.loads(sequence_of(run(project, "-k", "leaky"))), "shown")
    assert (shown.finding.property, shown.broken_at) == ("NoBypass", len(shown.finding.sequence.steps))
    assert shown.readings


def test_a_machine_is_a_target_by_its_file(project: pytest.Pytester, root: object) -> None:
    policy = f"{root}/examples/vault/guardrails.yaml"
    text = "from guardrails.fuzz import GuardedMachine\n\nclass Own(GuardedMachine):\n    policy_file = "
    project.makepyfile(own=f"{text}{policy!r}")
    found = find_target("own.py:Own")
    assert found.reference() == "own.py:Own"
    assert found.build(found.chain()).policy is not None


def test_a_rule_that_raises_tells_the_seed_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_raising="""
import pytest

from guardrails.fuzz import HarnessFault

def test_it(guarded_machine):
    class Machine:
        @staticmethod
        def run(*, seed, profile):
            raise HarnessFault("a rule raised", "here", "Correct it.")
    guarded_machine(Machine)
"""
    )
    result = run(project, "test_raising.py", "--guardrails-seed=5")
    result.stdout.fnmatch_lines(["*Again: pytest *--guardrails-seed=5*"])


def test_a_variable_that_is_no_seed(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDRAILS_SEED", "abc")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "GUARDRAILS_SEED is 'abc', which is no number" in result.stderr.str()
