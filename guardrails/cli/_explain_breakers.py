"""The plain words of `guardrails check` about what holds a role itself: breakers, reporters, beacons."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.policy import Level, Policy
from guardrails.policy.attestation import Attestation
from guardrails.policy.beacons import Beacons
from guardrails.policy.breakers import Breaker, Threshold
from guardrails.policy.metrics import Metric
from guardrails.policy.units import format_duration, format_percent


def breakers(policy: Policy) -> Iterator[str]:
    """What each watches, when it trips, what it raises and when that ends."""
    for breaker in policy.breakers:
        yield f"{breaker.name}: watches {_number(breaker.metric)}. It holds the role of a {breaker.role}."
        for threshold in breaker.thresholds:
            yield from _threshold(threshold)
        yield f"  While it is tripped the level is renewed, {format_duration(breaker.duration)} at a time,"
        yield f"  as far as the budget of the {breaker.role} goes."
        yield from _silence(breaker)
        if breaker.hook is not None:
            yield f"  {breaker.hook} is told of every change."
    for name in dict.fromkeys(one.role for one in policy.breakers):
        often = format_duration(getattr(policy.roles, name).heartbeat)
        yield f"Somebody calls `guardrails breaker check`, and `beat` at least every {often} ({name})."


def attestation(policy: Policy, one: Attestation) -> Iterator[str]:
    """Who has to agree, on what, and what that does."""
    who, within = ", ".join(one.reporters), format_duration(one.validity)
    yield f"{one.quorum} of {who} sign an incident within {within}."
    if one.level is not Level.NORMAL:
        longest = format_duration(one.max_duration)
        yield f"Then the level is raised up to {one.max_level}, for up to {longest},"
        yield f"by the role of a {one.role} that the contract holds."
    if one.max_hold:
        yield f"Claims that they name are held for up to {format_duration(one.max_hold)}."
    if one.bonds is None:
        yield "Reporters have nothing at stake."
    else:
        slash, wait = format_percent(one.bonds.max_slash), format_duration(one.bonds.challenge_period)
        yield f"Each has {one.bonds.minimum} at stake; of a false report governance takes up to {slash},"
        yield f"{wait} after it rejected it, for {one.bonds.slashed_to}."
    delay = format_duration(policy.override.default_delay)
    yield f"Reporters are named, and the quorum lowered, {delay} after it is announced."


def beacons(one: Beacons) -> Iterator[str]:
    """Who is heard and told, through what, and within what bounds."""
    yield f"The beacon holds the role of a {one.role}; messages count for {format_duration(one.max_age)}."
    for peer in one.peers:
        yield f"Chain {peer.chain_id}, {peer.beacon}, through {peer.gateway}:"
        longest, budget = format_duration(peer.max_duration), format_duration(peer.budget)
        yield f"  raises here up to {peer.max_level}, for up to {longest} a message, {budget} in all,"
        yield "  which comes back after a day without. It is told of levels raised here."
    if not one.peers:
        yield "No peer yet: nothing is heard or told."


def _number(metric: Metric) -> str:
    if metric.liquidity is not None:
        return f"how much {metric.liquidity.asset} {metric.liquidity.holder} holds, less what waits in claims"
    if metric.utilisation is not None:
        one = metric.utilisation
        return f"{one.borrowed}() over {one.supplied}() of {one.source}"
    if metric.collateral_ratio is not None:
        other = metric.collateral_ratio
        return f"{other.backing}() over {other.owed}() of {other.source}"
    if metric.rate is not None:
        sources = ", ".join(metric.rate.sources)
        return f"what {sources} counted in {format_duration(metric.rate.window)}"
    if metric.supplied is not None:
        age = format_duration(metric.supplied.max_age)
        return f"the number that {metric.supplied.source} supplies, up to {age} old"
    return f"value() of {metric.contract}"


def _threshold(one: Threshold) -> Iterator[str]:
    side = "over" if one.above is not None else "under"
    wait = f" for {format_duration(one.grace)}" if one.grace else ", at the first check"
    effects = [f"raises the level to {one.level}"] if one.rank is not Level.NORMAL else []
    effects += [f"asks for a haircut of {format_percent(one.haircut)}"] if one.haircut else []
    effects += [f"asks for a slippage bound of {format_percent(one.slippage)}"] if one.slippage else []
    yield f"  {side.capitalize()} {one.bound}{wait}: {', '.join(effects) or 'tells its hook'}."
    side = "or less" if one.above is not None else "or more"
    calm = f", uncontradicted for {format_duration(one.calm)}" if one.calm else ""
    rest = f"; then not again for {format_duration(one.cooldown)}" if one.cooldown else ""
    yield f"    It clears when the number is {one.clear} {side}{calm}{rest}."


def _silence(breaker: Breaker) -> Iterator[str]:
    if breaker.silence is Level.NORMAL:
        yield "  Without a value it raises nothing."
    else:
        after = f"for {format_duration(breaker.down_after)}" if breaker.down_after else "at a check"
        yield f"  Without a value {after} it raises the level to {breaker.down_level}."
