"""`guardrails drill nomad` as a user runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [str(Path(sys.executable).with_name("guardrails")), "drill", "nomad"]


def guardrails(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def test_json_is_the_summary_and_nothing_else(root: Path, tmp_path: Path) -> None:
    done = guardrails(root, "--json", "--reaction", "5m", "--out", str(tmp_path))

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document == json.loads((tmp_path / "summary.json").read_text())
    assert document["guarded"]["seconds_to_containment"] == 300
    assert document["guarded"]["lost_usd"] == 0.0
    assert {path.name for path in tmp_path.iterdir()} == {"summary.json", "loss.png", "report.html"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--reaction", "soon"), "is not a duration"),
        (("--reaction", "24h"), "claims are already paid"),
        (("--reaction", "0s"), "--reaction"),
        (("--policy", "no/such.yaml"), "no/such.yaml"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    root: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    out = tmp_path / "out"
    done = guardrails(root, *arguments, "--out", str(out))

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_control_c_ends_the_node_too(root: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--out", str(tmp_path)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a run in the background
    )
    node: list[int] = []
    deadline = time.monotonic() + 60
    while not node and process.poll() is None and time.monotonic() < deadline:
        node = children(process.pid)
        time.sleep(0.01)
    assert node, "no node was seen"

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode not in (0, None)
    gone = time.monotonic() + 5
    while time.monotonic() < gone and any(Path(f"/proc/{pid}").exists() for pid in node):
        time.sleep(0.05)
    assert not [pid for pid in node if Path(f"/proc/{pid}").exists()]
