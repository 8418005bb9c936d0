"""What is done to a protocol, as data: the same steps explore, confirm, replay and become a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar

from guardrails.fuzz.errors import HarnessFault

Value: TypeAlias = Any
"""An argument: int, bool, text, bytes as "0x…", a list of values, or {"call": [contract, function,
[argument …]]} for encoded call data. Where an address is wanted: "@name" of an actor or a contract, or the
address itself."""
T = TypeVar("T")
_LATEST = 2**63
"""Seconds: no node takes a later time."""


@dataclass(frozen=True, slots=True)
class Loan:
    """A flash loan of `amount` smallest units of an asset, given back before the transaction ends."""

    asset: str
    amount: int


@dataclass(frozen=True, slots=True)
class Step:
    """`wait` seconds pass, then `actor` calls `function` of the contract `target`; all three are names.

    `calls`, in place of a function, are done in one transaction by the actor's contract, with `loans` in
    hand; those of `callback` out of the first callback. A call of a batch that `may_fail` does not undo the
    others. Without function and calls only time passes. `value` in wei.
    """

    actor: str = ""
    target: str = ""
    function: str = ""
    arguments: tuple[Value, ...] = ()
    value: int = 0
    wait: int = 0
    calls: tuple[Step, ...] = ()
    loans: tuple[Loan, ...] = ()
    callback: tuple[Step, ...] = ()
    may_fail: bool = False

    @classmethod
    def pause(cls, seconds: int) -> Step:
        """Nothing but time."""
        return cls(wait=seconds)

    @classmethod
    def batch(
        cls,
        actor: str,
        calls: tuple[Step, ...],
        *,
        loans: tuple[Loan, ...] = (),
        callback: tuple[Step, ...] = (),
        wait: int = 0,
    ) -> Step:
        """Several calls in one transaction."""
        return cls(actor=actor, calls=calls, loans=loans, callback=callback, wait=wait)

    def to_json(self) -> dict[str, Any]:
        """What differs from a step that does nothing."""
        out: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if field.name in ("calls", "callback"):
                value = [step.to_json() for step in value]
            elif field.name == "loans":
                value = [[loan.asset, loan.amount] for loan in value]
            elif field.name == "arguments":
                value = list(value)
            out[field.name] = value
        return out

    @classmethod
    def from_json(cls, document: Any, where: str = "step") -> Step:
        """HarnessFault where the document is no step: a file may hold anything."""
        kinds: dict[str, type] = {
            **dict.fromkeys(("actor", "target", "function"), str),
            **dict.fromkeys(("arguments", "calls", "loans", "callback"), list),
            **dict.fromkeys(("value", "wait"), int),
            "may_fail": bool,
        }
        if not isinstance(document, Mapping):
            raise HarnessFault("a step is not an object", where, "Write {} with actor, target, function ….")
        for name, value in document.items():
            if name not in kinds:
                raise HarnessFault(f"a step has no {name!r}", where, f"It has {', '.join(kinds)}.")
            wrong = not isinstance(value, kinds[name]) or (kinds[name] is int and isinstance(value, bool))
            if wrong or (kinds[name] is int and not 0 <= value < (_LATEST if name == "wait" else 2**256)):
                raise HarnessFault(
                    f"{name} is {value!r}", where, f"Give a {kinds[name].__name__}, one that the EVM takes."
                )
        words = dict(document)
        for name in ("calls", "callback"):
            inner = words.get(name, [])
            words[name] = tuple(cls.from_json(one, f"{where}.{name}[{i}]") for i, one in enumerate(inner))
            if any(one.calls or one.wait for one in words[name]):
                raise HarnessFault("a call of a batch is itself a batch, or waits", where, "Take it apart.")
        loans = words.get("loans", [])
        for loan in loans:
            if not (isinstance(loan, list) and len(loan) == 2 and isinstance(loan[0], str)):
                raise HarnessFault(f"a loan is {loan!r}", where, 'Write ["USDC", 1000000].')
            if isinstance(loan[1], bool) or not isinstance(loan[1], int) or loan[1] < 0:
                raise HarnessFault(f"a loan is of {loan[1]!r}", where, "Give smallest units.")
        words["loans"] = tuple(Loan(asset, amount) for asset, amount in loans)
        words["arguments"] = tuple(words.get("arguments", []))
        return cls(**words)

    def __str__(self) -> str:
        waited = f"after {self.wait} s " if self.wait else ""
        if self.calls:
            loans = "".join(f" with {loan.amount} {loan.asset} borrowed" for loan in self.loans)
            inner = "; ".join(map(str, self.calls))
            back = f"; in the callback: {'; '.join(map(str, self.callback))}" if self.callback else ""
            return f"{waited}{self.actor} in one transaction{loans}: {inner}{back}"
        if not self.function:
            return f"{self.wait} s pass"
        sent = f" with {self.value} wei" if self.value else ""
        shown = ", ".join(map(str, self.arguments))
        return f"{waited}{self.actor}: {self.target}.{self.function.split('(')[0]}({shown}){sent}"


def numbered(steps: Iterable[T]) -> Iterator[tuple[int, T]]:
    """Steps, or what came of each, with the numbers by which people and files know them: the first is 1."""
    return enumerate(steps, 1)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Steps on a target (`module:Class` or `path/file.py:Class`)."""

    target: str
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        return {"target": self.target, "steps": [step.to_json() for step in self.steps]}

    @classmethod
    def from_json(cls, document: Any) -> Sequence:
        """HarnessFault where the document is no sequence."""
        if not isinstance(document, Mapping) or not isinstance(document.get("target"), str):
            raise HarnessFault("this is no sequence: it names no target", None, "Give a file of the lab.")
        steps = document.get("steps")
        if not isinstance(steps, list):
            raise HarnessFault("the sequence has no list of steps", "steps", "Give a file of the fuzz lab.")
        found = tuple(Step.from_json(one, f"steps[{i}]") for i, one in enumerate(steps))
        return cls(document["target"], found)
