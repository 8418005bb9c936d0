"""Deploys a policy, step by step, so that it can be killed at any moment and resumed.

Two rules make that safe. Before a transaction is sent, the record says that it may have been, with its nonce.
And what a step wants is looked up on the chain before the step is taken: code at the address that its nonce
gives a creation, the value of a setting. A step that took effect is thus never repeated, whatever the record
missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from guardrails.artifacts import Artifact
from guardrails.chain import Address, Chain
from guardrails.chain.types import checksum
from guardrails.deploy.blueprint import Blueprint, blueprint
from guardrails.deploy.engine import Observe, Run
from guardrails.deploy.guarded import Guarded
from guardrails.deploy.preflight import check_chain, check_metrics, check_prices, check_record, check_sender
from guardrails.deploy.record import Record, exclusive
from guardrails.deploy.steps import steps
from guardrails.policy import Policy


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
    record: Record | None = None,
) -> Guarded:
    """Takes every step that has not been taken. Raises with the record in place; calling it again goes on.

    Without a path the record stays in memory; `record` is then one to go on from.
    """
    sender = checksum(sender)
    check_chain(plan.policy, chain, tokens=check_tokens)
    with exclusive(record_path):
        if record_path:
            record = Record.load(record_path)
        if record is not None:
            check_record(record, plan, chain, sender)
        if record is not None and record.complete:
            return Guarded.of(plan, chain, record)
        check_sender(plan.policy, chain, sender)
        if check_tokens and record is None:  # what was begun is finished, wherever prices went
            check_prices(plan.policy, chain)
            check_metrics(plan.policy, chain)
        run = Run(plan, chain, sender, record or _new_record(plan, chain, sender, record_path), observe)
        run.find_what_stands()
        if not run.is_sealed():
            for step in steps(plan):
                run.take(step)
        run.record.complete = True
        run.record.save()
        return Guarded.of(plan, chain, run.record)


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
