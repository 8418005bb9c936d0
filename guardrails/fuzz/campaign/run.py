"""A campaign under way: hands out units until it is over, keeps what comes back, confirms what was found."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from guardrails.errors import GuardrailsError
from guardrails.fuzz.campaign.findings import file_name, from_json
from guardrails.fuzz.campaign.results import Results
from guardrails.fuzz.campaign.store import Store
from guardrails.fuzz.campaign.unit import Done, Failed
from guardrails.fuzz.campaign.workers import Workers
from guardrails.fuzz.finding import Finding

_TURN_SECONDS = 0.25
MOST_SHAPES = 8
"""Findings that are kept of one property: the first ones, by the numbers of their units."""

Confirm = Callable[[Finding], dict[str, Any]]
"""A finding's document, with what became of it on a node."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Units are handed out for `seconds` from now, and while the campaign has fewer than `units`."""

    seconds: float | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`seconds` of this run; `steps` a second over it. The results are those of all runs."""

    seconds: float
    limits: Limits
    running: int
    steps_per_second: float
    results: Results


class Failure(GuardrailsError):
    """What a unit came back with; `exit_code` is the original error's."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.what, failed.where, failed.remedy)
        self.exit_code = failed.exit_code  # type: ignore[misc]


class Campaign:
    """One run of it. `run` returns when the limits are reached; what is under way then is waited for."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        limits: Limits,
        confirm: Confirm,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.store, self.workers, self.limits = store, workers, limits
        self.confirm, self.on_progress = confirm, on_progress
        self._pending: dict[Future[Done | Failed], int] = {}
        self._began = time.monotonic()
        self._steps = 0
        self._looked_at = 0
        self._backlog: list[Finding] = []
        self._results = Results.of(store)
        self._counted = self._count()

    def run(self) -> Results:
        self.store.log(f"begins with {len(self.store.done)} units done, on {self.workers.slots} workers")
        self._began = time.monotonic()
        try:
            while True:
                self._hand_out()
                self._look_at_units()
                if not self._pending and not self._backlog:
                    break
                self._confirm_one()
                self._take_in()
                self.on_progress(self.progress())
        except BaseException as error:
            self.store.log(f"ends early: {type(error).__name__}: {str(error).splitlines()[:1]}")
            raise
        self.store.log(f"ends with {len(self.store.done)} units done")
        return self.results()

    def progress(self) -> Progress:
        seconds = time.monotonic() - self._began
        speed = self._steps / max(seconds, 1e-3)
        return Progress(seconds, self.limits, len(self._pending), speed, self.results())

    def results(self) -> Results:
        """Of all runs so far."""
        if self._counted != self._count():
            self._results, self._counted = Results.of(self.store), self._count()
        return self._results

    def _count(self) -> tuple[int, int]:
        return len(self.store.done), len(self.store.findings)

    def _hand_out(self) -> None:
        while len(self._pending) < self.workers.slots and not self._time_is_up():
            number = self.store.plan.next(self.store.done, self._pending.values(), self.limits.units)
            if number is None:
                return
            self._pending[self.workers.submit(self.store.unit(number))] = number

    def _time_is_up(self) -> bool:
        limit = self.limits.seconds
        return limit is not None and time.monotonic() - self._began >= limit

    def _take_in(self) -> None:
        if not self._pending:
            return
        done, _ = wait(self._pending, 0 if self._backlog else _TURN_SECONDS, FIRST_COMPLETED)
        for future in done:
            del self._pending[future]
        results = [self.workers.result(future) for future in done]
        for result in results:
            if isinstance(result, Done):
                self.store.add(result)
                self._steps += int(self.store.done[result.number]["steps"])
        for result in results:
            if isinstance(result, Failed):
                raise Failure(result)

    def _look_at_units(self) -> None:
        """In the order of their numbers, so that which finding stands for its shape is no accident."""
        while (unit := self.store.done.get(self._looked_at)) is not None:
            self._backlog += [from_json(document) for document in unit["findings"]]
            self._looked_at += 1

    def _confirm_one(self) -> None:
        while self._backlog:
            finding = self._backlog.pop(0)
            name = file_name(finding)
            kept = [one for one in self.store.findings.values() if one["property"] == finding.property]
            if name not in self.store.findings and len(kept) < MOST_SHAPES:
                self.store.add_finding(name, self.confirm(finding))
                return
