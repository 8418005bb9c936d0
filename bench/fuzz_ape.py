"""The machine's steps through Ape: as somebody who knows only Ape takes them, and through our chain."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from guardrails.chain import Chain
from guardrails.chain.ape import ApeChain
from guardrails.fuzz import Step, World, find_target
from guardrails.fuzz.machine.lab import Lab
from guardrails.testing.backends import APE_NETWORK, APE_SETTINGS

Walks = Iterable[tuple[Step, ...]]


def own_steps(target: str, walks: Walks) -> Iterator[int]:
    """1 after each step as an Ape account takes it: signed, sent, awaited; nothing is checked."""
    import ape
    from ape.exceptions import ApeException
    from ape.logging import LogLevel, logger

    logger.set_level(LogLevel.ERROR)
    with _connected() as chain:
        world = Lab(find_target(target), chain).world
        accounts = _accounts(ape, world)
        for walk in walks:
            begin = ape.chain.snapshot()
            for step in walk:
                if step.wait:
                    ape.chain.pending_timestamp += step.wait
                if step.function or step.calls:
                    to, data = world.encode(step)
                    transaction = ape.chain.provider.network.ecosystem.create_transaction(
                        receiver=to, data=data, value=step.value
                    )
                    with suppress(ApeException), _unheard():  # it prints a trace of every refusal
                        accounts[step.actor].call(transaction, raise_on_revert=False)
                else:
                    ape.chain.mine()
                yield 1
            ape.chain.restore(begin)


def chain_steps(target: str, walks: Walks) -> Iterator[int]:
    """1 after each step through `ApeChain`, with the machine's properties checked."""
    with _connected() as chain:
        lab = Lab(find_target(target), chain)
        for walk in walks:
            world = lab.fresh()
            for step in walk:
                world.do(step)
                world.check()
                yield 1


def _accounts(ape: Any, world: World) -> dict[str, Any]:
    """Test accounts where there are, else impersonated ones."""
    known = {account.address: account for account in ape.accounts.test_accounts}
    return {
        name: known.get(address) or ape.accounts.test_accounts.impersonate_account(address)
        for name, address in world.actors.items()
    }


@contextmanager
def _unheard() -> Iterator[None]:
    """Standard output goes nowhere, that of a stream that was looked up long ago too."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _connected() -> Iterator[Chain]:
    chain = ApeChain.connect(APE_NETWORK, settings=APE_SETTINGS)
    try:
        yield chain
    finally:
        chain.close()
