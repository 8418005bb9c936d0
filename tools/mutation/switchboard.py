"""The program that holds all mutants: built once, then tested with one of them switched on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from compiler import errors_in, output

from .forge import GAS_TESTS, Outcome, copy_checkout, forge, test
from .mutators import Mutant
from .schema import Schema

ALL = "*"
PROPERTIES = "testFuzz|invariant_"
"""Tests that draw their cases: they cost most, and are the last to be asked."""


class Switchboard:
    """Under `folder`, and a copy of it for each further job."""

    def __init__(self, folder: Path, schema: Schema, jobs: int) -> None:
        self._schema = schema
        self._threads = str(max(1, (os.cpu_count() or 1) // jobs))
        copy_checkout(folder)
        for file, text in schema.settle(_errors_of).items():
            (folder / file).write_text(text)
        code, said = forge(folder, "build")
        if code:
            raise SystemExit(f"the mutants do not compile together:\n{said[-3000:]}")
        self._require_green(folder)
        self._folders = [folder]
        for number in range(1, jobs):
            self._folders.append(folder.with_name(f"{folder.name}{number}"))
            shutil.rmtree(self._folders[-1], ignore_errors=True)
            shutil.copytree(folder, self._folders[-1], copy_function=_linked_packages)

    def has(self, mutant: Mutant) -> bool:
        return self._schema.number_of(mutant) is not None

    def run(self, mutant: Mutant, groups: list[str], job: int) -> Outcome:
        """Of a mutant that it has: examples of the first group, those of all, properties of `groups`."""
        number = self._schema.number_of(mutant)
        assert number
        rounds = [(groups[0], "--no-match-test", f"{GAS_TESTS}|{PROPERTIES}")]
        rounds += [(ALL, "--no-match-test", f"{GAS_TESTS}|{PROPERTIES}")]
        rounds += [(group, "--match-test", PROPERTIES) for group in groups]
        for group, *chosen in rounds:
            outcome, _ = self._test(self._folders[job], number, group, *chosen)
            if outcome != "survived":
                return outcome
        return "survived"

    def _require_green(self, folder: Path) -> None:
        outcome, said = self._test(folder, 0, ALL, "--no-match-test", GAS_TESTS)
        if outcome != "survived":
            raise SystemExit(f"tests fail with all mutants switched off:\n{said[-3000:]}")

    def _test(self, folder: Path, number: int, group: str, *chosen: str) -> tuple[Outcome, str]:
        chosen += ("--match-path", f"tests/forge/{group}/*", "--threads", self._threads)
        return test(folder, *chosen, FOUNDRY_BLOCK_PREVRANDAO=f"0x{number:064x}")


def _errors_of(texts: dict[str, str]) -> list[dict[str, object]]:
    return errors_in(output(texts, {"*": {"*": ["evm.methodIdentifiers"]}}))


def _linked_packages(source: str, target: str) -> str:
    if "/node_modules/" in source:
        os.link(source, target)
        return target
    return shutil.copy2(source, target)
