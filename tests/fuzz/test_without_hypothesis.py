"""Hypothesis is an extra: without it all works but the machine, and that says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCKED = "import sys; sys.modules['hypothesis'] = None\n"


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120)


@pytest.mark.parametrize(
    "line",
    [
        "from guardrails.fuzz import GuardedMachine",
        "from guardrails.fuzz import rule",
        "import guardrails.fuzz.machine",
        "import guardrails.fuzz.machine.choice",
    ],
)
def test_the_machine_names_the_extra(line: str) -> None:
    done = run(_BLOCKED + line)
    assert done.returncode == 1
    assert "guardrails.chain.errors.MissingBackend: " in done.stderr
    assert "pip install 'ape-guardrails[fuzz]'" in done.stderr


def test_all_else_does_without() -> None:
    line = (
        "from guardrails.fuzz import Sequence, World, derive, find_target; import guardrails.testing.plugin"
    )
    assert run(_BLOCKED + line).returncode == 0


def test_checking_a_policy_does_not_load_it() -> None:
    program = (
        "import sys\nfrom guardrails.cli import main\n"
        "try: main(prog_name='guardrails')\n"
        "except SystemExit as end: code = end.code\n"
        "print(code, [name for name in ('hypothesis', 'pyrevm') if name in sys.modules])"
    )
    done = run(program, "check", "examples/vault/guardrails.yaml")
    assert done.stdout.strip().splitlines()[-1] == "0 []", done.stderr
