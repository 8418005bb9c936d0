"""One sequence taken from the start, with everything written down that another backend or a test needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guardrails.chain import Log
from guardrails.errors import GuardrailsError
from guardrails.fuzz.bypass.ledger import Ledger
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.search.result import PROFIT
from guardrails.fuzz.step import Sequence, Step, numbered
from guardrails.fuzz.target import Target
from guardrails.fuzz.target import open_world as open_world  # exported tests take both from here
from guardrails.fuzz.world import THIEF, Outcome, World


@dataclass(frozen=True, slots=True)
class Event:
    """A log with the emitter by name where it has one."""

    emitter: str
    topics: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of a step. `after`: seconds since the world was ready; `error`: revert data in hex."""

    step: str
    ok: bool
    after: int
    block: int
    said: str
    error: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a contract answered: `contract` by name or address, call data and answer in hex."""

    contract: str
    data: str
    answer: str


@dataclass(frozen=True, slots=True)
class Enacted:
    """`broken_at`: the number of the step after which the property did not hold, with the evidence; None if
    it held. `readings`: what the property was judged by at the end, or what everybody held then.
    """

    deeds: tuple[Deed, ...]
    broken_at: int | None
    evidence: str | None
    readings: tuple[Reading, ...]


def enact(target: Target, world: World, sequence: Sequence, name: str) -> Enacted:
    """Takes the steps until the property `name` falls. HarnessFault where the world has no such property."""
    if name == Ledger.name:  # NoBypass, and what is closed, ETH, allowances: too dear for every search
        world.invariants.append(Ledger(world))
    names = [invariant.name for invariant in world.invariants]
    if name not in names and name != PROFIT:
        known = ", ".join((*dict.fromkeys(names), PROFIT))
        raise HarnessFault(f"the target has no property {name!r}", target.reference(), f"It has {known}.")
    started, block, deeds = world.started, world.chain.block().number, []
    for number, step in numbered(sequence.steps):
        outcome = _do(world, step, f"step {number}")
        deeds.append(_deed(world, outcome, started, block))
        with _listening(world) as heard:
            evidence = _judge(target, world, name)
        if evidence is not None:
            readings = tuple(heard) or _holdings(world)
            return Enacted(tuple(deeds), number, evidence, readings)
    return Enacted(tuple(deeds), None, None, _holdings(world))


def _do(world: World, step: Step, place: str) -> Outcome:
    try:
        return world.do(step)
    except GuardrailsError:
        raise
    except Exception as error:  # arguments out of a file may be anything
        raise HarnessFault(
            f"{step}: {type(error).__name__}: {error}", place, "Correct its arguments."
        ) from error


def _judge(target: Target, world: World, name: str) -> str | None:
    try:
        if name != PROFIT:
            said = (one.violation(world) for one in world.invariants if one.name == name)
            return next((evidence for evidence in said if evidence is not None), None)
        profit, bound = target.profit(world), target.promised(world)
    except GuardrailsError:
        raise
    except Exception as error:
        raise HarnessFault(
            f"{name} cannot be judged: {type(error).__name__}: {error}", target.reference(), "Correct it."
        ) from error
    most = target.dust if bound is None else bound
    if profit <= most:
        return None
    return f"the thief may gain at most {_usd(most)} and gained {_usd(profit)}"


def _usd(amount: Fraction) -> str:
    return f"{float(amount):,.2f} USD"


def _deed(world: World, outcome: Outcome, started: int, block: int) -> Deed:
    events = tuple(_event(world, log) for log in outcome.logs)
    said = "" if outcome.ok else world.explain(outcome)
    number = world.chain.block().number - block
    after = outcome.timestamp - started
    return Deed(str(outcome.step), outcome.ok, after, number, said, outcome.error.hex(), events)


def _event(world: World, log: Log) -> Event:
    topics = tuple(topic.hex() for topic in log.topics)
    return Event(world.names.get(log.address, log.address), topics, log.data.hex())


@contextmanager
def _listening(world: World) -> Iterator[list[Reading]]:
    """All calls that are asked of the chain."""
    heard: dict[tuple[str, str], Reading] = {}
    chain: Any = world.chain
    ask = chain.call

    def call(to: str, data: bytes, **options: Any) -> bytes:
        answer: bytes = ask(to, data, **options)
        name = world.names.get(to, to)
        heard[name, data.hex()] = Reading(name, data.hex(), answer.hex())
        return answer

    readings: list[Reading] = []
    chain.call = call
    try:
        yield readings
    finally:
        del chain.call
        readings += heard.values()


def _holdings(world: World) -> tuple[Reading, ...]:
    """What the protected contracts and the thief hold."""
    owners = dict.fromkeys((*world.protected, *world.accounts_of(THIEF)))
    found = []
    for symbol, token in world.assets.items():
        for owner in owners:
            data = token.encode("balanceOf", owner)
            found.append(Reading(symbol, data.hex(), world.chain.call(token.address, data).hex()))
    return tuple(found)
