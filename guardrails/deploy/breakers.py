"""What a policy says of circuit breakers: what is created, the role that each gets, what each has to answer.

A breaker is fixed at its construction, so that there is nothing to configure: a fact of it differs where the
file was changed, or the record names another contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from guardrails import artifacts
from guardrails.chain.types import ZERO_ADDRESS
from guardrails.deploy.facts import Fact, Reader, Setting, Show
from guardrails.deploy.governed import grant
from guardrails.deploy.metrics import Places, metric_fact, metric_of, metric_part
from guardrails.deploy.parts import Part
from guardrails.deploy.texts import address_text, bps_text, level_text
from guardrails.policy import Policy
from guardrails.policy.breakers import Breaker
from guardrails.policy.metrics import PERCENT
from guardrails.policy.units import format_duration, format_number

BREAKER = "Breaker"
_NAMES = ("side", "level", "grace", "calm", "cooldown", "haircut", "slippage", "bound", "clear")
_VIEWS = {
    "protocol": "protocol",
    "metric": "metric",
    "hook": "hook",
    "duration": "duration",
    "down_after": "downAfter",
    "down_level": "downLevel",
    "thresholds": "thresholdCount",
}


def breaker_key(breaker: Breaker) -> str:
    """The key of the breaker in the record."""
    return f"breaker {breaker.name}"


def breaker_parts(places: Places) -> Iterator[Part]:
    """Each breaker behind its metric."""
    for breaker in places.policy.breakers:
        metric = metric_part(breaker, places)
        if metric is not None:
            yield metric
        arguments = (
            places.guard,
            metric_of(breaker),
            places.of(breaker.hook) if breaker.hook else ZERO_ADDRESS,
            breaker.duration,
            breaker.down_after,
            int(breaker.silence),
            [tuple(one) for one in breaker.encoded(places.policy)],
        )
        yield Part(breaker_key(breaker), artifacts.load(BREAKER), arguments)


def breaker_settings(policy: Policy) -> Iterator[Setting]:
    """The role of each."""
    for breaker in policy.breakers:
        yield grant(f"breakers.{breaker.name}", breaker_key(breaker), breaker.role)


def breaker_facts(places: Places) -> Iterator[Fact]:
    """Every field of every breaker and of its metric."""
    for breaker in places.policy.breakers:
        yield _head_fact(breaker, places)
        for number in range(len(breaker.thresholds)):
            yield _threshold_fact(places.policy, breaker, number)
        metric = metric_fact(breaker, places)
        if metric is not None:
            yield metric


def _head_fact(breaker: Breaker, places: Places) -> Fact:
    key = breaker_key(breaker)

    def read(reader: Reader) -> dict[str, Any]:
        ask = reader.at(key, BREAKER)
        return {name: ask(view) for name, view in _VIEWS.items()}

    expected = {
        "protocol": places.guard,
        "metric": metric_of(breaker),
        "hook": places.of(breaker.hook) if breaker.hook else ZERO_ADDRESS,
        "duration": breaker.duration,
        "down_after": breaker.down_after,
        "down_level": int(breaker.silence),
        "thresholds": len(breaker.thresholds),
    }
    show: dict[str, Show] = {
        "hook": address_text,
        "duration": format_duration,
        "down_after": format_duration,
        "down_level": level_text,
    }
    return Fact(f"breakers.{breaker.name}", read, expected, show)


def _threshold_fact(policy: Policy, breaker: Breaker, number: int) -> Fact:
    """One threshold."""
    key = breaker_key(breaker)

    def read(reader: Reader) -> dict[str, Any]:
        found = reader.at(key, BREAKER)("threshold", number)
        return dict(zip(_NAMES, found, strict=True)) if found else dict.fromkeys(_NAMES)

    show: dict[str, Show] = {
        "side": lambda above: "above" if above else "below",
        "level": level_text,
        **dict.fromkeys(("grace", "calm", "cooldown"), format_duration),
        **dict.fromkeys(("haircut", "slippage"), bps_text),
        **dict.fromkeys(("bound", "clear"), number_text(policy, breaker)),
    }
    expected = dict(zip(_NAMES, breaker.encoded(policy)[number], strict=True))
    place = f"breakers.{breaker.name}.thresholds.{number + 1}"
    return Fact(place, read, expected, show)


def number_text(policy: Policy, breaker: Breaker) -> Show:
    """What its metric tells, as the policy writes it."""

    def text(units: int) -> str:
        if breaker.metric.liquidity is not None:
            return policy.asset(breaker.metric.liquidity.asset).text(units)
        if breaker.metric.unit == PERCENT:
            return f"{format_number(Fraction(units, breaker.scale(policy)))} %"
        return f"{units:_}"

    return text
