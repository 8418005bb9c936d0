"""The three backends side by side, byte for byte: the same steps must leave the same transcript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.chain import Chain, Contract, Log, Receipt, Rejected, Reverted

START = 2_000_000_000
Step = tuple[str, Any]
Transcript = list[object]


@pytest.fixture
def chains(guardrails_pool: Any) -> Iterator[dict[str, Chain]]:
    with ExitStack() as stack:
        found = {name: stack.enter_context(guardrails_pool.lend(name)) for name in ("revm", "anvil", "ape")}
        for chain in found.values():
            chain.warp(START)
            chain.mine()
        yield found


def plain_log(log: Log) -> tuple[object, ...]:
    return (log.address, log.topics, log.data, log.block_number, log.log_index)


def plain_receipt(receipt: Receipt) -> tuple[object, ...]:
    return (receipt.block_number, receipt.status, receipt.contract_address, *map(plain_log, receipt.logs))


def run(chain: Chain, compiled: Any, steps: Sequence[Step]) -> Transcript:
    """All that the steps return, in bytes as the chain gave it, but for hashes of blocks and transactions."""
    probe = Contract.deploy(chain, compiled["Probe"], 7, sender=chain.accounts[0])
    transcript: Transcript = []
    snapshots: list[object] = []
    for verb, argument in steps:
        try:
            transcript.append((verb, one(chain, probe, snapshots, verb, argument)))
        except Reverted as error:
            transcript.append((verb, "reverted", error.data))
        except Rejected:
            transcript.append((verb, "rejected"))
        block = chain.block()
        transcript.append((block.number, block.timestamp))
    watched = (probe.address, *chain.accounts[:4])
    transcript.append([(chain.balance(a), chain.nonce(a), chain.code(a)) for a in watched])
    transcript.append([chain.storage(probe.address, slot) for slot in range(3)])
    transcript.append([plain_log(log) for log in chain.logs()])
    return transcript


def one(chain: Chain, probe: Contract, snapshots: list[object], verb: str, argument: Any) -> object:
    if verb == "send":
        who, value, name, *arguments = argument
        to, data = probe.address, probe.encode(name, *arguments)
        return plain_receipt(chain.send(to, data, sender=chain.accounts[who], value=value))
    if verb == "call":
        who, value, name, *arguments = argument
        data = probe.encode(name, *arguments)
        return chain.call(probe.address, data, sender=chain.accounts[who], value=value)
    if verb == "pay":
        who, value = argument
        return plain_receipt(chain.send(probe.address, b"", sender=chain.accounts[who], value=value))
    if verb == "warp":
        return chain.warp(chain.block().timestamp + argument)
    if verb == "mine":
        return chain.mine(argument)
    if verb == "snapshot":
        snapshots.append(chain.snapshot())
        return None
    if verb == "revert":
        return chain.revert(snapshots[-1]) if snapshots else None
    if verb == "balance":
        return chain.set_balance(chain.accounts[argument[0]], argument[1])
    assert verb == "storage"
    return chain.set_storage(probe.address, 0, argument)


SCRIPT: list[Step] = [
    ("call", (1, 0, "context")),
    ("call", (1, 5, "context")),
    ("call", (1, 0, "echo", bytes(range(100)))),
    ("send", (1, 0, "store(uint256)", 41)),
    ("send", (2, 0, "store(uint256,string)", 42, "ü" * 40)),
    ("send", (1, 0, "emitIndexed", 2**256 - 1, b"\xff" * 32, b"\x01" * 65)),
    ("send", (1, 0, "emitHashed", "text", list(range(5)))),
    ("send", (1, 9, "create", 5)),
    ("call", (1, 0, "create", 5)),
    ("send", (1, 0, "create", 13)),
    ("send", (1, 0, "createAt", b"\x02" * 32, 6)),
    ("send", (1, 0, "createAt", b"\x02" * 32, 6)),
    ("send", (1, 0, "setTransientTwice", 5)),
    ("send", (1, 0, "setTransientTwice", 6)),
    ("send", (3, 0, "setTransientAndFail", 6)),
    ("call", (1, 0, "setTransientTwice", 7)),
    ("send", (1, 0, "failCustom", 2**255)),
    ("send", (1, 0, "failText", "")),
    ("call", (1, 0, "failText", "a" * 31)),
    ("send", (1, 0, "failNested", b"\x05" * 33)),
    ("call", (1, 0, "failNested", b"")),
    ("send", (1, 0, "failPanic", 3)),
    ("send", (1, 0, "failBare")),
    ("send", (1, 0, "failInvalid")),
    ("call", (1, 0, "burn")),
    ("pay", (2, 10**18)),
    ("pay", (2, 10**24)),
    ("warp", 3600),
    ("call", (1, 0, "context")),
    ("call", (1, 0, "failNested", b"")),
    ("send", (1, 0, "failNested", b"")),
    ("call", (1, 0, "context")),
    ("mine", 3),
    ("call", (1, 0, "context")),
    ("snapshot", None),
    ("balance", (1, 5)),
    ("pay", (1, 6)),
    ("pay", (1, 5)),
    ("send", (1, 0, "create", 8)),
    ("revert", None),
    ("send", (1, 0, "create", 8)),
    ("storage", 77),
    ("send", (1, 0, "store(uint256)", 78)),
]


def test_the_script_leaves_the_same_transcript(chains, compiled) -> None:
    transcripts = {name: run(chain, compiled, SCRIPT) for name, chain in chains.items()}
    assert len(transcripts["revm"]) == 2 * len(SCRIPT) + 3
    assert transcripts["anvil"] == transcripts["revm"]
    assert transcripts["ape"] == transcripts["revm"]


who = st.integers(0, 3)
small = st.integers(0, 20)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.tuples(who, st.just(0), st.just("store(uint256)"), small)),
        st.tuples(st.just("send"), st.tuples(who, small, st.just("create"), small)),
        st.tuples(
            st.just("send"), st.tuples(who, st.just(0), st.just("createAt"), st.just(bytes(32)), small)
        ),
        st.tuples(st.just("send"), st.tuples(who, st.just(0), st.just("setTransientTwice"), small)),
        st.tuples(st.just("send"), st.tuples(who, st.just(0), st.just("failCustom"), small)),
        st.tuples(st.just("call"), st.tuples(who, small, st.just("context"))),
        st.tuples(st.just("call"), st.tuples(who, st.just(0), st.just("setTransient"), small)),
        st.tuples(st.just("pay"), st.tuples(who, small)),
        st.tuples(st.just("warp"), small),
        st.tuples(st.just("mine"), st.integers(0, 3)),
        st.tuples(st.just("snapshot"), st.none()),
        st.tuples(st.just("revert"), st.none()),
        st.tuples(st.just("balance"), st.tuples(who, small)),
        st.tuples(st.just("storage"), small),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_steps_leave_the_same_transcript(chains, compiled, steps: list[Step]) -> None:
    transcripts = []
    for name in ("revm", "anvil"):
        clean = chains[name].snapshot()
        transcripts.append(run(chains[name], compiled, steps))
        chains[name].revert(clean)
    assert transcripts[0] == transcripts[1]
