"""The deployment record: what was intended before it was sent, and what was seen on the chain afterwards.

It is written whole, beside the file, flushed to the disk and moved into place: a reader finds the old record
or the new one, never half of one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic_core import from_json

from guardrails.chain.types import Address
from guardrails.errors import GuardrailsError
from guardrails.policy.address import is_hex_address

VERSION = 1


@dataclass
class Entry:
    """One step. `intended`: may have been sent. `done`: seen in a canonical block, or found to be so."""

    key: str
    kind: str
    status: Literal["intended", "done"]
    nonce: int | None = None
    data_hash: str | None = None
    address: Address | None = None
    tx_hash: str | None = None
    block_number: int | None = None
    block_hash: str | None = None
    gas_used: int | None = None
    found: Literal["receipt", "chain"] | None = None


@dataclass
class Record:
    """`path` None keeps it in memory. Hashes are 0x-hex; `contracts` maps keys to addresses."""

    policy: str
    protocol: str
    mode: str
    chain_id: int
    genesis: str
    sender: Address
    from_block: int
    guard: str
    contracts: dict[str, Address] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    complete: bool = False
    path: Path | None = None

    def save(self) -> None:
        if self.path is None:
            return
        content = asdict(self) | {"version": VERSION, "entries": [asdict(e) for e in self.entries.values()]}
        del content["path"]
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("w", encoding="utf-8") as file:
                json.dump(content, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise GuardrailsError(
                f"the record cannot be written: {error.strerror}",
                str(self.path),
                "Make the folder writable, or name another place with --record; nothing was sent without it.",
            ) from None

    @property
    def last_block(self) -> int:
        """The highest block that a step was seen in."""
        return max((e.block_number or 0 for e in self.entries.values()), default=0)

    @classmethod
    def load(cls, path: Path) -> Record | None:
        """None where there is no file; GuardrailsError for a file that is no record of ours."""
        try:
            raw: dict[str, Any] = from_json(path.read_bytes())  # refuses deep nesting
            if raw.pop("version") != VERSION:
                raise GuardrailsError(
                    "the record is of another version", str(path), "Use the guardrails that wrote it."
                )
            entries = {raw_entry["key"]: Entry(**raw_entry) for raw_entry in raw.pop("entries")}
            raw.pop("path", None)
            return _checked(cls(**raw, entries=entries, path=path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise GuardrailsError(
                f"the record cannot be read: {error.strerror}", str(path), "Check its permissions."
            ) from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise GuardrailsError(
                "this is no deployment record",
                str(path),
                "Take it from version control or a backup, or name another place with --record.",
            ) from None


def _checked(record: Record) -> Record:
    """ValueError where a field is not of its kind: whatever else is read may rely on it."""
    numbers = [record.chain_id, record.from_block]
    texts = [record.policy, record.protocol, record.mode, record.genesis, record.guard, *record.contracts]
    addresses = [record.sender, *record.contracts.values()]
    for entry in record.entries.values():
        texts += [entry.key, entry.kind, *filter(None, (entry.data_hash, entry.tx_hash, entry.block_hash))]
        addresses += filter(None, [entry.address])
        numbers += [n for n in (entry.nonce, entry.block_number, entry.gas_used) if n is not None]
        if entry.status not in ("intended", "done"):
            raise ValueError(entry.status)
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError("a number")
    if not all(isinstance(text, str) for text in texts) or type(record.complete) is not bool:
        raise ValueError("a text")
    if not all(isinstance(address, str) and is_hex_address(address) for address in addresses):
        raise ValueError("an address")
    if record.complete and record.guard not in record.contracts:
        raise ValueError("no guard")
    return record


@contextmanager
def exclusive(path: Path | None) -> Iterator[None]:
    """One `apply` at a time for a folder of records; the system ends the claim with the process."""
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise GuardrailsError(
            f"the record cannot be written: {error.strerror}", str(path), "Name another place with --record."
        ) from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise GuardrailsError(
            "another deployment is writing records in this folder", str(path), "Wait until it has ended."
        ) from None
    finally:
        os.close(folder)
