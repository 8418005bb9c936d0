"""Each parameter outside what incidents teach is warned of with its source; a sound policy has no warning."""

from pathlib import Path

import pytest

from guardrails.policy import loads
from guardrails.risk.advice import Advice, _recorded, advice
from guardrails.risk.incidents import incidents, reaction_minutes, second_wave_minutes

TEXT = (Path(__file__).parents[1] / "policy" / "bridge.yaml").read_text(encoding="utf-8")


def warned(*changes: tuple[str, str]) -> dict[str, Advice]:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return {item.place: item for item in advice(loads(text))}


def section(name: str, end: str) -> str:
    return TEXT[TEXT.index(name) : TEXT.index(end)]


def test_a_sound_policy_has_no_warning() -> None:
    assert warned() == {}


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("council", "0x52908400098527886E0F7030069857D2E4169EE7", "0x" + "1" * 40),
        ("USDC", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0x" + "1" * 40),
        ("assets.WETH.outflow.limit", "limit: 2_000.5 ETH", "limit: unlimited"),
        ("assets.WETH.outflow.limit", "limit: 2_000.5 ETH", "limit: 0 ETH"),
        ("assets.WETH.outflow.window", "window: 12h", "window: 59m"),
        (
            "assets.WETH.outflow.limit",
            "limit: 2_000.5 ETH",
            "limit: 20 %\n      base: 9 WETH\n      base_growth: 25 %",
        ),
        (
            "assets.WETH.outflow.base_growth",
            "limit: 2_000.5 ETH",
            "limit: 10 %\n      base: 9 WETH\n      base_growth: 26 %",
        ),
        ("assets.USDC.outflow.inflow_credit", "inflow_credit: 50 %", "inflow_credit: 60 %"),
        ("assets.USDC.outflow.exemption", "exemption: 10_000 USDC", "exemption: 260_000 USDC"),
        ("settlement.delay", "delay: 24h,", "delay: 151m,"),
        ("settlement.max_hold", "max_hold: 14d", "max_hold: 47h"),
        ("roles.guardian.max_pause", "max_pause: 24h", "max_pause: 150m"),
        ("roles.guardian.budget", "budget: 72h", "budget: 47h"),
        ("roles.guardian.budget", "budget: 72h", "budget: 16d"),
        ("roles.guardian.heartbeat", "heartbeat: 90d", "heartbeat: 91d"),
        ("roles.sentinel.heartbeat", "heartbeat: 7d", "heartbeat: 8d"),
        ("roles.sentinel.cooldown", "cooldown: 10m", "cooldown: 3h"),
        ("override.default_delay", "default_delay: 48h", "default_delay: 23h"),
        ("override.delays.setLimit", "setLimit: 72h", "setLimit: 0s"),
        ("shadow", "shadow: []", "shadow: [outflow]"),
    ],
)
def test_a_parameter_outside_experience(place: str, old: str, new: str) -> None:
    found = warned((old, new))
    assert place in found
    assert found[place].source


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("window: 12h", "window: 60m"),
        ("delay: 24h,", "delay: 152m,"),
        ("max_hold: 14d", "max_hold: 48h"),
        ("exemption: 10_000 USDC", "exemption: 250_000 USDC"),
        ("max_pause: 24h", "max_pause: 152m"),
        ("default_delay: 48h", "default_delay: 24h"),
        ("budget: 72h", "budget: 15d"),
    ],
)
def test_at_the_threshold_there_is_none(old: str, new: str) -> None:
    assert warned((old, new)) == {}


def test_missing_fast_roles() -> None:
    sentinel, guardian = section("  sentinel:", "levels:"), section("  guardian:", "  sentinel:")
    assert set(warned((sentinel, ""))) == {"roles.sentinel"}
    assert set(warned((sentinel, ""), (guardian, ""))) == {"roles.sentinel", "roles.guardian"}


def test_a_guardian_that_cannot_close_the_way_out() -> None:
    found = warned(("operations: all", "operations: [BORROW]"), ("[WITHDRAW, BORROW]", "[BORROW]"))
    assert set(found) == {"roles.guardian.operations"}


def test_thresholds_come_from_the_recorded_incidents() -> None:
    paused = sorted(i.paused_after_minutes for i in incidents() if i.paused_after_minutes is not None)
    assert paused == [22, 38, 46]
    assert reaction_minutes()[0] == 38
    minutes, cases = second_wave_minutes()
    assert (minutes, [case.name for case in cases]) == (152, ["Nomad", "Ronin", "Radiant"])
    text = warned(("delay: 24h,", "delay: 1h,"))["settlement.delay"]
    assert "152 min" in text.what
    weak = "; B: from secondary pages, some of which disagree"
    assert text.source == f"data/incidents: Nomad (A), Ronin (B), Radiant (B){weak}"


def test_a_pause_time_shows_how_well_it_is_recorded() -> None:
    """All three rest on secondary pages: whoever reads 38 min has to see that."""
    sentinel, guardian = section("  sentinel:", "levels:"), section("  guardian:", "  sentinel:")
    found = warned((sentinel, ""), (guardian, ""))
    for place in ("roles.sentinel", "roles.guardian"):
        assert "38 min" in found[place].what
        assert "Kelp DAO rsETH (B), Ronin (B), Penpie (B); B: from secondary" in found[place].source


def test_a_record_from_event_data_needs_no_such_word() -> None:
    [nomad] = [case for case in incidents() if case.grade == "A"]
    assert _recorded((nomad,)) == "data/incidents: Nomad (A)"


def test_every_incident_is_read() -> None:
    by_name = {incident.name: incident for incident in incidents()}
    assert len(by_name) == 7
    assert by_name["Nomad"].steps[-1] == (152, by_name["Nomad"].loss_usd_m)
    assert by_name["Multichain"].steps == ()


BREAKER = """breakers:
  - {name: cash, metric: {liquidity: {asset: USDC}}, duration: 1h,
     thresholds: [{below: 1 USDC, clear: 1 USDC, level: queued, grace: 2m, calm: 2m}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("", "", set()),
        ("grace: 2m", "grace: 0s", {"breakers.cash.thresholds.1.grace"}),
        ("calm: 2m", "calm: 0s", {"breakers.cash.thresholds.1.calm"}),
        ("duration: 1h,", "duration: 1h, role: guardian,", {"breakers.cash.role"}),
        ("metric: {liquidity: {asset: USDC}}", "metric: {rate: {window: 1h}}", set()),
    ],
)
def test_breakers_on_numbers_that_one_transaction_moves(old: str, new: str, places: set[str]) -> None:
    text = BREAKER.replace(old, new, 1)
    if "rate" in text:
        text = text.replace("1 USDC", "1").replace("grace: 2m, calm: 2m", "grace: 0s")
    assert {item.place for item in advice(loads(TEXT + text))} == places


def test_a_quorum_that_is_no_majority() -> None:
    who = ", ".join(f'"{address}"' for address in ("0x" + "1" * 40, "0x" + "2" * 40))
    text = f"""attestation:
  reporters: [council, guards, {who}]
  quorum: 2
  max_level: queued
  max_duration: 1h
  max_hold: 1d
  validity: 24h
"""
    assert [item.place for item in advice(loads(TEXT + text))] == ["attestation.quorum"]
    assert advice(loads(TEXT + text.replace("quorum: 2", "quorum: 3"))) == ()
