"""Five months of honest users, every one of their transfers on the in-process EVM, at its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from guardrails.chain import Reverted, RevmChain
from guardrails.drill.bridge import GuardedBridge, bound_to, deploy_bridge
from guardrails.drill.flows import Flow
from guardrails.drill.nomad_history import MAIN_TOKENS
from guardrails.drill.upstream import nomad_message
from guardrails.drill.upstream.nomad import NomadDeployment, build_nomad
from guardrails.policy import Policy

MAX_UINT256 = 2**256 - 1
HEARTBEAT_SECONDS = 30 * 86_400


@dataclass
class HonestResult:
    """What the honest users met. Times in seconds, money in smallest units by token."""

    withdrawals: int = 0
    deposits: int = 0
    delayed: int = 0
    refused: int = 0
    longest_delay: int = 0
    delayed_by_token: dict[str, int] = field(default_factory=dict)
    refused_by_token: dict[str, int] = field(default_factory=dict)
    withdrawals_by_token: dict[str, int] = field(default_factory=dict)
    conserved: bool = False


@dataclass(frozen=True)
class Waiting:
    """A claim of an honest user."""

    id: int
    asked_at: int
    ready_at: int


class HonestReplay:
    """A bridge of its own on revm; after `run` its chain stands at the eve of the attack.

    One relayer deposits for everybody: who deposits is nothing that the guards look at, and the recipients of
    withdrawals are the recorded ones.
    """

    def __init__(self, policy: Policy, flows: Sequence[Flow], escrow_at_end: dict[str, int]) -> None:
        self.flows = flows
        self.escrow_at_end = escrow_at_end
        self.chain = RevmChain(timestamp=flows[0].timestamp - 3_600)
        self.deployer, self.guardian, self.watcher, self.relayer, self.council = self.chain.accounts[:5]
        self.nomad: NomadDeployment = build_nomad(self.chain, self.deployer)
        accounts = {"council": self.council, "guardians": self.guardian, "watcher": self.watcher}
        bound = bound_to(policy, self.nomad.tokens, accounts)
        self.bridge: GuardedBridge = deploy_bridge(self.nomad, bound, deployer=self.deployer)
        self.result = HonestResult()
        self._waiting: list[Waiting] = []
        self._nonce = 0
        self._heartbeat = flows[0].timestamp
        self._started: dict[str, int] = {}
        self._fund()

    def run(self, progress: Callable[[int], None] = lambda done: None) -> HonestResult:
        """Every flow, every claim that becomes ready, then the sums: nothing may be lost or made."""
        for done, flow in enumerate(self.flows):
            self._settle_until(flow.timestamp)
            self._at(flow.timestamp)
            self._deposit(flow) if flow.is_deposit else self._withdraw(flow)
            if done % 100 == 0:
                progress(done)
        self._settle_until(MAX_UINT256)
        progress(len(self.flows))
        self.result.conserved = all(self._conserves(symbol) for symbol in MAIN_TOKENS)
        return self.result

    # ---- flows

    def _deposit(self, flow: Flow) -> None:
        recipient = nomad_message.address_word(flow.account)
        self.bridge.contract.send(
            "send", self.nomad.tokens[flow.symbol], flow.amount, recipient, sender=self.relayer
        )
        self.result.deposits += 1

    def _withdraw(self, flow: Flow) -> None:
        result, self._nonce = self.result, self._nonce + 1
        message = self.nomad.withdrawal_message(
            self._nonce, flow.account, flow.symbol, flow.amount, router=self.bridge.address
        )
        result.withdrawals += 1
        result.withdrawals_by_token[flow.symbol] = result.withdrawals_by_token.get(flow.symbol, 0) + 1
        try:
            receipt = self.nomad.process(message, sender=self.relayer)
        except Reverted:
            result.refused += 1
            result.refused_by_token[flow.symbol] = result.refused_by_token.get(flow.symbol, 0) + 1
            return
        for claim in self.bridge.contract.decode_logs(receipt, "ClaimCreated"):
            asked = self.chain.block(receipt.block_number).timestamp
            self._waiting.append(Waiting(claim["id"], asked, claim["readyAt"]))
            result.delayed += 1
            result.delayed_by_token[flow.symbol] = result.delayed_by_token.get(flow.symbol, 0) + 1

    def _settle_until(self, time: int) -> None:
        while self._waiting and self._waiting[0].ready_at <= time:
            claim = self._waiting.pop(0)
            self._at(claim.ready_at)
            receipt = self.bridge.contract.send("settle", claim.id, sender=self.relayer)
            waited = self.chain.block(receipt.block_number).timestamp - claim.asked_at
            self.result.longest_delay = max(self.result.longest_delay, waited)

    def _at(self, time: int) -> None:
        """The next block is at `time`, or a second after the last where that is later."""
        if time >= self._heartbeat + HEARTBEAT_SECONDS:
            self._heartbeat += HEARTBEAT_SECONDS
            self._warp(self._heartbeat)
            self.bridge.contract.send("heartbeat", sender=self.guardian)
        self._warp(time)

    def _warp(self, time: int) -> None:
        if time > self.chain.block().timestamp:
            self.chain.warp(time)

    # ---- money

    def _fund(self) -> None:
        """The escrow starts so that it ends with what the attack took; the relayer owns all deposits."""
        for symbol in MAIN_TOKENS:
            own = [flow for flow in self.flows if flow.symbol == symbol]
            outflow = list(accumulate(-flow.amount if flow.is_deposit else flow.amount for flow in own))
            start = max(self.escrow_at_end[symbol] + outflow[-1], *outflow)
            self._started[symbol] = start
            deposits = sum(flow.amount for flow in own if flow.is_deposit)
            self.nomad.fund_escrow({symbol: start}, to=self.bridge.address)
            self.nomad.fund_escrow({symbol: deposits}, to=self.relayer)
            self.nomad.token_contracts[symbol].send(
                "approve", self.bridge.address, MAX_UINT256, sender=self.relayer
            )

    def _conserves(self, symbol: str) -> bool:
        """What the chain says that the bridge holds is what came in less what the users received."""
        own = [flow for flow in self.flows if flow.symbol == symbol]
        recipients = {flow.account for flow in own if not flow.is_deposit}
        received = sum(self.nomad.escrow(symbol, of=account) for account in recipients)
        deposited = sum(flow.amount for flow in own if flow.is_deposit)
        held = self.nomad.escrow(symbol, of=self.bridge.address)
        return held == self._started[symbol] + deposited - received and self.bridge.locked(symbol) == 0
