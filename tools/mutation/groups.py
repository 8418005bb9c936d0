"""Which tests the mutants of a file meet."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests/forge"

# The groups under tests/forge, nearest first: the first prefix counts. What survives meets all the tests.
GROUPS = {
    "contracts/guards/pause/": ["pause", "storage", "override"],
    "contracts/guards/gate/": ["pause", "level"],
    "contracts/guards/level/": ["level", "pause", "override"],
    "contracts/guards/lock/": ["lock", "settlement", "override"],
    "contracts/guards/outflow/": ["outflow", "hub"],
    "contracts/guards/settlement/": ["settlement", "override", "hub"],
    "contracts/guards/override/": ["override", "storage"],
    "contracts/guards/roles/": ["pause", "roles", "lock", "blocklist"],
    "contracts/guards/oracle/": ["oracle"],
    "contracts/guards/Guard": ["pause", "storage", "level"],
    "contracts/guards/Types": ["storage"],
    "contracts/guards/resume/": ["response"],
    "contracts/guards/": ["{folder}", "hub"],
    "contracts/response/": ["response"],
    "contracts/adapters/": ["adapters"],
    "contracts/controls/": ["storage", "settlement", "override"],
    "contracts/Guardrail": ["hub", "storage", "settlement", "examples"],
    "contracts/HubGuarded": ["hub", "examples"],
}


def groups_of(file: str) -> list[str]:
    """The test groups of a source file; SystemExit where there is no such folder of tests."""
    named = next(groups for prefix, groups in GROUPS.items() if file.startswith(prefix))
    folder = "".join(Path(file).parts[2:3])
    groups = [group.format(folder=folder) for group in named]
    for group in groups:
        if not (TESTS / group).is_dir():
            raise SystemExit(f"{file}: there is no tests/forge/{group}; correct {__file__}")
    return groups


def mutated_files() -> list[str]:
    """Every guard; interfaces, types and examples have nothing to mutate or are not guards."""
    files = [*ROOT.glob("contracts/*.sol"), *ROOT.glob("contracts/*/**/*.sol")]
    names = sorted({str(path.relative_to(ROOT)) for path in files})
    return [name for name in names if any(name.startswith(prefix) for prefix in GROUPS)]


@cache
def nearest(file: str) -> str:
    """A digest of a source file and of the groups that its mutants meet."""
    folders = [TESTS / group for group in ("base", "mocks", *groups_of(file))]
    return _digest([ROOT / file, *(path for folder in folders for path in sorted(folder.rglob("*.sol")))])


@cache
def everything(file: str) -> str:
    """A digest of a source file and of all tests."""
    return _digest([ROOT / file, *sorted(TESTS.rglob("*.sol"))])


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
