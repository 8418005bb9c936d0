"""The examples of docs/fuzz.md are tests that pass, and the first fails as the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyrevm  # noqa: F401 (it loads once only, and what a test of pytester imports is forgotten)
import pytest

from guardrails import artifacts
from guardrails.fuzz import HarnessFault, find_target
from guardrails.fuzz.target import built
from guardrails.policy.starter import starter

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/fuzz.md").read_text()


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("GUARDRAILS_SEED", raising=False)
    pytester.makeini("[pytest]\naddopts = -p no:ape_test -p no:cacheprovider")
    (pytester.path / "guardrails.yaml").write_text(starter("vault", "my-vault"))
    for name, of in (("MyVault", "GuardedVault"), ("Minimal", "Minimal")):
        as_forge_writes(artifacts.load(of), pytester.path / f"out/{name}.sol/{name}.json")
    return pytester


def as_forge_writes(made: artifacts.Artifact, path: Path) -> None:
    path.parent.mkdir(parents=True)
    code = {"bytecode": made.bytecode, "deployedBytecode": made.deployed_bytecode}
    words = {name: {"object": "0x" + value.hex(), "linkReferences": {}} for name, value in code.items()}
    path.write_text(json.dumps({"abi": made.abi} | words))


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


def test_the_target(project: pytest.Pytester) -> None:
    file = project.makepyfile(fuzz=example(1))
    target = find_target(f"{file}:Minimal")
    world = target.build(target.chain())
    assert world.balance("USDC", world.address("protocol")) == 3 * 10**12
    assert world.contracts["protocol"].call("balanceOf", world.address("bob")) == 10**12


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("artifact_file = None", "neither the target nor its policy names the contract"),
        ('artifact_file = "out/Bank.sol/Bank.json"', "Bank has no guards: it does not inherit Guardrails"),
        ('artifact_file = "out/Absent.json"', "there is no such file"),
        ("constructor = {}", "it needs token"),
        ('constructor = {"tokn": "USDC"}', "there is no `tokn`"),
    ],
)
def test_a_policy_and_a_contract_that_do_not_match(project: pytest.Pytester, words: str, what: str) -> None:
    as_forge_writes(artifacts.load("PriceFeed"), project.path / "out/Bank.sol/Bank.json")
    file = project.makepyfile(fuzz=f"{example(1)}\n\nclass Wrong(Minimal):\n    {words}\n")
    with pytest.raises(HarnessFault, match=what) as raised:
        built(find_target(f"{file}:Wrong"))
    assert raised.value.where
    assert raised.value.remedy


def test_the_directed_one(project: pytest.Pytester) -> None:
    project.makepyfile(test_page=example(2))
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
