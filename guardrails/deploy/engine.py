"""One deployment at work: looks for the effect of each step, and sends what has none."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

from eth_utils.crypto import keccak

from guardrails.chain import Address, Chain, ChainError, NotMined, Receipt, Reverted
from guardrails.chain.abi import describe_error, encode_arguments
from guardrails.chain.contract import Interface
from guardrails.chain.types import checksum
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.facts import Difference, Reader, Ref
from guardrails.deploy.guarded import contract_at
from guardrails.deploy.interface import EMERGENCY_CONTROLS
from guardrails.deploy.parts import DEPLOYER
from guardrails.deploy.preflight import check_controls, check_ready, controls_of
from guardrails.deploy.record import Entry, Record
from guardrails.deploy.steps import Step, steps
from guardrails.deploy.verify import differences
from guardrails.errors import GuardrailsError

Moment = Literal["skipped", "intended", "mined", "recorded"]
Observe = Callable[[Step, Moment, Entry], None]

PENDING_SECONDS = 600.0


class Unsealed(GuardrailsError):
    """The configuration does not read back as the policy wants: the protocol stays closed."""

    exit_code = 1


class Run:
    """One `apply` at work."""

    def __init__(
        self, plan: Blueprint, chain: Chain, sender: Address, record: Record, observe: Observe | None
    ) -> None:
        self.plan, self.chain, self.sender, self.record = plan, chain, sender, record
        self.observe = observe or (lambda step, moment, entry: None)

    # What is there

    def find_what_stands(self) -> None:
        """Contracts that the policy or the command names as already deployed."""
        for part in self.plan.parts:
            if part.address is None:
                continue
            if part.key == EMERGENCY_CONTROLS:
                self.record.contracts.update(check_controls(self.chain, part.address))
            elif part.key == self.plan.guard:
                self.record.contracts.update(controls_of(self.chain, part.address))
                self.record.contracts[part.key] = part.address
                if "seal" not in self.record.entries:
                    guard = contract_at(self.plan, part.key, self.chain, part.address)
                    check_ready(guard, self.sender, self.record.path)
            elif not self.chain.code(part.address):
                raise GuardrailsError(
                    "there is no contract at this address",
                    f"{part.key} ({part.address})",
                    "Correct the address.",
                )
            else:
                self.record.contracts[part.key] = part.address

    def is_sealed(self) -> bool:
        """Whether the last step, sent before an interruption, took effect: nothing is left to do."""
        entry = self.record.entries.get("seal")
        if entry is None:
            return False
        self._await_pending(entry)
        step = steps(self.plan)[-1]
        at = self._evidence(step, entry)
        if at is None:
            return False
        self._found(step, entry, at)
        return True

    def take(self, step: Step) -> None:
        """Takes a step unless the chain shows that it was taken."""
        entry = self.record.entries.get(step.key)
        if entry is not None and entry.status == "intended":
            self._await_pending(entry)
        at = self._evidence(step, entry)
        if at is not None:
            self._found(step, entry, at)
            return
        if step.kind == "seal":
            self._require_configured()
        data = self._data(step)
        nonce = self.chain.nonce(self.sender)
        entry = Entry(step.key, step.kind, "intended", nonce, "0x" + keccak(data).hex())
        entry.address = creation_address(self.sender, nonce) if step.kind == "create" else self._address(step)
        self.record.entries[step.key] = entry
        self.record.save()
        self.observe(step, "intended", entry)
        receipt = self._send(step, entry, data)
        self.observe(step, "mined", entry)
        self._confirm(step, entry, receipt)
        self.record.save()
        self.observe(step, "recorded", entry)

    # Parts of taking a step

    def _evidence(self, step: Step, entry: Entry | None) -> Address | None:
        """The address where the step's effect is, or None where it has none yet."""
        if step.kind == "create":
            at = entry.address if entry else None
            return at if at and step.artifact and step.artifact.matches(self.chain.code(at)) else None
        if step.fact is None or not step.fact.holds(self._reader()):
            return None
        return self._address(step)

    def _found(self, step: Step, entry: Entry | None, at: Address) -> None:
        if step.kind == "create":
            self.record.contracts[step.target] = at
        if entry is None or entry.status == "intended":
            entry = entry or Entry(step.key, step.kind, "done")
            entry.status, entry.found, entry.address = "done", "chain", at
            self.record.entries[step.key] = entry
            self.record.save()
        self.observe(step, "skipped", entry)

    def _await_pending(self, entry: Entry) -> None:
        """A transaction that was sent may still wait in the node: it must not be sent a second time."""
        if entry.nonce is None:
            return
        deadline = time.monotonic() + PENDING_SECONDS
        while self.chain.pending_nonce(self.sender) > entry.nonce >= self.chain.nonce(self.sender):
            if time.monotonic() > deadline:
                raise ChainError(
                    f"{entry.key}: the transaction with nonce {entry.nonce} is still pending",
                    self.chain.name,
                    "Wait until it is mined (or replace it with a higher fee), then run the command again.",
                )
            time.sleep(0.25)

    def _send(self, step: Step, entry: Entry, data: bytes) -> Receipt:
        try:
            if step.kind == "create":
                return self.chain.deploy(data, sender=self.sender)
            return self.chain.send(self._address(step), data, sender=self.sender)
        except NotMined as error:
            entry.tx_hash = "0x" + error.tx_hash.hex()
            self.record.save()
            raise
        except ChainError as error:
            raise _explained(error, step, self._interface(step)) from None

    def _confirm(self, step: Step, entry: Entry, receipt: Receipt) -> None:
        """Believed only from a canonical block, and from what the chain then shows."""
        block = self.chain.block(receipt.block_number)
        if block.hash != receipt.block_hash:
            raise ChainError(
                f"{step.key}: block {receipt.block_number} was dropped by a reorganisation",
                self.chain.name,
                "Run the command again.",
            )
        entry.tx_hash = "0x" + receipt.tx_hash.hex()
        entry.block_number, entry.block_hash = receipt.block_number, "0x" + receipt.block_hash.hex()
        entry.gas_used = receipt.gas_used
        if receipt.contract_address is not None:
            entry.address = receipt.contract_address
        if self._evidence(step, entry) is None:
            raise ChainError(
                f"{step.key}: the transaction was mined but has not had its effect",
                entry.address,
                "Read the transaction in a block explorer; then run the command again.",
            )
        entry.status, entry.found = "done", "receipt"
        if step.kind == "create" and entry.address is not None:
            self.record.contracts[step.target] = entry.address

    def _require_configured(self) -> None:
        """Sealing gives the configuration out of hand: everything must read back before."""
        found = [d for d in differences(self.plan, self.chain, self.record) if not _only_after_seal(d)]
        if found:
            lines = "\n".join(f"    {difference}" for difference in found)
            raise Unsealed(
                f"not sealed, because the chain differs from the policy:\n{lines}",
                self._reader().guard.address,
                "Undo what was done beside this deployment, then run this again; till then all is closed.",
            )

    def _data(self, step: Step) -> bytes:
        arguments = [self._resolve(argument) for argument in step.arguments]
        if step.artifact is not None:
            constructor = Interface(step.artifact.abi).constructor
            return step.artifact.bytecode + encode_arguments(constructor, arguments)
        target = contract_at(self.plan, step.target, self.chain, self._address(step))
        return target.encode(step.function, *arguments)

    def _resolve(self, argument: Any) -> Any:
        if isinstance(argument, list):
            return [self._resolve(one) for one in argument]
        if argument == DEPLOYER:
            return self.sender
        return self.record.contracts[argument.key] if isinstance(argument, Ref) else argument

    def _reader(self) -> Reader:
        key = self.plan.guard
        guard = contract_at(self.plan, key, self.chain, self.record.contracts[key])
        return Reader(self.chain, guard, self.record.contracts)

    def _address(self, step: Step) -> Address:
        return self.record.contracts[step.target]

    def _interface(self, step: Step) -> Interface:
        if step.artifact:
            return Interface(step.artifact.abi)
        return contract_at(self.plan, step.target, self.chain, self._address(step)).interface


def creation_address(sender: Address, nonce: int) -> Address:
    """Where a contract that `sender` creates with `nonce` will be: keccak256(rlp([sender, nonce]))[12:]."""
    count = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    item = count if len(count) == 1 and count[0] < 0x80 else bytes([0x80 + len(count)]) + count
    body = b"\x94" + bytes.fromhex(sender[2:]) + item
    return checksum("0x" + keccak(bytes([0xC0 + len(body)]) + body)[12:].hex())


def _only_after_seal(difference: Difference) -> bool:
    return difference.subject in ("sealed", "roles.governance")


def _explained(error: ChainError, step: Step, interface: Interface) -> ChainError:
    """The same error, saying at which step it happened and that it can go on from there."""
    what = error.what
    if isinstance(error, Reverted):
        what = f"reverted: {describe_error(interface.errors, error.data) or 'without a reason'}"
    remedy = error.remedy or "Correct the cause"
    return ChainError(
        f"{step.key}: {what}",
        error.where,
        f"{remedy.rstrip('.')}; then run the command again: it goes on here.",
    )
