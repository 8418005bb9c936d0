"""A campaign's folder. What is in it is whole: a file is written beside its place and moved there.

campaign.json       what the campaign is of
units/0000.json     the artefact of each finished unit
states/0000.z       what the last unit of each lane handed on
findings/….json     one file for each property and shape of attack
times.jsonl         seconds and worker of each unit; not part of the result
campaign.log        what happened when
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.unit import Done, Unit, canonical

PLAN, UNITS, STATES, FINDINGS = "campaign.json", "units", "states", "findings"
_PARTS = {"executions", "steps", "features", "curve", "best", "findings"}
TIMES, LOG = "times.jsonl", "campaign.log"


class Store:
    """`done` holds the artefacts of the finished units by number, `findings` those on disk by file name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = Plan.from_json(self._read(PLAN), str(folder / PLAN))
        self.done: dict[int, dict[str, Any]] = {}
        self.findings: dict[str, dict[str, Any]] = {}
        for path in sorted((folder / UNITS).glob("[0-9]*.json")):
            if not path.stem.isdecimal():
                continue
            self.done[int(path.stem)] = self._unit(path)
        for path in sorted((folder / FINDINGS).glob("[!.]*.json")):
            self.findings[path.name] = self._read(f"{FINDINGS}/{path.name}")

    def unit(self, number: int) -> Unit:
        """The unit, with what its predecessor handed on."""
        before = number - self.plan.lanes
        return self.plan.unit(number, self._bytes(f"{STATES}/{before:04d}.z") if before >= 0 else b"")

    def add(self, done: Done) -> None:
        """The unit counts as done once its artefact is in place, which is last."""
        write_whole(self.folder / STATES / f"{done.number:04d}.z", done.state)
        spent = {"unit": done.number, "seconds": round(done.seconds, 3), "worker": done.worker}
        with (self.folder / TIMES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(spent) + "\n")
        self._write(unit_name(done.number), done.artefact)
        self.done[done.number] = json.loads(done.artefact)
        self._forget(done.number - self.plan.lanes)
        self.log(f"unit {done.number} done in {done.seconds:.1f} s by {done.worker}")

    def add_finding(self, name: str, document: dict[str, Any]) -> None:
        self._write(f"{FINDINGS}/{name}", canonical(document))
        self.findings[name] = json.loads(canonical(document))
        self.log(f"finding {name}: {document['property']}")

    def clean(self) -> None:
        """Removes what a killed run left: half-written files, and states that were handed on already."""
        for partial in self.folder.rglob(".*.partial"):
            partial.unlink()
        for number in self.done:
            self._forget(number - self.plan.lanes)

    def _forget(self, number: int) -> None:
        if number >= 0:
            (self.folder / STATES / f"{number:04d}.z").unlink(missing_ok=True)

    def log(self, text: str) -> None:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{moment} {text}\n")

    def _unit(self, path: Path) -> dict[str, Any]:
        document = self._read(f"{UNITS}/{path.name}")
        expected = asdict(self.plan.unit(int(path.stem)))
        del expected["state"]
        if document.get("unit") != expected or not document.keys() >= _PARTS:
            raise CampaignError("this is no unit of this campaign", str(path), "Remove it: it is done again.")
        return document

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise CampaignError(
                f"it cannot be read: {error.strerror}",
                str(self.folder / name),
                "Name the folder of a campaign." if name == PLAN else "Take another --name.",
            ) from None

    def _read(self, name: str) -> dict[str, Any]:
        try:
            document = from_json(self._bytes(name))  # refuses deep nesting, which json may not survive
            if isinstance(document, dict):
                return document
        except ValueError:
            pass
        remedy = "Name another folder with --name." if name == PLAN else "Remove it: it is done again."
        raise CampaignError("this is no JSON object", str(self.folder / name), remedy) from None

    def _write(self, name: str, text: str) -> None:
        write_whole(self.folder / name, text.encode())


def unit_name(number: int) -> str:
    """The file of a finished unit, in the campaign's folder."""
    return f"{UNITS}/{number:04d}.json"


def write_whole(path: Path, content: bytes) -> None:
    """A reader finds all of it or nothing, whenever the writer dies."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise CampaignError(
            f"it cannot be written: {error.strerror}", str(path), "Name another folder with --out."
        ) from None


@contextmanager
def opened(folder: Path, plan: Plan) -> Iterator[Store]:
    """The folder, begun or resumed, for one process at a time; the system ends the claim with the process.

    CampaignError where it holds a campaign of something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        claim = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CampaignError(
            f"the folder cannot be made: {error.strerror}", str(folder), "Name another with --out."
        ) from None
    try:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CampaignError(
                "another process runs this campaign", str(folder), "Wait, or take another --name."
            ) from None
        if not (folder / PLAN).exists():
            write_whole(folder / PLAN, json.dumps(plan.to_json(), indent=1).encode() + b"\n")
        store = Store(folder)
        if differences := store.plan.differences(plan):
            raise CampaignError(
                f"the folder holds a campaign of something else: {'; '.join(differences)}",
                str(folder),
                "Take another --name, or remove the folder.",
            )
        store.clean()
        yield store
    finally:
        os.close(claim)


def planned(folder: Path) -> Plan | None:
    """The plan of the campaign in the folder; None where none was begun."""
    return Store(folder).plan if (folder / PLAN).is_file() else None
