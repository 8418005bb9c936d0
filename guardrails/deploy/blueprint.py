"""Which contracts a deployment is about, and what their constructors get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from guardrails import artifacts
from guardrails.artifacts import Artifact
from guardrails.chain.abi import type_of
from guardrails.chain.types import Address, checksum
from guardrails.deploy.attestation import attestation_parts
from guardrails.deploy.beacons import beacon_parts
from guardrails.deploy.breakers import breaker_parts
from guardrails.deploy.facts import Ref
from guardrails.deploy.interface import (
    EMERGENCY_CONTROLS,
    GOVERNANCE_CONTROLS,
    HUB,
    MARKET_CONTROLS,
    ORACLE_CONTROLS,
    check_no_clash,
)
from guardrails.deploy.metrics import Places
from guardrails.deploy.parts import DEPLOYER, Part
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy
from guardrails.policy.address import is_hex_address
from guardrails.policy.contracts import ContractInfo
from guardrails.policy.problems import did_you_mean


@dataclass(frozen=True)
class Blueprint:
    """`guard` is the key of the contract that decides: the protocol itself, or the hub."""

    policy: Policy
    guard: str
    parts: tuple[Part, ...]
    members: tuple[Ref, ...] = ()

    @property
    def hub(self) -> bool:
        return self.policy.mode == "hub"

    @property
    def places(self) -> Places:
        """What the policy's names of contracts stand for."""
        guard = Ref(self.guard)
        return Places(self.policy, guard, self.members[0] if self.members else guard, self.parts)

    def part(self, key: str) -> Part:
        return next(part for part in self.parts if part.key == key)


def blueprint(
    policy: Policy,
    *,
    artifact: Artifact | str | None = None,
    constructor: Mapping[str, Any] | Sequence[Any] | None = None,
    controls: Address | None = None,
) -> Blueprint:
    """Reads the contracts out of the policy.

    `artifact` and `constructor` stand in for what the policy does not say; in hub mode they are the one
    member. `controls` is the EmergencyControls of this chain, where there is one. Raises GuardrailsError.
    """
    if policy.local_accounts:
        raise GuardrailsError(
            f"`ape:{policy.local_accounts[0]}` is a name in one machine's Ape folder, not yet an address",
            "accounts",
            "Run the command with an Ape --network, or write the address into the policy.",
        )
    known: list[tuple[ContractInfo, Any, Any]] = [
        (info, None, None) for info in (policy.members if policy.mode == "hub" else (policy.protocol,))
    ]
    if artifact is not None:
        if any(info.artifact or info.address for info, _, _ in known):
            raise GuardrailsError(
                "the policy names the contract already", "protocol", "Give it in one place only."
            )
        known = [(ContractInfo(constructor={}), artifact, constructor)]
    if policy.mode == "hub":
        return _watched(_hub(policy, known, controls))
    [(info, given, arguments)] = known
    if info.artifact is None and info.address is None and given is None:
        raise GuardrailsError(
            "the policy does not say which contract is guarded",
            "protocol",
            "Under `protocol` add `artifact: <name>` with its `constructor`, or `address:` of the contract "
            f"that is there. Shipped artefacts: {', '.join(artifacts.names())}.",
        )
    if info.address is not None:  # its controls are those that it was built with
        return _watched(Blueprint(policy, "protocol", (Part("protocol", None, (), info.address),)))
    part = _part(policy, "protocol", info, given, arguments)
    return _watched(Blueprint(policy, "protocol", (*_controls(controls), part)))


def _watched(plan: Blueprint) -> Blueprint:
    """The same with what watches the guards, which has to know where they are."""
    places = plan.places
    more = (*breaker_parts(places), *attestation_parts(places), *beacon_parts(places))
    return replace(plan, parts=(*plan.parts, *more))


def _hub(policy: Policy, known: list[tuple[ContractInfo, Any, Any]], controls: Address | None) -> Blueprint:
    there = policy.protocol.address
    hub = artifacts.load(HUB)
    before: tuple[Part, ...]
    if there is None:
        before = (*_controls(controls), Part(HUB, hub, (Ref(EMERGENCY_CONTROLS), DEPLOYER)))
    else:
        before = (Part(HUB, hub, (), there),)
    parts: list[Part] = []
    for number, (info, given, arguments) in enumerate(known, 1):
        name = given.name if isinstance(given, Artifact) else given or info.artifact or "member"
        key = str(name) if [p.key for p in parts].count(str(name)) == 0 else f"{name} {number}"
        parts.append(_part(policy, key, info, given, arguments))
    return Blueprint(policy, HUB, (*before, *parts), tuple(Ref(part.key) for part in parts))


def _controls(there: Address | None) -> tuple[Part, ...]:
    market, governance = artifacts.load(MARKET_CONTROLS), artifacts.load(GOVERNANCE_CONTROLS)
    emergency = artifacts.load(EMERGENCY_CONTROLS)
    if there is not None:
        return (Part(EMERGENCY_CONTROLS, emergency, (), checksum(there)),)
    return (
        Part(ORACLE_CONTROLS, artifacts.load(ORACLE_CONTROLS)),
        Part(MARKET_CONTROLS, market, (Ref(ORACLE_CONTROLS),)),
        Part(GOVERNANCE_CONTROLS, governance, (Ref(MARKET_CONTROLS),)),
        Part(EMERGENCY_CONTROLS, emergency, (Ref(GOVERNANCE_CONTROLS),)),
    )


def _part(policy: Policy, key: str, info: ContractInfo, given: Any, arguments: Any) -> Part:
    if info.address is not None:
        return Part(key, None, (), info.address)
    name = given if given is not None else info.artifact
    artifact = name if isinstance(name, Artifact) else artifacts.load(str(name))
    check_no_clash(artifact)
    values = arguments if arguments is not None else info.constructor
    return Part(key, artifact, _arguments(policy, artifact, values))


def _arguments(
    policy: Policy, artifact: Artifact, given: Mapping[str, Any] | Sequence[Any]
) -> tuple[Any, ...]:
    """`given` by name, or in order; the fields of a struct are named `struct.field`, or come as one value."""
    inputs = next((e["inputs"] for e in artifact.abi if e["type"] == "constructor"), ())
    names = [part["name"].strip("_") or str(i) for i, part in enumerate(inputs)]
    defaults = {"controls": Ref(EMERGENCY_CONTROLS), "deployer": DEPLOYER, "hub": Ref(HUB)}
    if not isinstance(given, Mapping):
        open_names = [name for name in names if len(given) == len(names) or name not in defaults]
        given = dict(zip(open_names, given, strict=False))
    known = {name.strip("_"): value for name, value in given.items()}
    values: list[Any] = []
    wanted, missing = list(names), list[str]()
    for name, part in zip(names, inputs, strict=True):
        if name in known:
            values.append(_value(policy, artifact, name, type_of(part), known[name]))
        elif part["type"] == "tuple":
            fields = {f"{name}.{field['name']}": type_of(field) for field in part["components"]}
            wanted += fields
            missing += [field for field in fields if field not in known]
            stated = [(field, kind) for field, kind in fields.items() if field in known]
            values.append(tuple(_value(policy, artifact, f, kind, known[f]) for f, kind in stated))
        elif name in defaults:
            values.append(defaults[name])
        else:
            missing.append(name)
    where = f"constructor of {artifact.name}"
    for name in known:
        if name not in wanted:
            raise GuardrailsError(f"there is no `{name}`", where, did_you_mean(name, wanted))
    if missing:
        remedy = "State it under `constructor:` beside the artifact."
        raise GuardrailsError(f"it needs {', '.join(missing)}", where, remedy)
    return tuple(values)


def _value(policy: Policy, artifact: Artifact, name: str, kind: str, value: Any) -> Any:
    """What was written, as the ABI type wants it; values that are not text are taken as they are."""
    if not isinstance(value, str):
        return value
    if kind.endswith("[]"):
        items = [item.strip() for item in value.strip("[] ").split(",") if item.strip()]
        return [_value(policy, artifact, name, kind[:-2], item) for item in items]
    try:
        if kind == "address":
            return _address(policy, value)
        if kind.startswith(("uint", "int")):
            return int(value.replace("_", ""), 0)
        if kind == "bool":
            return {"true": True, "false": False}[value.lower()]
        if kind.startswith("bytes"):
            bytes.fromhex(value.removeprefix("0x"))
    except (ValueError, KeyError):
        raise GuardrailsError(
            f"`{value}` is no {kind}", f"constructor.{name} of {artifact.name}", "Correct the argument."
        ) from None
    return value


def _address(policy: Policy, text: str) -> str:
    tokens = {asset.symbol: asset.address for asset in policy.assets}
    found = policy.accounts.get(text) or tokens.get(text) or text
    if text == "governance":
        found = policy.governance
    if not is_hex_address(found):
        raise ValueError(text)
    return checksum(found)
