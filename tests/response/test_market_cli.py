"""`block`, `unblock`, `cap` and `oracle` as people type them."""

from __future__ import annotations

import json

import pytest

from guardrails.policy.caps import EXPOSURES
from guardrails.response import announced

from .conftest import SOURCE, Shell

pytestmark = [pytest.mark.guardrails_backends("anvil"), pytest.mark.usefixtures("market")]
SUPPLY = EXPOSURES.index("supply")
WHY = ("--reason", "case 7")


def test_a_block_is_a_dry_run_unless_told(shell: Shell) -> None:
    actors, guard = shell.scene.actors, shell.scene.guard
    shown = shell.run("block", actors.alice, "--for", "2h", *WHY).output
    for part in (f"block {actors.alice} for 2h", "not blocked", "blocked until", "longest lock"):
        assert part in shown
    assert "Dry run: nothing was sent" in shown
    assert guard.encode("blockAccount", actors.alice, 7200, "case 7").hex() in shown
    assert guard.call("accountBlockedUntil", actors.alice) == 0
    words = ("block", actors.alice, actors.bob, "--for", "2h", *WHY, "--account", actors.guardian)
    assert "Checked on chain" in shell.run(*words, "--execute").output
    assert guard.call("accountBlockedUntil", actors.bob) > shell.scene.chain.block().timestamp
    shown = shell.run("unblock", actors.bob, *WHY, "--account", "council", "--execute").output
    assert "This is a loosening" in shown
    assert announced(shell.scene.guarded)[0].text.startswith("unblockAccount(account=")


def test_who_cannot_be_blocked_among_others_makes_the_command_fail(shell: Shell) -> None:
    actors = shell.scene.actors
    words = ("block", actors.bob, "council", "--for", "1h", *WHY, "--account", actors.guardian, "--execute")
    shown = shell.run(*words, exit_code=1).output
    assert "The effect does NOT hold" in shown
    assert f"{actors.governance} is blocked only until" in shown


def test_an_entry_by_name_and_by_selector(shell: Shell) -> None:
    words = ("--for", "1h", *WHY, "--account", shell.scene.actors.guardian, "--execute")
    assert "withdraw closed to everybody" in shell.run("block", "entry:withdraw", *words).output
    head = shell.scene.guarded.protocol.encode("deposit", 1, shell.scene.actors.bob)[:4].hex()
    shell.run("block", f"entry:0x{head}", *words)
    assert shell.scene.guard.call("selectorBlockedUntil", bytes.fromhex(head), 1) > 0
    shown = shell.run("unblock", "entry:withdraw", *WHY, "--account", "council").output
    assert "unblock the entry withdraw" in shown


def test_what_is_no_account_and_no_entry(shell: Shell) -> None:
    for words, shown in (
        (("counci",), "did you mean `council`"),
        (("0x12",), "is not an account"),
        (("entry:0x12",), "no selector of 4 bytes"),
        (("entry:0xzzzzzzzz",), "no selector of 4 bytes"),
        (("entry:withdrw",), "did you mean `withdraw`"),
        (("entry:withdraw", "council"), "blocked by itself"),
        (tuple(f"0x{n:040x}" for n in range(1, 102)), "more than the 100"),
    ):
        output = " ".join(shell.run("block", *words, "--for", "1h", *WHY, exit_code=2).output.split())
        assert shown in output


def test_a_cut_from_the_command_line(shell: Shell) -> None:
    usdc = shell.scene.usdc.address
    words = ("cap", "cut", "USDC", "supply", "--to", "40_000 USDC", "--for", "1h", *WHY)
    assert "100_000 USDC" in shell.run(*words).output
    assert shell.scene.guard.call("capOf", SUPPLY, usdc) == 100_000 * 10**6
    shell.run(*words, "--account", "guards", "--execute")
    assert shell.scene.guard.call("capOf", SUPPLY, usdc) == 40_000 * 10**6
    document = json.loads(shell.run("cap", "lift", "USDC", "supply", *WHY, "--json").output)
    assert document["scheduled"]
    assert document["from"] == shell.scene.actors.governance


def test_a_cap_is_set_stepped_and_set_back(shell: Shell) -> None:
    guard, usdc = shell.scene.guard, shell.scene.usdc.address
    shown = shell.run("cap", "step", "USDC", "supply", "--to", "90_000 USDC").output
    assert shell.scene.actors.keeper in shown, "who the chain gives the power to"
    words = ("--account", shell.scene.actors.keeper, "--execute")
    shell.run("cap", "step", "USDC", "supply", "--to", "90_000 USDC", *words)
    assert guard.call("capOf", SUPPLY, usdc) == 90_000 * 10**6
    shell.run("cap", "set", "USDC", "supply", "--to", "0", "--account", "council", "--execute")
    assert guard.call("capOf", SUPPLY, usdc) == 0
    shown = shell.run("cap", "set", "USDC", "supply", "--to", "policy", "--account", "council").output
    assert "This is a loosening" in shown
    assert "unlimited" in shell.run("cap", "set", "USDC", "borrow", "--to", "unlimited").output
    assert "nobody is risk steward" in shell.run("cap", "revoke").output


def test_caps_that_cannot_be_meant(shell: Shell) -> None:
    for words, shown in (
        (("USDT", "supply", "--to", "1 USDC"), "did you mean `USDC`"),
        (("USDC", "suply", "--to", "1 USDC"), "supply"),
        (("USDC", "supply", "--to", "1"), "has no unit"),
        (("USDC", "supply", "--to", "1 WETH"), "not an amount of USDC"),
        (("USDC", "supply", "--to", "0.0000001 USDC"), "not an amount of USDC"),
        (("USDC", "supply", "--to", "12_345.678901 USDC"), "nearest lower value is 12_345.6 USDC"),
        (("USDC", "borrow", "--to", "policy"), "states no borrow cap"),
    ):
        assert shown in " ".join(shell.run("cap", "set", *words, exit_code=2).output.split())


def test_a_trip_and_a_reset_from_the_command_line(shell: Shell) -> None:
    words = ("oracle", "trip", "USDC", "--for", "2h", *WHY)
    assert "1, in doubt: tripped" in shell.run(*words).output
    shell.run(*words, "--account", "watcher", "--execute")
    assert shell.scene.guard.call("priceFault", shell.scene.usdc.address)[0] == 8
    shown = shell.run("oracle", "reset", "USDC", "--to", "1.01", "--account", "council", "--execute").output
    assert "This is a loosening" in shown
    assert "at 1.01" in shown
    for price, why in (
        ("0", "no price"),
        ("-1", "not a plain number"),
        ("1e3", "not a plain number"),
        ("0.0000000000000000001", "no price"),
        ("340282366920938463464", "no price"),
    ):
        assert why in shell.run("oracle", "reset", "USDC", "--to", price, exit_code=2).output


def test_an_oracle_is_changed_by_its_structs(shell: Shell) -> None:
    """A deployed policy is changed through governance: `setOracle` takes three structs."""
    guard, usdc = shell.scene.guard, shell.scene.usdc.address
    structs = (f"({SOURCE}, 7200, 300, 0, 0, 0, false)", f"(0x{0:040x}, 0, 0, 0)", "(100, 0, 0, 600)")
    words = ("override", "schedule", "setOracle", "USDC", *structs, str(10**18), "--account", "council")
    shell.run(*words, "--execute")
    [waiting] = announced(shell.scene.guarded)
    assert waiting.call == guard.encode(
        "setOracle",
        usdc,
        (SOURCE, 7_200, 300, 0, 0, 0, False),
        (f"0x{0:040x}", 0, 0, 0),
        (100, 0, 0, 600),
        10**18,
    )
    short = ("override", "schedule", "setOracle", "USDC", "(1, 2)", *structs[1:], "1")
    output = " ".join(shell.run(*short, exit_code=2).output.split())
    assert "has 2 fields instead of 7" in output
    assert "uint24 maxAge" in output
    bad = ("override", "schedule", "setOracle", "USDC", structs[0], structs[1], "(a, 0, 0, 0)", "1")
    assert "`a` is no uint16" in shell.run(*bad, exit_code=2).output


def test_reasons_are_mandatory(shell: Shell) -> None:
    for words in (
        ("block", "watcher", "--for", "1h"),
        ("unblock", "watcher"),
        ("cap", "cut", "USDC", "supply", "--to", "1 USDC", "--for", "1h"),
        ("cap", "lift", "USDC", "supply"),
        ("oracle", "trip", "USDC", "--for", "1h"),
    ):
        assert "--reason" in shell.run(*words, exit_code=2).output
