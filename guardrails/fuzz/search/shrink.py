"""The same finding with less: fewer steps, no batch, no wait, smaller numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from guardrails.fuzz.step import Step, Value
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT

MOST_ATTEMPTS = 3_000
_Steps: TypeAlias = tuple[Step, ...]


def shrink(steps: _Steps, holds: Callable[[_Steps], bool], attempts: int = MOST_ATTEMPTS) -> _Steps:
    """The smallest that was found for which `holds` is still true, as it is for `steps`."""
    left = attempts

    def try_it(candidate: _Steps) -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and holds(candidate)

    before: _Steps | None = None
    while steps != before and left > 0:
        before = steps
        steps = _without(steps, try_it)
        for simpler in (_unbatched, _fewer_calls, _shorter_waits, _plainer):
            steps = _simplified(steps, simpler, try_it)
    return steps


def _without(steps: _Steps, holds: Callable[[_Steps], bool]) -> _Steps:
    """ddmin: leaves out ever smaller pieces, until no single step can go."""
    size = max(len(steps) // 2, 1)
    while True:
        at = len(steps) - size
        while at > -size:
            start = max(at, 0)
            candidate = steps[:start] + steps[start + size :]
            if len(candidate) < len(steps) and holds(candidate):
                steps = candidate
            at -= size
        if size == 1:
            return steps
        size //= 2


def _simplified(
    steps: _Steps, simpler: Callable[[Step], Iterator[_Steps]], holds: Callable[[_Steps], bool]
) -> _Steps:
    """Replaces each step by the first simpler one that will do, again and again."""
    at = 0
    while at < len(steps):
        for candidate in simpler(steps[at]):
            whole = steps[:at] + candidate + steps[at + 1 :]
            if holds(whole):
                steps = whole
                break
        else:
            at += 1
    return steps


def _unbatched(step: Step) -> Iterator[_Steps]:
    if not step.calls or step.callback:
        return
    for as_person in (True, False):
        calls = tuple(_as_person(one) if as_person else one for one in step.calls)
        first = replace(calls[0], wait=step.wait)
        yield (first, *calls[1:])


def _as_person(step: Step) -> Step:
    swapped = tuple(f"@{THIEF}" if value == f"@{THIEF_CONTRACT}" else value for value in step.arguments)
    return replace(step, arguments=swapped, may_fail=False)


def _fewer_calls(step: Step) -> Iterator[_Steps]:
    for at in reversed(range(len(step.callback))):
        yield (replace(step, callback=step.callback[:at] + step.callback[at + 1 :]),)
    for at in range(len(step.loans)):
        yield (replace(step, loans=step.loans[:at] + step.loans[at + 1 :]),)
    if len(step.calls) > 1:
        for at in reversed(range(len(step.calls))):
            yield (replace(step, calls=step.calls[:at] + step.calls[at + 1 :]),)
    for at, one in enumerate(step.calls):
        if one.may_fail:
            calls = (*step.calls[:at], replace(one, may_fail=False), *step.calls[at + 1 :])
            yield (replace(step, calls=calls),)


def _shorter_waits(step: Step) -> Iterator[_Steps]:
    if step.wait:
        less = step.wait
        while less:
            yield (replace(step, wait=step.wait - less),)
            less //= 2


def _plainer(step: Step) -> Iterator[_Steps]:
    """Each number smaller or rounder; value in wei to nothing."""
    if step.value:
        yield (replace(step, value=0),)
    for at, old in enumerate(step.arguments):
        for new in _plainer_values(old):
            yield (replace(step, arguments=(*step.arguments[:at], new, *step.arguments[at + 1 :])),)
    for name in ("calls", "callback"):
        inner: _Steps = getattr(step, name)
        for at, one in enumerate(inner):
            for (plain,) in _plainer(one):
                changed = (*inner[:at], plain, *inner[at + 1 :])
                yield (replace(step, calls=changed) if name == "calls" else replace(step, callback=changed),)
    for at, loan in enumerate(step.loans):
        for new in _plainer_values(loan.amount):
            loans = (*step.loans[:at], replace(loan, amount=new), *step.loans[at + 1 :])
            yield (replace(step, loans=loans),)


def _plainer_values(old: Value) -> Iterator[Value]:
    if isinstance(old, list) and old:
        yield []
        yield old[:-1]
    if isinstance(old, bool) or not isinstance(old, int) or abs(old) < 2:
        return
    yield 0
    yield 1
    if old > 10:
        digits = len(str(old))
        for kept in (1, 2, 4):
            rounded = old // 10 ** max(digits - kept, 0) * 10 ** max(digits - kept, 0)
            if rounded != old:
                yield rounded
        if old != 10 ** (digits - 1) and str(old).strip("0") not in "123456789":
            yield 10 ** (digits - 1)
