"""Writes the demo's policy from the flows before July 2022: `python -m guardrails.drill.choose`.

The rule: of all limits that would have delayed at most 0.3 % of the honest withdrawals of March to June,
those with the smallest worst case at a quarter of an hour. That is half of the 0.6 % that the demo allows
itself, because the months to come are never as the ones before. Neither July nor the attack is looked at, and
the result is always the same.
"""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from guardrails.drill.calibrate import Choice
from guardrails.drill.calibrate_budget import BudgetChoice, choose_with_budget
from guardrails.drill.flows import TRAINING_ENDS, Flow, honest_flows, last_price
from guardrails.drill.nomad_history import MAIN_TOKENS
from guardrails.policy.units import format_duration, format_number, format_percent

REACTION_SECONDS = 900
MOST_DELAYED = Decimal("0.003")

_HEAD = """\
# Safety policy of the bridge in the demo: the Ethereum side of Nomad's Moonbeam route, summer 2022.
# Written by `python -m guardrails.drill.choose` from the honest flows of 2022-03-01 to 2022-06-30 alone: the
# smallest worst case at 15 minutes that delays at most {most} of their withdrawals ({delayed} of {count}).
# A test holds this file to what that command writes.
version: 1
protocol: {{name: nomad-bridge, kind: bridge}}
mode: embedded

# The drill puts the accounts and tokens of its own chain in the place of these: `council` is a 2-of-3 Safe.
accounts:
  council: "{council}"
  guardians: "{guardians}"
  watcher: "{watcher}"

# Prices are those of the last day of June; they are never used on chain.
assets:
"""

_ASSET = """\
  - symbol: {symbol}
    address: "{token}"
    decimals: {decimals}
    price_usd: {price}
    outflow:
      limit: {limit} {symbol}
      window: {window}
      inflow_credit: {credit}
      exemption: {exemption} {symbol}
      reserve: {reserve}
      over_limit: queue  # {delayed}
"""

_BUDGET = """\

# One budget over all five: on one day honest users seldom take much of each. A token counts what it cost at
# its dearest in June, so that the bound holds in USD until it is dearer still.
shared_budget:
  limit: {limit} USD
  window: {window}
  assets: {{{worth}}}
"""

_TAIL = """\

# What is over a limit waits a day, enough for people to look at it; a suspect's claim up to two weeks.
settlement: {delay: 24h, max_hold: 14d}

roles:
  governance: council
  guardian:
    holders: [guardians]
    max_pause: 72h  # longer than governance needs to cancel claims
    budget: 6d
    period: 30d
    cooldown: 0s
    heartbeat: 90d
    operations: all
    max_level: frozen
    max_lock: 72h
    max_locks: 100
  sentinel:
    holders: [watcher]
    max_pause: 4h
    budget: 24h
    period: 30d
    cooldown: 10m
    heartbeat: 7d
    operations: [WITHDRAW, SETTLE]
    max_level: queued
    max_lock: 6h
    max_locks: 20

levels:
  throttled: {share: 50 %}
  queued: {share: 0 %}
  exit_only: {share: 0 %, close: [DEPOSIT]}
  frozen: {share: 0 %, close: all}

# Governance reopens at once; to return a stolen claim it announces the call a day ahead.
override:
  default_delay: 48h
  expiry: 14d
  delays: {unpause: 0s, cancel: 24h, setGovernance: 7d}
"""


def training() -> list[Flow]:
    """The honest flows that the policy may know."""
    return honest_flows(until=TRAINING_ENDS)


def chosen(flows: list[Flow]) -> BudgetChoice:
    """The limits for the five tokens, and the budget over them."""
    prices = {symbol: last_price(flows, symbol) for symbol in MAIN_TOKENS}
    withdrawals = sum(not flow.is_deposit for flow in flows)
    return choose_with_budget(
        flows, prices, seconds=REACTION_SECONDS, most_delayed=int(withdrawals * MOST_DELAYED)
    )


def render(flows: list[Flow], choice: BudgetChoice) -> str:
    """The policy file."""
    withdrawals = sum(not flow.is_deposit for flow in flows)
    head = _HEAD.format(
        most=format_percent(Fraction(MOST_DELAYED)),
        delayed=choice.delayed,
        count=f"{withdrawals:,}",
        council=_example("council"),
        guardians=_example("guardians"),
        watcher=_example("watcher"),
    )
    assets = "".join(_asset(flows, symbol, own) for symbol, own in choice.assets.items())
    return head + assets + _budget(choice) + _TAIL


def _budget(choice: BudgetChoice) -> str:
    return _BUDGET.format(
        limit=format_number(Fraction(choice.limit_usd)),
        window=format_duration(choice.window),
        worth=", ".join(f"{s}: {format_number(Fraction(usd))} USD" for s, usd in choice.worth.items()),
    )


def _asset(flows: list[Flow], symbol: str, choice: Choice) -> str:
    one = next(flow for flow in flows if flow.symbol == symbol)
    own = sum(flow.symbol == symbol and not flow.is_deposit for flow in flows)
    config = choice.config

    def tokens(units: int) -> str:
        return format_number(Fraction(units, 10**one.decimals))

    return _ASSET.format(
        symbol=symbol,
        token=one.token,
        decimals=one.decimals,
        price=last_price(flows, symbol).quantize(Decimal("0.01"), ROUND_HALF_UP),
        limit=tokens(config.limit),
        window=format_duration(config.window),
        credit=format_percent(Fraction(config.credit_tenths, 10)),
        exemption=tokens(config.exemption),
        reserve=format_percent(Fraction(config.reserve_tenths, 10)),
        delayed=f"by itself it would have delayed {choice.delayed} of {own} in the training months",
    )


def _example(name: str) -> str:
    return to_checksum_address(keccak(text=f"guardrails example bridge {name}")[-20:])


def main() -> None:
    """Writes the file named on the command line, by default `examples/bridge/guardrails.yaml`."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/bridge/guardrails.yaml")
    flows = training()
    path.write_text(render(flows, chosen(flows)), encoding="utf-8")


if __name__ == "__main__":
    main()
