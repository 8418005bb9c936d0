"""A child process that never outlives us: ended on close, at exit, at Ctrl-C, and when we are killed."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from guardrails.chain.errors import MissingBackend

_PR_SET_PDEATHSIG = 1


class ChildProcess:
    """`command` in a session of its own, so that Ctrl-C reaches only us; what it prints goes to a temporary
    file.

    The kernel's signal (Linux) comes when the *thread* that started the child ends: start it from one that
    lives as long as the child should.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        try:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=None if environment is None else {**os.environ, **environment},
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,
            )
        except OSError as error:
            self._output.close()
            raise MissingBackend(
                f"{command[0]} cannot be run: {error.strerror}",
                None,
                "Reinstall it, or name another.",
            ) from None
        atexit.register(self.end)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def output(self, last: int = 2_000) -> str:
        """The last characters that it printed."""
        if self._output.closed:
            return ""
        self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, self._output.tell() - last))
        return self._output.read().decode(errors="replace")

    def end(self, patience: float = 5.0) -> None:
        """Ask it to end (it may write its state first), and kill it after `patience` seconds."""
        atexit.unregister(self.end)
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._output.close()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now; another process may still take it first."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _die_with(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def before_exec() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
