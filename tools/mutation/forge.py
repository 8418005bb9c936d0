"""A copy of the Solidity part of the checkout, and what forge says of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
Outcome = Literal["killed", "survived", "stillborn"]

SETTINGS = {
    "FOUNDRY_OPTIMIZER": "false",  # half the time to compile
    "FOUNDRY_EXTRA_OUTPUT": "[]",  # with storage layouts solc's answer is too long for it
    "FOUNDRY_CODE_SIZE_LIMIT": "10000000",
    "FOUNDRY_FUZZ_RUNS": "64",
    "FOUNDRY_INVARIANT_RUNS": "8",
    "FOUNDRY_INVARIANT_DEPTH": "48",
    "FOUNDRY_SOLC": str(ROOT / "tools/solc"),
    "FOUNDRY_OFFLINE": "true",
    "FOUNDRY_DISABLE_NIGHTLY_WARNING": "1",
}
GAS_TESTS = "test_Gas|SizeLimit"
"""Unoptimised code costs more and is larger: these are for the optimised one."""
SECONDS = 1800
"""Compiling and testing take minutes at most; what runs longer has met an endless loop: seen by the test."""


def copy_checkout(folder: Path) -> None:
    """The sources, the tests and links to the packages."""
    for name in ("contracts", "tests/forge"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "foundry.toml", folder)
    packages = folder / "node_modules"
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir()
    for package in sorted((ROOT / "node_modules").iterdir()):
        if package.is_dir() and not package.name.startswith("."):
            shutil.copytree(package, packages / package.name, copy_function=os.link)


def forge(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Exit code and output of forge in `folder`; what a run found is not replayed in the next."""
    cache = settings.get("FOUNDRY_CACHE_PATH", ".cache/forge-cache")
    for kind in ("fuzz", "invariant"):
        shutil.rmtree(folder / cache / kind, ignore_errors=True)
    environment = os.environ | SETTINGS | {"HOME": str(folder / "home")} | settings
    command = [str(ROOT / ".venv/bin/forge"), *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return 1, "[FAIL: timeout]"
    return done.returncode, done.stdout + done.stderr


def test(folder: Path, *arguments: str, **settings: str) -> tuple[Outcome, str]:
    """Of the tests that `arguments` choose; SystemExit when forge ends for another reason than a test."""
    code, said = forge(folder, "test", "--fail-fast", *arguments, **settings)
    if "Compiler run failed" in said or "Error (" in said:
        return "stillborn", said
    if code == 0:
        return "survived", said
    if re.search(r"^\[FAIL", said, re.MULTILINE):
        return "killed", said
    raise SystemExit(f"forge {' '.join(arguments)} in {folder}:\n{said[-3000:]}")
