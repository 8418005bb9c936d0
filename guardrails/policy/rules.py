"""The rules that hold between parts of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.policy.address import is_hex_address
from guardrails.policy.attestation import check_attestation
from guardrails.policy.beacons import check_beacons
from guardrails.policy.breakers import check_breakers
from guardrails.policy.contracts import check_contracts
from guardrails.policy.delays import HUB_FUNCTIONS, MAX_LIQUIDATION_GRACE, at_most
from guardrails.policy.fields import APE_PREFIX
from guardrails.policy.problems import Findings, Location, did_you_mean

if TYPE_CHECKING:
    from guardrails.policy.model import Policy


def check_policy(policy: Policy, found: Findings) -> None:
    """Adds every fault that shows only when the parts are seen together."""
    _distinct_assets(policy, found)
    _known_holders(policy, found)
    _separate_roles(policy, found)
    _budget_assets(policy, found)
    _hub_delays(policy, found)
    _movable_caps(policy, found)
    _sequencer(policy, found)
    check_contracts(policy, found)
    check_breakers(policy, found)
    check_attestation(policy, found)
    check_beacons(policy, found)
    at_most(found, ("liquidation_grace",), policy.liquidation_grace, MAX_LIQUIDATION_GRACE)
    if len(set(policy.shadow)) < len(policy.shadow):
        found.add(("shadow",), "a guard stands twice", "name each guard once")


def _distinct_assets(policy: Policy, found: Findings) -> None:
    for name in ("symbol", "address"):
        seen: dict[str, int] = {}
        for i, asset in enumerate(policy.assets):
            value = getattr(asset, name)
            if value in seen:
                what = f"{name} {value} is already asset number {seen[value] + 1}"
                found.add(("assets", i, name), what, "an asset has one limit: keep one of the two entries")
            seen.setdefault(value, i)


def _holders(policy: Policy) -> list[tuple[str, Location, str]]:
    """(role, place, holder) of everything that names an account."""
    named: list[tuple[str, Location, str]] = [
        ("governance", ("roles", "governance"), policy.roles.governance)
    ]
    for role in ("guardian", "sentinel"):
        fast = getattr(policy.roles, role)
        if fast is not None:
            named += [(role, ("roles", role, "holders", i), holder) for i, holder in enumerate(fast.holders)]
    if policy.risk_steward is not None:
        named.append(("risk steward", ("risk_steward",), policy.risk_steward))
    return named


def other_accounts(policy: Policy) -> list[tuple[Location, str]]:
    """(place, account) of everybody who is named beside the roles."""
    named: list[tuple[Location, str]] = []
    for i, breaker in enumerate(policy.breakers):
        if breaker.metric.supplied is not None:
            named.append((("breakers", i, "metric", "supplied", "source"), breaker.metric.supplied.source))
    if policy.attestation is not None:
        loc = ("attestation",)
        named += [((*loc, "reporters", i), one) for i, one in enumerate(policy.attestation.reporters)]
        if policy.attestation.bonds is not None:
            named.append(((*loc, "bonds", "slashed_to"), policy.attestation.bonds.slashed_to))
    return named


def _known_holders(policy: Policy, found: Findings) -> None:
    named = [(loc, holder) for _, loc, holder in _holders(policy)]
    for loc, holder in [*named, *other_accounts(policy)]:
        known = holder in policy.accounts or is_hex_address(holder) or holder.startswith(APE_PREFIX)
        if not known:
            otherwise = "" if policy.accounts else "add it under `accounts:` with its address"
            found.add(
                loc,
                f"`{holder}` is not in `accounts`",
                did_you_mean(holder, policy.accounts, otherwise=otherwise),
            )


def _separate_roles(policy: Policy, found: Findings) -> None:
    """One account with two roles would void the separation that the guards rest on."""
    seen: dict[str, str] = {}
    for role, loc, holder in _holders(policy):
        address = policy.account(holder)
        other = seen.get(address)
        if other == role:
            found.add(loc, f"{role} names {address} twice, under two names", "name each holder once")
        elif other is not None:
            what = f"{role} and {other} are the same account ({address})"
            found.add(
                loc, what, "a fast role and a slow one, or a person and a machine, need accounts of their own"
            )
        seen.setdefault(address, role)


def _budget_assets(policy: Policy, found: Findings) -> None:
    if policy.shared_budget is None:
        return
    decimals = {asset.symbol: asset.decimals for asset in policy.assets}
    for symbol in policy.shared_budget.assets:
        loc = ("shared_budget", "assets", symbol)
        if symbol not in decimals:
            found.add(loc, f"`{symbol}` is not an asset", did_you_mean(symbol, decimals))
            continue
        rate = policy.shared_budget.exact_rate(symbol, decimals[symbol])
        if rate.denominator != 1:
            what = f"the worth of {symbol} is finer than the chain's conversion holds"
            found.add(loc, what, "round it up to fewer decimals: a higher worth uses the budget sooner")
        elif rate >= 1 << 128:
            found.add(
                loc, f"the worth of {symbol} is too large for the chain's conversion", "write a lower one"
            )


def _movable_caps(policy: Policy, found: Findings) -> None:
    if policy.risk_steward is None:
        return
    moved = [c for asset in policy.assets for _, _, c in asset.caps.stated() if c and c.follows is None]
    if not moved:
        what = "a risk steward, but no cap that he could move"
        found.add(
            ("risk_steward",), what, "give a cap its corridor (`assets[].caps.corridors`), or remove it"
        )


def _sequencer(policy: Policy, found: Findings) -> None:
    asking = [i for i, asset in enumerate(policy.assets) if asset.oracle and asset.oracle.asks_sequencer]
    if policy.sequencer is None:
        for i in asking:
            what = "without a feed every price that asks for the sequencer is refused"
            found.add(
                ("assets", i, "oracle", "asks_sequencer"), what, "state `sequencer:`, or remove the line"
            )
    elif not asking:
        what = "a feed of the sequencer, but no oracle asks it"
        found.add(("sequencer",), what, "write asks_sequencer: true under an oracle, or remove it")


def _hub_delays(policy: Policy, found: Findings) -> None:
    for name in HUB_FUNCTIONS if policy.mode == "embedded" else ():
        if name in policy.override.delays:
            what = f"`{name}` is a function of a hub, and the mode is embedded"
            found.add(("override", "delays", name), what, "remove the line, or write mode: hub")
