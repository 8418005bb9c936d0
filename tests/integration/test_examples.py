"""What the examples promise on paper: policies that read, twins that differ in the inheritance alone."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from guardrails import artifacts
from guardrails.deploy import blueprint
from guardrails.policy import load

EXAMPLES = Path("contracts/examples")
INHERITANCE = (
    r'import \{(Guardrails|HubGuarded|IGuardrailHub)\} from "\.\./\.\./\w+\.sol";',
    r"/// @title \w+: .*",
    r"contract \w+ is (Guardrails|HubGuarded), (ERC4626|MarginBook), ReentrancyGuardTransient \{",
    r" +constructor\((address controls_, address deployer|IGuardrailHub hub_), .*\)",
    r" +(Guardrails\(controls_, deployer\)|HubGuarded\(hub_\))",
)
SIZE_LIMIT = 24_576


def differences(left: str, right: str) -> list[str]:
    """Lines that stand in one of the texts only."""
    lines = difflib.ndiff(left.splitlines(), right.splitlines())
    return [line[2:] for line in lines if line[:2] in ("- ", "+ ")]


@pytest.mark.parametrize(
    ("embedded", "on_hub", "guarded_lines"),
    [
        ("vault/GuardedVault.sol", "vault/HubVault.sol", 7),
        ("exchange/GuardedExchange.sol", "exchange/HubExchange.sol", 8),
    ],
)
def test_from_embedded_to_hub_the_inheritance_changes_and_nothing_else(
    root: Path, embedded: str, on_hub: str, guarded_lines: int
) -> None:
    one = (root / EXAMPLES / embedded).read_text()
    twin = (root / EXAMPLES / on_hub).read_text()

    found = differences(one, twin)

    assert found, "the twins are the same contract"
    assert [line for line in found if not any(re.fullmatch(form, line) for form in INHERITANCE)] == []
    logic = [line for line in one.splitlines() if line not in found]
    assert (
        sum("guarded(Op." in line or "_payOut(" in line or "_takeIn(" in line for line in logic)
        == guarded_lines
    )


@pytest.mark.parametrize(
    ("example", "artifact"),
    [("vault", "GuardedVault"), ("lending", "GuardedLending"), ("exchange", "GuardedExchange")],
)
def test_the_example_policy_is_valid_and_deploys_what_it_names(
    root: Path, example: str, artifact: str
) -> None:
    policy = load(root / "examples" / example / "guardrails.yaml")
    plan = blueprint(policy)
    protocol = plan.part(plan.guard).artifact
    assert protocol is not None
    assert protocol.name == artifact
    watching = [part.artifact.name for part in plan.parts[-2:] if part.artifact]
    assert (watching == ["LiquidityMetric", "Breaker"]) == (example == "lending")


@pytest.mark.parametrize(
    "name",
    ["GuardedVault", "HubVault", "AaveVault", "GuardedLending", "GuardedExchange", "HubExchange", "Minimal"],
)
def test_an_example_stays_ten_per_cent_under_the_size_limit(name: str) -> None:
    size = len(artifacts.load(name).deployed_bytecode)
    print(f"{name}: {size} bytes, {SIZE_LIMIT - size} under EIP-170")
    assert 0 < size <= SIZE_LIMIT * 9 // 10


def test_the_contract_for_the_readme_is_short(root: Path) -> None:
    """Between its braces, without blank lines."""
    text = (root / EXAMPLES / "Minimal.sol").read_text()
    body = text[text.index("contract Minimal") :].splitlines()[1:-1]
    assert len([line for line in body if line.strip()]) <= 30
