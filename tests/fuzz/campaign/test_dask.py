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

from .conftest import LEAKY, ROOT, artefacts, command

pytestmark = pytest.mark.serial
ENDS_SECONDS = 60


@contextmanager
def program(*words: str) -> Iterator[None]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(
        [sys.executable, "-m", "dask", *words], cwd=ROOT, env=environment, **quiet
    ) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """With two workers of one thread each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as running:
        running.enter_context(
            program("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        )
        ends = time.monotonic() + ENDS_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < ends
                time.sleep(0.1)
        for name in ("one", "two"):
            folder = str(tmp_path / name)
            running.enter_context(
                program("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name,
                        "--host", "127.0.0.1", "--local-directory", folder)
            )  # fmt: skip
        yield address


def test_two_workers_leave_what_two_processes_leave(scheduler: str, tmp_path: Path) -> None:
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=ENDS_SECONDS)
    words = ["fuzz", "run", LEAKY, "--executions", "100", "--units", "6", "--name", "same"]
    for out, more in (("dask", ["--dask", scheduler]), ("processes", ["--jobs", "2"])):
        line, options = command([*words, "--out", str(tmp_path / out), *more])
        done = subprocess.run(line, **options, timeout=300)
        assert done.returncode == 1, done.stderr
    left = artefacts(tmp_path / "dask")
    assert left == artefacts(tmp_path / "processes")
    assert sum(name.startswith("same/units/") for name in left) == 6
    log = (tmp_path / "dask/same/campaign.log").read_text().splitlines()
    assert len({line.rpartition(" by ")[2] for line in log if " done in " in line}) == 2
