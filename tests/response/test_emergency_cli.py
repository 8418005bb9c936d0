"""The emergency commands as people type them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guardrails.chain import AnvilChain
from guardrails.cli import main
from guardrails.deploy.words import outflow_fields
from guardrails.policy import Operation
from guardrails.response import announced

from .conftest import Shell

pytestmark = pytest.mark.guardrails_backends("anvil")
WITHDRAW = Operation.WITHDRAW.value


def test_pause_is_a_dry_run_unless_told(shell: Shell) -> None:
    height = shell.scene.chain.block().number
    shown = shell.run("pause", "WITHDRAW", "--for", "2h", "--reason", "drain").output
    assert shell.scene.chain.block().number == height
    assert shell.scene.guard.call("isOpen", WITHDRAW)
    for part in ("pause WITHDRAW for 2h", "before", "after", "closed until", "budget left", "30h of 30h"):
        assert part in shown
    assert "Dry run: nothing was sent" in shown
    data = shell.scene.guard.encode("pause", WITHDRAW, 7200, "drain").hex()
    assert f"data 0x{data}" in shown
    assert shell.scene.actors.guardian in shown, "who the policy gives the power to"


def test_pause_executed_and_checked(shell: Shell) -> None:
    guardian = shell.scene.actors.guardian
    words = ("pause", "withdraw,redeem", "--for", "2h", "--reason", "drain", "--account", guardian)
    shown = shell.run(*words, "--execute").output
    assert "Checked on chain: WITHDRAW, REDEEM closed for at least 2h" in shown
    assert not shell.scene.guard.call("isOpen", WITHDRAW)
    assert shell.scene.guard.logs("Paused")[-1]["reason"] == "drain"


def test_reason_is_mandatory(shell: Shell) -> None:
    for words in (
        ("pause", "all", "--for", "1h"),
        ("unpause", "all"),
        ("lock", "USDC", "--for", "1h"),
        ("unlock", "USDC"),
        ("level", "frozen", "--for", "1h"),
        ("claims", "hold", "1", "--for", "1h"),
        ("claims", "release", "1"),
        ("claims", "cancel", "1"),
    ):
        assert "--reason" in shell.run(*words, exit_code=2).output


def test_sending_needs_an_account(shell: Shell) -> None:
    shown = shell.run("pause", "all", "--for", "1h", "--reason", "x", "--execute", exit_code=2).output
    assert "--account" in shown
    assert shell.scene.guard.call("isOpen", WITHDRAW)


def test_a_refusal_is_decoded(shell: Shell) -> None:
    attacker = shell.scene.actors.attacker
    shown = shell.run(
        "pause", "all", "--for", "1h", "--reason", "x", "--account", attacker, exit_code=2
    ).output
    assert "Unauthorised(account=" in shown
    assert "required rank" in shown


def test_unpause_needs_no_wait_where_the_policy_says_so(shell: Shell) -> None:
    actors = shell.scene.actors
    shell.run("pause", "all", "--for", "1h", "--reason", "x", "--account", actors.guardian, "--execute")
    shell.run("unpause", "all", "--reason", "y", "--account", "council", "--execute")
    assert shell.scene.guard.call("isOpen", WITHDRAW)


def test_a_loosening_is_announced_listed_and_executed(shell: Shell) -> None:
    scene = shell.scene
    assert isinstance(scene.chain, AnvilChain)
    shell.run("limit", "USDC", "--to", "100 USDC", "--account", "council", "--execute")
    assert scene.guard.call("available", scene.usdc.address) == 100 * 10**6
    shown = shell.run("limit", "USDC", "--to", "policy", "--account", "council", "--execute").output
    assert "This is a loosening" in shown
    assert "2d" in shown
    [waiting] = announced(scene.guarded)
    number = "0x" + waiting.id.hex()
    listed = json.loads(shell.run("override", "list", "--json").output)
    assert [(one["id"], one["status"]) for one in listed] == [(number, "waiting")]
    assert "setLimit(asset=" in shell.run("override", "list").output
    assert "NotYetExecutable" in shell.run("override", "execute", number, exit_code=2).output
    scene.chain.warp(waiting.executable_at)
    scene.chain.mine()
    shell.run("override", "execute", number, "--account", scene.actors.keeper, "--execute")
    assert "Nothing is announced" in shell.run("override", "list").output
    assert outflow_fields(scene.guard.call("outflowWord", scene.usdc.address))["limit"] == 1_000 * 10**6
    scene.chain.mine(3_600)
    available = scene.guard.call("available", scene.usdc.address)
    assert 100 * 10**6 < available < 200 * 10**6, "what is available refills; it does not jump"


def test_schedule_and_veto(shell: Shell) -> None:
    actors = shell.scene.actors
    words = ("override", "schedule", "setHolder", actors.bob, "2", "--account", "council", "--execute")
    shell.run(*words)
    [waiting] = announced(shell.scene.guarded)
    assert waiting.text == f"setHolder(account={actors.bob}, rank=2)"
    number = "0x" + waiting.id.hex()
    shell.run("override", "veto", number, "--account", "watcher", "--execute", exit_code=2)
    shell.run("override", "veto", number, "--account", "guards", "--execute")
    assert announced(shell.scene.guarded) == []
    assert "hexadecimal" in shell.run("override", "veto", "zz", exit_code=2).output
    assert "waits" in shell.run("override", "veto", number, exit_code=2).output
    assert "takes 2 arguments" in shell.run("override", "schedule", "setHolder", "1", exit_code=2).output
    data = shell.scene.guard.encode("setHolder", actors.bob, 2).hex()
    assert "announce: setHolder(" in shell.run("override", "schedule", f"0x{data}").output


def test_lock_and_unlock_by_subject(shell: Shell) -> None:
    scene = shell.scene
    guard, alice = scene.guard, scene.actors.alice
    subjects = {
        alice: guard.call("accountSubject", alice),
        "USDC": guard.call("assetSubject", scene.usdc.address),
        "position:0x07": guard.call("positionSubject", (7).to_bytes(32, "big")),
    }
    for name, subject in subjects.items():
        words = (
            "lock",
            name,
            "--for",
            "1h",
            "--case",
            "9",
            "--reason",
            "x",
            "--account",
            "guards",
            "--execute",
        )
        assert "Checked on chain" in shell.run(*words).output
        until, case = guard.call("lockOf", subject)
        assert (until > scene.chain.block().timestamp, case) == (True, 9)
    shown = shell.run("unlock", alice, "--reason", "y", "--account", "council").output
    assert "This is a loosening" in shown
    for wrong in ("nobody", "position:zz"):
        shell.run("lock", wrong, "--for", "1h", "--reason", "x", exit_code=2)


def test_level(shell: Shell) -> None:
    guard = shell.scene.guard
    shell.run("level", "queued", "--for", "1h", "--reason", "x", "--account", "watcher", "--execute")
    assert guard.call("level") == 2
    shell.run("level", "frozen", "--for", "1h", "--reason", "x", "--account", "watcher", exit_code=2)
    assert "--for" in shell.run("level", "frozen", "--reason", "x", exit_code=2).output
    assert "--lower" in shell.run("level", "normal", "--reason", "x", exit_code=2).output
    shell.run("level", "frozen", "--reason", "x", "--account", "council", "--execute")
    assert guard.call("level") == 4
    shown = shell.run("level", "normal", "--lower", "--reason", "y", "--account", "council").output
    assert "This is a loosening" in shown


def test_claims(shell: Shell) -> None:
    scene = shell.scene
    for _ in range(3):
        scene.claim(2_000 * 10**6)
    listed = json.loads(shell.run("claims", "list", "--json").output)
    assert [(one["id"], one["amount"], one["state"]) for one in listed] == [
        (number, "2000000000", "pending") for number in (1, 2, 3)
    ]
    shell.run("claims", "hold", "1-2", "--for", "7d", "--reason", "x", "--account", "watcher", "--execute")
    shell.run("claims", "cancel", "1", "--reason", "thief", "--account", "council", "--execute")
    shown = shell.run("claims", "list", "--all").output
    assert "returned" in shown
    assert "3 of 3 claims" in shown
    assert "2 of 3 claims" in shell.run("claims", "list").output
    held = ("claims", "hold", "1,2", "--for", "7d", "--reason", "x", "--account", "guards", "--execute")
    assert "claim 1 is returned" in shell.run(*held, exit_code=1).output
    scene.chain.warp(scene.chain.block().timestamp + 86_400)
    scene.chain.mine()
    shell.run("claims", "settle", "3", "--account", scene.actors.keeper, "--execute")
    shell.run("claims", "settle", "3", "--account", scene.actors.keeper, "--execute", exit_code=2)
    shell.run("claims", "release", "2", "--reason", "honest", "--account", "council")
    shell.run("claims", "hold", "0", "--for", "7d", "--reason", "x", exit_code=2)


def test_heartbeat_and_json(shell: Shell) -> None:
    document = json.loads(shell.run("heartbeat", "--account", "watcher", "--execute", "--json").output)
    assert document["sent"] is True
    assert document["problems"] == []
    assert document["call"] == "heartbeat()"
    document = json.loads(shell.run("pause", "all", "--for", "1h", "--reason", "x", "--json").output)
    assert document["sent"] is False
    assert document["before"]["WITHDRAW"] == "open"
    assert document["after"]["WITHDRAW"].startswith("closed until")
    assert document["power"]["budget left"] == "30h of 30h in 30d"


def test_governance_that_is_a_contract_gets_the_call_data(shell: Shell) -> None:
    """A Safe cannot be an --account: the dry run prints what its owners sign."""
    shown = shell.run("unpause", "all", "--reason", "x").output
    assert f"to {shell.scene.guard.address}" in shown
    assert shell.scene.guard.encode("unpause", 0xFFFF, "x").hex() in shown


def test_wrong_words(shell: Shell) -> None:
    assert (
        "did you mean `WITHDRAW`"
        in shell.run("pause", "WITHDRAWL", "--for", "1h", "--reason", "x", exit_code=2).output
    )
    assert "did you mean" in shell.run("limit", "USDT", "--to", "1 USDC", exit_code=2).output
    assert "--for" in shell.run("pause", "all", "--for", "soon", "--reason", "x", exit_code=2).output
    for amount in ("1 WETH", "many", "0.0000001 USDC"):
        assert "--to" in shell.run("limit", "USDC", "--to", amount, exit_code=2).output
    assert "no account" not in shell.run("pause", "all", "--for", "1h", "--reason", "x").output
    assert (
        "somebody"
        in shell.run(
            "pause", "all", "--for", "1h", "--reason", "x", "--account", "somebody", exit_code=2
        ).output
    )


def test_without_a_record(shell: Shell) -> None:
    words = ("pause", "all", "--for", "1h", "--reason", "x")
    assert "no deployment record" in shell.run(*words, "--record", "none.json", exit_code=2).output


def test_without_a_node(shell: Shell) -> None:
    words = ["pause", "all", "--for", "1h", "--reason", "x", "--network", "http://127.0.0.1:9"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 3
    assert "does not answer" in result.output
