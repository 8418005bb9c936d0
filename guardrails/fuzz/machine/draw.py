"""Arguments out of a few small numbers: each costs the engine one choice, and shrinks towards the plain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

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


Maker: TypeAlias = Callable[[str, Source], Value]
"""An argument for what an actor calls."""


class Values:
    """Arguments by type and name, of numbers that matter in a world. What a parameter asks for is looked up
    once, which takes longer than to draw it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._makers: dict[str, list[tuple[Sequence[AbiEntry], list[Maker]]]] = {}

    def of(self, function: str, inputs: Sequence[AbiEntry], actor: str, source: Source) -> tuple[Value, ...]:
        """One for each input."""
        return tuple([make(actor, source) for make in self._of(function, inputs)])

    def _of(self, function: str, inputs: Sequence[AbiEntry]) -> list[Maker]:
        known = self._makers.setdefault(function, [])  # contracts may name the parameters of one differently
        for same, makers in known:
            if same is inputs:
                return makers
        name = function.split("(")[0]
        known.append((inputs, [self.maker(name, part, str(part["type"])) for part in inputs]))
        return known[-1][1]

    def maker(self, function: str, part: AbiEntry, kind: str) -> Maker:
        """What makes one argument of a type."""
        lab, name = self.lab, str(part.get("name", "")).lower().strip("_")
        known = lab.hints.get((function, name))
        if known:
            return _any_of(known)
        if kind.endswith("]"):
            return self._several(function, part, *kind[:-1].rsplit("[", 1))
        if kind == "tuple":
            parts = [self.maker(function, each, str(each["type"])) for each in part["components"]]
            return lambda actor, source: [make(actor, source) for make in parts]
        if kind == "address":
            return self._address(name)
        if kind.startswith(("uint", "int")):
            return self._number(name, kind)
        if kind == "bool":
            return lambda _, source: source.below(2) == 1
        if kind in ("string", "bytes"):
            plain = "" if kind == "string" else "0x"
            return lambda *_: plain
        width = int(kind.removeprefix("bytes"))
        return _any_of((lab.selectors if width == 4 else lab.subjects) or ["0x" + "00" * width])

    def _several(self, function: str, part: AbiEntry, kind: str, size: str) -> Maker:
        make = self.maker(function, part, kind)

        def several(actor: str, source: Source) -> Value:
            count = int(size) if size else 1 + source.below(3)
            return [make(actor, source) for _ in range(count)]

        return several

    def _address(self, name: str) -> Maker:
        """Mostly his own, where a name says that it is somebody's; an asset, where it is an asset's."""
        everybody = self.lab.everybody
        if name.startswith(("asset", "token")):
            return _any_of(self.lab.asset_names)
        if name not in _OWN:
            return _any_of(everybody)
        return lambda actor, source: f"@{actor}" if source.below(8) < 6 else one(source, everybody)

    def _number(self, name: str, kind: str) -> Maker:
        """Within the type."""
        signed = kind.startswith("int")
        bits = int(kind[3 if signed else 4 :] or 256) - signed
        number, least, beyond = self._magnitude(name, bits), -(2**bits) * signed, 2**bits

        def make(actor: str, source: Source) -> int:
            value = number(actor, source)
            if signed and source.below(2):
                value = -value
            return value if least <= value < beyond else value % beyond

        return make

    def _magnitude(self, name: str, bits: int) -> Callable[[str, Source], int]:
        lab = self.lab
        if name in ("until", "deadline"):
            return lambda _, source: lab.world.now + one(source, lab.times)
        if any(word in name for word in _TIMES):
            return lambda _, source: one(source, lab.times)
        if name in ("id", "ids", "claimid"):
            return lambda _, source: one(source, lab.claims())
        if bits <= 16:
            return lambda _, source: source.below(2**bits)
        return self._amount

    def _amount(self, actor: str, source: Source) -> int:
        """A number of the policy's, what somebody holds or the guard lets out, or any with one digit."""
        lab, code = self.lab, source.below(512)
        how, rest = code >> 6, code & 63
        if how < 4:
            return lab.numbers[code % len(lab.numbers)]
        if how < 6:
            held = lab.held(actor, rest >> 3)
            return held // (1 + (rest & 7)) if rest & 7 != 7 else held + 1
        if how == 6:
            return lab.available(rest >> 3) + (rest & 1)
        return int((1 + rest % 9) * 10 ** (rest // 3))


def _any_of(options: Sequence[Value]) -> Maker:
    return lambda _, source: one(source, options)


def fixed(*values: Any) -> list[Any]:
    """The values, each once, in their order."""
    return list(dict.fromkeys(values))
