"""One mutant at a time, compiled and tested alone: for what cannot be switched, and to check the switches."""

from __future__ import annotations

import shutil
from pathlib import Path

from .forge import GAS_TESTS, Outcome, copy_checkout, test
from .mutators import Mutant


class Worker:
    """One copy of the checkout under `folder`; not to be shared between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        copy_checkout(folder)
        self._green: set[tuple[str, str]] = set()

    def run(self, mutant: Mutant, groups: list[str]) -> Outcome:
        """Tests one group after the other until one fails."""
        path = self.folder / mutant.file
        original = path.read_bytes()
        for group in groups:
            self._require_green(mutant.file, group)
            path.write_bytes(original[: mutant.start] + mutant.text.encode() + original[mutant.end :])
            try:
                outcome, _ = self._test(mutant.file, group)
            finally:
                path.write_bytes(original)
            if outcome != "survived":
                return outcome
        return "survived"

    def _require_green(self, file: str, group: str) -> None:
        key = (self._sources(file), group)
        if key in self._green:
            return
        outcome, said = self._test(file, group)
        if outcome != "survived":
            raise SystemExit(f"tests/forge/{group} fails without any mutant:\n{said[-3000:]}")
        self._green.add(key)

    def _sources(self, file: str) -> str:
        """The folder to compile beside the tests: as little as possible."""
        return str(Path(file).parent) if file.count("/") > 1 else "contracts/guards/pause"

    def _test(self, file: str, group: str) -> tuple[Outcome, str]:
        folders = {"FOUNDRY_SRC": self._sources(file), "FOUNDRY_TEST": f"tests/forge/{group}"}
        return test(self.folder, "--no-match-test", GAS_TESTS, **folders)
