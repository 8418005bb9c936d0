"""The metrics of a policy's breakers: what is created for each, and what it has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from guardrails import artifacts
from guardrails.chain.abi import selector
from guardrails.chain.types import ZERO_ADDRESS, Address
from guardrails.deploy.facts import Fact, Reader, Ref, Show
from guardrails.deploy.parts import Part
from guardrails.deploy.texts import address_text, yes_no
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy
from guardrails.policy.breakers import Breaker
from guardrails.policy.metrics import PROTOCOL
from guardrails.policy.problems import did_you_mean
from guardrails.policy.units import format_duration


@dataclass(frozen=True)
class Places:
    """`guard` decides; `protocol` is what users call: the same when embedded, else the first member."""

    policy: Policy
    guard: Ref
    protocol: Ref
    parts: tuple[Part, ...]

    def of(self, text: str) -> Ref | Address:
        """The contract that a policy names."""
        if text == PROTOCOL:
            return self.protocol
        if text.startswith("0x"):
            return self.guard if text == self.policy.protocol.address else text
        return Ref(text)

    def has_function(self, place: Ref | Address, name: str) -> None:
        """Raises where the contract is known and has no such view; of others the constructor asks."""
        part = next((part for part in self.parts if isinstance(place, Ref) and part.key == place.key), None)
        if part is None or part.artifact is None:
            return
        views = [entry["name"] for entry in part.artifact.abi if _is_number(entry)]
        if name not in views:
            what = f"{part.artifact.name} has no view `{name}()` that answers one number"
            raise GuardrailsError(what, "breakers", did_you_mean(name, views))


def _is_number(entry: Any) -> bool:
    return (
        entry["type"] == "function"
        and not entry["inputs"]
        and entry["stateMutability"] in ("view", "pure")
        and [output["type"] for output in entry["outputs"]] == ["uint256"]
    )


def metric_key(breaker: Breaker) -> str:
    """The key of the metric in the record."""
    return f"metric {breaker.name}"


def metric_of(breaker: Breaker) -> Ref | Address:
    """The metric that a breaker asks: one of its own, or one that stands."""
    return breaker.metric.contract or Ref(metric_key(breaker))


def metric_part(breaker: Breaker, places: Places) -> Part | None:
    """What is created; None where the metric stands already."""
    metric = breaker.metric
    if metric.liquidity is not None:
        name, arguments = "LiquidityMetric", _liquidity(breaker, places)
    elif metric.utilisation is not None:
        one = metric.utilisation
        name, arguments = "UtilisationMetric", _ratio(places, one.source, one.borrowed, one.supplied)
    elif metric.collateral_ratio is not None:
        other = metric.collateral_ratio
        name, arguments = "CollateralRatioMetric", _ratio(places, other.source, other.backing, other.owed)
    elif metric.rate is not None:
        sources = [places.of(source) for source in metric.rate.sources]
        name, arguments = "RateMetric", (metric.rate.window, sources)
    elif metric.supplied is not None:
        source = places.policy.account(metric.supplied.source)
        name, arguments = "SuppliedMetric", (source, metric.supplied.max_age)
    else:
        return None
    return Part(metric_key(breaker), artifacts.load(name), arguments)


def metric_fact(breaker: Breaker, places: Places) -> Fact | None:
    """What a created metric answers. A rate's sources beyond the policy's nobody can list."""
    part = metric_part(breaker, places)
    if part is None or part.artifact is None:
        return None
    key, artifact, views = part.key, part.artifact.name, _views(breaker, places, part.arguments)

    def read(reader: Reader) -> dict[str, Any]:
        ask = reader.at(key, artifact)
        return {name: ask(view.name, *view.arguments) for name, view in views.items()}

    expected = {name: view.expected for name, view in views.items()}
    shows = {name: view.show for name, view in views.items()}
    return Fact(f"breakers.{breaker.name}.metric", read, expected, shows)


class _View(NamedTuple):
    """A view of a metric, what it has to answer, and how that is shown."""

    name: str
    expected: Any
    show: Show = address_text
    arguments: tuple[Any, ...] = ()


def _views(breaker: Breaker, places: Places, given: tuple[Any, ...]) -> dict[str, _View]:
    """By the policy's names; `given` is what the constructor got."""
    metric = breaker.metric
    if metric.liquidity is not None:
        return {n: _View(n, v) for n, v in zip(("asset", "holder", "claims"), given, strict=True)}
    if metric.supplied is not None:
        return {"source": _View("source", given[0]), "max_age": _View("maxAge", given[1], format_duration)}
    if metric.rate is not None:
        counts = {
            f"sources.{text}": _View("isSource", True, yes_no, (places.of(text),))
            for text in metric.rate.sources
        }
        return {"window": _View("window", given[0], format_duration), **counts}
    ratio, other = metric.utilisation, metric.collateral_ratio
    pair = ("borrowed", "supplied") if ratio is not None else ("backing", "owed")
    views = {"source": _View("source", given[0])}
    for name, view, value in zip(pair, ("numerator", "denominator"), given[1:], strict=True):
        views[name] = _View(view, value, _function_text(getattr(ratio or other, name)))
    return views


def _liquidity(breaker: Breaker, places: Places) -> tuple[Any, ...]:
    liquidity = breaker.metric.liquidity
    assert liquidity is not None
    holder = places.of(liquidity.holder)
    claims = places.guard if holder == places.guard else ZERO_ADDRESS
    return (places.policy.asset(liquidity.asset).address, holder, claims)


def _ratio(places: Places, source: str, above: str, below: str) -> tuple[Any, ...]:
    asked = places.of(source)
    for name in (above, below):
        places.has_function(asked, name)
    return (asked, _selector(above), _selector(below))


def _selector(name: str) -> bytes:
    return selector({"type": "function", "name": name, "inputs": []})


def _function_text(name: str) -> Show:
    """The function where it is the policy's, its selector where it is another."""
    return lambda found: f"{name}()" if found == _selector(name) else "0x" + found.hex()
