"""What a policy configures, in the order in which it has to be done: each call with its post-condition."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from eth_utils.crypto import keccak

from guardrails.deploy.attestation import attestation_settings
from guardrails.deploy.beacons import beacon_settings
from guardrails.deploy.breakers import breaker_settings
from guardrails.deploy.caps import caps_settings
from guardrails.deploy.facts import Fact, Reader, Ref, Setting, view_fact
from guardrails.deploy.oracles import oracle_settings
from guardrails.deploy.texts import (
    bps_text,
    level_text,
    mode_text,
    on_off,
    operations_text,
    percent_text,
    rank_text,
    tenths_text,
    yes_no,
)
from guardrails.deploy.words import (
    SHARED_BUDGET,
    level_fields,
    level_rules_word,
    outflow_fields,
    outflow_word,
    rank_limits_fields,
    rank_limits_word,
)
from guardrails.errors import GuardrailsError
from guardrails.policy import Asset, Policy, Rank
from guardrails.policy.budget import BUDGET_DECIMALS
from guardrails.policy.contracts import base_member
from guardrails.policy.model import GUARDS
from guardrails.policy.units import format_duration, format_number

DEFAULT_SELECTOR = bytes(4)
# erc7201:guardrails.override and erc7201:guardrails.hub, as in OverrideCore.sol and GuardrailHub.sol
_OVERRIDE_SLOT = 0xD89804670329A316CF178DE2E6AC3C01A43B3B02B7F8C7FE6415A1ED82F58300
_HUB_SLOT = 0x532508131989DE58B1D887F79FF84F55A91CAFCD26619F14C27DECB9A3F87F00


def settings(policy: Policy, selectors: dict[str, bytes], members: tuple[Ref, ...] = ()) -> Iterator[Setting]:
    """Every setting of the policy; `selectors` maps governance functions to their selectors."""
    yield from _roles(policy)
    yield from breaker_settings(policy)
    yield from attestation_settings(policy)
    yield from beacon_settings(policy)
    yield from _members(policy, members)
    yield from _limits(policy, members)
    yield from oracle_settings(policy)
    yield from caps_settings(policy)
    rules = level_rules_word(policy)
    yield Setting("setLevelRules", "setLevelRules", (rules,), level_fact(rules))
    delay, hold = policy.settlement.delay, policy.settlement.max_hold
    yield Setting("setSettlement", "setSettlement", (delay, hold), _settlement_fact(delay, hold))
    yield _seconds("setLiquidationGrace", "liquidation_grace", "liquidationGrace", policy.liquidation_grace)
    yield _seconds("setMinDepositAge", "lock.min_deposit_age", "minDepositAge", policy.lock.min_deposit_age)
    for number, guard in enumerate(GUARDS):
        wanted = guard in policy.shadow
        fact = view_fact(f"shadow.{guard}", "inShadow", number, expected=wanted, show=on_off)
        yield Setting(f"setShadow {guard}", "setShadow", (number, wanted), fact)
    if policy.resume_gate is not None:  # after what would ask it
        gate = view_fact("resume_gate", "resumeGate", expected=policy.resume_gate)
        yield Setting("setResumeGate", "setResumeGate", (policy.resume_gate,), gate)
    yield _seconds("setExpiry", "override.expiry", "overrideExpiry", policy.override.expiry)
    yield delay_setting("default_delay", DEFAULT_SELECTOR, policy.override.default_delay)
    for name, seconds in sorted(policy.override.delays.items()):
        if name not in selectors:
            raise GuardrailsError(
                f"no contract of this deployment has `{name}`", f"override.delays.{name}", "Remove the line."
            )
        yield delay_setting(f"delays.{name}", selectors[name], seconds)


def _roles(policy: Policy) -> Iterator[Setting]:
    for rank, role, holders in (
        (Rank.SENTINEL, policy.roles.sentinel, policy.sentinels),
        (Rank.GUARDIAN, policy.roles.guardian, policy.guardians),
    ):
        name = rank.name.lower()
        word = rank_limits_word(role)
        yield Setting(
            f"setRankLimits {name}", "setRankLimits", (int(rank), word), rank_fact(name, int(rank), word)
        )
        for holder in sorted(holders):
            fact = _holder_fact(name, holder, rank)
            yield Setting(f"setHolder {name} {holder}", "setHolder", (holder, int(rank)), fact)


def rank_fact(name: str, rank: int, word: int) -> Fact:
    show = dict.fromkeys(rank_limits_fields(0), format_duration)
    return Fact(
        f"roles.{name}",
        lambda reader: rank_limits_fields(reader("rankLimits", rank)),
        rank_limits_fields(word),
        {**show, "max_locks": str, "operations": operations_text, "max_level": level_text},
    )


def _holder_fact(name: str, holder: str, rank: Rank) -> Fact:
    return Fact(
        f"roles.{name}.holders {holder}",
        lambda reader: {"": reader("holderOf", holder)[0]},
        {"": int(rank)},
        {"": rank_text},
    )


def _members(policy: Policy, members: tuple[Ref, ...]) -> Iterator[Setting]:
    for member in members:
        fact = view_fact(f"members.{member.key}", "isMember", member, expected=True, show=yes_no)
        yield Setting(f"setMember {member.key}", "setMember", (member, True), fact)
    if not members:
        return
    for asset in policy.assets:
        if asset.outflow.relative is not None:
            source = members[base_member(policy, asset.symbol)]
            fact = _base_source_fact(asset, source)
            yield Setting(f"setBaseSource {asset.symbol}", "setBaseSource", (asset.address, source), fact)


def _base_source_fact(asset: Asset, source: Ref) -> Fact:
    key = bytes.fromhex(asset.address[2:]).rjust(32, b"\0") + (_HUB_SLOT + 2).to_bytes(32, "big")
    slot = int.from_bytes(keccak(key), "big")

    def read(reader: Reader) -> dict[str, Any]:
        from guardrails.chain.types import checksum

        return {"": checksum(f"0x{reader.storage(slot):040x}")}

    return Fact(f"members.base_of {asset.symbol}", read, {"": source})


def _limits(policy: Policy, members: tuple[Ref, ...]) -> Iterator[Setting]:
    budget = policy.shared_budget
    if budget is not None:
        for asset in policy.assets:
            if policy.draws_on_budget(asset.symbol):
                rate = budget.rate(asset.symbol, asset.decimals)
                fact = view_fact(
                    f"shared_budget.assets.{asset.symbol}", "unitRate", asset.address, expected=rate
                )
                yield Setting(f"setUnitRate {asset.symbol}", "setUnitRate", (asset.address, rate), fact)

        def amount(units: int) -> str:
            return f"{format_number(Fraction(units, 10**BUDGET_DECIMALS))} {budget.limit.unit}"

        word = outflow_word(budget.encoded(), shared=False)
        fact = limit_fact("shared_budget", SHARED_BUDGET, word, amount)
        yield Setting("setLimit shared budget", "setLimit", (SHARED_BUDGET, word), fact)
    for asset in policy.assets:
        yield from _asset_limits(policy, asset)


def _asset_limits(policy: Policy, asset: Asset) -> Iterator[Setting]:
    encoded = asset.encoded()
    word = outflow_word(encoded, shared=policy.draws_on_budget(asset.symbol))
    relative = asset.outflow.relative is not None
    fact = limit_fact(f"assets.{asset.symbol}", asset.address, word, asset.text, moving=relative)
    yield Setting(f"setLimit {asset.symbol}", "setLimit", (asset.address, word), fact)
    if relative:
        bps, growth, base = encoded.relative_bps, encoded.base_growth_bps, encoded.base
        arguments = (asset.address, bps, growth, base)
        yield Setting(
            f"setRelativeLimit {asset.symbol}",
            "setRelativeLimit",
            arguments,
            relative_fact(asset.symbol, asset.address, bps, growth),
        )


def limit_fact(subject: str, address: str, word: int, amount: Any, *, moving: bool = False) -> Fact:
    """`moving`: the limit follows a base, so that its size is none of the policy's fields."""
    expected = outflow_fields(word)
    if moving:
        del expected["limit"]
    return Fact(
        subject,
        lambda reader: outflow_fields(reader("outflowWord", address)),
        expected,
        {
            "mode": mode_text,
            "limit": amount,
            "window": format_duration,
            "inflow_credit": tenths_text,
            "reserve": tenths_text,
            "exemption": amount,
            "shared": yes_no,
        },
    )


def relative_fact(symbol: str, address: str, bps: int, growth: int) -> Fact:
    def read(reader: Reader) -> dict[str, Any]:
        on_chain = reader("relativeLimit", address)
        return {"share": on_chain[0], "base_growth": on_chain[1]}

    return Fact(
        f"assets.{symbol}",
        read,
        {"share": bps, "base_growth": growth},
        {"share": bps_text, "base_growth": bps_text},
    )


def level_fact(rules: int) -> Fact:
    expected = level_fields(rules)
    show = {name: operations_text if name.endswith("close") else percent_text for name in expected}
    return Fact("levels", lambda reader: level_fields(reader("levelRules")), expected, show)


def _settlement_fact(delay: int, hold: int) -> Fact:
    return Fact(
        "settlement",
        lambda reader: dict(zip(("delay", "max_hold"), reader("settlement"), strict=True)),
        {"delay": delay, "max_hold": hold},
        {"delay": format_duration, "max_hold": format_duration},
    )


def delay_setting(name: str, selector: bytes, seconds: int) -> Setting:
    """A delay of its own counts only when it was set: a change of the default must not move it."""
    key = selector.ljust(32, b"\0") + _OVERRIDE_SLOT.to_bytes(32, "big")
    slot = int.from_bytes(keccak(key), "big")
    fact = Fact(
        f"override.{name}",
        lambda reader: {"": reader("delayOf", selector), "own": bool(reader.storage(slot) & 0xFF)},
        {"": seconds, "own": True},
        {"": format_duration, "own": yes_no},
    )
    return Setting(f"setDelay {name}", "setDelay", (selector, seconds), fact)


def _seconds(function: str, subject: str, view: str, seconds: int) -> Setting:
    fact = view_fact(subject, view, expected=seconds, show=format_duration)
    return Setting(function, function, (seconds,), fact)
