"""Units on the workers of a Dask scheduler, on this machine or on others."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

from guardrails.fuzz.campaign.errors import CampaignError, MissingExtra, WorkerLost
from guardrails.fuzz.campaign.unit import Done, Failed, Unit, run_unit

if TYPE_CHECKING:
    from distributed import Client

LOOPBACK = "tcp://127.0.0.1:8786"
"""Where `dask scheduler` listens on this machine."""
_ADDRESS = re.compile(r"((tcp|tls|wss?)://)?(\[[0-9A-Fa-f:.]+\]|[\w.-]+):[0-9]{1,5}")
_CONNECT_SECONDS = 10
_PATIENCE_SECONDS = 60


class DaskWorkers:
    """The workers that a scheduler has, which may come and go; one unit at a time for each."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise MissingExtra(
                "Dask is not installed here", "--dask", "Run `pip install 'ape-guardrails[dask]'`."
            ) from None
        self.address = address
        if _ADDRESS.fullmatch(address) is None:  # a Client that does not begin says so again when we end
            raise CampaignError(
                f"{address!r} is no address of a Dask scheduler", "--dask", f"Write {LOOPBACK}."
            )
        try:
            self._client: Client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise WorkerLost(
                f"no Dask scheduler answers there: {str(error).splitlines()[0]}",
                address,
                "Start `dask scheduler`, and `dask worker ADDRESS --nthreads 1` for each core.",
            ) from None
        self._executor = self._client.get_executor(pure=False)
        self._last_seen = float("-inf")
        try:
            _ = self.slots
        except WorkerLost:
            self.stop()
            raise

    @property
    def slots(self) -> int:
        """WorkerLost where there has been none for a minute, or none at the start."""
        workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        now = time.monotonic()
        if workers:
            self._last_seen = now
        elif now - self._last_seen > _PATIENCE_SECONDS:
            raise WorkerLost(
                "the scheduler has no workers",
                self.address,
                f"Start `dask worker {self.address} --nthreads 1`; finished units are kept.",
            )
        return workers

    def submit(self, unit: Unit) -> Future[Done | Failed]:
        future: Future[Done | Failed] = self._executor.submit(run_unit, unit)
        return future

    def result(self, future: Future[Done | Failed]) -> Done | Failed:
        try:
            return future.result()
        except Exception as error:  # whatever Dask says of a lost worker, an old package, a broken wire
            raise WorkerLost(
                f"Dask did not do the unit: {type(error).__name__}: {error}",
                self.address,
                "See the log of its workers; finished units are kept.",
            ) from None

    def stop(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close(timeout=_CONNECT_SECONDS)
