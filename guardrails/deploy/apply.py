"""Deploys a policy, step by step, so that it can be killed at any moment and resumed.

Two rules make that safe. Before a transaction is sent, the record says that it may have been, with its nonce.
And what a step wants is looked up on the chain before the step is taken: code at the address that its nonce
gives a creation, the value of a setting. A step that took effect is thus never repeated, whatever the record
missed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from eth_utils.crypto import keccak

from guardrails.artifacts import Artifact
from guardrails.chain import Address, Chain, ChainError, NotMined, Receipt
from guardrails.chain.abi import encode_arguments
from guardrails.chain.contract import Interface
from guardrails.chain.types import checksum
from guardrails.deploy.blueprint import DEPLOYER, Blueprint, blueprint
from guardrails.deploy.facts import Difference, Reader, Ref
from guardrails.deploy.guarded import Guarded, contract_at
from guardrails.deploy.interface import EMERGENCY_CONTROLS
from guardrails.deploy.preflight import (
    check_chain,
    check_controls,
    check_ready,
    check_record,
    check_sender,
    controls_of,
)
from guardrails.deploy.record import Entry, Record, exclusive
from guardrails.deploy.steps import Step, steps
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy

Moment = Literal["skipped", "intended", "mined", "recorded"]
Observe = Callable[[Step, Moment, Entry], None]

PENDING_SECONDS = 600.0


class Unsealed(GuardrailsError):
    """The configuration does not read back as the policy wants: the protocol stays closed."""

    exit_code = 1


def deploy(
    policy: Policy,
    chain: Chain,
    sender: Address,
    *,
    protocol_artifact: Artifact | str | None = None,
    constructor: Mapping[str, Any] | Sequence[Any] | None = None,
    controls: Address | None = None,
    check_tokens: bool = True,
) -> Guarded:
    """Deploys a policy and forgets how: for tests, drills and simulations. See `apply`.

    `check_tokens` False skips the tokens: a chain of one's own on which nothing but the guards stands.
    """
    plan = blueprint(policy, artifact=protocol_artifact, constructor=constructor, controls=controls)
    return apply(plan, chain, sender, check_tokens=check_tokens)


def apply(
    plan: Blueprint,
    chain: Chain,
    sender: Address,
    record_path: Path | None = None,
    *,
    observe: Observe | None = None,
    check_tokens: bool = True,
) -> Guarded:
    """Takes every step that has not been taken. Raises with the record in place; calling it again goes on."""
    sender = checksum(sender)
    with exclusive(record_path):
        record = Record.load(record_path) if record_path else None
        check_chain(plan.policy, chain, tokens=check_tokens)
        if record is not None:
            check_record(record, plan, chain, sender)
        if record is None or not record.complete:
            check_sender(plan.policy, chain, sender)
        run = _Run(plan, chain, sender, record or _new_record(plan, chain, sender, record_path), observe)
        run.find_what_stands()
        for step in steps(plan):
            run.take(step)
        run.record.complete = True
        run.record.save()
        return Guarded.of(plan, chain, run.record)


class _Run:
    def __init__(
        self, plan: Blueprint, chain: Chain, sender: Address, record: Record, observe: Observe | None
    ) -> None:
        self.plan, self.chain, self.sender, self.record = plan, chain, sender, record
        self.observe = observe or (lambda step, moment, entry: None)
        self.unsettled = True

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
                if not self.record.complete and "seal" not in self.record.entries:
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
        ask = getattr(self.chain, "pending_nonce", None)
        if ask is None or entry.nonce is None or self.chain.nonce(self.sender) > entry.nonce:
            return
        deadline = time.monotonic() + PENDING_SECONDS
        while ask(self.sender) > entry.nonce >= self.chain.nonce(self.sender):
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
        from guardrails.deploy.verify import differences

        found = [d for d in differences(self.plan, self.chain, self.record) if not _only_after_seal(d)]
        if found:
            lines = "\n".join(f"    {difference}" for difference in found)
            raise Unsealed(
                f"not sealed, because the chain differs from the policy:\n{lines}",
                self._reader().guard.address,
                "Undo what was done beside this deployment and run the command again; until then all is closed.",
            )

    def _data(self, step: Step) -> bytes:
        arguments = [self._resolve(argument) for argument in step.arguments]
        if step.artifact is not None:
            constructor = Interface(step.artifact.abi).constructor
            return step.artifact.bytecode + encode_arguments(constructor, arguments)
        return self._reader().guard.encode(step.function, *arguments)

    def _resolve(self, argument: Any) -> Any:
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
        return Interface(step.artifact.abi) if step.artifact else self._reader().guard.interface


def creation_address(sender: Address, nonce: int) -> Address:
    """Where a contract that `sender` creates with `nonce` will be: keccak256(rlp([sender, nonce]))[12:]."""
    count = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    item = count if len(count) == 1 and count[0] < 0x80 else bytes([0x80 + len(count)]) + count
    body = b"\x94" + bytes.fromhex(sender[2:]) + item
    return checksum("0x" + keccak(bytes([0xC0 + len(body)]) + body)[12:].hex())


def _new_record(plan: Blueprint, chain: Chain, sender: Address, path: Path | None) -> Record:
    return Record(
        policy=plan.policy.fingerprint,
        protocol=plan.policy.protocol.name,
        mode=plan.policy.mode,
        chain_id=chain.chain_id,
        genesis="0x" + chain.block(0).hash.hex(),
        sender=sender,
        from_block=0 if any(p.address for p in plan.parts if p.key == plan.guard) else chain.block().number,
        guard=plan.guard,
        path=path,
    )


def _only_after_seal(difference: Difference) -> bool:
    return difference.subject in ("sealed", "roles.governance")


def _explained(error: ChainError, step: Step, interface: Interface) -> ChainError:
    """The same error, saying at which step it happened and that it can go on from there."""
    from guardrails.chain import Reverted
    from guardrails.chain.abi import describe_error

    what = error.what
    if isinstance(error, Reverted):
        what = f"reverted: {describe_error(interface.errors, error.data) or 'without a reason'}"
    remedy = error.remedy or "Correct the cause"
    return ChainError(
        f"{step.key}: {what}",
        error.where,
        f"{remedy.rstrip('.')}; then run the command again: it goes on here.",
    )
