"""Campaigns in this process, for tests of what is not about processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from guardrails.fuzz.campaign.identity import identify
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Results
from guardrails.fuzz.campaign.run import Campaign, Limits
from guardrails.fuzz.campaign.store import opened
from guardrails.fuzz.campaign.unit import Done, Failed, Unit, run_unit
from guardrails.fuzz.finding import Finding

ROOT = Path(__file__).resolve().parents[3]
TARGETS = "tests/fuzz/campaign/leaky.py"
LEAKY, SLIPS, SOUND = (f"{TARGETS}:{name}" for name in ("Leaky", "Slips", "Sound"))
EXECUTIONS = 60


class Here:
    """Does each unit at once, in this process."""

    def __init__(self, slots: int = 2) -> None:
        self.slots = slots
        self.done: list[int] = []

    def submit(self, unit: Unit) -> Future[Done | Failed]:
        future: Future[Done | Failed] = Future()
        future.set_result(run_unit(unit))
        self.done.append(unit.number)
        return future

    def result(self, future: Future[Done | Failed]) -> Done | Failed:
        return future.result()

    def stop(self) -> None:
        pass


def believe(finding: Finding) -> dict[str, Any]:
    """In place of a node, where a test is about something else."""
    return {**finding.to_json(), "confirmed": True}


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def plan() -> Plan:
    return Plan(LEAKY, identify(LEAKY), executions=EXECUTIONS, lanes=2)


@pytest.fixture
def campaign(plan: Plan) -> Callable[..., Results]:
    """Runs one in a folder, with `units` in the end."""

    def run(
        folder: Path, units: int, *, plan: Plan = plan, workers: Any = None, confirm: Any = believe
    ) -> Results:
        with opened(folder, plan) as store:
            return Campaign(store, workers or Here(), Limits(units=units), confirm).run()

    return run


def artefacts(folder: Path) -> dict[str, bytes]:
    """All that a campaign leaves but its clock: by name."""
    apart = ("times.jsonl", "campaign.log")
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in apart)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def command(words: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """`guardrails …` as a process of its own, for subprocess. Ctrl-C counts, also under nohup."""
    listens = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program = "from guardrails.cli import main\nif __name__ == '__main__': main(prog_name='guardrails')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    options = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return [sys.executable, "-c", listens + program, *words], {**options, "text": True}
