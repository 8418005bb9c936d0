"""What the chain has to say: one fact for each thing that a policy configures.

A fact knows how to read itself and what the policy wants. `apply` takes it as the post-condition of a step
(and as the sign that a step was done before), `verify` names every field that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from guardrails import artifacts
from guardrails.chain import Address, Chain, ChainError, Contract

Value: TypeAlias = Any
Show: TypeAlias = Callable[[Any], str]


@dataclass(frozen=True)
class Ref:
    """The address of a contract that the deployment creates or finds, by its key."""

    key: str


@dataclass(frozen=True)
class Reader:
    """Reads the guards at `guard`; `addresses` holds every contract of the deployment by key."""

    chain: Chain
    guard: Contract
    addresses: Mapping[str, Address]

    def __call__(self, view: str, *arguments: Any) -> Any:
        return self.guard.call(view, *(self.resolve(argument) for argument in arguments))

    def at(self, key: str, artifact: str) -> Callable[..., Any]:
        """Reads another contract of the deployment; None where it does not answer as that artefact does."""
        contract = self.contract(key, artifact)

        def ask(view: str, *arguments: Any) -> Any:
            try:
                return contract.call(view, *(self.resolve(argument) for argument in arguments))
            except ChainError:
                return None

        return ask

    def contract(self, key: str, artifact: str) -> Contract:
        """Another contract of the deployment, with the ABI of a shipped artefact."""
        return Contract(self.chain, self.addresses[key], artifacts.load(artifact).abi)

    def storage(self, slot: int) -> int:
        return int.from_bytes(self.chain.storage(self.guard.address, slot), "big")

    def resolve(self, argument: Any) -> Any:
        """The argument itself, or the address behind a `Ref`."""
        return self.addresses[argument.key] if isinstance(argument, Ref) else argument


@dataclass(frozen=True)
class Difference:
    """One line of drift: `subject` is what differs, `policy` and `chain` what each says."""

    subject: str
    policy: str
    chain: str

    def __str__(self) -> str:
        return f"{self.subject}: the policy says {self.policy}, the chain {self.chain}"


@dataclass(frozen=True)
class Fact:
    """`read` returns the chain's fields; those in `expected` must be equal. `show` words a field."""

    subject: str
    read: Callable[[Reader], Mapping[str, Value]]
    expected: Mapping[str, Value]
    show: Mapping[str, Show] = field(default_factory=dict)

    def differences(self, reader: Reader) -> list[Difference]:
        found = self.read(reader)
        return [
            Difference(
                f"{self.subject}.{name}" if name else self.subject,
                self._text(name, wanted),
                self._text(name, found[name]),
            )
            for name, raw in self.expected.items()
            if found[name] != (wanted := reader.resolve(raw))
        ]

    def meaning(self, addresses: Mapping[str, Address]) -> str:
        """What the policy wants, in words."""
        texts = []
        for name, raw in self.expected.items():
            wanted = addresses[raw.key] if isinstance(raw, Ref) else raw
            texts.append(f"{name} {self._text(name, wanted)}".strip())
        return f"{self.subject}: {', '.join(texts)}"

    def holds(self, reader: Reader) -> bool:
        return not self.differences(reader)

    def _text(self, name: str, value: Value) -> str:
        if value is None:
            return "no answer"
        show = self.show.get(name)
        return show(value) if show else str(value)


@dataclass(frozen=True)
class Setting:
    """A call of configuration, and how to see that it took effect. `target` is a key, `""` for the guards."""

    key: str
    function: str
    arguments: tuple[Any, ...]
    fact: Fact
    target: str = ""


def view_fact(subject: str, view: str, *arguments: Any, expected: Value, show: Show | None = None) -> Fact:
    """A fact of one value, from one view."""
    return Fact(
        subject,
        lambda reader: {"": reader(view, *arguments)},
        {"": expected},
        {"": show} if show else {},
    )
