"""From an action to its effect: decoded, bounded, simulated, sent, and then read back from the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guardrails import artifacts
from guardrails.chain import Address, Chain, Contract, NotSupported, Receipt, Reverted
from guardrails.chain.abi import decode_values, describe_error
from guardrails.chain.contract import Interface
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.response import views
from guardrails.response.actions import Action
from guardrails.response.explain import remedy_for

_BYTES4_UINT = ({"type": "bytes4", "name": "selector"}, {"type": "uint256", "name": "delay"})


class Refused(GuardrailsError):
    """The contract does not let this account do this now; nothing was sent."""


class NotEffective(GuardrailsError):
    """A transaction was mined, but the chain does not show its effect."""

    exit_code = 1


@dataclass(frozen=True)
class Prepared:
    """An action ready to be sent. `after` is None where it could not be simulated.

    `delay` (seconds) is set when the call is a loosening: it is then announced now and executed later.
    """

    action: Action
    sender: Address
    to: Address
    data: bytes
    call: str
    power: Mapping[str, str]
    before: Mapping[str, str]
    after: Mapping[str, str] | None
    delay: int | None = None


@dataclass(frozen=True)
class Outcome:
    """`problems` is what does not hold afterwards; empty when the action had its effect."""

    receipt: Receipt
    after: Mapping[str, str]
    problems: tuple[str, ...]


def prepare(action: Action, guarded: Guarded, sender: Address) -> Prepared:
    """Says what would happen. Raises `Refused` where the contract would; nothing is sent."""
    action, delay = _scheduled_if_needed(action, guarded, sender)
    target = _target(action, guarded)
    data = target.encode(action.function, *action.arguments)
    _try(guarded, target, sender, data)
    return Prepared(
        action,
        sender,
        target.address,
        data,
        describe_call(action.function, action.arguments),
        views.rank(guarded, sender),
        action.observe(guarded),
        _simulated(action, guarded, target, sender, data),
        delay,
    )


def _target(action: Action, guarded: Guarded) -> Contract:
    return guarded.contracts[action.contract] if action.contract else guarded.guard


def perform(prepared: Prepared, guarded: Guarded) -> Outcome:
    """Sends it, waits for the canonical receipt, and reads what it was to change."""
    chain, action = guarded.chain, prepared.action
    try:
        receipt = chain.send(prepared.to, prepared.data, sender=prepared.sender)
    except Reverted as error:
        raise _refused(guarded, error, "the transaction was mined and reverted: nothing changed") from None
    block = chain.block(receipt.block_number)
    if block.hash != receipt.block_hash:
        raise NotEffective(
            f"block {receipt.block_number} was dropped by a reorganisation",
            chain.name,
            "Run the command again: it looks first whether the effect is there.",
        )
    problems = action.check(guarded, prepared.sender, block.timestamp)
    return Outcome(receipt, action.observe(guarded), tuple(problems))


def describe_call(function: str, arguments: tuple[Any, ...]) -> str:
    """`pause(2, 3600, 'drain seen')`."""

    def word(value: Any) -> str:
        if isinstance(value, bytes):
            return "0x" + value.hex()
        return hex(value) if isinstance(value, int) and value >= 1 << 64 else repr(value)

    return f"{function}({', '.join(word(value) for value in arguments)})"


def _scheduled_if_needed(action: Action, guarded: Guarded, sender: Address) -> tuple[Action, int | None]:
    """The contract says itself whether a call is a loosening with a delay."""
    from guardrails.response.overrides import schedule

    target = _target(action, guarded)
    data = target.encode(action.function, *action.arguments)
    try:
        guarded.chain.call(target.address, data, sender=sender)
    except Reverted as error:
        text = describe_error(guarded.guard.interface.errors, error.data) or ""
        if not text.startswith("MustBeScheduled("):
            raise _refused(guarded, error, "the contract refuses this") from None
        delay = int(decode_values(_BYTES4_UINT, error.data[4:])[1])
        return schedule(guarded, data, title=action.title), delay
    return action, None


def _try(guarded: Guarded, target: Contract, sender: Address, data: bytes) -> None:
    try:
        guarded.chain.call(target.address, data, sender=sender)
    except Reverted as error:
        raise _refused(guarded, error, "the contract refuses this") from None


def _simulated(
    action: Action, guarded: Guarded, target: Contract, sender: Address, data: bytes
) -> Mapping[str, str] | None:
    """The effect on a development chain, which is then set back; None on a public network."""
    chain: Chain = guarded.chain
    try:
        before = chain.snapshot()
    except NotSupported:
        return None
    try:
        if sender not in chain.accounts:
            chain.impersonate(sender)
        chain.send(target.address, data, sender=sender)
        return action.observe(guarded)
    finally:
        chain.revert(before)


def _refused(guarded: Guarded, error: Reverted, what: str) -> Refused:
    besides = [Interface(artifacts.load(name).abi).errors for name in ("ResumeChecklist", "Breaker")]
    known = {**besides[0], **besides[1], **guarded.guard.interface.errors}
    reason = describe_error(known, error.data) or "without a reason"
    return Refused(f"{what}: {reason}", guarded.guard.address, remedy_for(reason))
