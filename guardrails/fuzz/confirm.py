"""A finding is believed when a second EVM agrees with the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from guardrails.chain import Chain
from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.enact import Deed, Enacted, enact, open_world
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.fork import LOCAL
from guardrails.fuzz.step import numbered
from guardrails.fuzz.target import Target, find_target

BACKENDS: Final = ("revm", "anvil", "ape")
_APE_SETTINGS: Final = {"host": "auto", "evm_version": "cancun"}

Verdict = Literal["confirmed", "not confirmed", "not reproduced"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`confirmed`: on anvil the same steps come out the same and break the same property. `not confirmed`:
    the backends differ, which is no fault of the protocol. `not reproduced`: not even revm sees it again.
    """

    verdict: Verdict
    differences: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        return self.verdict == "confirmed"

    def __str__(self) -> str:
        return self.verdict + "".join(f"\n  {one}" for one in self.differences)


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of the steps on `backend`; `changes`: what is not as it was when it was found."""

    backend: str
    enacted: Enacted
    changes: tuple[str, ...]

    @property
    def broken(self) -> bool:
        return self.enacted.broken_at is not None


def confirm(finding: Finding, target: Target | None = None) -> Confirmation:
    """Takes the steps on revm and on anvil, and compares outcomes, errors, events, times and the property."""
    target = target or find_target(finding.sequence.target)
    first = _on(target, finding, "revm")
    if first.broken_at is None:
        return Confirmation("not reproduced", (f"{finding.property} holds after all steps on revm",))
    second = _on(target, finding, "anvil")
    differences = compare(first, second, ("revm", "anvil"))
    return Confirmation("not confirmed" if differences else "confirmed", differences)


def replay(artefact: Artefact, backend: str = "revm", *, network: str = LOCAL) -> Replay:
    """Takes the steps of an artefact on `revm`, `anvil` or `ape` (on the development network `network`)."""
    finding = artefact.finding
    target = find_target(finding.sequence.target)
    chain = _open(target, backend, network)
    try:
        world = open_world(target, chain)
        changes = artefact.changes(world)
        return Replay(backend, enact(target, world, finding.sequence, finding.property), changes)
    finally:
        chain.close()


def compare(first: Enacted, second: Enacted, names: tuple[str, str]) -> tuple[str, ...]:
    """How two runs of one sequence differ, in words."""
    one, other = names
    found = []
    for number, (a, b) in numbered(zip(first.deeds, second.deeds, strict=False)):
        found += [f"step {number} ({a.step}): {said}" for said in _differ(a, b, names)]
    if first.broken_at != second.broken_at:
        ends = [
            "holds" if run.broken_at is None else f"falls after step {run.broken_at}"
            for run in (first, second)
        ]
        found.append(f"the property {ends[0]} on {one} and {ends[1]} on {other}")
    return tuple(found)


def _differ(a: Deed, b: Deed, names: tuple[str, str]) -> list[str]:
    one, other = names
    if a.ok != b.ok:
        ends = ["succeeds" if deed.ok else f"fails with {deed.said}" for deed in (a, b)]
        return [f"{ends[0]} on {one} and {ends[1]} on {other}"]
    found = []
    if a.error != b.error:
        found.append(f"fails with {a.said} on {one} and with {b.said} on {other}")
    if a.events != b.events:
        found.append(f"has {len(a.events)} events on {one} and {len(b.events)} on {other}, not the same")
    if a.after != b.after:
        found.append(f"is at {a.after} s on {one} and at {b.after} s on {other}")
    return found


def _on(target: Target, finding: Finding, backend: str) -> Enacted:
    chain = target.chain(backend)
    try:
        return enact(target, open_world(target, chain), finding.sequence, finding.property)
    finally:
        chain.close()


def _open(target: Target, backend: str, network: str) -> Chain:
    if backend not in BACKENDS:
        raise HarnessFault(f"there is no backend {backend!r}", None, f"Choose among {', '.join(BACKENDS)}.")
    if backend != "ape":
        return target.chain(backend)
    if target.fork is not None:
        if network != LOCAL:
            raise HarnessFault("a target on a fork brings a chain of its own", network, "Name no network.")
        return target.fork.open(backend)
    from guardrails.chain import ApeChain

    return ApeChain.connect(network, settings=_APE_SETTINGS if network == LOCAL else None)
