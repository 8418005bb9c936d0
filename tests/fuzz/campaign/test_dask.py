"""Two Dask workers leave what two processes leave, to the byte."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main

from .conftest import ROOT, SLIPS, artefacts, command

pytestmark = pytest.mark.serial
ENDS_SECONDS = 120


@contextmanager
def program(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "dask", *words]
    with subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def scheduler() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with program("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"):
        ends = time.monotonic() + ENDS_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < ends
                time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}"


@pytest.fixture
def workers(scheduler: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two, of one thread each."""
    from distributed import Client

    with ExitStack() as running:
        started = [
            running.enter_context(
                program(
                    *("worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
                    *("--host", "127.0.0.1", "--local-directory", str(tmp_path / name)),
                )
            )
            for name in ("one", "two")
        ]
        with Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=ENDS_SECONDS)
        yield started


WORDS = ["fuzz", "run", SLIPS, "--executions", "48", "--name", "same"]


def run(*words: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(main, [*WORDS, *words])


def test_a_scheduler_without_workers(scheduler: str, tmp_path: Path) -> None:
    done = run("--dask", scheduler, "--out", str(tmp_path))
    assert done.exit_code == 3, done.stderr
    assert f"{scheduler}: the scheduler has no workers" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_two_workers_leave_what_two_processes_leave(
    scheduler: str, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    for out, more in (("dask", ["--dask", scheduler]), ("processes", ["--jobs", "2"])):
        done = run("--units", "5", "--out", str(tmp_path / out), *more)
        assert done.exit_code == 1, done.stderr
    left = artefacts(tmp_path / "dask")
    assert left == artefacts(tmp_path / "processes")
    assert sum(name.startswith("same/units/") for name in left) == 5
    log = (tmp_path / "dask/same/campaign.log").read_text().splitlines()
    assert len({line.rpartition(" by ")[2] for line in log if " done in " in line}) == 2

    line, options = command([*WORDS, "--dask", scheduler, "--units", "9", "--out", str(tmp_path / "dask")])
    with subprocess.Popen(line, **options) as process:
        units = tmp_path / "dask/same/units"
        ends = time.monotonic() + ENDS_SECONDS
        while len(list(units.glob("[0-9]*.json"))) < 6:
            assert time.monotonic() < ends
            time.sleep(0.02)
        workers[0].kill()  # what it was at is done by the other
        _, said = process.communicate(timeout=ENDS_SECONDS)
    assert process.returncode == 1, said
    assert len(list(units.glob("[0-9]*.json"))) == 9
