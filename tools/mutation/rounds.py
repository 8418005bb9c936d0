"""All mutants meet the tests nearest to them; those that live meet more, round by round."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .forge import GAS_TESTS, Outcome
from .groups import ROOT, groups_of
from .ledger import Ledger
from .mutators import Mutant
from .switchboard import ALL, Switchboard
from .worker import Worker

PROPERTIES = "testFuzz|invariant_"
"""Tests that draw their cases: they cost most, and are the last to be asked."""
EXAMPLES = ("--no-match-test", f"{GAS_TESTS}|{PROPERTIES}")
Meet = Callable[[Mutant, int], Outcome]


def rounds(board: Switchboard, state: Path) -> dict[str, Meet]:
    """What a mutant meets, given the number of the job; what has no switch is compiled, at last."""
    workers: dict[int, Worker] = {}

    def alone(mutant: Mutant, job: int) -> Outcome:
        if board.has(mutant):
            return "survived"
        if job not in workers:
            workers[job] = Worker(state / f"worker{job}")
        return workers[job].run(mutant, groups_of(mutant.file))

    def switched(group: str, *chosen: str) -> Meet:
        def meet(mutant: Mutant, job: int) -> Outcome:
            near = group.format(near=groups_of(mutant.file)[0])
            return board.test(job, mutant, near, *chosen) if board.has(mutant) else "survived"

        return meet

    def by_name(mutant: Mutant, job: int) -> Outcome:
        named = f"tests/forge/{groups_of(mutant.file)[0]}/{Path(mutant.file).stem}*.t.sol"
        found = board.has(mutant) and any(ROOT.glob(named))
        return switched("{near}", *EXAMPLES, "--match-path", named)(mutant, job) if found else "survived"

    return {
        "examples of its name": by_name,
        "examples near by": switched("{near}", *EXAMPLES),
        "all examples": switched(ALL, *EXAMPLES),
        "properties near by": switched("{near}", "--match-test", PROPERTIES),
        "compiled alone": alone,
    }


def run(mutants: list[Mutant], meetings: dict[str, Meet], ledger: Ledger, jobs: int) -> None:
    """Notes what becomes of `mutants`, with `jobs` at once."""
    free = SimpleQueue[int]()
    for job in range(jobs):
        free.put(job)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    living = mutants
    with Progress(*columns, console=Console(stderr=True)) as progress, ThreadPoolExecutor(jobs) as pool:
        for name, meet in meetings.items():
            bar = progress.add_task(name, total=len(living))

            def one(mutant: Mutant, meet: Meet = meet, bar: object = bar) -> Outcome:
                job = free.get()
                try:
                    outcome = meet(mutant, job)
                finally:
                    free.put(job)
                if outcome != "survived":
                    ledger.add(mutant, outcome)
                progress.advance(bar)
                return outcome

            outcomes = list(pool.map(one, living))
            living = [m for m, outcome in zip(living, outcomes, strict=True) if outcome == "survived"]
    for mutant in living:
        ledger.add(mutant, "survived")
