"""A finding on a seeded fault: somebody leaves by the way that has no meter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.fuzz import Sequence, Step
from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.finding import Finding

ROOT = Path(__file__).resolve().parents[3]
STEPS = (
    Step.pause(5),
    Step("alice", "protocol", "deposit", (1_000,)),
    Step("bob", "protocol", "withdraw", (10**12,)),
    Step("alice", "protocol", "withdrawTo", ("@thief", 10), wait=60),
    Step("bob", "protocol", "deposit", (1,)),
)
"""The property falls after the fourth."""
SETTINGS = f"""[profile.default]
solc = "{ROOT}/tools/solc"
offline = true
evm_version = "cancun"
"""


@pytest.fixture(scope="session")
def bypassed() -> Finding:
    target = f"{ROOT}/tests/fuzz/seeded/targets.py:DroppedMeter"
    return Finding("NoBypass", "promised: all that leaves has been metered", Sequence(target, STEPS), seed=3)


@pytest.fixture(scope="session")
def found(bypassed: Finding) -> Artefact:
    return Artefact.of(bypassed)


@pytest.fixture(scope="session")
def twin() -> Callable[[Artefact], Artefact]:
    """The same finding on the corrected contract."""

    def of(found: Artefact) -> Artefact:
        finding = found.finding
        sequence = replace(finding.sequence, target=finding.sequence.target + "Twin")
        return replace(found, finding=replace(finding, sequence=sequence))

    return of


@pytest.fixture
def forge_project(tmp_path: Path) -> Path:
    """A folder of its own for exported tests: what they ask for, they must bring."""
    (tmp_path / "foundry.toml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture(scope="session")
def forge_failures() -> Callable[[Path], dict[str, str]]:
    """Runs a project's tests; the failure of each file in words, "" where it passes."""

    def run(folder: Path) -> dict[str, str]:
        command = [ROOT / "tools/forge", "test", "--json", "--root", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        suites = json.loads(done.stdout)
        return {
            name.split("/")[-1].split(":")[0]: result["reason"] or ""
            for name, suite in suites.items()
            for result in suite["test_results"].values()
        }

    return run
