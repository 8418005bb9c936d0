"""What a policy says of incident attestation: the contract, its reporters, its role, what each answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guardrails import artifacts
from guardrails.deploy.facts import Difference, Fact, Reader, Setting, Show
from guardrails.deploy.governed import Beside, grant, handover, pace, unchanged
from guardrails.deploy.logs import events
from guardrails.deploy.metrics import Places
from guardrails.deploy.parts import DEPLOYER, Part
from guardrails.deploy.texts import address_text, bps_text, level_text, yes_no
from guardrails.policy import Policy
from guardrails.policy.units import format_duration

IT = Beside("attestation", "Attestation", "attestation")


def attestation_parts(places: Places) -> Iterator[Part]:
    one, policy = places.policy.attestation, places.policy
    if one is not None:
        arguments = (places.guard, DEPLOYER, one.quorum, tuple(one.bounds()), tuple(one.stake(policy)))
        yield Part(IT.key, artifacts.load(IT.artifact), arguments)


def attestation_settings(policy: Policy) -> Iterator[Setting]:
    """Reporters and pace while it is the deployer's, then its seal; its role on the guards."""
    one = policy.attestation
    if one is None:
        return
    for reporter in sorted(one.addresses(policy)):
        fact = reporter_fact(reporter)
        yield Setting(f"setReporter {reporter}", "setReporter", (reporter, True), fact, IT.key)
    yield from pace(policy, IT)
    yield handover(policy, IT)
    yield grant(IT.subject, IT.key, one.role)


def reporter_fact(reporter: str) -> Fact:
    return IT.fact(f"reporters.{reporter}", "isReporter", reporter, expected=True, show=yes_no)


def attestation_facts(places: Places) -> Iterator[Fact]:
    """What was fixed at its construction, and what must not have changed since."""
    one, policy = places.policy.attestation, places.policy
    if one is None:
        return
    bounds, stake = one.bounds(), one.stake(policy)

    def amount(units: int) -> str:
        return policy.asset(one.bonds.minimum.unit).text(units) if one.bonds else str(units)

    fields: dict[str, tuple[str, Any, Show]] = {
        "protocol": ("protocol", places.guard, str),
        "quorum": ("quorum", one.quorum, str),
        "max_level": ("maxLevel", bounds.max_level, level_text),
        "max_duration": ("maxDuration", bounds.max_duration, format_duration),
        "max_hold": ("maxHold", bounds.max_hold, format_duration),
        "validity": ("validity", bounds.validity, format_duration),
        "bonds.asset": ("bondToken", stake.token, address_text),
        "bonds.minimum": ("minBond", stake.minimum, amount),
        "bonds.max_slash": ("maxSlashBps", stake.max_slash, bps_text),
        "bonds.slashed_to": ("slashedTo", stake.slashed_to, address_text),
        "bonds.challenge_period": ("challengePeriod", stake.challenge_period, format_duration),
    }

    def read(reader: Reader) -> dict[str, Any]:
        ask = reader.at(IT.key, IT.artifact)
        return {name: ask(view) for name, (view, _, _) in fields.items()}

    expected = {name: value for name, (_, value, _) in fields.items()}
    yield Fact(IT.subject, read, expected, {name: show for name, (_, _, show) in fields.items()})
    yield from unchanged(policy, IT)


def extra_reporters(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    """Reporters that the policy does not name, from every one ever named."""
    if policy.attestation is None:
        return
    known, ask = policy.attestation.addresses(policy), reader.at(IT.key, IT.artifact)
    logged = events(reader.contract(IT.key, IT.artifact), reader.chain, "ReporterSet", from_block)
    for account in dict.fromkeys(str(one["reporter"]) for one in logged):
        if account not in known and ask("isReporter", account):
            yield Difference(f"{IT.subject}.reporters.extra {account}", "no reporter", "a reporter")
