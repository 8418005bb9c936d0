"""Packed configuration: every field at the bits that the Solidity documents."""

import re
from pathlib import Path

import pytest

from guardrails.deploy.configuration import settings
from guardrails.deploy.words import level_rules_word, outflow_word, rank_limits_word
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, loads

GUARDS = Path(__file__).parents[2] / "contracts" / "guards"


@pytest.fixture(scope="module")
def bridge_text() -> str:
    return (Path(__file__).parents[1] / "policy" / "bridge.yaml").read_text(encoding="utf-8")


def field(word: int, first: int, last: int) -> int:
    return word >> first & (1 << last - first + 1) - 1


def test_rank_limits(bridge_text: str) -> None:
    source = (GUARDS / "roles" / "RankLimits.sol").read_text(encoding="utf-8")
    bits = {name: (int(a), int(b)) for a, b, name in re.findall(r"/// (\d+)\.\.(\d+) +(\w+)", source)}
    role = loads(bridge_text).roles.sentinel
    assert role is not None
    word = rank_limits_word(role)
    assert {name: field(word, *span) for name, span in bits.items()} == {
        "maxPause": 3_600,
        "budget": 21_600,
        "period": 2_592_000,
        "cooldown": 600,
        "heartbeat": 604_800,
        "maxLock": 21_600,
        "maxLocks": 20,
        "operations": 0b110,
        "maxLevel": 2,
    }
    assert word >> 232 == 0


def test_level_rules(bridge_text: str) -> None:
    word = level_rules_word(loads(bridge_text))
    assert [field(word, 24 * level, 24 * level + 15) for level in Level] == [0, 0, 0, 0b101, 0xFFFF]
    assert [field(word, 24 * level + 16, 24 * level + 23) for level in Level] == [0, 50, 0, 0, 0]
    assert word >> 120 == 0


def test_outflow(bridge_text: str) -> None:
    word = outflow_word(loads(bridge_text).asset("USDC").encoded(), shared=True)
    assert field(word, 0, 150) == 0, "a configuration carries no state"
    assert (field(word, 151, 170), field(word, 171, 175)) == (500_000, 7)
    assert field(word, 176, 191) == 1_440
    assert field(word, 192, 231) == 0, "and no credit"
    assert (field(word, 232, 239), field(word, 240, 244)) == (100, 8)
    assert (field(word, 245, 248), field(word, 249, 252)) == (5, 2)
    assert (field(word, 253, 254), field(word, 255, 255)) == (2, 1)


def test_a_delay_of_a_function_that_is_not_there(bridge_text: str) -> None:
    """It is refused: a delay that were left out in silence would be the default one on chain."""
    policy = loads(bridge_text)
    known = dict.fromkeys(policy.override.delays, b"abcd")
    assert [s.key for s in settings(policy, known) if "delays.setLimit" in s.key] == [
        "setDelay delays.setLimit"
    ]
    with pytest.raises(GuardrailsError, match="no contract of this deployment has `setLimit`"):
        list(settings(policy, {name: one for name, one in known.items() if name != "setLimit"}))
