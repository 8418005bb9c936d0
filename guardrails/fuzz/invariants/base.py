"""What every property that is searched for a counterexample looks like."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World


class Invariant(ABC):
    """A promise with a ghost: an independent account of what happened, kept beside the contracts.

    Attributes of an instance are plain data (numbers, texts, lists, dictionaries): a snapshot copies them.
    """

    name: ClassVar[str]

    def observe(self, world: World, outcome: Outcome) -> None:  # noqa: B027 - one without a ghost has none
        """One step was taken, or refused. Cheap: it is called after each."""

    @abstractmethod
    def violation(self, world: World) -> str | None:
        """What was promised and what happened instead; None while the promise holds."""


class Ghost(Invariant):
    """An invariant that sees a violation when it happens: `observe` writes it into `broken`, once."""

    broken: str | None = None

    def violation(self, world: World) -> str | None:
        return self.broken
