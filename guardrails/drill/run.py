"""The whole drill: honest users, the attack of 2022-08-01, the recovery, and attackers who adapt."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from guardrails.drill.adaptive import Attempt
from guardrails.drill.attack import BRIDGE, ROUTER, Attack, AttackResult, Side
from guardrails.drill.bridge import with_prices
from guardrails.drill.flows import Flow, honest_flows
from guardrails.drill.honest import HonestReplay, HonestResult
from guardrails.drill.nomad_history import MAIN_TOKENS, Withdrawal, attack_withdrawals, totals
from guardrails.drill.recovery import Recoverer, Recovery
from guardrails.drill.stage import build_stage
from guardrails.drill.strategies import all_attempts
from guardrails.drill.upstream.tokens import DECIMALS
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy
from guardrails.policy.units import format_duration
from guardrails.risk.bounds import policy_loss


class Observer(Protocol):
    """Who watches the drill."""

    def honest(self, done: int, of: int) -> None: ...

    def attack(self, result: AttackResult, seconds: int) -> None: ...

    def recovered(self, recovery: Recovery) -> None: ...

    def attempt(self, one: Attempt) -> None: ...


class Silent:
    """Watches nothing."""

    def honest(self, done: int, of: int) -> None: ...

    def attack(self, result: AttackResult, seconds: int) -> None: ...

    def recovered(self, recovery: Recovery) -> None: ...

    def attempt(self, one: Attempt) -> None: ...


@dataclass(frozen=True)
class DrillResult:
    """All that was measured. `prices`: USD for one whole token on the day of the attack."""

    policy: Policy
    reaction: int
    prices: Mapping[str, Decimal]
    withdrawals: Sequence[Withdrawal]
    attack: AttackResult
    honest: HonestResult
    recovery: Recovery
    attempts: Sequence[Attempt]
    bound_usd: Decimal
    wall_seconds: float

    @property
    def unguarded(self) -> Side:
        """The real BridgeRouter."""
        return self.attack.sides[ROUTER]

    @property
    def guarded(self) -> Side:
        """The guarded bridge."""
        return self.attack.sides[BRIDGE]

    @property
    def best_attempt(self) -> Attempt:
        """The attacker who kept most."""
        return max(self.attempts, key=lambda one: one.kept_usd)

    @property
    def checks(self) -> dict[str, bool]:
        """What has to hold whatever the figures are."""
        return {
            "everything was stolen without guards": self.unguarded.paid == len(self.withdrawals),
            "the guarded loss is within the bound": self.guarded.lost_usd <= self.bound_usd,
            "every adaptive attacker stayed within the bound": all(
                max(one.kept_usd, one.withdrawn_usd - one.deposited_usd) <= self.bound_usd
                for one in self.attempts
            ),
            "honest flows: paid + held = received": self.honest.conserved,
            "recovery: cancelled claims are back in the escrow": self.recovery.conserved,
            "an honest user refused during the pause was paid": self.recovery.honest_refused_then_paid,
        }


def prices_of(withdrawals: Sequence[Withdrawal]) -> dict[str, Decimal]:
    """The highest price of each token in the record, so that a bound in USD is one for every day of it."""
    return {
        symbol: max(
            w.usd * 10 ** DECIMALS[symbol] / w.amount
            for w in withdrawals
            if w.symbol == symbol and w.usd is not None
        )
        for symbol in MAIN_TOKENS
    }


def bound_at(policy: Policy, prices: Mapping[str, Decimal], seconds: int) -> Decimal:
    """The worst case in USD; GuardrailsError where the policy bounds nothing."""
    usd = policy_loss(with_prices(policy, prices), seconds).usd
    if usd is None:
        raise GuardrailsError(
            "an asset of this policy is unlimited: nothing bounds its loss", None, "State a limit."
        )
    return Decimal(usd.numerator) / Decimal(usd.denominator)


def run(
    policy: Policy, *, reaction: int, observer: Observer | None = None, flows: Sequence[Flow] | None = None
) -> DrillResult:
    """Runs it all; `reaction` in seconds from the first malicious transaction to the guardian's block.

    Raises GuardrailsError for a policy without the five tokens and for a reaction slower than claims wait.
    """
    began, observer = time.monotonic(), observer or Silent()
    _check(policy, reaction)
    withdrawals = attack_withdrawals()
    stolen, prices = totals(withdrawals), prices_of(withdrawals)

    flows = honest_flows() if flows is None else flows
    replay = HonestReplay(policy, flows, stolen)
    honest = replay.run(lambda done: observer.honest(done, len(flows)))

    stage = build_stage(policy, stolen)
    try:
        attack = Attack(stage, withdrawals, reaction).run(observer.attack)
        recovery = Recoverer(stage, attack, withdrawals).run()
    finally:
        stage.chain.close()
    observer.recovered(recovery)

    attempts = all_attempts(replay, withdrawals, reaction=reaction, prices=prices, observe=observer.attempt)
    return DrillResult(
        policy=policy,
        reaction=reaction,
        prices=prices,
        withdrawals=withdrawals,
        attack=attack,
        honest=honest,
        recovery=recovery,
        attempts=attempts,
        bound_usd=bound_at(policy, prices, attack.contained_after),
        wall_seconds=time.monotonic() - began,
    )


def _check(policy: Policy, reaction: int) -> None:
    if missing := set(MAIN_TOKENS) - {asset.symbol for asset in policy.assets}:
        raise GuardrailsError(
            f"the policy has no {', '.join(sorted(missing))}",
            policy.protocol.name,
            "It needs all.",
        )
    if policy.roles.guardian is None:
        raise GuardrailsError("the policy has no guardian", policy.protocol.name, "Name one under `roles:`.")
    if reaction <= 0:
        raise GuardrailsError("a guardian cannot act before the attack", "--reaction", "Name e.g. 15m.")
    if reaction >= policy.settlement.delay:
        raise GuardrailsError(
            f"a guardian after {format_duration(reaction)} comes when claims are already paid",
            "--reaction",
            f"Name a time below settlement.delay, {format_duration(policy.settlement.delay)}.",
        )
