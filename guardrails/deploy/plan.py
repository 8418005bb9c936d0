"""What `apply` would do: every step with its gas, and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from eth_utils.crypto import keccak

from guardrails.chain import Address, Chain, ChainError, MissingBackend, NotSupported, RevmChain
from guardrails.chain.types import checksum
from guardrails.deploy.apply import apply
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.engine import creation_address
from guardrails.deploy.facts import Ref
from guardrails.deploy.preflight import check_chain, check_metrics, check_prices, check_record, check_sender
from guardrails.deploy.record import Entry, Record
from guardrails.deploy.steps import Step, steps
from guardrails.errors import GuardrailsError

# Not the deployer: what he has deployed before stands where his first creations on an empty chain would.
_REHEARSING = checksum("0x" + keccak(text="guardrails.rehearsal")[12:].hex())

Measured = Literal["simulated", "rehearsed"]


@dataclass(frozen=True)
class PlannedStep:
    """`gas` None for a step with nothing to do. `address`: what is called, or where it will be created.

    `call` is what is sent, `meaning` the same in the policy's words.
    """

    step: Step
    call: str
    meaning: str
    address: Address
    gas: int | None
    done: bool


@dataclass(frozen=True)
class Plan:
    """`measured`: gas of the steps simulated on this very chain, or rehearsed on an empty one in process.

    A rehearsal is a little off: on a public network nothing can be sent that does not stay.
    """

    planned: tuple[PlannedStep, ...]
    measured: Measured
    sender: Address
    chain_id: int

    @property
    def gas(self) -> int:
        return sum(step.gas or 0 for step in self.planned)

    @property
    def open_steps(self) -> tuple[PlannedStep, ...]:
        return tuple(step for step in self.planned if not step.done)


def plan(blueprint: Blueprint, chain: Chain, sender: Address, record_path: Path | None = None) -> Plan:
    """Refuses what `apply` would refuse. A development chain is left as it was."""
    sender = checksum(sender)
    record = Record.load(record_path) if record_path else None
    check_chain(blueprint.policy, chain)
    if record is not None:
        check_record(record, blueprint, chain, sender)
    if record is not None and record.complete:
        return Plan((), "simulated", sender, chain.chain_id)
    check_sender(blueprint.policy, chain, sender)
    if record is None:
        check_prices(blueprint.policy, chain)
        check_metrics(blueprint.policy, chain)
    seen: dict[str, tuple[str, Entry]] = {}

    def observe(step: Step, moment: str, entry: Entry) -> None:
        if moment in ("skipped", "recorded"):
            seen[step.key] = (moment, deepcopy(entry))

    nonce = chain.nonce(sender)
    with _stage(blueprint, chain, sender, record) as (stage, measured, memory):
        actor = sender if measured == "simulated" else _REHEARSING
        try:
            guarded = apply(blueprint, stage, actor, observe=observe, check_tokens=False, record=memory)
        except ChainError as error:
            if measured == "simulated":
                raise
            raise ChainError(
                f"the rehearsal on an empty chain failed at {error.what}",
                error.where,
                "A constructor that asks other contracts needs them: plan on a fork of the network.",
            ) from None
        contracts = dict(guarded.record.contracts)
    planned = []
    for step in steps(blueprint):
        moment, entry = seen[step.key]
        done = moment == "skipped"
        at = contracts[step.target]
        if not done:
            if step.kind == "create" and measured == "rehearsed":
                contracts[step.target] = at = creation_address(sender, nonce)
            nonce += 1
        call = describe(step, contracts, sender)
        meaning = step.fact.meaning(contracts) if step.kind == "configure" and step.fact else call
        planned.append(PlannedStep(step, call, meaning, at, None if done else entry.gas_used, done))
    return Plan(tuple(planned), measured, sender, chain.chain_id)


@contextmanager
def _stage(
    blueprint: Blueprint, chain: Chain, sender: Address, record: Record | None
) -> Iterator[tuple[Chain, Measured, Record | None]]:
    """Where the steps can be taken without effect: this chain with a way back, else an empty one."""
    memory = replace(deepcopy(record), path=None) if record else None
    try:
        before = chain.snapshot()
    except NotSupported:
        yield _empty_stage(blueprint, chain), "rehearsed", None
        return
    try:
        if sender not in chain.accounts:
            chain.impersonate(sender)
        yield chain, "simulated", memory
    finally:
        chain.revert(before)


def _empty_stage(blueprint: Blueprint, chain: Chain) -> Chain:
    there = [part.key for part in blueprint.parts if part.address is not None]
    if blueprint.guard in there:
        raise GuardrailsError(
            "a contract that stands already cannot be rehearsed on a public network",
            blueprint.guard,
            "Plan on a fork: --network <ecosystem>:<network>-fork:foundry.",
        )
    try:
        stage = RevmChain(chain_id=chain.chain_id, timestamp=chain.block().timestamp)
    except MissingBackend as error:
        raise MissingBackend(
            f"a plan for a public network is rehearsed in process, and {error.what}",
            error.where,
            f"{error.remedy} Or plan on a fork: --network <ecosystem>:<network>-fork:foundry.",
        ) from None
    stage.impersonate(_REHEARSING)
    stage.set_balance(_REHEARSING, 10**21)
    named = {asset.address for asset in blueprint.policy.assets} | blueprint.policy.named_contracts
    named |= {part.address for part in blueprint.parts if part.address}
    named |= {a for part in blueprint.parts for a in part.arguments if _is_address(a)}
    for address in named:
        stage.set_code(address, chain.code(address))
    return stage


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("0x") and len(value) == 42


def describe(step: Step, contracts: dict[str, Address], sender: Address) -> str:
    """The step as a call: `setLimit(0xA0b8…, 0x8000…)`."""

    def word(argument: Any) -> str:
        if isinstance(argument, Ref):
            return sender if argument.key == "deployer" else contracts.get(argument.key, argument.key)
        if isinstance(argument, list):
            return f"[{', '.join(map(word, argument))}]"
        if isinstance(argument, bytes):
            return "0x" + argument.hex()
        if isinstance(argument, int) and not isinstance(argument, bool) and argument >= 1 << 64:
            return hex(argument)
        return repr(argument) if isinstance(argument, str) and not _is_address(argument) else str(argument)

    name = f"new {step.artifact.name}" if step.artifact else step.function
    return f"{name}({', '.join(word(argument) for argument in step.arguments)})"
