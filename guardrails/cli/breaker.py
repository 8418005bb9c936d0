"""`guardrails breaker`: what anyone calls so that breakers work. Dry run unless --execute is given."""

from __future__ import annotations

from typing import Any

import click

from guardrails.chain import Address
from guardrails.cli._acting import acting, run
from guardrails.deploy import Guarded
from guardrails.deploy.attestation import IT as ATTESTATION
from guardrails.deploy.beacons import IT as BEACON
from guardrails.deploy.breakers import breaker_key
from guardrails.errors import GuardrailsError
from guardrails.policy.problems import did_you_mean
from guardrails.response import Action, watching

_name = click.argument("name", metavar="NAME")


@click.group()
def breaker() -> None:
    """Let a circuit breaker read its number, or renew its role."""


@breaker.command()
@_name
@acting
def check(name: str, **options: Any) -> None:
    """Let the breaker NAME read its number and raise the level where it must: anyone."""

    def build(guarded: Guarded, sender: Address) -> Action:
        named = {one.name: one for one in guarded.policy.breakers}
        return watching.check(named[_known(name, named)])

    run(build, **options)


@breaker.command()
@_name
@acting
def beat(name: str, **options: Any) -> None:
    """Renew the role of the breaker NAME, of `attestation` or of `beacon`: anyone, before it lapses."""

    def build(guarded: Guarded, sender: Address) -> Action:
        policy = guarded.policy
        keys = {ATTESTATION.key: ATTESTATION.key} if policy.attestation else {}
        keys |= {BEACON.key: BEACON.key} if policy.beacons else {}
        keys |= {one.name: breaker_key(one) for one in policy.breakers}
        return watching.beat(keys[_known(name, keys)], name)

    run(build, **options)


def _known(name: str, names: dict[str, Any]) -> str:
    if name not in names:
        remedy = (
            did_you_mean(name, names) if names else "State `breakers` in the policy before you deploy it."
        )
        raise GuardrailsError(f"the policy has no breaker `{name}`", "NAME", remedy)
    return name
