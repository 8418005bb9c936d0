"""A campaign that dies in any way goes on where it stood, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import SLIPS, artefacts, command

pytestmark = pytest.mark.serial
DEADLINE_SECONDS = 120


def words(out: Path, *more: str) -> list[str]:
    return ["fuzz", "run", SLIPS, "--executions", "60", "--out", str(out), *more]


def wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + DEADLINE_SECONDS
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def children_of(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return {int(word) for word in found.stdout.split()}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_killed_and_resumed_is_as_if_it_had_not_been(tmp_path: Path) -> None:
    line, options = command(words(tmp_path / "killed", "--units", "6"))
    units = tmp_path / "killed" / "slips" / "units"
    with subprocess.Popen(line, start_new_session=True, **options) as process:
        wait_for(lambda: len(list(units.glob("[0-9]*.json"))) >= 2)
        children = children_of(process.pid)
        assert children
        process.kill()
    assert process.returncode == -signal.SIGKILL
    wait_for(lambda: not alive(children))
    done = {path.name: path.stat().st_mtime_ns for path in units.glob("[0-9]*.json")}
    assert 2 <= len(done) < 6

    for out in ("killed", "whole"):
        line, options = command(words(tmp_path / out, "--units", "6"))
        assert subprocess.run(line, **options).returncode == 1
    assert artefacts(tmp_path / "killed") == artefacts(tmp_path / "whole")
    assert {name: (units / name).stat().st_mtime_ns for name in done} == done


def test_ctrl_c_keeps_what_is_done_and_ends_the_children(tmp_path: Path) -> None:
    line, options = command(words(tmp_path, "--minutes", "5"))
    units = tmp_path / "slips" / "units"
    with subprocess.Popen(line, start_new_session=True, **options) as process:
        wait_for(lambda: units.is_dir() and any(units.glob("[0-9]*.json")))
        children = children_of(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130, err
    assert err.strip() == "Stopped. What was finished is kept; the same command goes on from there."
    assert "Traceback" not in out + err
    assert "steps" in out
    assert (tmp_path / "slips" / "report.html").is_file()
    wait_for(lambda: not alive(children))


def test_a_worker_that_is_killed_is_named(tmp_path: Path) -> None:
    line, options = command(words(tmp_path, "--minutes", "5", "--executions", "100000"))
    with subprocess.Popen(line, start_new_session=True, **options) as process:
        log = tmp_path / "slips" / "campaign.log"
        wait_for(lambda: log.exists() and len(spawned(process.pid)) == 2)
        os.kill(min(spawned(process.pid)), signal.SIGKILL)
        out, err = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 3, out + err
    assert "a worker process died" in err
    assert list((tmp_path / "slips" / "units").glob("*")) == []


def spawned(pid: int) -> set[int]:
    return {
        child for child in children_of(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    }
