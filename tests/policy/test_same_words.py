"""The policy's names and bounds are those of the contracts, which it must not import."""

import re
from pathlib import Path

import pytest

from guardrails.policy import delays
from guardrails.policy.encoding import STATE_BITS
from guardrails.policy.model import GUARDS as GUARDS_IN_SHADOW
from guardrails.policy.operations import Level, Operation, OverLimit, Rank

GUARDS = Path(__file__).parents[2] / "contracts" / "guards"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(GUARDS.rglob("*.sol")))
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


def solidity_enum(name: str) -> list[str]:
    match = re.search(rf"enum {name} \{{([^}}]*)\}}", SOURCE)
    assert match, f"no enum {name}"
    return [re.sub(r"//.*", "", line).strip(" ,") for line in match[1].strip().splitlines()]


def test_operations() -> None:
    bits = {
        name: 1 << int(bit)
        for name, bit in re.findall(r"uint16 internal constant (\w+) = 1 << (\d+);", SOURCE)
    }
    assert bits == {operation.name: operation.value for operation in Operation}


@pytest.mark.parametrize(("name", "ours"), [("Level", Level), ("Rank", Rank), ("Mode", OverLimit)])
def test_enumerations(name: str, ours: type[Level | Rank | OverLimit]) -> None:
    assert solidity_enum(name) == [member.name for member in ours]


def test_guards_that_can_be_in_shadow_mode() -> None:
    assert [name.lower() for name in solidity_enum("Guard")] == list(GUARDS_IN_SHADOW)


@pytest.mark.parametrize(
    ("constant", "ours"),
    [
        ("MAX_SETTLEMENT_DELAY", delays.MAX_SETTLEMENT_DELAY),
        ("MAX_HOLD", delays.MAX_HOLD),
        ("MAX_DELAY", delays.MAX_DELAY),
        ("MAX_DEPOSIT_AGE", delays.MAX_DEPOSIT_AGE),
        ("MAX_LIQUIDATION_GRACE", delays.MAX_LIQUIDATION_GRACE),
    ],
)
def test_largest_durations(constant: str, ours: int) -> None:
    match = re.search(rf"constant {constant} = (\d+) (\w+);", SOURCE)
    assert match, f"no constant {constant}"
    assert int(match[1]) * SECONDS[match[2]] == ours


def test_the_width_of_the_counter() -> None:
    assert re.search(rf"constant USED_BITS = {STATE_BITS};", SOURCE)


def test_functions_that_have_a_delay() -> None:
    assert governed(SOURCE) == set(delays.GOVERNANCE_FUNCTIONS)


def test_functions_of_a_hub_that_have_a_delay() -> None:
    hub = (GUARDS.parent / "GuardrailHub.sol").read_text(encoding="utf-8")
    assert governed(hub) == set(delays.HUB_FUNCTIONS)


def governed(source: str) -> set[str]:
    """External functions that ask governance, but for what never loosens: that has no delay."""
    named: set[str] = set()
    for body in re.findall(r"\n    function (\w+\([^;{]*\)[^;{]*\{.*?\n    \})", source, re.DOTALL):
        name = re.match(r"\w+", body)
        assert name
        if re.search(r"\b_governed\((?!false\))", body) and " external" in body.split("{")[0]:
            named.add(name[0])
    return named
