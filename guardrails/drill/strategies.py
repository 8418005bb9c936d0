"""What an attacker who has read the policy may try."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from guardrails.drill.adaptive import Attacker, Attempt, attempt, grab
from guardrails.drill.honest import HonestReplay
from guardrails.drill.nomad_history import MAIN_TOKENS, Withdrawal

PAUSE_SECONDS = 5
IDLE_SECONDS = 8 * 86_400
FLASH_ROUNDS = 5

Strategy = Callable[[Attacker], None]


def recorded(withdrawals: Sequence[Withdrawal]) -> Strategy:
    """The attackers of 2022, after five months of honest use."""

    def run(attacker: Attacker) -> None:
        first = withdrawals[0].timestamp
        for withdrawal in withdrawals:
            if withdrawal.timestamp - first < attacker.reaction:
                attacker.at(withdrawal.timestamp - first)
                attacker.take([(withdrawal.symbol, withdrawal.amount)])

    return run


def at_once(attacker: Attacker) -> None:
    """Everything that is free, in the first second, then never again."""
    attacker.at(0)
    grab(attacker)


def every_second(attacker: Attacker) -> None:
    """Everything that is free, then every second what has refilled."""
    attacker.at(0)
    _drain(attacker, _shortest_step(attacker))


def split(attacker: Attacker) -> None:
    """Only withdrawals that count as small, so that the reserve is theirs too."""
    attacker.at(0)
    for symbol in attacker.order:
        size, limit = attacker.exemption(symbol), attacker.bridge.policy.asset(symbol).limit or 0
        free = attacker.large(symbol) + limit * int(_reserve(attacker, symbol)) // 10
        attacker.take(attacker.affordable([(symbol, size)] * (free // size) + [(symbol, free % size)]))
    while attacker.seconds < attacker.reaction - PAUSE_SECONDS:
        attacker.at(attacker.seconds + PAUSE_SECONDS)
        attacker.take(attacker.affordable([(symbol, attacker.small(symbol)) for symbol in attacker.order]))


def one_by_one(attacker: Attacker) -> None:
    """One asset after the other, each for its share of the time, to stay inconspicuous in all others."""
    share = attacker.reaction // len(MAIN_TOKENS)
    for number, symbol in enumerate(attacker.order):
        attacker.at(number * share)
        grab(attacker, [symbol])
    attacker.at(attacker.reaction - 1)
    grab(attacker)


def deposit_first(attacker: Attacker) -> None:
    """Deposits, a minute before, what earns the whole credit for inflow; a tenth where there is none."""
    attacker.at(-60)
    for symbol in MAIN_TOKENS:
        asset = attacker.bridge.policy.asset(symbol)
        attacker.deposit(symbol, (asset.limit or 0) * max(asset.encoded().credit_tenths, 1) // 10)
    attacker.at(0)
    _drain(attacker, PAUSE_SECONDS)


def flash(attacker: Attacker) -> None:
    """Deposits and withdraws the same money in one transaction, over and over, then takes what is free."""
    attacker.at(0)
    for symbol in MAIN_TOKENS:
        amount = (attacker.bridge.policy.asset(symbol).limit or 0) // FLASH_ROUNDS
        for _ in range(FLASH_ROUNDS):
            attacker.deposit_and_take([(symbol, amount)], [(symbol, amount)])
    _drain(attacker, PAUSE_SECONDS)


def after_idling(attacker: Attacker) -> None:
    """Waits until nobody has used the bridge for longer than any window, then as every second."""
    attacker.started += IDLE_SECONDS
    attacker.at(0)
    _drain(attacker, _shortest_step(attacker))


def _shortest_step(attacker: Attacker) -> int:
    """A second, unless the guardian leaves so much time that hardly anything changes within one."""
    return max(attacker.reaction // 900, 1)


def _drain(attacker: Attacker, step: int) -> None:
    grab(attacker)
    while attacker.seconds < attacker.reaction - step:
        attacker.at(attacker.seconds + step)
        grab(attacker)


def _reserve(attacker: Attacker, symbol: str) -> int:
    return attacker.bridge.policy.asset(symbol).encoded().reserve_tenths


STRATEGIES: tuple[tuple[str, str, Callable[[Sequence[Withdrawal]], Strategy]], ...] = (
    ("as in 2022", "the recorded withdrawals", recorded),
    ("one burst", "all that is free at once", lambda _: at_once),
    ("every second", "a burst, then each second's refill, all assets mixed", lambda _: every_second),
    ("splits", "pieces below the exemption only", lambda _: split),
    ("one by one", "asset after asset", lambda _: one_by_one),
    ("deposits first", "own money in, for the credit", lambda _: deposit_first),
    ("flash", "in and out in one transaction, repeated", lambda _: flash),
    ("waits", "until every limit is whole", lambda _: after_idling),
)
"""Name, idea, and the strategy; the first needs the record."""


def all_attempts(
    replay: HonestReplay,
    withdrawals: Sequence[Withdrawal],
    *,
    reaction: int,
    prices: Mapping[str, Decimal],
    observe: Callable[[Attempt], None] = lambda one: None,
) -> list[Attempt]:
    """Every strategy from the same state; `prices` in USD for one whole token."""
    found = []
    for name, idea, make in STRATEGIES:
        strategy = make(withdrawals)
        one = attempt(replay, name, idea, strategy, reaction=reaction, prices=prices)
        observe(one)
        found.append(one)
    return found
