"""The examples of docs/fuzz.md are tests that pass, and the first fails as the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/fuzz.md").read_text()


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("GUARDRAILS_SEED", raising=False)
    pytester.makeini("[pytest]\naddopts = -p no:ape_test -p no:cacheprovider")
    shutil.copy(ROOT / "examples/vault/guardrails.yaml", pytester.path)
    return pytester


def example(number: int = 0) -> str:
    return str(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[number])


def test_the_ten_lines(project: pytest.Pytester) -> None:
    project.makepyfile(test_page=example())
    project.runpytest_subprocess("--guardrails-seed=1").assert_outcomes(passed=1)


def test_what_is_broken_is_said(project: pytest.Pytester) -> None:
    wrong = example().replace('<= self.world.balance("USDC", vault.address)', '<= 0, "there are assets"')
    assert wrong != example()
    project.makepyfile(test_page=wrong)
    result = project.runpytest_subprocess("--guardrails-seed=1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the_shares_are_backed: there are assets*"])
    assert "--guardrails-seed=1" in result.stdout.str()


def test_the_directed_one(project: pytest.Pytester) -> None:
    project.makepyfile(test_page=example(1))
    project.runpytest_subprocess("--guardrails-seed=1").assert_outcomes(passed=1)


def test_every_rule_is_on_the_page_with_its_weight() -> None:
    from guardrails.fuzz import GuardedMachine

    weights = {
        name: getattr(GuardedMachine, name).hypothesis_stateful_rule.function.weight
        for name in dir(GuardedMachine)
        if hasattr(getattr(GuardedMachine, name), "hypothesis_stateful_rule")
    }
    shown = {name: int(weight) for name, weight in re.findall(r"\| `(\w+)` \| (\d+) \|", PAGE)}
    assert shown == weights


def test_every_property_is_on_the_page() -> None:
    from guardrails.fuzz import invariants
    from guardrails.fuzz.responders import BoundedResponse

    kinds = [getattr(invariants, name) for name in invariants.__all__ if name != "derive"]
    names = {kind.name for kind in kinds if "name" in vars(kind)} | {BoundedResponse.name}
    assert len(names) == 10
    assert all(name in PAGE for name in names)


def test_the_profiles_are_those_of_the_page() -> None:
    from guardrails.fuzz.profiles import DEEP, QUICK

    for profile in (QUICK, DEEP):
        assert (
            f"`--guardrails-fuzz={profile.name}` | {profile.examples:,} examples of {profile.steps} steps"
            in PAGE
        )
