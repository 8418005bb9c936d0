"""The seeded fault that pays claims to whoever settles them, with the thief's gain counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guardrails.fuzz import Target, find_target

_SEEDED = Path(__file__).resolve().parents[1] / "seeded/targets.py"
_fault: Any = type(find_target(f"{_SEEDED}:WrongPayee"))


class WrongPayee(_fault):  # type: ignore[misc]
    profit = Target.profit

    @classmethod
    def title(cls) -> str:
        """Of its contract, whatever a subclass is called."""
        return "WrongPayee"


class WrongPayeeTwin(WrongPayee):
    sound = True
