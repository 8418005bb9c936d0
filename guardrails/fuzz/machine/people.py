"""What everybody does to a guarded protocol, whichever it is: steps out of a few choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.chain.abi import AbiEntry, signature
from guardrails.fuzz.machine.draw import Source, one
from guardrails.fuzz.step import Loan, Step
from guardrails.fuzz.world import ENVIRONMENT, THIEF, THIEF_CONTRACT

if TYPE_CHECKING:
    from guardrails.fuzz.machine.lab import Lab

_FAULTS = (0, 0, 1, 2, 4, 8, 16, 32, 64, 20)
_LEAVES = ("withdraw", "redeem", "remove", "borrow", "unlend", "deliver", "exit", "burn")
_PERCENT = (100, 99, 101, 95, 105, 90, 110, 81, 79, 121, 67, 150, 50, 200, 0, -100)
_GIVEN = (1, 10, 1_000, 10**6, 10**9)


def use(lab: Lab, source: Source) -> Step:
    """A user calls the protocol."""
    actor = one(source, lab.users)
    return _use(lab, source, actor, actor)


def attack(lab: Lab, source: Source) -> Step:
    """The thief's contract, several calls in one transaction, perhaps with a loan and out of a callback."""
    count = 1 + source.below(3)
    may_fail = source.below(2) == 1
    calls = tuple([_use(lab, source, THIEF, THIEF_CONTRACT, may_fail=may_fail) for _ in range(count)])
    loans: tuple[Loan, ...] = ()
    if source.below(2):
        asset = one(source, list(lab.world.assets))
        loans = (Loan(asset, lab.numbers[source.below(len(lab.numbers) - 1)] * one(source, _GIVEN)),)
    callback = (_use(lab, source, THIEF, THIEF_CONTRACT),) if source.below(4) == 1 else ()
    return Step.batch(THIEF, calls, loans=loans, callback=callback)


def drain(lab: Lab, source: Source) -> Step:
    """Somebody takes all that may leave, or a part of it, where an asset leaves by the function's name."""
    actor = one(source, lab.users)
    action = one(source, [a for a in lab.functions if a.function.startswith(_LEAVES)] or lab.functions)
    arguments = list(lab.values.of(action.function, action.inputs, actor, source))
    amount = lab.available(source.below(8)) // one(source, (1, 2, 4, 100))
    for at, part in enumerate(action.inputs):
        if str(part["name"]).strip("_").lower() in ("amount", "assets", "shares"):
            arguments[at] = amount
    return Step(actor, action.target, action.function, tuple(arguments))


def wait(lab: Lab, source: Source) -> Step:
    """Time passes; a day and less for the most part."""
    seconds = one(source, lab.times)
    if seconds > 86_400 and source.below(4):
        seconds = 1 + seconds % 86_400
    return Step.pause(max(1, seconds))


def fault(lab: Lab, source: Source) -> Step:
    """A token does what real ones do: a fee, no answer, a false one, a call back, a blocked account."""
    symbol = one(source, list(lab.world.assets))
    if source.below(4) == 1:
        arguments = (one(source, lab.everybody), source.below(2) == 1)
        return Step(ENVIRONMENT, symbol, "setBlocked", arguments)
    return Step(ENVIRONMENT, symbol, "setFaults", (one(source, _FAULTS),))


def price(lab: Lab, source: Source) -> Step:
    """A price moves by up to a third, or more; or it is stale, or none."""
    feed = one(source, list(lab.feeds))
    percent = one(source, _PERCENT)
    age = one(source, (0, 0, 0, 0, 60, 3_600, 86_400))
    answer = lab.feeds[feed] * percent // 100
    return Step(ENVIRONMENT, feed, "set", (answer, lab.world.now - age if age else 0))


def claim(lab: Lab, source: Source) -> Step:
    """Somebody settles a claim, or gives one up."""
    function = one(source, ("settle", "withdrawClaim"))
    return Step(one(source, lab.users), "guard", function, (one(source, lab.claims()),))


def misuse(lab: Lab, source: Source) -> Step:
    """Guardian, sentinel, governance or a stranger, any function of the guard, any arguments."""
    actors = [*lab.fast, THIEF]
    actor = one(source, actors)
    entry = one(source, lab.guards if source.below(4) else lab.governed)
    return _guard(lab, source, actor, entry)


def announce(lab: Lab, source: Source) -> Step:
    """Governance announces a loosening."""
    entry = one(source, lab.governed)
    name = signature(entry)
    arguments = list(lab.values.of(name, entry["inputs"], "governance", source))
    return Step("governance", "guard", "schedule", ({"call": ["guard", name, arguments]},))


def execute(lab: Lab, source: Source, announced: list[Step]) -> Step:
    """Anybody executes what was announced, at once or when it is due."""
    known = one(source, announced)
    due = one(source, (0, *lab.delays))
    return Step(one(source, lab.users), "guard", "execute", known.arguments, wait=due)


def _guard(lab: Lab, source: Source, actor: str, entry: AbiEntry) -> Step:
    name = signature(entry)
    return Step(actor, "guard", name, lab.values.of(name, entry["inputs"], actor, source))


def _use(lab: Lab, source: Source, actor: str, as_who: str, *, may_fail: bool = False) -> Step:
    """As the name in the arguments stands whoever makes the call: an actor, or his contract."""
    action = one(source, lab.functions)
    arguments = lab.values.of(action.function, action.inputs, as_who, source)
    value = source.below(3) * 10**18 if action.payable else 0
    return Step(actor, action.target, action.function, arguments, value=value, may_fail=may_fail)
