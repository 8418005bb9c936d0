"""No anvil outlives its parent, however that ends; a missing program is named with its remedy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guardrails.chain import AnvilChain, MissingBackend, NodeDown
from guardrails.chain.binaries import ANVIL_VARIABLE, anvil_path
from guardrails.chain.process import ChildProcess, free_port

PARENT = """
import sys, time
from guardrails.chain import AnvilChain
chain = AnvilChain.start()
print(chain.process.pid, flush=True)
{ending}
"""

STRANGER = "0x000000000000000000000000000000000000dEaD"


def gone(pid: int, patience: float = 5.0) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("ending", "end_with"),
    [
        ("pass", None),
        ("raise SystemExit(3)", None),
        ("raise RuntimeError('fault')", None),
        ("import os; os._exit(1)", None),
        ("time.sleep(60)", signal.SIGINT),
        ("time.sleep(60)", signal.SIGTERM),
        ("time.sleep(60)", signal.SIGKILL),
    ],
)
def test_it_ends_with_its_parent(ending: str, end_with: signal.Signals | None, root: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(ending=ending)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=root,
        # a run of the tests in the background ignores Ctrl-C, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert end_with is None or not gone(pid, 0.1), "it must live as long as its parent"
        if end_with is not None:
            parent.send_signal(end_with)
        parent.wait(20)
    assert gone(pid)


def test_close_ends_it_and_can_be_repeated() -> None:
    chain = AnvilChain.start()
    assert chain.process is not None
    pid = chain.process.pid
    assert not gone(pid, 0.1)
    chain.close()
    chain.close()
    assert gone(pid)


def test_two_run_at_the_same_time() -> None:
    first, second = AnvilChain.start(), AnvilChain.start()
    try:
        first.mine(3)
        assert (first.block().number, second.block().number) == (3, 0)
    finally:
        first.close()
        second.close()


def test_a_fork_sees_the_upstream_and_leaves_it_alone() -> None:
    upstream = AnvilChain.start(chain_id=4242)
    fork = None
    try:
        upstream.set_balance(STRANGER, 123)
        upstream.mine(2)
        fork = AnvilChain.start(fork_url=upstream.url)
        assert (fork.chain_id, fork.block().number) == (4242, 2)
        assert fork.balance(STRANGER) == 123
        assert fork.block().timestamp == upstream.block().timestamp
        fork.mine()
        assert fork.block().timestamp == upstream.block().timestamp + 1
        fork.set_balance(STRANGER, 5)
        assert upstream.balance(STRANGER) == 123
    finally:
        upstream.close()
        if fork is not None:
            fork.close()


def test_a_state_is_dumped_and_loaded(tmp_path: Path) -> None:
    kept = tmp_path / "state.json"
    chain = AnvilChain.start(dump_state=kept)
    chain.set_balance(chain.accounts[0], 77)
    chain.mine(4)
    chain.close()
    again = AnvilChain.start(load_state=kept)
    try:
        assert again.balance(again.accounts[0]) == 77
        assert again.block().number == 4
    finally:
        again.close()


def test_options_that_anvil_refuses_are_reported_in_its_words() -> None:
    with pytest.raises(NodeDown, match="--no-such-option"):
        AnvilChain.start(arguments=("--no-such-option",))


def test_a_fork_of_nothing_is_reported() -> None:
    with pytest.raises(NodeDown) as caught:
        AnvilChain.start(fork_url=f"http://127.0.0.1:{free_port()}")
    assert "upstream" in caught.value.remedy


def test_a_child_that_does_not_listen_is_killed() -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child = ChildProcess([sys.executable, "-c", stubborn])
    while "1" not in child.output():
        time.sleep(0.01)
    child.end(patience=0.2)
    assert gone(child.pid)


class TestFindingAnvil:
    def test_the_variable_comes_first(self, monkeypatch, tmp_path: Path) -> None:
        program = tmp_path / "anvil"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        monkeypatch.setenv(ANVIL_VARIABLE, str(program))
        assert anvil_path() == program

    def test_a_variable_that_names_no_program(self, monkeypatch, tmp_path: Path) -> None:
        monkeypatch.setenv(ANVIL_VARIABLE, str(tmp_path / "anvil"))
        with pytest.raises(MissingBackend, match=ANVIL_VARIABLE):
            anvil_path()

    def test_node_modules_upward_hold_the_native_program(self, monkeypatch, root: Path) -> None:
        monkeypatch.delenv(ANVIL_VARIABLE, raising=False)
        found = anvil_path(root / "tests" / "chain")
        assert found.is_relative_to(root / "node_modules")
        assert found.read_bytes()[:4] == b"\x7fELF"

    def test_else_the_path(self, monkeypatch, tmp_path: Path) -> None:
        program = tmp_path / "anvil"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        monkeypatch.delenv(ANVIL_VARIABLE, raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert anvil_path(Path("/")) == program

    def test_nowhere(self, monkeypatch, tmp_path: Path) -> None:
        monkeypatch.delenv(ANVIL_VARIABLE, raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(MissingBackend, match="make setup"):
            anvil_path(Path("/"))


def test_importing_the_seam_imports_no_backend(root: Path) -> None:
    heavy = "{'ape', 'web3', 'pyrevm', 'requests', 'eth_account'}"
    script = f"import sys, guardrails.chain; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout.strip() == "[]"
    assert os.environ.get("APE_DATA_FOLDER")
