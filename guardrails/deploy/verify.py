"""Reads the chain and names everything that is not as the policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from guardrails import artifacts
from guardrails.chain import Address, Chain, ChainError, Contract
from guardrails.chain.types import ZERO_ADDRESS
from guardrails.deploy import attestation, beacons
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.breakers import breaker_facts, breaker_key
from guardrails.deploy.caps import cap_text, unset_facts
from guardrails.deploy.configuration import limit_fact, relative_fact, settings
from guardrails.deploy.facts import Difference, Fact, Reader, Ref, view_fact
from guardrails.deploy.guarded import contract_at
from guardrails.deploy.interface import (
    CONTROLS,
    EMERGENCY_CONTROLS,
    NEXT,
    governance_selectors,
)
from guardrails.deploy.logs import events
from guardrails.deploy.oracles import unset_oracles
from guardrails.deploy.preflight import token_decimals
from guardrails.deploy.record import Record
from guardrails.deploy.texts import address_text, mode_text, rank_text
from guardrails.deploy.words import SHARED_BUDGET, UNSET_CAP, outflow_fields, standing_cap
from guardrails.errors import GuardrailsError
from guardrails.policy import OverLimit, Policy
from guardrails.policy.caps import EXPOSURES
from guardrails.policy.units import format_duration


def verify(plan: Blueprint, chain: Chain, record: Record) -> list[Difference]:
    """Every difference, in the order of the policy; empty when the chain is as the policy says."""
    found = [*code_differences(plan, chain, record), *differences(plan, chain, record)]
    return [*found, *_tokens(plan.policy, chain)]


def differences(plan: Blueprint, chain: Chain, record: Record) -> list[Difference]:
    """All but code and tokens."""
    address = record.contracts[plan.guard]
    reader = Reader(chain, contract_at(plan, plan.guard, chain, address), record.contracts)
    found = [d for fact in facts(plan) for d in fact.differences(reader)]
    found += _holders(plan.policy, reader, record.from_block)
    found += _extra_assets(plan.policy, reader, record.from_block)
    found += _extra_oracles(plan.policy, reader, record.from_block)
    found += _extra_caps(plan.policy, reader, record.from_block)
    found += attestation.extra_reporters(plan.policy, reader, record.from_block)
    found += beacons.extra_peers(plan.policy, reader, record.from_block)
    if plan.hub:
        found += _extra_members(plan, reader, record.from_block)
    return found


def facts(plan: Blueprint) -> Iterator[Fact]:
    """What was configured, and what must not have been."""
    policy, selectors = plan.policy, governance_selectors(hub=plan.hub)
    yield view_fact("sealed", "isSealed", expected=True, show=lambda v: "yes" if v else "no")
    yield view_fact("roles.governance", "governance", expected=policy.governance)
    for setting in settings(policy, selectors, plan.members):
        yield setting.fact
    for asset in policy.assets:
        if asset.outflow.relative is None:
            yield relative_fact(asset.symbol, asset.address, 0, 0)
    if policy.shared_budget is None:
        yield limit_fact("shared_budget", SHARED_BUDGET, 0, str)
    yield from unset_oracles(policy)
    yield from unset_facts(policy)
    yield from breaker_facts(plan.places)
    yield from attestation.attestation_facts(plan.places)
    yield from beacons.beacon_facts(plan.places)
    if policy.resume_gate is None:
        yield view_fact("resume_gate", "resumeGate", expected=ZERO_ADDRESS, show=address_text)
    for name, selector in selectors.items():
        if name not in policy.override.delays:
            default = policy.override.default_delay
            yield view_fact(
                f"override.delays.{name}", "delayOf", selector, expected=default, show=format_duration
            )
        yield view_fact(
            f"override.abdicated.{name}",
            "isAbdicated",
            selector,
            expected=False,
            show=lambda value: "given up for ever" if value else "not given up",
        )


def code_differences(plan: Blueprint, chain: Chain, record: Record) -> list[Difference]:
    """Bytecode of every contract whose artefact is known, immutables apart; and who delegates to whom."""
    found = []
    for key, address in record.contracts.items():
        part = next((part for part in plan.parts if part.key == key), None)
        artifact = part.artifact if part else artifacts.load(key)
        code = chain.code(address)
        if not code:
            found.append(Difference(f"code.{key}", "a contract", f"nothing at {address}"))
        elif artifact is not None and not artifact.matches(code):
            found.append(Difference(f"code.{key}", f"{artifact.name} as shipped", f"other code at {address}"))
    if any(d.subject in (f"code.{plan.guard}", *(f"code.{name}" for name in CONTROLS)) for d in found):
        return found
    found += _points_to(chain, record, plan.guard, "controls", EMERGENCY_CONTROLS)
    for name, following in pairwise(CONTROLS):
        found += _points_to(chain, record, name, NEXT[name], following)
    for member in plan.members:
        if f"code.{member.key}" not in {d.subject for d in found}:
            found += _points_to(chain, record, member.key, "hub", plan.guard)
    return found


def _points_to(chain: Chain, record: Record, key: str, view: str, target: str) -> list[Difference]:
    abi = [
        {
            "type": "function",
            "name": view,
            "stateMutability": "view",
            "inputs": [],
            "outputs": [{"type": "address", "name": ""}],
        }
    ]
    wanted = record.contracts[target]
    try:
        named = str(Contract(chain, record.contracts[key], abi).call(view))
    except ChainError as error:
        named = f"no answer ({error.what})"
    return [] if named == wanted else [Difference(f"code.{key}.{view}", wanted, named)]


def _holders(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    """Holders that lapsed, and holders that the policy does not know, from every grant ever logged."""
    people = {holder: f"roles.guardian.alive {holder}" for holder in policy.guardians}
    people |= {holder: f"roles.sentinel.alive {holder}" for holder in policy.sentinels}
    contracts = {breaker_key(one): f"breakers.{one.name}.alive" for one in policy.breakers}
    contracts |= {attestation.IT.key: "attestation.alive"} if policy.attestation else {}
    contracts |= {beacons.IT.key: "beacons.alive"} if policy.beacons else {}
    known = dict(sorted(people.items()))
    known |= {reader.resolve(Ref(key)): subject for key, subject in contracts.items()}
    now = reader.chain.block().timestamp
    for holder, subject in known.items():
        rank, alive_until = reader("holderOf", holder)
        if rank and alive_until <= now:
            ago = f"lapsed {format_duration(now - alive_until)} ago"
            yield Difference(subject, "shows that it is alive", ago)
    for account in _ever(reader, "HolderSet", "account", from_block):
        if account not in known and (rank := reader("holderOf", account)[0]):
            yield Difference(f"roles.extra {account}", "no role", rank_text(rank))


def _extra_assets(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    known = {asset.address for asset in policy.assets} | {SHARED_BUDGET}
    for asset in _ever(reader, "LimitSet", "asset", from_block):
        if asset in known:
            continue
        mode = outflow_fields(reader("outflowWord", asset))["mode"]
        if mode != OverLimit.UNSET:
            yield Difference(f"assets.extra {asset}", "not an asset", mode_text(mode))


def _extra_oracles(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    known = {asset.address for asset in policy.assets}
    for asset in _ever(reader, "OracleSet", "asset", from_block):
        if asset not in known and (source := reader("oracleOf", asset)[0][0]) != ZERO_ADDRESS:
            yield Difference(f"oracle.extra {asset}", "not set", source)


def _extra_caps(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    """Caps that somebody set and the policy does not state."""
    known = {
        (EXPOSURES.index(exposure), asset.address)
        for asset in policy.assets
        for exposure in asset.encoded_caps()
    }
    assets = {asset.address: asset for asset in policy.assets}
    ever = [(int(one["kind"]), str(one["asset"])) for one in _events(reader, "CapSet", from_block)]
    for kind, address in dict.fromkeys(ever):
        standing = standing_cap(reader("capWord", kind, address))
        if (kind, address) not in known and standing != UNSET_CAP:
            asset = assets.get(address)
            text = cap_text(asset)(standing) if asset else str(standing)
            name = f"{EXPOSURES[kind]} {asset.symbol if asset else address}"
            yield Difference(f"caps.extra {name}", "not set", text)


def _extra_members(plan: Blueprint, reader: Reader, from_block: int) -> Iterator[Difference]:
    known = {reader.resolve(member) for member in plan.members}
    for member in _ever(reader, "MemberSet", "member", from_block):
        if member not in known and reader("isMember", member):
            yield Difference(f"members.extra {member}", "not a member", "a member")


def _ever(reader: Reader, event: str, field: str, from_block: int) -> list[Address]:
    """Every value that an indexed address of an event has had, in order of appearance."""
    values = [str(arguments[field]) for arguments in _events(reader, event, from_block)]
    return [value for value in dict.fromkeys(values) if value != ZERO_ADDRESS]


def _events(reader: Reader, event: str, from_block: int) -> list[Mapping[str, Any]]:
    """The arguments of every such event of the guards since then."""
    return events(reader.guard, reader.chain, event, from_block)


def _tokens(policy: Policy, chain: Chain) -> Iterator[Difference]:
    for asset in policy.assets:
        try:
            found = str(token_decimals(chain, asset.address, asset.symbol))
        except GuardrailsError as error:
            found = error.what
        if found != str(asset.decimals):
            yield Difference(f"assets.{asset.symbol}.decimals", str(asset.decimals), found)
