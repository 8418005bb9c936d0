"""The static half of the bypass search: what the compiler's syntax trees say of every way out of a contract.

A way out is metered where it goes through the guards' `_payOut`, and can be closed where `guarded(operation)`
comes before it on every path. What cannot be told is said to be so; nothing is clean by default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from guardrails.fuzz.bypass import known
from guardrails.fuzz.bypass.facts import Hit
from guardrails.fuzz.bypass.sinks import Kind
from guardrails.fuzz.bypass.trees import Node, Trees
from guardrails.fuzz.bypass.values import Whose
from guardrails.fuzz.bypass.walk import Walk


class Verdict(StrEnum):
    """From best to worst."""

    QUIET = "lets nothing out"
    METERED = "metered"
    DESIGN = "by design"
    UNCLEAR = "cannot tell"
    BYPASS = "bypass"


ORDER = list(Verdict)


@dataclass(frozen=True, slots=True)
class Way:
    """One place where an asset can leave, and what was found of it."""

    verdict: Verdict
    what: str
    why: str
    path: tuple[str, ...]
    place: str

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": str(self.verdict),
            "what": self.what,
            "why": self.why,
            "path": list(self.path),
            "place": self.place,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """An external function that changes state, with all its ways out."""

    function: str
    restricted: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def verdict(self) -> Verdict:
        """Of its worst way."""
        return max((way.verdict for way in self.ways), key=ORDER.index, default=Verdict.QUIET)

    def of(self, verdict: Verdict) -> tuple[Way, ...]:
        """Its ways with this verdict."""
        return tuple(way for way in self.ways if way.verdict is verdict)

    def to_json(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "verdict": str(self.verdict),
            "restricted": list(self.restricted),
            "ways": [way.to_json() for way in self.ways],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of one contract."""

    contract: str
    file: str
    guarded: bool
    entries: tuple[Entry, ...]

    def of(self, verdict: Verdict) -> tuple[Entry, ...]:
        """The functions whose worst way has this verdict."""
        return tuple(entry for entry in self.entries if entry.verdict is verdict)

    @property
    def bypasses(self) -> tuple[Entry, ...]:
        return self.of(Verdict.BYPASS)

    def to_json(self) -> dict[str, Any]:
        return {
            "contract": self.contract,
            "file": self.file,
            "guarded": self.guarded,
            "entries": [entry.to_json() for entry in self.entries],
        }


def read(trees: Trees, contract: str) -> Reading:
    """Every external function of `contract` that changes state, and where it lets assets out."""
    node = trees.contract(contract)
    walk = Walk(trees, node)
    entries = []
    for function in walk.resolver.entries():
        ways = tuple(_way(hit, function, walk) for hit in walk.enter(function))
        ways = _worst_of_each(ways) or _named_like_an_upgrade(function, walk)
        entries.append(Entry(signature(function), _restricted(function), ways))
    return Reading(str(node["name"]), trees.file(node), known.is_guarded(node, trees), tuple(entries))


def guarded_contracts(trees: Trees) -> list[str]:
    """Contracts that can be deployed and have guards, as `path:name`."""
    found = [
        f"{trees.file(c)}:{c['name']}"
        for c in trees.contracts
        if c["contractKind"] == "contract" and not c["abstract"] and known.is_guarded(c, trees)
    ]
    return sorted(found)


def signature(function: Node) -> str:
    """`name(types)` as a person would write it."""
    types = [p["typeDescriptions"]["typeString"] for p in function["parameters"]["parameters"]]
    short = [
        re.sub(r"(struct|contract|enum) (\w+\.)?| (calldata|memory|storage \w+)|", "", one) for one in types
    ]
    return f"{function['name'] or function['kind']}({', '.join(short)})"


def _restricted(function: Node) -> tuple[str, ...]:
    """Modifiers that look as if they asked who calls."""
    names = [str(used["modifierName"]["name"]) for used in function.get("modifiers", ())]
    return tuple(name for name in names if re.match(r"(only|auth|requires)", name))


def _named_like_an_upgrade(function: Node, walk: Walk) -> tuple[Way, ...]:
    if not re.match(r"_?(upgrade|migrate|set_?(implementation|logic|target|beacon))", function["name"], re.I):
        return ()
    place = walk.trees.place(walk.trees.file(function), function)
    why = "by its name it changes what code runs; how is not seen"
    return (Way(Verdict.UNCLEAR, "may replace the code", why, (walk.resolver.title(function),), place),)


def _way(hit: Hit, entry: Node, walk: Walk) -> Way:
    verdict, why = _judge(hit, entry, walk)
    name = f"{hit.sink.kind} ({hit.sink.name})"
    return Way(verdict, name, why, hit.path, hit.place)


def _judge(hit: Hit, entry: Node, walk: Walk) -> tuple[Verdict, str]:
    facts, kind = hit.facts, hit.sink.kind
    if hit.design is not None:
        return Verdict.DESIGN, hit.design
    if kind is Kind.DELEGATE and "Proxy._delegate" in hit.path and _to_controls(walk):
        return (
            Verdict.DESIGN,
            "the controls of the guards, fixed at construction; `guardrails verify` compares them",
        )
    if facts.announced:
        return Verdict.DESIGN, "governance alone, announced and after its delay"
    if facts.own and entry["name"] != "onClaimEnded":
        return Verdict.DESIGN, "only the contract itself may call this"
    if kind is Kind.INFLOW:
        if facts.operations:
            return Verdict.QUIET, f"closed by {', '.join(sorted(facts.operations))}"
        return Verdict.UNCLEAR, "nothing closes it: no guarded(operation) comes before on this path"
    if kind is Kind.METERED:
        if facts.operations:
            return Verdict.METERED, f"closed by {', '.join(sorted(facts.operations))}"
        return (
            Verdict.BYPASS,
            "it is metered, but on this path no guarded(operation) comes before: it stays open",
        )
    return _unmetered(hit)


def _unmetered(hit: Hit) -> tuple[Verdict, str]:
    kind, target, metered = hit.sink.kind, hit.sink.target, hit.facts.metered
    if kind in (Kind.TOKEN, Kind.ETH, Kind.DESTROY):
        if metered:
            return Verdict.UNCLEAR, "metered by hand: that the same leaves, and only after PASS, is not seen"
        return Verdict.BYPASS, f"to {target}, without a meter"
    if kind is Kind.APPROVAL:
        if target in (Whose.FIXED, Whose.STORED):
            return Verdict.UNCLEAR, f"the spender is {target}: what it takes is its own code's matter"
        return Verdict.BYPASS, f"the spender is {target}: it can take the approved amount at any time"
    if kind is Kind.CALL:
        if target in (Whose.GIVEN, Whose.SENDER):
            return Verdict.BYPASS, f"the call goes to {target}: it can be a transfer of any token"
        return Verdict.UNCLEAR, f"the call goes to {target}; if it is a token, it can be a transfer"
    if kind is Kind.DELEGATE:
        if target is Whose.FIXED:
            return Verdict.UNCLEAR, "the code is at an address fixed at construction: read it too"
        return Verdict.BYPASS, f"the code is at {target}: it can do anything"
    if kind is Kind.PULL:
        return Verdict.UNCLEAR, "if the payer is this contract, its own tokens leave"
    if kind is Kind.FOREIGN:
        return (
            Verdict.UNCLEAR,
            "it takes what this contract approved, or holds there in its own name: not seen here",
        )
    return Verdict.UNCLEAR, "which function runs is decided when it runs"


def _to_controls(walk: Walk) -> bool:
    lineage = [
        f for base in walk.resolver.lineage for f in base["nodes"] if f.get("name") == "_implementation"
    ]
    return bool(lineage) and known.delegates(lineage[0], walk.trees)


def _worst_of_each(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    """Of the same place, reached with different facts, the worst."""
    worst: dict[tuple[str, str], Way] = {}
    for way in sorted(ways, key=lambda w: -ORDER.index(w.verdict)):
        worst.setdefault((way.place, way.what), way)
    return tuple(worst.values())
