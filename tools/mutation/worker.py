"""A copy of the Solidity part of the checkout, in which one mutant at a time is compiled and tested."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Literal

from .mutators import Mutant

ROOT = Path(__file__).resolve().parents[2]
Outcome = Literal["killed", "survived", "stillborn"]

SETTINGS = {
    "FOUNDRY_OPTIMIZER": "false",  # half the time to compile
    "FOUNDRY_CODE_SIZE_LIMIT": "1000000",
    "FOUNDRY_FUZZ_RUNS": "64",
    "FOUNDRY_INVARIANT_RUNS": "8",
    "FOUNDRY_INVARIANT_DEPTH": "48",
    "FOUNDRY_SOLC": str(ROOT / "tools/solc"),
    "FOUNDRY_OFFLINE": "true",
    "FOUNDRY_DISABLE_NIGHTLY_WARNING": "1",
}
GAS_TESTS = "Gas|Ceiling|Cost|Size|Floor"
"""Unoptimised code costs more: tests of gas and size are for the optimised one."""
SECONDS = 1800
"""Compiling and testing take minutes at most; what runs longer has met an endless loop: seen by the test."""


class Worker:
    """One copy under `folder`; not to be shared between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("contracts", "tests/forge"):
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "foundry.toml", folder)
        packages = folder / "node_modules"
        packages.mkdir()
        for package in sorted((ROOT / "node_modules").iterdir()):
            if package.is_dir() and not package.name.startswith("."):
                shutil.copytree(package, packages / package.name, copy_function=os.link)
        self._green: dict[tuple[str, str], bool] = {}

    def run(self, mutant: Mutant, groups: list[str]) -> Outcome:
        """Tests one group after the other until one fails."""
        path = self.folder / mutant.file
        original = path.read_bytes()
        for group in groups:
            self._require_green(mutant.file, group)
            path.write_bytes(original[: mutant.start] + mutant.text.encode() + original[mutant.end :])
            try:
                code, output = self._test(mutant.file, group)
            finally:
                path.write_bytes(original)
            if "Compiler run failed" in output or "Error (" in output:
                return "stillborn"
            if code:
                return "killed"
        return "survived"

    def _require_green(self, file: str, group: str) -> None:
        key = (self._sources(file), group)
        if key in self._green:
            return
        code, output = self._test(file, group)
        if code:
            raise SystemExit(f"tests/forge/{group} fails without any mutant:\n{output[-3000:]}")
        self._green[key] = True

    def _sources(self, file: str) -> str:
        """The folder to compile beside the tests: as little as possible."""
        return str(Path(file).parent) if file.count("/") > 1 else "contracts/guards/pause"

    def _test(self, file: str, group: str) -> tuple[int, str]:
        environment = (
            os.environ
            | SETTINGS
            | {
                "HOME": str(self.folder / "home"),
                "FOUNDRY_SRC": self._sources(file),
                "FOUNDRY_TEST": f"tests/forge/{group}",
            }
        )
        command = [str(ROOT / ".venv/bin/forge"), "test", "--fail-fast", "--no-match-test", GAS_TESTS]
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return 1, "timeout"
        return done.returncode, done.stdout + done.stderr
