"""Warnings for parameters outside what incidents teach. Each names the place in the policy and its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from guardrails.policy.asset import Asset
from guardrails.policy.model import Policy
from guardrails.policy.operations import Operation, OverLimit
from guardrails.policy.roles import FastRole
from guardrails.policy.units import format_duration, format_percent
from guardrails.risk.incidents import Incident, reaction_minutes, second_wave_minutes

_MIN_WINDOW: Final = 3_600
_HONEST_HOUR: Final = Fraction(199, 1000)
_LARGE_EXEMPTION: Final = Fraction(1, 20)
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Advice:
    """A parameter that the format allows and experience advises against."""

    place: str
    what: str
    source: str


def advice(policy: Policy) -> tuple[Advice, ...]:
    """All warnings, in the order of the file."""
    return tuple(_all(policy))


def _all(policy: Policy) -> Iterator[Advice]:
    for name in policy.placeholders:
        yield Advice(name, "this is the starter file's placeholder address: replace it", "`guardrails init`")
    for asset in policy.assets:
        yield from _asset(asset)
    yield from _settlement(policy)
    yield from _roles(policy)
    yield from _governance(policy)
    yield from _breakers(policy)
    yield from _attestation(policy)
    if policy.shadow:
        names = ", ".join(policy.shadow)
        yield Advice(
            "shadow", f"{names}: decides and reports, but stops nothing; no loss is bounded", "shadow mode"
        )


def _asset(asset: Asset) -> Iterator[Advice]:
    place, outflow = f"assets.{asset.symbol}.outflow", asset.outflow
    if asset.mode is OverLimit.UNLIMITED:
        yield Advice(f"{place}.limit", "unlimited: nothing bounds the loss of this asset", "BoundedLoss")
        return
    if outflow.window < _MIN_WINDOW:
        minutes, cases = second_wave_minutes()
        what = (
            f"a window of {format_duration(outflow.window)} refills many times within an attack: "
            f"they went on for up to {minutes} min"
        )
        yield Advice(f"{place}.window", what, _recorded(cases))
    if asset.limit == 0:
        yield Advice(f"{place}.limit", "a limit of 0: every withdrawal is over it", "BoundedLoss")
    share = outflow.relative
    if share is not None and share > _HONEST_HOUR:
        what = f"{format_percent(share)} of the base is more than the busiest honest hour ever took (19.9 %)"
        yield Advice(f"{place}.limit", what, "Nomad bridge flows of 2022, data/nomad")
    if outflow.base_growth is not None and outflow.base_growth > Fraction(1, 4):
        growth = format_percent(outflow.base_growth)
        what = f"the base may move {growth} per window: a deposit can lift the limit"
        yield Advice(f"{place}.base_growth", what, "cap inflation, scenario S3")
    if outflow.inflow_credit > Fraction(1, 2):
        what = (
            f"deposits can raise one window's outflow by {format_percent(outflow.inflow_credit)} of the limit"
        )
        yield Advice(f"{place}.inflow_credit", what, "credit gaming, scenario S2")
    if asset.limit and asset.exemption > asset.limit * _LARGE_EXEMPTION:
        what = f"small means up to {format_percent(Fraction(asset.exemption, asset.limit))} of the limit"
        yield Advice(
            f"{place}.exemption", f"{what}: few withdrawals use up the reserve", "structuring, scenario S5"
        )


def _settlement(policy: Policy) -> Iterator[Advice]:
    queued = any(asset.mode is OverLimit.LIMITED_QUEUE for asset in policy.assets)
    minutes, cases = second_wave_minutes()
    if queued and policy.settlement.delay < minutes * 60:
        what = (
            f"claims leave after {format_duration(policy.settlement.delay)}, "
            f"while attacks were still running {minutes} min after their first transaction"
        )
        yield Advice("settlement.delay", what, _recorded(cases))
    cancel = policy.override.delays.get("cancel", policy.override.default_delay)
    if queued and policy.settlement.max_hold < cancel:
        what = (
            f"a suspect claim leaves after {format_duration(policy.settlement.max_hold)}, "
            f"before governance can cancel it ({format_duration(cancel)})"
        )
        yield Advice("settlement.max_hold", what, "the delay of `cancel` in this policy")


def _roles(policy: Policy) -> Iterator[Advice]:
    minutes, cases = reaction_minutes()
    if policy.roles.guardian is None:
        yield Advice(
            "roles.guardian", f"nobody can act fast; people paused after {minutes} min", _recorded(cases)
        )
    if policy.roles.sentinel is None:
        what = f"no automatic agent: reckon with people's time to containment, {minutes} min in the median"
        yield Advice("roles.sentinel", what, _recorded(cases))
    for name in ("guardian", "sentinel"):
        role = getattr(policy.roles, name)
        if role is not None:
            yield from _fast_role(policy, name, role)


def _fast_role(policy: Policy, name: str, role: FastRole) -> Iterator[Advice]:
    place = f"roles.{name}"
    minutes, cases = second_wave_minutes()
    if name == "guardian" and role.max_pause < minutes * 60:
        what = f"a pause of {format_duration(role.max_pause)} ends before an attack of {minutes} min does"
        yield Advice(f"{place}.max_pause", what, _recorded(cases))
    if name == "guardian" and not role.mask & Operation.WITHDRAW:
        yield Advice(
            f"{place}.operations", "cannot close WITHDRAW: the way out stays open", "every recorded drain"
        )
    if role.budget * 2 > role.period:
        what = f"may keep operations closed {format_percent(_floor2(role.budget, role.period))} of the time"
        yield Advice(f"{place}.budget", f"{what} without governance", "BoundedFreeze")
    if role.cooldown > minutes * 60:
        what = f"{format_duration(role.cooldown)} without a pause after one that ran out: a naked window"
        yield Advice(f"{place}.cooldown", what, _recorded(cases))
    longest = 90 * _DAY if name == "guardian" else 7 * _DAY
    if role.heartbeat > longest:
        what = f"a lost key goes unnoticed for {format_duration(role.heartbeat)}"
        yield Advice(
            f"{place}.heartbeat", f"{what}; {format_duration(longest)} is enough", "heartbeats, scenario S45"
        )
    delay = policy.override.default_delay
    if name == "guardian" and role.budget < delay:
        what = (
            f"the budget of {format_duration(role.budget)} ends before an ordinary override "
            f"({format_duration(delay)}) can take effect"
        )
        yield Advice(f"{place}.budget", what, "override.default_delay in this policy")


def _governance(policy: Policy) -> Iterator[Advice]:
    if policy.override.default_delay < _DAY:
        what = f"{format_duration(policy.override.default_delay)} is little time to see and veto a loosening"
        yield Advice("override.default_delay", what, "veto before execution; a day is a common floor")
    if policy.override.default_delay > 0:
        for selector, delay in policy.override.delays.items():
            if delay == 0 and selector.startswith("set"):
                yield Advice(
                    f"override.delays.{selector}", "loosens at once, without notice", "DelayedLoosening"
                )


def _breakers(policy: Policy) -> Iterator[Advice]:
    for breaker in policy.breakers:
        place = f"breakers.{breaker.name}"
        if breaker.metric.liquidity or breaker.metric.utilisation or breaker.metric.collateral_ratio:
            for number, threshold in enumerate(breaker.thresholds, 1):
                for name, what in (
                    ("grace", "a moment within one transaction trips it"),
                    ("calm", "a moment of false health within one transaction clears it"),
                ):
                    if getattr(threshold, name) == 0:
                        yield Advice(f"{place}.thresholds.{number}.{name}", what, "docs/guards/breaker.md")
        if breaker.role == "guardian":
            what = "who can move the number spends the budget that people need"
            yield Advice(f"{place}.role", what, "docs/guards/breaker.md")


def _attestation(policy: Policy) -> Iterator[Advice]:
    one = policy.attestation
    if one is not None and one.quorum * 2 <= len(one.reporters):
        what = f"{one.quorum} of {len(one.reporters)} are no majority: the others may see nothing"
        yield Advice("attestation.quorum", what, "docs/response.md")


def _floor2(part: int, whole: int) -> Fraction:
    """part / whole, cut to whole percent."""
    return Fraction(part * 100 // whole, 100)


def _recorded(cases: tuple[Incident, ...]) -> str:
    """The incidents that a threshold rests on, each with the grade of its record."""
    named = ", ".join(f"{case.name} ({case.grade})" for case in cases)
    weak = any(case.grade != "A" for case in cases)
    return f"data/incidents: {named}" + ("; B: from secondary pages, some of which disagree" if weak else "")
