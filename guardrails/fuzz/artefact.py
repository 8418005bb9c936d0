"""A finding as a file: enough to take its steps again anywhere, and to see what has changed since."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak
from pydantic_core import from_json

from guardrails import artifacts
from guardrails.chain import ChainError
from guardrails.chain.binaries import anvil_path
from guardrails.errors import GuardrailsError
from guardrails.fuzz.enact import Enacted, Reading, enact, open_world
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.step import Sequence
from guardrails.fuzz.target import Target, find_target
from guardrails.fuzz.world import World

FORMAT: Final = "guardrails-finding"
VERSION: Final = 2
_MOST_BYTES: Final = 16 << 20
_HEX: Final = re.compile("(?:[0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Artefact:
    """`policy`: the policy's fingerprint, None without one. `code`: hashes of the contracts' code by name.

    `readings`: what the property was judged by when it fell after step `broken_at`; None if it did not fall.
    """

    finding: Finding
    policy: str | None
    code: Mapping[str, str]
    versions: Mapping[str, str]
    broken_at: int | None
    readings: tuple[Reading, ...] = ()
    where: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, finding: Finding, target: Target | None = None) -> Artefact:
        """Takes the steps once, on revm."""
        target = target or find_target(finding.sequence.target)
        chain = target.chain()
        try:
            world = open_world(target, chain)
            policy, code = policy_of(world), code_of(world)
            done: Enacted = enact(target, world, finding.sequence, finding.property)
        finally:
            chain.close()
        return cls(finding, policy, code, versions(), done.broken_at, done.readings)

    def to_json(self) -> dict[str, Any]:
        """What `read` reads."""
        return {
            "format": FORMAT,
            "version": VERSION,
            **self.finding.to_json(),
            "policy": self.policy,
            "code": dict(self.code),
            "versions": dict(self.versions),
            "broken_at": self.broken_at,
            "readings": [asdict(reading) for reading in self.readings],
        }

    def write(self, path: Path) -> None:
        """The whole file or nothing."""
        write_whole(path, json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n")

    def changes(self, world: World) -> tuple[str, ...]:
        """What is not as it was when it was found, in words; for a world just built."""
        found = []
        if self.policy != policy_of(world):
            found.append("the policy has changed")
        code = code_of(world)
        for name in dict.fromkeys((*self.code, *code)):
            if name not in code:
                found.append(f"there is no contract {name} any more")
            elif name not in self.code:
                found.append(f"the contract {name} is new")
            elif code[name] != self.code[name]:
                found.append(f"the code of {name} has changed")
        return tuple(found)


def read(path: Path) -> Artefact:
    """HarnessFault, with the place, for whatever is no artefact."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise HarnessFault("the file is larger than any finding", str(path), "Give a finding's file.")
        document = from_json(path.read_bytes())  # refuses deep nesting, which json may not survive
    except OSError as error:
        raise HarnessFault(f"it cannot be read: {error.strerror}", str(path), "Name a finding.") from None
    except ValueError:
        raise HarnessFault("this is not JSON", str(path), "Give the file of a finding.") from None
    return parse(document, str(path))


def parse(document: Any, where: str) -> Artefact:
    """As `read`, of a document."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise HarnessFault("this is no finding of the fuzz lab", where, "Give what a search wrote.")
    if document.get("version") != VERSION:
        raise HarnessFault(
            f"it is of version {document.get('version')!r}; this is {VERSION}", where, "Use its guardrails."
        )

    def take(name: str, fits: Callable[[Any], bool], kind: str) -> Any:
        value = document.get(name)
        if not fits(value):
            raise HarnessFault(f"`{name}` is no {kind}", where, "Take the file from where it was written.")
        return value

    try:
        finding = Finding(
            take("property", _is_text, "text"),
            take("evidence", _is_text, "text"),
            Sequence.from_json(document),
            take("seed", _is_number, "number"),
        )
    except HarnessFault as error:
        place = where if error.where in (None, where) else f"{where}: {error.where}"
        raise HarnessFault(error.what, place, error.remedy) from None
    except RecursionError:
        raise HarnessFault("its steps are nested too deeply", where, "Give a finding's file.") from None
    broken_at = take("broken_at", lambda one: one is None or _is_number(one), "number")
    if broken_at is not None and not 1 <= broken_at <= len(finding.sequence.steps):
        raise HarnessFault(f"there is no step {broken_at}: see `broken_at`", where, "Give a finding's file.")
    readings = take("readings", lambda one: isinstance(one, list) and all(map(_is_reading, one)), "reading")
    return Artefact(
        finding,
        take("policy", lambda one: one is None or _is_text(one), "fingerprint"),
        take("code", _is_texts, "table of texts"),
        take("versions", _is_texts, "table of texts"),
        broken_at,
        tuple(Reading(**one) for one in readings),
        where,
    )


def policy_of(world: World) -> str | None:
    return world.policy.fingerprint if world.policy else None


def code_of(world: World) -> dict[str, str]:
    """Hashes of the code of every contract of the world."""
    return {n: "0x" + keccak(world.chain.code(c.address)).hex() for n, c in world.contracts.items()}


@functools.cache
def versions() -> Mapping[str, str]:
    """Of what decides how a sequence runs."""
    found = {}
    for name in ("ape-guardrails", "pyrevm", "hypothesis"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    with contextlib.suppress(ChainError, OSError, subprocess.SubprocessError):
        said = subprocess.run([anvil_path(), "--version"], capture_output=True, text=True, timeout=10)
        found["anvil"] = said.stdout.splitlines()[0].removeprefix("anvil Version: ")
    found["solc"] = artifacts.load("Thief").compiler
    return found


def write_whole(path: Path, text: str) -> None:
    """The old file or the new one, never half of one. GuardrailsError where it cannot be."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise GuardrailsError(
            f"it cannot be written: {error.strerror}", str(path), "Name a place where files may be written."
        ) from None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_reading(value: Any) -> bool:
    """Its bytes must be such: they are copied into a program."""
    if not (isinstance(value, dict) and set(value) == {"contract", "data", "answer"} and _is_texts(value)):
        return False
    return bool(value["data"]) and all(_HEX.fullmatch(value[name]) for name in ("data", "answer"))
