"""Forge looks for the same faults with equal handlers, so that a comparison says something."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from guardrails.fuzz import find_target

ROOT = Path(__file__).resolve().parents[2]
SEEDED = ROOT / "tests/fuzz/seeded"
NAMES = sorted(path.name.removesuffix(".t.sol") for path in (SEEDED / "forge").glob("*.t.sol"))


def acting(name: str) -> set[str]:
    """What changes the state in a contract, its bases included."""
    found: set[str] = set()
    for one in (name, "Ledger"):
        text = (SEEDED / f"contracts/{one}.sol").read_text(encoding="utf-8")
        heads = re.findall(r"function (\w+)\(([^)]*)\)([^{;]*)", text)
        found |= {
            head for head, _, words in heads if re.search(r"public|external", words) and "view" not in words
        }
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_handler_does_what_the_target_does(name: str) -> None:
    text = (SEEDED / f"forge/{name}.t.sol").read_text(encoding="utf-8").split("function check")[0]
    handler = {
        f"protocol.{called}" for called in re.findall(r"host\s*\.(\w+)", text) if called in acting(name)
    }
    if re.search(r"coin\.transfer\(", text):
        handler.add("COIN.transfer")
    target = find_target(f"{SEEDED}/targets.py:{name}")
    assert handler == set(target.actions or ())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_people_act(name: str) -> None:
    text = (SEEDED / f"forge/{name}.t.sol").read_text(encoding="utf-8")
    roles = ("governance", "guardian", "sentinel")
    match = re.search(r"insiders\((\w+), (\w+), (\w+)\)", text)
    said = (
        {role for role, flag in zip(roles, match.groups(), strict=True) if flag == "true"} if match else set()
    )
    target = find_target(f"{SEEDED}/targets.py:{name}")
    assert set(target.insiders) - {"alice"} == said


@pytest.mark.parametrize(("sound", "status"), [("0", "Failure"), ("1", "Success")])
def test_forge_finds_a_fault_and_nothing_in_its_twin(sound: str, status: str, tmp_path: Path) -> None:
    environment = {
        "FOUNDRY_PROFILE": "seeded",
        "FOUNDRY_SPARSE_MODE": "true",
        "FOUNDRY_INVARIANT_RUNS": "200",
        "FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR": str(tmp_path),
        "SEEDED_SOUND": sound,
    }
    done = subprocess.run(
        ["tools/forge", "test", "--json", "--match-path", "tests/fuzz/seeded/forge/DroppedMeter.t.sol"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    (suite,) = json.loads(done.stdout).values()
    result = suite["test_results"]["invariant_holds()"]
    assert (result["status"], result["reason"]) == (status, "NoBypass" if sound == "0" else None)
