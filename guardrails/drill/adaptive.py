"""Attackers who know the policy: each tries to carry off more than the one of 2022, before the guardian acts.

They all start from the state that five months of honest use left on the in-process EVM, and forge what
messages they like. What counts is what an attacker ends up with less what he put in himself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from guardrails.chain import Contract, Reverted
from guardrails.deploy.words import SHARED_BUDGET
from guardrails.drill.attack import PAUSED
from guardrails.drill.bridge import GuardedBridge
from guardrails.drill.flows import ATTACK_BEGINS
from guardrails.drill.honest import MAX_UINT256, HonestReplay
from guardrails.drill.nomad_history import MAIN_TOKENS
from guardrails.drill.upstream import packages
from guardrails.drill.upstream.nomad_message import address_word
from guardrails.drill.upstream.tokens import DECIMALS
from guardrails.policy.budget import RATE_SCALE

MULTICALL = (
    packages.UNISWAP_V3_PERIPHERY,
    "artifacts/contracts/lens/UniswapInterfaceMulticall.sol/UniswapInterfaceMulticall.json",
)
MOST_CALLS = 120
"""Forged messages in one transaction; more do not fit in a block's gas."""
CALL_GAS = 240_000

Amounts = Iterable[tuple[str, int]]


@dataclass(frozen=True)
class Attempt:
    """One strategy's outcome in USD: what it kept, gross what it withdrew, what it had deposited."""

    name: str
    idea: str
    kept_usd: Decimal
    withdrawn_usd: Decimal
    deposited_usd: Decimal
    withdrawals: int


class Attacker:
    """One attacker with a contract that makes many calls in one transaction. Amounts in smallest units."""

    def __init__(
        self,
        replay: HonestReplay,
        reaction: int,
        capital: Mapping[str, int],
        prices: Mapping[str, Decimal],
    ) -> None:
        self.chain, self.nomad, self.bridge = replay.chain, replay.nomad, replay.bridge
        self.reaction = reaction
        self.order = self._dearest_first(prices)
        self.account = replay.chain.accounts[5]
        self.loot = replay.chain.accounts[6]
        self.contract = Contract.deploy(self.chain, packages.read(*MULTICALL), sender=self.account)
        self.nomad.fund_escrow(capital, to=self.contract.address)
        for symbol in MAIN_TOKENS:
            self._many([(self.nomad.tokens[symbol], self._approval(symbol))])
        self.started = int(ATTACK_BEGINS.timestamp())
        self.deposited = dict.fromkeys(MAIN_TOKENS, 0)
        self.withdrawals = 0
        self._nonce = 2_000_000

    # ---- what strategies use

    def at(self, seconds: int) -> None:
        """The next transaction is `seconds` after the start, or as soon as blocks allow."""
        time = self.started + seconds
        if time > self.chain.block().timestamp:
            self.chain.warp(time)

    @property
    def seconds(self) -> int:
        """Of the latest block, since the start."""
        return self.chain.block().timestamp - self.started

    def large(self, symbol: str) -> int:
        """What may leave at once."""
        return self.bridge.available(symbol)

    def small(self, symbol: str) -> int:
        """What may leave at once in a small withdrawal."""
        return int(self.bridge.contract.call("availableForSmall", self.bridge.token(symbol)))

    def exemption(self, symbol: str) -> int:
        """The largest small withdrawal."""
        return self.bridge.policy.asset(symbol).exemption

    def affordable(self, amounts: Amounts) -> list[tuple[str, int]]:
        """As much of these, in their order, as the budget over all assets still lets through."""
        policy = self.bridge.policy
        if policy.shared_budget is None:
            return list(amounts)
        left, found = int(self.bridge.contract.call("available", SHARED_BUDGET)), []
        for symbol, amount in amounts:
            rate = policy.shared_budget.rate(symbol, DECIMALS[symbol])
            fitting = min(amount, left * RATE_SCALE // rate)
            left -= -(-fitting * rate // RATE_SCALE)
            found.append((symbol, fitting))
        return found

    def take(self, amounts: Amounts) -> None:
        """Forged withdrawals in one transaction; one that is refused does not undo the others."""
        calls = [(self.nomad.replica, self._forged(s, amount)) for s, amount in amounts if amount > 0]
        self.withdrawals += len(calls)
        for i in range(0, len(calls), MOST_CALLS):
            self._many(calls[i : i + MOST_CALLS])

    def deposit(self, symbol: str, amount: int) -> None:
        """An honest deposit of the attacker's own money."""
        self.deposit_and_take([(symbol, amount)], [])

    def deposit_and_take(self, deposits: Amounts, amounts: Amounts) -> None:
        """Both in one transaction, in this order."""
        calls = []
        for symbol, amount in deposits:
            self.deposited[symbol] += amount
            data = self.bridge.contract.encode(
                "send", self.nomad.tokens[symbol], amount, address_word(self.account)
            )
            calls.append((self.bridge.address, data))
        forged = [(self.nomad.replica, self._forged(s, amount)) for s, amount in amounts if amount > 0]
        self.withdrawals += len(forged)
        self._many([*calls, *forged])

    # ---- the calls

    def _dearest_first(self, prices: Mapping[str, Decimal]) -> list[str]:
        """The tokens that bring most for what they count in the shared budget come first."""
        budget = self.bridge.policy.shared_budget
        worth = {s: budget.assets[s].number if budget else Fraction(1) for s in MAIN_TOKENS}
        return sorted(MAIN_TOKENS, key=lambda s: -Fraction(prices[s]) / worth[s])

    def _forged(self, symbol: str, amount: int) -> bytes:
        self._nonce += 1
        message = self.nomad.withdrawal_message(
            self._nonce, self.loot, symbol, amount, router=self.bridge.address
        )
        return self.nomad.process_calldata(message)

    def _approval(self, symbol: str) -> bytes:
        return self.nomad.token_contracts[symbol].encode("approve", self.bridge.address, MAX_UINT256)

    def _many(self, calls: Sequence[tuple[str, bytes]]) -> None:
        if calls:
            self.contract.send("multicall", [(to, CALL_GAS, data) for to, data in calls], sender=self.account)


def grab(attacker: Attacker, symbols: Sequence[str] | None = None) -> None:
    """All that can leave now, in one transaction: what is free to all, then the reserve in pieces."""
    wanted = [pair for symbol in symbols or attacker.order for pair in _all_of(attacker, symbol)]
    attacker.take(attacker.affordable(wanted))


def _all_of(attacker: Attacker, symbol: str) -> list[tuple[str, int]]:
    large = attacker.large(symbol)
    if not large:
        return [(symbol, attacker.small(symbol))]
    outflow = attacker.bridge.policy.asset(symbol).encoded()
    reserve = outflow.mantissa * 10**outflow.exponent * outflow.reserve_tenths // 10
    size = attacker.exemption(symbol)
    return [(symbol, large), *((symbol, min(size, reserve - taken)) for taken in range(0, reserve, size))]


def contain(bridge: GuardedBridge, guardian: str) -> None:
    """The guardian's pause."""
    guard = bridge.policy.roles.guardian
    assert guard is not None
    bridge.contract.send("pause", int(PAUSED), guard.max_pause, "forged messages", sender=guardian)


def attempt(
    replay: HonestReplay,
    name: str,
    idea: str,
    strategy: Callable[[Attacker], None],
    *,
    reaction: int,
    prices: Mapping[str, Decimal],
) -> Attempt:
    """Runs a strategy to the guardian's pause and undoes it all. One more grab after the pause must fail."""
    before = replay.chain.snapshot()
    capital = {symbol: replay.bridge.policy.asset(symbol).limit or 0 for symbol in MAIN_TOKENS}
    try:
        attacker = Attacker(replay, reaction, capital, prices)
        strategy(attacker)
        attacker.at(reaction)
        contain(replay.bridge, replay.guardian)
        contained = _balances(attacker)
        grab(attacker)
        after = _balances(attacker)
        if after != contained:
            raise Reverted(b"", f"{name}: something left after the pause: {contained} became {after}")
        gross, own = _usd(after, prices), _usd(attacker.deposited, prices)
        return Attempt(name, idea, gross - own, gross, own, attacker.withdrawals)
    finally:
        replay.chain.revert(before)


def _balances(attacker: Attacker) -> dict[str, int]:
    return {symbol: attacker.nomad.escrow(symbol, of=attacker.loot) for symbol in MAIN_TOKENS}


def _usd(amounts: Mapping[str, int], prices: Mapping[str, Decimal]) -> Decimal:
    return sum((Decimal(n) * prices[s] / 10 ** DECIMALS[s] for s, n in amounts.items()), Decimal(0))
