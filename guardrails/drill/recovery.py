"""After containment: the hole is closed, stolen claims go back, service returns, an honest user is paid."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.chain import Contract, Receipt, Reverted
from guardrails.drill.attack import PAUSED, AttackResult, Event
from guardrails.drill.nomad_history import MAIN_TOKENS, Withdrawal
from guardrails.drill.proof import prove_and_process
from guardrails.drill.stage import Stage
from guardrails.drill.upstream.nomad import NO_ROOT
from guardrails.drill.upstream.tokens import DECIMALS
from guardrails.errors import GuardrailsError

GOVERNANCE_SECONDS = 6 * 3_600
"""Until two of three owners of the Safe have met, counted from the first malicious transaction."""
HONEST_AMOUNT = 25_000 * 10**6
REASON = "withdrawn by forged messages"


@dataclass(frozen=True)
class Recovery:
    """What the chain says at the end. Amounts in smallest units by token."""

    returned: dict[str, int]
    honest_refused_then_paid: bool
    seconds_to_service: int
    conserved: bool
    events: tuple[Event, ...]


class Recoverer:
    """Drives the recovery on the stage on which an attack has just run its course."""

    def __init__(self, stage: Stage, attack: AttackResult, withdrawals: list[Withdrawal]) -> None:
        self.stage, self.attack = stage, attack
        self.started, self.last = withdrawals[0].timestamp, withdrawals[-1]
        self.events: list[Event] = []
        self.bridge = stage.bridge.contract
        self.owed = {symbol: stage.bridge.locked(symbol) for symbol in MAIN_TOKENS}

    def run(self) -> Recovery:
        """In the order of the events; GuardrailsError where the chain answers otherwise than it should."""
        stage, held = self.stage, {s: self._held(s) for s in MAIN_TOKENS}
        honest = self._honest_message()
        self._refused(
            honest, "OperationClosed", "an honest user", "tries to withdraw during the pause; not lost"
        )
        self._at(self.started + GOVERNANCE_SECONDS)
        stage.nomad.replica_contract.send("setConfirmation", NO_ROOT, 0, sender=stage.nomad.owner)
        self._say("Nomad's owner", "closes the hole: the zero root proves nothing any more")
        cancel = self.bridge.encode("cancel", self.attack.suspects, REASON)
        scheduled = self._by_safe("schedule", cancel)
        ready = self.bridge.decode_logs(scheduled, "OverrideScheduled")[0]["executableAt"]
        self._say(
            "governance (2-of-3 Safe)", f"announces that {len(self.attack.suspects)} claims are cancelled"
        )
        self._at(ready)
        executed = self.bridge.send("execute", cancel, sender=stage.user)
        returned = self._returned(executed)
        self._say("anyone", f"executes it: {_amounts(returned)} are back in the escrow")
        self._by_safe("unpause", int(PAUSED), "the Replica is repaired")
        self._say("governance (2-of-3 Safe)", "reopens the bridge")
        reopened = self._now() - self.started
        self._refused(self._forged(), "!proven", "attacker", "tries again: the Replica asks for a proof")
        paid = self._pay(honest)
        return Recovery(returned, paid, reopened, self._conserved(held, returned), tuple(self.events))

    # ---- steps

    def _honest_message(self) -> bytes:
        return self.stage.nomad.withdrawal_message(
            1_000_001, self.stage.user, "USDC", HONEST_AMOUNT, router=self.bridge.address
        )

    def _forged(self) -> bytes:
        return self.stage.nomad.withdrawal_message(
            1_000_002, self.stage.attacker, self.last.symbol, self.last.amount, router=self.bridge.address
        )

    def _refused(self, message: bytes, reason: str, who: str, what: str) -> None:
        replica = self.stage.nomad.replica_contract
        told = Contract(
            self.stage.chain, replica.address, [*replica.interface.abi, *self.bridge.interface.abi]
        )
        try:
            told.send("process", message, sender=self.stage.attacker)
        except Reverted as refusal:
            if reason in str(refusal):
                self._say(who, what)
                return
            raise
        raise GuardrailsError(f"not refused: {who} {what}", "drill", "The guards do not hold.")

    def _pay(self, message: bytes) -> bool:
        token = self.stage.nomad.token_contracts["USDC"]
        before = token.call("balanceOf", self.stage.user)
        prove_and_process(self.stage.nomad, self.stage.chain, message)
        paid = token.call("balanceOf", self.stage.user) - before == HONEST_AMOUNT
        self._say("the honest user", "is paid by the same message, proven")
        return bool(paid)

    def _by_safe(self, function: str, *arguments: object) -> Receipt:
        return self.stage.safe.execute(self.bridge.address, self.bridge.encode(function, *arguments))

    # ---- money and time

    def _returned(self, receipt: Receipt) -> dict[str, int]:
        symbols = {address: symbol for symbol, address in self.stage.nomad.tokens.items()}
        sums = dict.fromkeys(MAIN_TOKENS, 0)
        for claim in self.bridge.decode_logs(receipt, "ClaimReturned"):
            sums[symbols[claim["asset"]]] += claim["amount"]
        return sums

    def _conserved(self, held: dict[str, int], returned: dict[str, int]) -> bool:
        """What waited went back, nothing waits any more, and only the honest user was paid since."""
        owed = {"USDC": HONEST_AMOUNT}
        return returned == self.owed and all(
            self.stage.bridge.locked(s) == 0
            and self._held(s) == held[s] - owed.get(s, 0)
            and self.stage.bridge.escrow(s) == self._held(s)
            for s in MAIN_TOKENS
        )

    def _held(self, symbol: str) -> int:
        return self.stage.escrow(self.bridge.address, symbol)

    def _say(self, who: str, what: str) -> None:
        self.events.append(Event(self._now() - self.started, who, what))

    def _at(self, timestamp: int) -> None:
        if timestamp > self._now():
            self.stage.chain.warp(timestamp)

    def _now(self) -> int:
        return self.stage.chain.block().timestamp


def _amounts(units: dict[str, int]) -> str:
    """`703 WBTC, 12 WETH`."""
    return ", ".join(f"{n / 10 ** DECIMALS[s]:,.10g} {s}" for s, n in units.items() if n) or "no tokens"
