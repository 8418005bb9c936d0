"""Who does the units: anything that takes a unit and some time later has its artefact."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from guardrails.fuzz.campaign.unit import Done, Failed, Unit


class Workers(Protocol):
    """`slots`: how many units are done at the same time."""

    @property
    def slots(self) -> int: ...

    def submit(self, unit: Unit) -> Future[Done | Failed]: ...

    def result(self, future: Future[Done | Failed]) -> Done | Failed:
        """Of a future that is done. WorkerLost where nobody will ever do the unit."""
        ...

    def stop(self) -> None:
        """At once, whatever is under way."""
        ...
