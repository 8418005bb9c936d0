"""S52, delegation: a selector belongs to one place, or means the same in both.

A guarded protocol answers what it implements itself and delegates the rest, first to `EmergencyControls`,
then to `GovernanceControls`, `MarketControls` and `OracleControls`. A protocol's function with the selector
of a control would take its place unseen.
"""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from eth_utils import function_signature_to_4byte_selector

ROOT = Path(__file__).parents[2]
OUT = ROOT / ".cache/forge-out"
CONTROLS = ("EmergencyControls", "GovernanceControls", "MarketControls", "OracleControls")
OWN = {"controls()", "onClaimEnded(uint256,address,address,uint256,bool)", "outflowBase(address)"}
HUB_VIEWS = {"isOpen(uint16)", "available(address)", "priceOf(address,uint16,uint8)"}


def functions(name: str) -> dict[str, dict[str, object]]:
    """The functions of a compiled contract, by signature."""
    artifact = json.loads((OUT / f"{name}.sol" / f"{name}.json").read_text())
    found = {}
    for entry in artifact["abi"]:
        if entry["type"] == "function":
            types = ",".join(_type(value) for value in entry["inputs"])
            found[f"{entry['name']}({types})"] = entry
    return found


def _type(value: dict[str, object]) -> str:
    kind = str(value["type"])
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(_type(part) for part in value["components"])  # type: ignore[attr-defined]
    return f"({inner}){kind.removeprefix('tuple')}"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    subprocess.run(["tools/forge", "build", "contracts"], cwd=ROOT, check=True, capture_output=True)


def of_controls() -> set[str]:
    return set().union(*(functions(name) for name in CONTROLS))


@pytest.mark.parametrize("pair", list(combinations(CONTROLS, 2)))
def test_a_signature_in_two_controls_is_the_same_function(pair: tuple[str, str]) -> None:
    first, second = (functions(name) for name in pair)
    for signature in first.keys() & second.keys():
        outputs = [[value["type"] for value in side[signature]["outputs"]] for side in (first, second)]  # type: ignore[attr-defined]
        assert outputs[0] == outputs[1], signature


@pytest.mark.parametrize("name", [*CONTROLS, "Guardrails", "GuardrailHub"])
def test_no_two_signatures_share_a_selector(name: str) -> None:
    every = of_controls() | set(functions(name))
    selectors = {function_signature_to_4byte_selector(signature) for signature in every}
    assert len(selectors) == len(every) > 60


def test_a_protocols_own_functions_hide_no_control() -> None:
    controls = of_controls()
    embedded = set(functions("Guardrails"))
    assert embedded >= OWN
    assert embedded & controls <= {"SHARED_BUDGET()"}, "the same constant in both"
    hidden = set(functions("GuardrailHub")) & controls
    assert hidden <= {"SHARED_BUDGET()"} | HUB_VIEWS, "the hub answers its members with the same views"


@pytest.mark.parametrize(
    "signature",
    ["pause(uint16,uint256,string)", "settle(uint256)", "schedule(bytes)", "execute(bytes)", "veto(bytes32)"],
)
def test_emergency_functions_are_delegated(signature: str) -> None:
    assert signature in of_controls()
    assert signature not in functions("Guardrails")
