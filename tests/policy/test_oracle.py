"""Oracles in the policy: what `setOracle` gets, and what a policy may not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guardrails.policy import Policy, PolicyError, loads
from guardrails.policy.operations import mask_of
from guardrails.policy.oracle import LENDS, MAX_SEQUENCER_GRACE, MAX_TIME

SOURCE = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
SECOND = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
ZERO = "0x" + "0" * 40
ORACLE = f"""    oracle:
      source: "{SOURCE}"
      max_age: 1h
      reference: 3_000.5
      threshold: 10 %
      drift: 5 %
      trip_after: 10m
      calm: 2 %
      calm_time: 30m
      second_source: "{SECOND}"
      max_second_age: 2h
      deviation: 1.5 %
      liquidation: 20 %
      last_good_uses: [WITHDRAW]
      last_good_age: 4h
      cap_uses: [BORROW, MINT]
      asks_sequencer: true
"""
SEQUENCER = f'sequencer: {{feed: "{SECOND}", grace: 1h}}\n'
HEAD = "    outflow:\n      limit: 2_000.5 ETH"


@pytest.fixture
def text(bridge_text: str) -> str:
    return bridge_text.replace(HEAD, ORACLE + HEAD) + SEQUENCER


def test_what_set_oracle_gets(text: str) -> None:
    policy = loads(text)
    oracle = policy.asset("WETH").oracle
    assert oracle is not None
    assert oracle.encoded() == (
        (SOURCE, 3_600, 1_000, 150, 0b10, 0b1_0000_0100, True),
        (SECOND, 7_200, 14_400, 2_000),
        (500, 200, 1_800, 600),
        30_005 * 10**17,
    )
    assert policy.asset("USDC").oracle is None
    assert policy.named_contracts == {SOURCE, SECOND}


def test_the_least_that_can_be_said(text: str) -> None:
    """Without a second source; nothing substitutes a price in doubt, and only governance ends a trip."""
    short = re.sub(r"      (trip_after|calm|.*second|devi|liqu|last|cap_uses|asks).*\n", "", text)
    oracle = loads(short.replace(SEQUENCER, "")).asset("WETH").oracle
    assert oracle is not None
    assert oracle.encoded() == (
        (SOURCE, 3_600, 1_000, 0, 0, 0, False),
        (ZERO, 0, 0, 0),
        (500, 0, 0, 0),
        30_005 * 10**17,
    )


def test_a_second_source_has_the_age_of_the_first_unless_stated(text: str) -> None:
    oracle = loads(text.replace("      max_second_age: 2h\n", "")).asset("WETH").oracle
    assert oracle is not None
    assert oracle.encoded().backup[1] == 3_600


def test_the_fingerprint_follows_the_oracle(text: str, bridge_text: str) -> None:
    prints = {loads(t).fingerprint for t in (text, text.replace("drift: 5 %", "drift: 6 %"), bridge_text)}
    assert len(prints) == 3
    assert loads(text.replace("grace: 1h}", "grace: 2h}")).fingerprint not in prints


def test_an_oracle_that_the_protocol_sets_itself(bridge_text: str) -> None:
    policy = loads(bridge_text.replace(HEAD, f"    built_in_oracle: true\n{HEAD}"))
    assert [asset.symbol for asset in policy.assets if asset.built_in_oracle] == ["WETH"]
    assert policy.fingerprint != loads(bridge_text).fingerprint


def test_it_is_read_back_as_written(text: str) -> None:
    policy = loads(text)
    again = Policy.model_validate(policy.model_dump(mode="json", exclude_none=True))
    assert again.fingerprint == policy.fingerprint


def test_the_bounds_are_those_of_the_contract(root: Path) -> None:
    files = sorted((root / "contracts/guards/oracle").glob("*.sol"))
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert MAX_SEQUENCER_GRACE == 86_400
    assert "MAX_SEQUENCER_GRACE = 1 days;" in source
    times = re.findall(r"    uint(\d+) (\w*(?:Age|Time|After));", source)
    assert {name for _, name in times} >= {"maxAge", "maxSecondAge", "lastGoodAge", "calmTime", "tripAfter"}
    assert {bits for bits, _ in times} == {str(MAX_TIME.bit_length())}
    lends = "BORROW | Op.REMOVE_COLLATERAL | Op.MINT"
    assert f"rule.lastGoodUses & (Op.{lends}) == 0" in source
    assert mask_of(lends.replace("Op.", "").split(" | ")) == LENDS


FAULTS = [
    ("max_age: 1h", "max_agee: 1h", "unknown key `max_agee`", "`max_age`"),
    (f'source: "{SOURCE}"', "source: chainlink", "not an address", "40 hexadecimal"),
    ("      max_age: 1h\n", "", "needs `max_age`", "usable up to"),
    ("max_age: 1h", "max_age: 0s", "an age of 0s", "1h"),
    ("max_age: 1h", "max_age: 16777216s", "chain's field", "194d"),
    ("trip_after: 10m", "trip_after: 16777216s", "chain's field", "194d"),
    ("calm_time: 30m", "calm_time: 16777216s", "chain's field", "194d"),
    ("max_second_age: 2h", "max_second_age: 16777216s", "chain's field", "194d"),
    ("max_second_age: 2h", "max_second_age: 0s", "an age of 0s", "1h"),
    ("last_good_age: 4h", "last_good_age: 16777216s", "chain's field", "194d"),
    ("reference: 3_000.5", "reference: 0", "accepts no price", "one whole asset"),
    ("reference: 3_000.5", "reference: -1", "negative", "one whole asset"),
    ("reference: 3_000.5", "reference: 3e3", "not a plain number", "digits"),
    ("reference: 3_000.5", "reference: 0.0000000000000000001", "18 decimals", "fewer"),
    ("reference: 3_000.5", "reference: 340282366920938463464", "128 bits", "fewer"),
    ("threshold: 10 %", "threshold: 0 %", "refuses every price", "10 %"),
    ("threshold: 10 %", "threshold: 100 %", "a price of nothing", "less"),
    ("threshold: 10 %", "threshold: 10.001 %", "finer than 0.01 %", "two decimals"),
    ("drift: 5 %", "drift: 10.01 %", "further than the threshold", "at most 10 %"),
    ("calm: 2 %", "calm: 10 %", "nearer than the threshold", "less than 10 %"),
    ("calm: 2 %", "calm: 2.001 %", "finer than 0.01 %", "two decimals"),
    ("liquidation: 20 %", "liquidation: 100 %", "a price of nothing", "less"),
    ("deviation: 1.5 %", "deviation: 100 %", "a price of nothing", "less"),
    ("deviation: 1.5 %", "deviation: 0 %", "needs `deviation`", "2 %"),
    ("      deviation: 1.5 %\n", "", "needs `deviation`", "2 %"),
    (f'      second_source: "{SECOND}"\n', "", "`deviation` belongs to a second source", "remove it"),
    (f'second_source: "{SECOND}"', f'second_source: "{SOURCE}"', "the first source again", "another"),
    ("last_good_uses: [WITHDRAW]", "last_good_uses: [BORROW]", "BORROW: nothing is lent", "cap_uses"),
    ("last_good_uses: [WITHDRAW]", "last_good_uses: [MINT]", "MINT: nothing is lent", "cap_uses"),
    ("last_good_uses: [WITHDRAW]", "last_good_uses: [REMOVE_COLLATERAL]", "nothing is lent", "cap_uses"),
    ("cap_uses: [BORROW, MINT]", "cap_uses: [WITHDRAW]", "WITHDRAW has two policies", "once"),
    ("      last_good_age: 4h\n", "", "of what age", "4h"),
    (HEAD, f"    built_in_oracle: true\n{HEAD}", "an oracle in the policy already", "one place only"),
    ("asks_sequencer: true", "asks_sequencer: perhaps", "`asks_sequencer`", ""),
    ("asks_sequencer: true", "asks_sequencer: false", "no oracle asks it", "asks_sequencer: true"),
    (SEQUENCER, "", "without a feed every price", "state `sequencer:`"),
    ("grace: 1h}", "grace: 86401s}", "24h that the contracts accept", "at most 24h"),
]


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"), FAULTS, ids=[f[1].strip() or f[0].strip() for f in FAULTS]
)
def test_a_fault_is_named_with_its_line(text: str, old: str, new: str, what: str, remedy: str) -> None:
    assert loads(text)
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(PolicyError) as caught:
        loads(changed, "p.yaml")
    [found] = [problem for problem in caught.value.problems if what in problem.what]
    assert remedy in found.remedy
    assert re.fullmatch(r"p\.yaml:\d+:\d+", found.where)
    if new and "no oracle asks" not in what and "needs" not in what:
        assert int(found.where.split(":")[1]) == changed[: changed.index(new)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_age: 1h", "max_age: 16777215s"),
        ("drift: 5 %", "drift: 10 %"),
        ("calm: 2 %", "calm: 9.99 %"),
        ("threshold: 10 %", "threshold: 99.99 %"),
        ("grace: 1h}", "grace: 24h}"),
        ("reference: 3_000.5", "reference: 340282366920938463463"),
    ],
)
def test_the_bounds_themselves_are_accepted(text: str, old: str, new: str) -> None:
    assert old in text
    assert loads(text.replace(old, new, 1))
