"""The policy: what `guardrails.yaml` says, read once; everything else in the project derives from this
object.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from guardrails.policy.asset import Asset
from guardrails.policy.attestation import Attestation
from guardrails.policy.beacons import Beacons
from guardrails.policy.breakers import Breaker
from guardrails.policy.budget import SharedBudget
from guardrails.policy.contracts import ContractInfo, Member
from guardrails.policy.delays import Lock, Override, Settlement
from guardrails.policy.fields import APE_PREFIX, Account, Holder, Name, Seconds, Strict, TokenAddress
from guardrails.policy.levels import Levels
from guardrails.policy.operations import Level
from guardrails.policy.oracle import Sequencer
from guardrails.policy.problems import Findings
from guardrails.policy.roles import FastRole, Roles
from guardrails.policy.rules import check_policy, other_accounts

Guard = Literal["pause", "level", "outflow", "lock", "oracle", "blocklist", "caps"]
GUARDS: Final[tuple[Guard, ...]] = get_args(Guard)
"""In the order of the contract's enumeration."""


class ProtocolInfo(ContractInfo):
    """What is guarded."""

    name: Annotated[Name, Field(description="A short name; it appears in records and reports.")]
    kind: Annotated[
        Literal["vault", "bridge", "lending", "custom"], Field(description="What sort of protocol.")
    ]


class Policy(Strict):
    """A protocol's safety policy, stated once."""

    version: Annotated[Literal["1"], Field(description="Version of this format: 1.")]
    protocol: ProtocolInfo
    mode: Annotated[
        Literal["embedded", "hub"],
        Field(description="embedded: the protocol inherits the guards; hub: shares them."),
    ] = "embedded"
    members: Annotated[
        tuple[Member, ...],
        Field(default_factory=tuple, description="In hub mode: the contracts that share the hub."),
    ]
    chain_id: Annotated[int | None, Field(ge=1, description="If given, no other chain is written to.")] = None
    accounts: Annotated[
        dict[Name, Account],
        Field(
            default_factory=dict, description="Names for addresses, or ape:<alias> for a local Ape account."
        ),
    ]
    assets: Annotated[tuple[Asset, ...], Field(min_length=1, description="The tokens that the guards meter.")]
    settlement: Settlement
    shared_budget: SharedBudget | None = None
    roles: Roles
    levels: Levels = Levels()
    liquidation_grace: Annotated[
        Seconds, Field(description="After a pause, liquidation opens this much later than repayment.")
    ] = 0
    override: Override
    lock: Lock = Lock()
    sequencer: Sequencer | None = None
    risk_steward: Annotated[
        Holder | None, Field(description="Moves caps by one step at a time, within their corridors.")
    ] = None
    breakers: Annotated[
        tuple[Breaker, ...],
        Field(description="Circuit breakers: each raises the level while a number is beyond a threshold."),
    ] = ()
    attestation: Attestation | None = None
    beacons: Beacons | None = None
    resume_gate: Annotated[
        TokenAddress | None,
        Field(
            description="Contract that is asked before governance ends a restriction; see ResumeChecklist."
        ),
    ] = None
    shadow: Annotated[
        tuple[Guard, ...], Field(description="Guards that decide and report, but do not enforce.")
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _version_as_text(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("version") == 1:
            return {**data, "version": "1"}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        found = Findings("policy")
        check_policy(self, found)
        found.settle()
        return self

    def asset(self, symbol: str) -> Asset:
        """The asset of that symbol; KeyError if the policy has none."""
        for asset in self.assets:
            if asset.symbol == symbol:
                return asset
        raise KeyError(symbol)

    def draws_on_budget(self, symbol: str) -> bool:
        """Whether what leaves of this asset also counts against the shared budget."""
        return self.shared_budget is not None and symbol in self.shared_budget.assets

    def account(self, holder: str) -> str:
        """The address behind an alias (or `ape:<alias>`); an address stands for itself."""
        return self.accounts.get(holder, holder)

    @property
    def governance(self) -> str:
        """Address (or `ape:<alias>`) of governance."""
        return self.account(self.roles.governance)

    @property
    def guardians(self) -> tuple[str, ...]:
        """Addresses (or `ape:<alias>`) of the guardian role's holders."""
        return self._holders(self.roles.guardian)

    @property
    def sentinels(self) -> tuple[str, ...]:
        """Addresses (or `ape:<alias>`) of the sentinel role's holders."""
        return self._holders(self.roles.sentinel)

    @property
    def steward(self) -> str | None:
        """Address (or `ape:<alias>`) of the risk steward; None where the policy names none."""
        return self.account(self.risk_steward) if self.risk_steward is not None else None

    def _holders(self, role: FastRole | None) -> tuple[str, ...]:
        return tuple(self.account(holder) for holder in role.holders) if role else ()

    @property
    def local_accounts(self) -> tuple[str, ...]:
        """The Ape aliases that stand for addresses still to be looked up."""
        named = [self.governance, *self.guardians, *self.sentinels, *self.accounts.values()]
        named += [self.steward] if self.steward else []
        named += [account for _, account in other_accounts(self)]
        return tuple(sorted({a.removeprefix(APE_PREFIX) for a in named if a.startswith(APE_PREFIX)}))

    @property
    def named_contracts(self) -> frozenset[str]:
        """Sources, feeds, metrics and the gate: contracts that the guards ask, and that have to stand."""
        oracles = [asset.oracle for asset in self.assets if asset.oracle]
        sources = [cap.source for asset in self.assets for cap in asset.encoded_caps().values()]
        named = [oracle.source for oracle in oracles] + [oracle.second_source for oracle in oracles]
        named += [source.source for source in sources if source]
        named += [self.sequencer.feed if self.sequencer else None, self.resume_gate]
        for breaker in self.breakers:
            named += [breaker.metric.contract, breaker.hook, *(place for _, place in breaker.metric.places())]
        named += [peer.gateway for peer in self.beacons.peers] if self.beacons else []
        return frozenset(address for address in named if address and address.startswith("0x"))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Accounts and tokens that still hold a starter file's address (one digit, forty times)."""
        named = [(name, address) for name, address in self.accounts.items()]
        named += [(asset.symbol, asset.address) for asset in self.assets]
        return tuple(
            name for name, address in named if address.startswith("0x") and len(set(address[2:])) == 1
        )

    def resolve(self, lookup: Callable[[str], str]) -> Policy:
        """The same policy with each `ape:<alias>` replaced by its address; all rules are checked again."""

        def address(account: str) -> str:
            local = account.startswith(APE_PREFIX)
            return lookup(account.removeprefix(APE_PREFIX)) if local else account

        data = self.model_dump(mode="json", exclude_none=True)
        data["accounts"] = {name: address(account) for name, account in self.accounts.items()}
        if self.risk_steward is not None:
            data["risk_steward"] = address(self.risk_steward)
        for place, account in other_accounts(self):
            inside: Any = data
            for step in place[:-1]:
                inside = inside[step]
            inside[place[-1]] = address(account)
        roles = data["roles"]
        roles["governance"] = address(roles["governance"])
        for name in ("guardian", "sentinel"):
            if name in roles:
                roles[name]["holders"] = [address(holder) for holder in roles[name]["holders"]]
        return Policy.model_validate(data)

    def canonical(self) -> dict[str, Any]:
        """What the chain has to say, in integers and addresses: no alias, price, comment or order of keys.

        Policies with equal canonical forms deploy alike.
        """
        budget = self.shared_budget
        contracts = [c for c in (self.protocol, *self.members) if c.canonical()]
        return {
            "protocol": self.protocol.name,
            **({"contracts": [c.canonical() for c in contracts]} if contracts else {}),
            "mode": self.mode,
            "chain_id": self.chain_id,
            "assets": {a.address: [a.symbol, a.decimals, *a.encoded()] for a in self.assets},
            "settlement": [self.settlement.delay, self.settlement.max_hold],
            "shared_budget": budget
            and {
                "limit": budget.units,
                "window": budget.window,
                "worth": {s: str(worth.number) for s, worth in sorted(budget.assets.items())},
            },
            "governance": self.governance,
            "guardian": self._canonical_role(self.roles.guardian),
            "sentinel": self._canonical_role(self.roles.sentinel),
            "levels": [[r.share_percent, r.mask] for r in map(self.levels.rule, Level)],
            "liquidation_grace": self.liquidation_grace,
            "override": [
                self.override.default_delay,
                self.override.expiry,
                self.override.delays,
            ],
            "min_deposit_age": self.lock.min_deposit_age,
            "shadow": sorted(self.shadow),
            **self._canonical_markets(),
        }

    def _canonical_markets(self) -> dict[str, Any]:
        """What only some policies have; left out where it is not stated."""
        caps = {asset.address: asset.encoded_caps() for asset in self.assets if asset.encoded_caps()}
        watch = self.sequencer
        stated = {
            "caps": caps,
            "oracles": {asset.address: asset.oracle.encoded() for asset in self.assets if asset.oracle},
            "built_in_oracles": sorted(asset.address for asset in self.assets if asset.built_in_oracle),
            "sequencer": watch and [watch.feed, watch.grace],
            "risk_steward": self.steward,
            "resume_gate": self.resume_gate,
            "breakers": [breaker.canonical(self) for breaker in self.breakers],
            "attestation": self.attestation and self.attestation.canonical(self),
            "beacons": self.beacons and self.beacons.canonical(),
        }
        return {name: value for name, value in stated.items() if value}

    def _canonical_role(self, role: FastRole | None) -> list[Any] | None:
        if role is None:
            return None
        times = [role.max_pause, role.budget, role.period, role.cooldown, role.heartbeat, role.max_lock]
        return [sorted(self._holders(role)), *times, role.max_locks, role.mask, role.level]

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical form; a deployment record names its policy by it."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
