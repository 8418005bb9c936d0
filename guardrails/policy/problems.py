"""A fault in a policy file, and the error that carries all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from guardrails.errors import GuardrailsError

Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: what, where (`file:line:column`), and what to do about it."""

    what: str
    where: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"\n  {self.remedy}" if self.remedy else "")


class PolicyError(GuardrailsError):
    """Everything that is wrong with one policy, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.what, first.where, first.remedy)
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Problem, ...]]]:
        return PolicyError, (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass
class Findings:
    """Collects the faults of one model, so that a validator reports all of them and not the first."""

    title: str
    items: list[InitErrorDetails] = field(default_factory=list)

    def add(self, loc: Location, what: str, remedy: str) -> None:
        """Records a fault at `loc`, relative to the model that is validated."""
        kind = PydanticCustomError("policy_rule", "{what}", {"what": what, "remedy": remedy})
        self.items.append(InitErrorDetails(type=kind, loc=loc, input=None))

    def settle(self) -> None:
        """Raises what was found; pydantic puts the model's own place in front of each location."""
        if self.items:
            raise ValidationError.from_exception_data(self.title, self.items)


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """`did you mean `limit`?`, or the list of what is known, or `otherwise`."""
    names = list(known)
    lower = {candidate.lower(): candidate for candidate in names}
    close = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{lower[close[0]]}`?"
    return otherwise or "known here: " + ", ".join(f"`{candidate}`" for candidate in names)
