"""Mutation testing of the guards: does some test see each small fault?

    python tools/mutants.py                        all of them (hours; `make mutants`)
    python tools/mutants.py --only guards/lock     files whose path contains this
    python tools/mutants.py --sample 60 --seed 1   a random choice of that many
    python tools/mutants.py --list                 show them, run nothing

Each mutant is compiled and tested against the Solidity tests that are nearest to it; one that survives
those is tested against the groups further off (`GROUPS`). Writes out/mutants.json. An outcome is kept until
the mutated file or one of its tests changes, so that an interrupted run continues. Every survivor needs a
line in mutants.answers.toml that says why no test can or need see it. Exit 1 when fewer than 95 % are
killed, or when a survivor has no answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from compiler import syntax_trees
from mutation.mutators import Mutant, Source, state_variables
from mutation.worker import Outcome, Worker
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".cache/mutants"
ANSWERS = ROOT / "mutants.answers.toml"
TARGET = 0.95

# The groups under tests/forge that the mutants of a file meet, nearest first: the first prefix counts.
GROUPS = {
    "contracts/guards/pause/": ["pause", "storage", "override"],
    "contracts/guards/gate/": ["pause", "level"],
    "contracts/guards/level/": ["level", "pause", "override"],
    "contracts/guards/lock/": ["lock", "settlement", "override"],
    "contracts/guards/outflow/": ["outflow", "hub"],
    "contracts/guards/settlement/": ["settlement", "override", "hub"],
    "contracts/guards/override/": ["override", "storage"],
    "contracts/guards/roles/": ["roles", "pause", "lock"],
    "contracts/guards/oracle/": ["oracle"],
    "contracts/guards/Guard": ["storage", "pause", "level"],
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
        if not (ROOT / "tests/forge" / group).is_dir():
            raise SystemExit(f"{file}: there is no tests/forge/{group}; correct GROUPS in tools/mutants.py")
    return groups


def mutated_files() -> list[str]:
    """Every guard; interfaces, types and examples have nothing to mutate or are not guards."""
    files = [*ROOT.glob("contracts/*.sol"), *ROOT.glob("contracts/*/**/*.sol")]
    names = sorted({str(path.relative_to(ROOT)) for path in files})
    return [name for name in names if any(name.startswith(prefix) for prefix in GROUPS)]


def all_mutants() -> list[Mutant]:
    """Those of every file, from trees that one run of the compiler gives."""
    files = mutated_files()
    texts = {file: (ROOT / file).read_bytes() for file in files}
    trees = syntax_trees({file: text.decode() for file, text in texts.items()})
    state = set[int]().union(*(state_variables(tree) for tree in trees.values()))
    return [mutant for file in files for mutant in Source(file, texts[file], trees[file], state).mutants()]


@cache
def fingerprint(file: str) -> str:
    """Of a source file and the tests that its mutants meet."""
    folders = [ROOT / "tests/forge" / group for group in ("base", "mocks", *groups_of(file))]
    digest = hashlib.sha256()
    for path in [ROOT / file, *(path for folder in folders for path in sorted(folder.glob("*.sol")))]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Ledger:
    """Outcomes so far, on disk after each one."""

    def __init__(self) -> None:
        STATE.mkdir(parents=True, exist_ok=True)
        self.path = STATE / "outcomes.jsonl"
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self._outcomes: dict[str, Outcome] = dict(json.loads(line) for line in lines)

    def of(self, mutant: Mutant) -> Outcome | None:
        return self._outcomes.get(self._name(mutant))

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        self._outcomes[self._name(mutant)] = outcome
        with self.path.open("a") as file:
            file.write(json.dumps([self._name(mutant), outcome]) + "\n")

    def _name(self, mutant: Mutant) -> str:
        return f"{fingerprint(mutant.file)} {mutant.key} @{mutant.start}"


def run(mutants: list[Mutant], jobs: int) -> Ledger:
    """Every mutant of `mutants` that has no outcome yet, on `jobs` copies of the checkout."""
    ledger = Ledger()
    todo = [mutant for mutant in mutants if ledger.of(mutant) is None]
    if not todo:
        return ledger
    workers: SimpleQueue[Worker] = SimpleQueue()
    for number in range(jobs):
        workers.put(Worker(STATE / f"worker{number}"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("mutants", total=len(todo))

        def one(mutant: Mutant) -> None:
            worker = workers.get()
            try:
                ledger.add(mutant, worker.run(mutant, groups_of(mutant.file)))
            finally:
                workers.put(worker)
            survived = sum(ledger.of(done) == "survived" for done in todo)
            progress.update(bar, advance=1, description=f"mutants ({survived} survived)")

        with ThreadPoolExecutor(jobs) as pool:
            for _ in pool.map(one, todo):
                pass
    return ledger


def report(mutants: list[Mutant], ledger: Ledger) -> dict[str, Any]:
    """What out/mutants.json says."""
    answers = tomllib.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    explained = {entry["mutant"]: entry["why"] for entry in answers.get("survivor", ())}
    outcome = {mutant: ledger.of(mutant) for mutant in mutants}
    born = [mutant for mutant in mutants if outcome[mutant] in ("killed", "survived")]
    survivors = [mutant for mutant in born if outcome[mutant] == "survived"]
    return {
        "generated": len(born),
        "killed": len(born) - len(survivors),
        "stillborn": sum(found == "stillborn" for found in outcome.values()),
        "survivors": [
            {
                "file": mutant.file,
                "line": mutant.line,
                "mutator": mutant.mutator,
                "before": mutant.before,
                "after": mutant.text,
                "why": explained.get(mutant.key, ""),
            }
            for mutant in survivors
        ],
    }


def show(found: dict[str, Any]) -> bool:
    """Prints the report; True when it is good enough."""
    table = Table("where", "mutator", "before", "after", "why", title="Survivors")
    for entry in found["survivors"]:
        place = f"{entry['file'].removeprefix('contracts/')}:{entry['line']}"
        table.add_row(
            place, entry["mutator"], entry["before"], entry["after"], entry["why"] or "NOT EXPLAINED"
        )
    if found["survivors"]:
        Console().print(table)
    share = found["killed"] / found["generated"] if found["generated"] else 0
    print(f"{found['killed']} of {found['generated']} mutants killed ({share:.1%}; target {TARGET:.0%})")
    return share >= TARGET and all(entry["why"] for entry in found["survivors"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--sample", type=int, help="a random choice of that many")
    parser.add_argument("--seed", type=int, default=0, help="of the choice")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the checkout that work at once")
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    arguments = parser.parse_args()
    mutants = [mutant for mutant in all_mutants() if arguments.only in mutant.file]
    if arguments.sample is not None:
        mutants = random.Random(arguments.seed).sample(mutants, min(arguments.sample, len(mutants)))
        mutants.sort(key=lambda mutant: (mutant.file, mutant.start))
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.mutator}: {mutant.before} -> {mutant.text}")
        print(f"{len(mutants)} mutants")
        return
    found = report(mutants, run(mutants, arguments.jobs))
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out/mutants.json").write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if show(found) else 1)


if __name__ == "__main__":
    main()
