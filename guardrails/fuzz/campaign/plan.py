"""What a campaign is to do: units by number, each known before any of them is done.

A campaign is some lanes, each one long search with a seed of its own, cut into units: unit n goes on where
unit n - lanes stood. So units depend on one another in the same way however many workers there are, and the
campaign is the same on all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.explore import MODES
from guardrails.fuzz.campaign.identity import Identity
from guardrails.fuzz.campaign.unit import Unit

VERSION = 1
EXECUTIONS = 1_000
LANES = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """`executions` are those of one unit."""

    target: str
    identity: Identity
    mode: str = MODES[0]
    seed: int = 0
    executions: int = EXECUTIONS
    lanes: int = LANES

    def unit(self, number: int, state: bytes = b"") -> Unit:
        return Unit(
            number, self.target, self.identity, self.mode, self.seed_of(number), self.executions, state
        )

    def seed_of(self, number: int) -> int:
        """32 bits of the campaign's seed and the unit's lane."""
        return int.from_bytes(sha256(f"{self.seed} {number % self.lanes}".encode()).digest()[:4], "big")

    def next(self, done: Collection[int], pending: Collection[int], until: int | None) -> int | None:
        """The first unit below `until` that nobody does and whose predecessor is done."""
        number = 0
        while until is None or number < until:
            if number not in done and number not in pending:
                if number < self.lanes or number - self.lanes in done:
                    return number
                if len(pending) >= self.lanes:
                    return None
            number += 1
        return None

    def differences(self, other: Plan) -> list[str]:
        """What `other` wants otherwise, one line each."""
        lines = [
            f"{name} was {getattr(self, name)} and is {getattr(other, name)}"
            for name in ("target", "mode", "seed", "executions", "lanes")
            if getattr(self, name) != getattr(other, name)
        ]
        return lines + self.identity.differences(other.identity)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "target": self.target,
            "identity": self.identity.to_json(),
            "mode": self.mode,
            "seed": self.seed,
            "executions": self.executions,
            "lanes": self.lanes,
        }

    @classmethod
    def from_json(cls, document: Any, where: str) -> Plan:
        """CampaignError for a document that is no plan of ours."""
        try:
            words = dict(document)
            version = words.pop("version")
            identity = Identity.from_json(words.pop("identity"))
            numbers = [words["seed"], words["executions"], words["lanes"]]
            fine = isinstance(words["target"], str) and words["mode"] in MODES
            if not fine or any(type(one) is not int or one < 0 for one in numbers) or 0 in numbers[1:]:
                raise ValueError("a field")
            plan = cls(identity=identity, **words)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise CampaignError("this is no campaign", where, "Name another folder with --name.") from None
        if version != VERSION:
            raise CampaignError(
                f"the campaign is of version {version}", where, "Use the guardrails that began it."
            )
        return plan
