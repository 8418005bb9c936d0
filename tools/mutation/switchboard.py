"""The program that holds all mutants: built once, then tested with one of them switched on."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from compiler import errors_in, output

from .forge import GAS_TESTS, Outcome, copy_checkout, forge, test
from .mutators import Mutant
from .schema import Schema

ALL = ""
CACHE = ".cache/forge-cache"


class Switchboard:
    """Under `folder`; each job has records of forge's of its own."""

    def __init__(self, folder: Path, schema: Schema, jobs: int) -> None:
        self._folder, self._schema = folder, schema
        self._threads = str(max(1, (os.cpu_count() or 1) // jobs))
        copy_checkout(folder)
        for file, text in schema.settle(_errors_of).items():
            (folder / file).write_text(text)
        code, said = forge(folder, "build")
        if code:
            raise SystemExit(f"the mutants do not compile together:\n{said[-3000:]}")
        self._record = json.loads((folder / CACHE / "solidity-files-cache.json").read_text())
        outcome, said = self._test(0, 0, ALL, "--no-match-test", GAS_TESTS)
        if outcome != "survived":
            raise SystemExit(f"tests fail with all mutants switched off:\n{said[-3000:]}")

    def has(self, mutant: Mutant) -> bool:
        return self._schema.number_of(mutant) is not None

    def test(self, job: int, mutant: Mutant, group: str, *chosen: str) -> Outcome:
        """The tests of a group (`ALL` for all) that forge's arguments choose, with the mutant switched on."""
        number = self._schema.number_of(mutant)
        assert number
        return self._test(job, number, group, *chosen)[0]

    def _test(self, job: int, number: int, group: str, *chosen: str) -> tuple[Outcome, str]:
        settings = self._scope(job, group) | {"FOUNDRY_BLOCK_PREVRANDAO": f"0x{number:064x}"}
        outcome, said = test(self._folder, *chosen, "--threads", self._threads, **settings)
        if re.search("^Compiling ", said, re.MULTILINE):
            raise SystemExit(f"forge compiles again: its cut record does not fit it\n{said[-3000:]}")
        return outcome, said

    def _scope(self, job: int, group: str) -> dict[str, str]:
        """Forge's record of the build, cut down to a group: forge reads every artifact in its record."""
        tests, cache = f"tests/forge/{group}".rstrip("/"), f"{CACHE}-{job}-{group or 'all'}"
        files, wanted = self._record["files"], set[str]()
        left = [file for file in files if file.startswith(tests + "/")]
        while left:
            wanted.add(file := left.pop())
            left += set(files[file]["imports"]) - wanted
        paths = self._record["paths"] | {"tests": tests, "sources": tests}
        kept = {file: files[file] for file in sorted(wanted)}
        record = self._record | {"paths": paths, "files": kept}
        (self._folder / cache).mkdir(exist_ok=True)
        (self._folder / cache / "solidity-files-cache.json").write_text(json.dumps(record))
        return {"FOUNDRY_TEST": tests, "FOUNDRY_SRC": tests, "FOUNDRY_CACHE_PATH": cache}


def _errors_of(texts: dict[str, str]) -> list[dict[str, object]]:
    return errors_in(output(texts, {"*": {"*": ["evm.methodIdentifiers"]}}))
