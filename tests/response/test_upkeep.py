"""What anyone may call to keep caps, references and blocks up to date; and an oracle that is narrowed."""

from __future__ import annotations

import json

import pytest

from guardrails.deploy.words import cap_source_word, standing_cap
from guardrails.errors import GuardrailsError
from guardrails.policy.caps import EncodedCapSource
from guardrails.response import market, overrides, upkeep

from .conftest import SOURCE, Scene, Shell
from .test_actions import DAY, HOUR, do, later, refused
from .test_market_actions import SUPPLY, USDC, after, asset, executed

VOLATILITY = "0x" + "7" * 40


def says(scene: Scene, price: int) -> None:
    """The source answers this price, times 1e18, of now."""
    scene.chain.set_code(SOURCE, bytes.fromhex(f"7f{price:064x}5f524260205260405ff3"))


def follows(scene: Scene, bps: int) -> None:
    """The supply cap follows a source of volatility, which answers this."""
    scene.chain.set_code(VOLATILITY, bytes.fromhex(f"61{bps:04x}5f524260205260405ff3"))
    word = cap_source_word(EncodedCapSource(VOLATILITY, 100_000 * USDC, 3_000, HOUR))
    call = scene.guard.encode("setCapSource", SUPPLY, scene.usdc.address, word)
    do(scene, overrides.schedule(scene.guarded, call), scene.actors.governance)
    executed(scene)


def test_a_reference_follows_by_its_drift(bazaar: Scene) -> None:
    usdc = asset(bazaar)
    later(bazaar, bazaar.chain.block().timestamp + DAY)
    says(bazaar, 1_015 * 10**15)
    action = upkeep.sync_reference(usdc)
    assert action.needs is None
    prepared, outcome = do(bazaar, action, bazaar.actors.bob)
    assert prepared.call == f"syncReference('{usdc.address}')"
    assert prepared.before["USDC reference"] == "1"
    assert outcome.after["USDC reference"] == "1.01", "1 % a day"
    assert outcome.after["USDC reference is"].startswith("follows, last moved 20")


def test_a_price_outside_is_noted_and_trips(bazaar: Scene) -> None:
    usdc, at = asset(bazaar), bazaar.chain.block().timestamp
    action = upkeep.sync_reference(usdc)
    assert action.check(bazaar.guarded, bazaar.actors.bob, at) == []
    says(bazaar, 2 * 10**18)
    [problem] = action.check(bazaar.guarded, bazaar.actors.bob, at)
    assert problem == "the price of USDC is outside, and its reference has not seen that"
    _, outcome = do(bazaar, action, bazaar.actors.bob)
    assert outcome.after["USDC reference is"].startswith("tripped, last moved"), (
        "at first sight, by its policy"
    )
    assert action.check(bazaar.guarded, bazaar.actors.bob, at) == [], "tripped, and so it was seen"
    bazaar.chain.set_code(SOURCE, bytes.fromhex("5f5ffd"))
    do(bazaar, action, bazaar.actors.bob)


def test_a_reference_that_does_not_follow_is_named(bazaar: Scene) -> None:
    """The price was outside for a moment: until somebody syncs, the reference waits."""
    usdc, guard = asset(bazaar), bazaar.guard
    rule = (SOURCE, HOUR, 200, 0, 0, 0, False)
    slow = guard.encode("setOracle", usdc.address, rule, (f"0x{0:040x}", 0, 0, 0), (100, 0, 0, HOUR), 10**18)
    do(bazaar, overrides.schedule(bazaar.guarded, slow), bazaar.actors.governance)
    executed(bazaar)
    says(bazaar, 2 * 10**18)
    action, at = upkeep.sync_reference(usdc), bazaar.chain.block().timestamp
    _, outcome = do(bazaar, action, bazaar.actors.bob)
    assert outcome.after["USDC reference is"].startswith("has seen a price outside")
    says(bazaar, 10**18)
    [problem] = action.check(bazaar.guarded, bazaar.actors.bob, at)
    assert problem == "the price of USDC is usable, and its reference does not follow"
    do(bazaar, action, bazaar.actors.bob)


def test_an_asset_without_an_oracle_has_no_reference(bazaar: Scene) -> None:
    action = upkeep.sync_reference(asset(bazaar, "WETH"))
    assert "OracleNotConfigured" in refused(bazaar, action, bazaar.actors.bob)


def test_a_cap_moves_towards_its_source(bazaar: Scene) -> None:
    usdc, actors = asset(bazaar), bazaar.actors
    still = upkeep.sync_cap(bazaar.guarded, usdc, "supply")
    assert "CapNotMovable" in refused(bazaar, still, actors.bob), "it has a corridor and no source"
    follows(bazaar, 6_000)
    action = upkeep.sync_cap(bazaar.guarded, usdc, "supply")
    at = bazaar.chain.block().timestamp
    assert action.check(bazaar.guarded, actors.bob, at) == [
        "the supply cap of USDC still stands at 100_000 USDC"
    ]
    prepared, outcome = do(bazaar, action, actors.bob)
    assert prepared.call == f"syncCap({SUPPLY}, '{usdc.address}')"
    assert outcome.after["USDC supply cap in force"] == "80_000 USDC", "by 20 % a day, towards 50_000"
    assert standing_cap(bazaar.guard.call("capWord", SUPPLY, usdc.address)) == 80_000 * USDC


def test_a_cap_that_is_where_its_source_wants_it(bazaar: Scene) -> None:
    follows(bazaar, 3_000)
    action = upkeep.sync_cap(bazaar.guarded, asset(bazaar), "supply")
    assert "NothingToSync" in refused(bazaar, action, bazaar.actors.bob)


def test_an_oracle_is_narrowed_at_once_and_never_widened(bazaar: Scene) -> None:
    usdc, actors, guarded = asset(bazaar), bazaar.actors, bazaar.guarded
    narrow = upkeep.tighten_oracle(guarded, usdc, 30 * 60, 150, None)
    at = bazaar.chain.block().timestamp
    assert narrow.check(guarded, actors.governance, at) == [
        "a price of USDC is usable up to 1h old, within 2 % of the reference"
    ]
    assert "Unauthorised" in refused(bazaar, narrow, actors.guardian)
    prepared, outcome = do(bazaar, narrow, actors.governance)
    assert prepared.delay is None, "at once"
    assert prepared.call == f"tightenOracle('{usdc.address}', 1800, 150, 0)"
    assert prepared.before == {
        "USDC price usable up to": "1h",
        "USDC price within": "2 % of the reference",
        "USDC price second source within": "none",
    }
    assert outcome.after["USDC price usable up to"] == "30m"
    assert outcome.after["USDC price within"] == "1.5 % of the reference"
    for age, threshold in ((30 * 60 + 1, None), (None, 151)):
        wide = upkeep.tighten_oracle(guarded, usdc, age, threshold, None)
        assert "NotTighter" in refused(bazaar, wide, actors.governance)
    assert "NotTighter" in refused(
        bazaar, upkeep.tighten_oracle(guarded, usdc, None, None, 1), actors.governance
    )
    none = upkeep.tighten_oracle(guarded, usdc, None, 0, None)
    assert "InvalidOracle" in refused(bazaar, none, actors.governance)
    do(bazaar, upkeep.tighten_oracle(guarded, usdc, None, 149, None), actors.governance)
    rule = bazaar.guard.call("oracleOf", usdc.address)[0]
    assert (rule.maxAge, rule.thresholdBps) == (30 * 60, 149), "what is left out stays"
    with pytest.raises(GuardrailsError, match="nothing is to be tightened"):
        upkeep.tighten_oracle(guarded, usdc, None, None, None)


def test_an_oracle_with_a_second_source_is_shown_with_its_distance(bazaar: Scene) -> None:
    """And where an operation goes on at the last good price, narrowing is a loosening: it waits."""
    usdc, guard = asset(bazaar), bazaar.guard
    bazaar.chain.set_code("0x" + "8" * 40, b"\x5f")
    rule, backup = (SOURCE, HOUR, 200, 100, 8, 0, False), ("0x" + "8" * 40, HOUR, HOUR, 0)
    call = guard.encode("setOracle", usdc.address, rule, backup, (100, 0, 0, 0), 10**18)
    do(bazaar, overrides.schedule(bazaar.guarded, call), bazaar.actors.governance)
    executed(bazaar)
    action = upkeep.tighten_oracle(bazaar.guarded, usdc, None, None, 50)
    assert action.title.endswith("within 2 % of the reference, its second source within 0.5 %")
    assert action.observe(bazaar.guarded)["USDC price second source within"] == "1 %"
    prepared, _ = do(bazaar, action, bazaar.actors.governance)
    assert prepared.delay == 2 * DAY
    executed(bazaar)
    assert guard.call("oracleOf", usdc.address)[0].deviationBps == 50


def test_blocks_are_cleaned_up_once_none_is_live(scene: Scene) -> None:
    actors, action = scene.actors, upkeep.clean_up_blocks()
    assert "BlocksMayBeLive(horizon=0)" in refused(scene, action, actors.bob), "nothing to clean"
    assert action.observe(scene.guarded) == {"blocks": "not looked for"}
    do(scene, market.block([actors.alice], HOUR, "x"), actors.sentinel)
    until = scene.guard.call("accountBlockedUntil", actors.alice)
    assert action.check(scene.guarded, actors.bob, until) == ["blocks are still looked for"]
    assert "BlocksMayBeLive" in refused(scene, action, actors.bob)
    later(scene, until)
    prepared, outcome = do(scene, action, actors.bob)
    assert prepared.before["blocks"].startswith("looked for; the last one ends 20")
    assert after(prepared) == outcome.after == {"blocks": "not looked for"}
    assert scene.guard.call("blockHorizon") == 0


@pytest.mark.guardrails_backends("anvil")
@pytest.mark.usefixtures("market")
def test_upkeep_from_the_command_line(shell: Shell) -> None:
    scene, bob = shell.scene, shell.scene.actors.bob
    guard, usdc = scene.guard, scene.usdc.address
    later(scene, scene.chain.block().timestamp + DAY)
    says(scene, 1_015 * 10**15)
    shown = shell.run("oracle", "sync", "USDC").output
    assert "Dry run: nothing was sent" in shown
    assert guard.encode("syncReference", usdc).hex() in shown
    assert guard.call("referenceOf", usdc).anchor == 10**18
    document = json.loads(shell.run("oracle", "sync", "USDC", "--account", bob, "--execute", "--json").output)
    assert document["sent"]
    assert document["after"]["USDC reference"] == "1.01"
    assert guard.call("referenceOf", usdc).anchor == 101 * 10**16

    words = ("oracle", "tighten", "USDC", "--max-age", "30m", "--threshold", "1.5 %")
    assert "up to 30m old, within 1.5 % of the reference" in shell.run(*words).output
    assert guard.call("oracleOf", usdc)[0].maxAge == HOUR
    assert "Checked on chain" in shell.run(*words, "--account", "council", "--execute").output
    rule = guard.call("oracleOf", usdc)[0]
    assert (rule.maxAge, rule.thresholdBps) == (1_800, 150)
    for given, why in (
        ((), "nothing is to be tightened"),
        (("--threshold", "1.555 %"), "finer than 0.01 %"),
        (("--threshold", "half"), "is not a percentage"),
        (("--deviation", "1 %"), "NotTighter"),
        (("--max-age", "1h"), "NotTighter"),
    ):
        output = " ".join(shell.run("oracle", "tighten", "USDC", *given, exit_code=2).output.split())
        assert why in output

    follows(scene, 6_000)
    assert (
        "move the supply cap of USDC towards its source" in shell.run("cap", "sync", "USDC", "supply").output
    )
    assert guard.call("capOf", SUPPLY, usdc) == 100_000 * USDC
    shell.run("cap", "sync", "USDC", "supply", "--account", bob, "--execute")
    assert guard.call("capOf", SUPPLY, usdc) == 80_000 * USDC

    guardian = ("--account", scene.actors.guardian, "--execute")
    shell.run("block", bob, "--for", "1h", "--reason", "x", *guardian)
    assert "BlocksMayBeLive" in shell.run("clean-up-blocks", exit_code=2).output
    later(scene, scene.chain.block().timestamp + 2 * HOUR)
    assert "looked for; the last one ends" in shell.run("clean-up-blocks").output
    assert guard.call("blockHorizon") > 0
    shell.run("clean-up-blocks", "--account", bob, "--execute")
    assert guard.call("blockHorizon") == 0
