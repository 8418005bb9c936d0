"""Arguments out of a few small numbers: each costs the engine one choice, and shrinks towards the plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.step import Value

if TYPE_CHECKING:
    from guardrails.fuzz.machine.lab import Lab

_T = TypeVar("_T")

_TIMES = ("duration", "delay", "until", "expiry", "age", "grace", "deadline", "maxhold")
_OWN = ("receiver", "recipient", "owner", "onbehalfof", "safe", "to", "from", "payer", "account", "trader")


class Source(Protocol):
    """Where choices come from."""

    def below(self, limit: int) -> int:
        """0 to limit - 1; 0 is the plainest."""
        ...


def one(source: Source, options: Sequence[_T]) -> _T:
    """Any of them; the first is the plainest."""
    return options[source.below(len(options))]


class Values:
    """Arguments by type and name, of numbers that matter in a world."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def of(self, function: str, inputs: Sequence[AbiEntry], actor: str, source: Source) -> tuple[Value, ...]:
        """One for each input."""
        return tuple(self.value(function, part, str(part["type"]), actor, source) for part in inputs)

    def value(self, function: str, part: AbiEntry, kind: str, actor: str, source: Source) -> Value:
        """One argument of a type."""
        name = str(part.get("name", "")).lower().strip("_")
        known = self.lab.hints.get((function.split("(")[0], name))
        if known:
            return one(source, known)
        if kind.endswith("]"):
            inner, _, size = kind.rpartition("[")
            count = int(size[:-1]) if size != "]" else 1 + source.below(3)
            return [self.value(function, part, inner, actor, source) for _ in range(count)]
        if kind == "tuple":
            parts = part["components"]
            return [self.value(function, each, str(each["type"]), actor, source) for each in parts]
        if kind == "address":
            return self.address(name, actor, source)
        if kind.startswith(("uint", "int")):
            return self.number(name, kind, actor, source)
        if kind == "bool":
            return source.below(2) == 1
        if kind == "string":
            return ""
        if kind == "bytes":
            return "0x"
        width = int(kind.removeprefix("bytes"))
        chosen = self.lab.selectors if width == 4 else self.lab.subjects
        return one(source, chosen) if chosen else "0x" + "00" * width

    def address(self, name: str, actor: str, source: Source) -> str:
        """Mostly his own, where a name says that it is somebody's; an asset, where it is an asset's."""
        if name.startswith(("asset", "token")):
            return one(source, self.lab.asset_names)
        if name in _OWN and source.below(8) < 6:
            return f"@{actor}"
        return one(source, self.lab.everybody)

    def number(self, name: str, kind: str, actor: str, source: Source) -> int:
        """Within the type."""
        signed = kind.startswith("int")
        bits = int(kind[3 if signed else 4 :] or 256) - signed
        value = self._number(name, bits, actor, source)
        if signed and source.below(2):
            value = -value
        return value if -(2**bits) * signed <= value < 2**bits else value % 2**bits

    def _number(self, name: str, bits: int, actor: str, source: Source) -> int:
        lab = self.lab
        if any(word in name for word in _TIMES):
            seconds = one(source, lab.times)
            return lab.world.now + seconds if name in ("until", "deadline") else seconds
        if name in ("id", "ids", "claimid"):
            return one(source, lab.claims())
        if bits <= 16:
            return source.below(2**bits)
        code = source.below(512)
        how, rest = code >> 6, code & 63
        if how < 4:
            return lab.numbers[(how << 6 | rest) % len(lab.numbers)]
        if how < 6:
            held = lab.held(actor, rest >> 3)
            return held // (1 + (rest & 7)) if rest & 7 != 7 else held + 1
        if how == 6:
            return lab.available(rest >> 3) + (rest & 1)
        return int((1 + rest % 9) * 10 ** (rest // 3))


def fixed(*values: Any) -> list[Any]:
    """The values, each once, in their order."""
    return list(dict.fromkeys(values))
