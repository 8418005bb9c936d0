"""Units on processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from guardrails.fuzz.campaign.errors import WorkerLost
from guardrails.fuzz.campaign.unit import Done, Failed, Unit, run_unit


class Processes:
    """`jobs` processes that end with this one, however it ends."""

    def __init__(self, jobs: int) -> None:
        self.slots = jobs
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
        self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)

    def submit(self, unit: Unit) -> Future[Done | Failed]:
        try:
            return self._pool.submit(run_unit, unit)
        except BrokenProcessPool:
            raise _lost() from None

    def result(self, future: Future[Done | Failed]) -> Done | Failed:
        try:
            return future.result()
        except BrokenProcessPool:
            raise _lost() from None

    def stop(self) -> None:
        children = set(multiprocessing.active_children()) - self._others
        for child in children:
            child.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _lost() -> WorkerLost:
    return WorkerLost(
        "a worker process died, killed or out of memory",
        None,
        "Finished units are kept; run it again, with fewer --jobs if memory is short.",
    )


def _begin() -> None:
    """In each child: Ctrl-C is the parent's to handle, and a child does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
