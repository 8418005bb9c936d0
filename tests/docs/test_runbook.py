"""The runbook, command by command, on a vault that is being drained; and the README's way to a chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from guardrails.chain import Contract
from guardrails.cli._session import open_session
from guardrails.policy.units import parse_duration
from guardrails.response import Announced, announced

from .conftest import LIMIT, Stage
from .fences import ROOT, Block, all_blocks, blocks

pytestmark = pytest.mark.guardrails_backends("anvil")
RUNBOOK = ROOT / "docs/runbook.md"
SOURCE = "0x" + "6" * 40
MARKET = f"""    oracle: {{source: "{SOURCE}", max_age: 1h, reference: 1.00, threshold: 2 %, drift: 1 %}}
    caps:
      supply: 20_000_000 USDC
      corridors: {{supply: {{floor: 1 USDC, ceiling: 20_000_000 USDC, up: 1 %, down: 1 %, interval: 24h}}}}
"""
"""What the runbook's section on markets acts on, beside the vault."""


def waiting(stage: Stage) -> list[Announced]:
    with open_session(stage.chain.url, Path("guardrails.yaml"), None, None) as session:
        return announced(session.guarded())


def drained(stage: Stage) -> Contract:
    """Three withdrawals over the limit: claims 1 to 3."""
    with open_session(stage.chain.url, Path("guardrails.yaml"), None, None) as session:
        guarded = session.guarded()
        vault = Contract(stage.chain, guarded.protocol.address, guarded.protocol.interface)
    alice = stage.actors.alice
    stage.usdc.send("approve", vault.address, 2**255, sender=alice)
    vault.send("deposit", 9 * LIMIT, alice, sender=alice)
    stage.wait(600)  # the policy's minimum age of a deposit
    for _ in range(3):
        vault.send("withdraw", 2 * LIMIT, alice, alice, sender=alice)
    return vault


def ids(stage: Stage, note: str) -> list[str]:
    """What `$ID` stands for in a block; `""` where it does not occur."""
    if span := re.search(r"wait (\w+)", note):
        stage.wait(parse_duration(span[1]))
    if "each ID" in note:
        return ["0x" + one.id.hex() for one in waiting(stage)]
    if wanted := re.search(r"ID of (\w+)", note):
        [found] = [one for one in waiting(stage) if one.text.startswith(wanted[1] + "(")]
        return ["0x" + found.id.hex()]
    return [""]


def perform(stage: Stage, block: Block) -> int:
    ran = 0
    for number in ids(stage, block.note):
        for words in block.commands:
            if words[0] != "guardrails":
                continue
            words = [number if word == "$ID" else word for word in words[1:]]
            height = stage.chain.block().number
            printed = stage.run(words)
            if "--execute" in words:
                assert "Checked on chain" in printed
            else:
                assert stage.chain.block().number == height, "a dry run sends nothing"
            ran += 1
    return ran


def test_the_runbook_from_the_alarm_to_the_end(stage: Stage, write_policy: Callable[..., None]) -> None:
    stage.chain.set_code(SOURCE, bytes.fromhex(f"7f{10**18:064x}5f524260205260405ff3"))  # one, now
    text = (ROOT / "examples/vault/guardrails.yaml").read_text()
    text = text.replace("    outflow:", MARKET + "    outflow:", 1) + "risk_steward: risk-team\n"
    accounts = {"guardian-ann": stage.actors.guardian, "anyone": stage.actors.keeper}
    write_policy(text, **accounts, **{"risk-team": stage.actors.bob})
    stage.run(["apply"])
    vault = drained(stage)
    alice = stage.actors.alice
    before = stage.usdc.call("balanceOf", alice)

    shown = [block for block in blocks(RUNBOOK) if any(words[0] == "guardrails" for words in block.commands)]
    assert sum(perform(stage, block) for block in shown) >= 35

    states = [vault.call("claim", number).state for number in (1, 2, 3)]
    assert states == [4, 2, 3], "returned, still suspect (its release was vetoed), paid"
    assert stage.usdc.call("balanceOf", alice) - before == 2 * LIMIT
    assert vault.call("isOpen", 0xFFFF)
    assert waiting(stage) == []


def test_the_runbooks_numbers() -> None:
    """What it says for those who have no tool at hand."""
    from guardrails.policy.operations import ALL_OPERATIONS, Operation

    text = " ".join(RUNBOOK.read_text().split())
    assert f"WITHDRAW is {Operation.WITHDRAW.value}, SETTLE is {Operation.SETTLE.value}" in text
    assert f"all is {ALL_OPERATIONS}" in text


def test_the_runbooks_signatures_and_errors(stage: Stage, write_policy: Callable[..., None]) -> None:
    write_policy((ROOT / "examples/vault/guardrails.yaml").read_text())
    stage.run(["apply"])
    with open_session(stage.chain.url, Path("guardrails.yaml"), None, None) as session:
        interface = session.guarded().guard.interface
    text = RUNBOOK.read_text()
    for signature in re.findall(r"`(\w+\([a-z0-9\[\],]+\))`", text):
        interface.function(signature)
    table = text[text.index("## When something refuses") : text.index("## Without this tool")]
    names = re.findall(r"`([A-Z]\w+)`", table)
    assert len(names) >= 9
    assert set(names) <= {entry["name"] for entry in interface.errors.values()}


def test_the_readmes_way_from_the_policy_to_a_chain(stage: Stage, write_policy: Callable[..., None]) -> None:
    [policy] = [b for b in all_blocks() if b.page == "README.md" and b.language == "yaml"]
    write_policy(policy.text)
    shown = [
        w
        for b in blocks(ROOT / "README.md")
        for w in b.commands
        if w[1:] and w[1] in ("plan", "apply", "verify")
    ]
    assert [words[1] for words in shown] == ["plan", "apply", "verify"]
    here = {"ethereum:mainnet:node": stage.chain.url, "deployer": stage.actors.deployer}
    for words in shown:
        stage.run([here.get(word, word) for word in words[1:]])
