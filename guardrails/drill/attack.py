"""The recorded attack against both bridges at once, in the blocks in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from eth_utils.crypto import keccak

from guardrails.drill.blocks import Outcome, Transaction, mine_block
from guardrails.drill.nomad_history import MAIN_TOKENS, Withdrawal
from guardrails.drill.stage import Stage
from guardrails.drill.upstream.nomad_message import address_word
from guardrails.errors import GuardrailsError
from guardrails.policy.operations import Operation

PAUSED = Operation.WITHDRAW | Operation.SETTLE
HOLD_BATCH = 50
ROUTER, BRIDGE = "unguarded", "guarded"
_TRANSFER = keccak(text="Transfer(address,address,uint256)")


@dataclass(frozen=True)
class Point:
    """The loss so far: seconds since the first malicious transaction, USD."""

    seconds: int
    usd: Decimal


@dataclass
class Side:
    """How one of the two bridges fared. `lost` is in smallest units by token, from the chain's balances."""

    paid: int = 0
    queued: int = 0
    refused: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    curve: list[Point] = field(default_factory=list)

    @property
    def lost_usd(self) -> Decimal:
        """The whole loss."""
        return self.curve[-1].usd


@dataclass(frozen=True)
class Event:
    """What somebody did, for the report."""

    seconds: int
    who: str
    what: str


@dataclass
class AttackResult:
    """Both sides, what happened when, and the block after which nothing more left the guarded bridge."""

    sides: dict[str, Side]
    total: int
    events: list[Event] = field(default_factory=list)
    contained_after: int = 0
    suspects: list[int] = field(default_factory=list)


Observe = Callable[[AttackResult, int], None]


class Attack:
    """Replays `withdrawals` on a stage; a guardian acts `reaction` seconds after the first."""

    def __init__(self, stage: Stage, withdrawals: Sequence[Withdrawal], reaction: int) -> None:
        self.stage, self.withdrawals, self.reaction = stage, withdrawals, reaction
        self.started = withdrawals[0].timestamp
        self.targets = {ROUTER: stage.nomad.router, BRIDGE: stage.bridge.address}
        self.result = AttackResult({name: Side() for name in self.targets}, len(withdrawals))
        self._usd = dict.fromkeys(self.targets, Decimal(0))
        self._units = {name: dict.fromkeys(MAIN_TOKENS, 0) for name in self.targets}
        self._nonce = 0

    def run(
        self, observe: Callable[[AttackResult, int], None] = lambda result, seconds: None
    ) -> AttackResult:
        """The attack to its end; the guardian's block falls between two of the attack's."""
        before = {name: self._balances(at) for name, at in self.targets.items()}
        acted = False
        for timestamp, group in groupby(self.withdrawals, key=lambda w: w.timestamp):
            if not acted and timestamp >= self.started + self.reaction:
                self._contain(self.started + self.reaction)
                acted = True
            when = max(timestamp, self._now() + 1)
            self._block(when, list(group))
            observe(self.result, when - self.started)
        if not acted:
            self._contain(self.started + self.reaction)
        for name, at in self.targets.items():
            self._account(name, before[name], self._balances(at))
        return self.result

    # ---- the attackers

    def _block(self, timestamp: int, withdrawals: list[Withdrawal]) -> None:
        nomad, transactions, meaning = self.stage.nomad, [], []
        for withdrawal in withdrawals:
            for name, target in self.targets.items():
                self._nonce += 1
                message = nomad.withdrawal_message(
                    self._nonce, withdrawal.recipient, withdrawal.symbol, withdrawal.amount, router=target
                )
                data = nomad.process_calldata(message)
                transactions.append(Transaction(self.stage.attacker, nomad.replica, data))
                meaning.append((name, withdrawal))
        if not self.result.events:
            self.result.events.append(Event(0, "attacker", "first forged message"))
        outcomes = mine_block(self.stage.chain, timestamp, transactions)
        for (name, withdrawal), outcome in zip(meaning, outcomes, strict=True):
            self._count(name, withdrawal, outcome)
        for name, side in self.result.sides.items():
            side.curve.append(Point(timestamp - self.started, self._usd[name]))

    def _count(self, name: str, withdrawal: Withdrawal, outcome: Outcome) -> None:
        side = self.result.sides[name]
        if not outcome.succeeded:
            side.refused += 1
        elif self._left(name, withdrawal, outcome):
            side.paid += 1
            self._usd[name] += withdrawal.usd or Decimal(0)
            self._units[name][withdrawal.symbol] += withdrawal.amount
        else:
            side.queued += 1

    def _left(self, name: str, withdrawal: Withdrawal, outcome: Outcome) -> bool:
        """Whether the token itself says that the whole amount went from the bridge to the recipient."""
        token = self.stage.nomad.tokens[withdrawal.symbol]
        topics = (_TRANSFER, address_word(self.targets[name]), address_word(withdrawal.recipient))
        return any(
            log.address == token
            and log.topics == topics
            and int.from_bytes(log.data, "big") == withdrawal.amount
            for log in outcome.logs
        )

    # ---- the guardian

    def _contain(self, timestamp: int) -> None:
        """In one block: withdrawals and settlement are paused, every claim since the first theft is held."""
        bridge, chain, guardian = self.stage.bridge.contract, self.stage.chain, self.stage.guardian
        created = bridge.logs("ClaimCreated")
        self.result.suspects = [claim["id"] for claim in created]
        until = timestamp + self.stage.bridge.policy.settlement.max_hold
        guard = self.stage.bridge.policy.roles.guardian
        assert guard is not None
        reason = "forged messages: paid without a proof"
        calls = [bridge.encode("pause", int(PAUSED), guard.max_pause, reason)]
        for i in range(0, len(created), HOLD_BATCH):
            calls.append(bridge.encode("hold", self.result.suspects[i : i + HOLD_BATCH], until, reason))
        outcomes = mine_block(
            chain, timestamp, [Transaction(guardian, bridge.address, data, 5_000_000) for data in calls]
        )
        if not all(outcome.succeeded for outcome in outcomes):
            raise GuardrailsError("the guardian's block failed", "drill", "See its transactions on the node.")
        self.result.contained_after = chain.block(outcomes[0].block_number).timestamp - self.started
        held = sum(len(bridge.decode_logs(outcome.logs, "ClaimHeld")) for outcome in outcomes)
        self.result.events += [
            Event(
                self.result.contained_after,
                "guardian",
                f"pauses WITHDRAW and SETTLE for {guard.max_pause // 3600} h",
            ),
            Event(self.result.contained_after, "guardian", f"holds {held} suspect claims by their ids"),
        ]

    # ---- money

    def _account(self, name: str, before: dict[str, int], after: dict[str, int]) -> None:
        """The loss by balances has to be the loss by transfers, token by token."""
        side = self.result.sides[name]
        side.lost = {symbol: before[symbol] - after[symbol] for symbol in before}
        if side.lost != self._units[name]:
            what = f"{name}: the balances fell by {side.lost}, the transfers sum to {self._units[name]}"
            raise GuardrailsError(what, "drill", "A token that moves without a transfer, or a defect here.")

    def _balances(self, of: str) -> dict[str, int]:
        return {symbol: self.stage.escrow(of, symbol) for symbol in MAIN_TOKENS}

    def _now(self) -> int:
        return self.stage.chain.block().timestamp
