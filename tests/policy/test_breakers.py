"""Circuit breakers in the policy: what they say in the chain's numbers, and what they may not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guardrails.policy import Level, Policy, PolicyError, loads
from guardrails.policy.breakers import MAX_THRESHOLDS, MAX_TIME, MIN_DURATION, ROLES
from guardrails.policy.metrics import MAX_RATE_WINDOW

STANDS = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
BREAKERS = f"""breakers:
  - name: cash
    metric: {{liquidity: {{asset: WETH}}}}
    duration: 1h
    thresholds:
      - {{below: 1_000.5 WETH, clear: 2_000 WETH, level: throttled, haircut: 1 %}}
      - {{below: 0 WETH, clear: 2_000 WETH, level: queued, grace: 10m, calm: 30d, cooldown: 2h,
         haircut: 2.51 %, slippage: 100 %}}
  - name: lent
    metric: {{utilisation: {{borrowed: totalBorrowed, supplied: totalSupplied}}}}
    role: guardian
    duration: 24h
    down_after: 2h
    down_level: queued
    hook: protocol
    thresholds: [{{above: 80.25 %, clear: 80.25 %, level: frozen}}]
  - name: backed
    metric: {{collateral_ratio: {{source: "{STANDS}", backing: value, owed: debt}}}}
    duration: 30m
    thresholds: [{{below: 150 %, clear: 151 %, level: queued}}]
  - name: flow
    metric: {{rate: {{window: 30d}}}}
    duration: 2s
    thresholds: [{{above: 1_000, clear: 10, level: throttled}}]
  - name: told
    metric: {{supplied: {{source: watcher, max_age: 1h}}}}
    duration: 1h
    thresholds: [{{above: 7, clear: 7, level: normal, slippage: 1 %}}]
  - name: foreign
    metric: {{contract: "{STANDS}"}}
    hook: "{STANDS}"
    duration: 1h
    thresholds: [{{above: 9, clear: 8, level: normal}}]
"""


@pytest.fixture
def text(bridge_text: str) -> str:
    return bridge_text + BREAKERS


def test_they_reach_the_chain_in_smallest_units(text: str) -> None:
    policy = loads(text)
    found = {one.name: [tuple(t) for t in one.encoded(policy)] for one in policy.breakers}
    assert found == {
        "cash": [
            (False, 1, 0, 0, 0, 100, 0, 1_000_500 * 10**15, 2_000 * 10**18),
            (False, 2, 600, 30 * 86_400, 7_200, 251, 10_000, 0, 2_000 * 10**18),
        ],
        "lent": [(True, 4, 0, 0, 0, 0, 0, 8_025, 8_025)],
        "backed": [(False, 2, 0, 0, 0, 0, 0, 15_000, 15_100)],
        "flow": [(True, 1, 0, 0, 0, 0, 0, 1_000, 10)],
        "told": [(True, 0, 0, 0, 0, 0, 100, 7, 7)],
        "foreign": [(True, 0, 0, 0, 0, 0, 0, 9, 8)],
    }
    assert [one.silence for one in policy.breakers][:2] == [Level.NORMAL, Level.QUEUED]
    assert {STANDS} <= policy.named_contracts
    assert "protocol" not in policy.named_contracts
    assert policy.breakers[1].metric.kind == "utilisation"


def test_the_fingerprint_follows_them_and_stays_without_them(text: str, bridge_text: str) -> None:
    assert "breakers" not in loads(bridge_text).canonical()
    seen = {loads(bridge_text).fingerprint, loads(text).fingerprint}
    for old, new in (
        ("name: cash", "name: till"),
        ("asset: WETH}", f'asset: WETH, holder: "{STANDS}"}}'),
        ("duration: 30m", "duration: 31m"),
        ("down_after: 2h", "down_after: 3h"),
        ("down_level: queued", "down_level: frozen"),
        ("hook: protocol\n", f'hook: "{STANDS}"\n'),
        ("role: guardian", "role: guardian\n    # the same"),
        ("clear: 151 %", "clear: 152 %"),
        ("source: watcher", "source: guards"),
    ):
        assert old in text
        seen.add(loads(text.replace(old, new, 1)).fingerprint)
    assert len(seen) == 2 + 8, "a comment is no change"
    alias = loads(text.replace("source: watcher", 'source: "0xde709f2102306220921060314715629080e2fb77"'))
    assert alias.fingerprint == loads(text).fingerprint, "nor is an alias"


def test_the_bounds_are_those_of_the_contract(root: Path) -> None:
    folder = root / "contracts/guards/breaker"
    source = (folder / "Breaker.sol").read_text(encoding="utf-8")
    assert f"MAX_THRESHOLDS = {MAX_THRESHOLDS};" in source
    assert f"MAX_TIME = {MAX_TIME // 86_400} days;" in source
    assert f"duration_ < {MIN_DURATION} " in source
    rate = (folder / "metrics/RateMetric.sol").read_text(encoding="utf-8")
    assert f"MAX_WINDOW = {MAX_RATE_WINDOW // 86_400} days;" in rate
    struct = (
        (folder / "IBreaker.sol").read_text(encoding="utf-8").split("struct Threshold {")[1].split("}")[0]
    )
    names = re.findall(r"(\w+);", re.sub(r"//.*", "", struct))
    assert names == [
        "above",
        "level",
        "grace",
        "calm",
        "cooldown",
        "haircutBps",
        "slippageBps",
        "bound",
        "clear",
    ]
    assert [role.upper() for role in ROLES] == ["SENTINEL", "GUARDIAN"]


def test_local_accounts_are_looked_up(text: str) -> None:
    policy = loads(text.replace("source: watcher", "source: ape:keeper"))
    assert policy.local_accounts == ("keeper",)
    resolved = policy.resolve({"keeper": STANDS}.__getitem__)
    supplied = resolved.breakers[4].metric.supplied
    assert supplied is not None
    assert supplied.source == STANDS
    same = [one.encoded(policy) for one in policy.breakers]
    assert [one.encoded(resolved) for one in resolved.breakers] == same


REFUSED = [
    ("name: lent", "name: cash", "there is a breaker `cash` already"),
    ("asset: WETH", "asset: WETHH", "`WETHH` is not an asset"),
    ("below: 1_000.5 WETH", "below: 1 USDC", "1 USDC is not what the metric `liquidity` tells"),
    ("below: 1_000.5 WETH", "below: 5 %", "5 % is not what the metric `liquidity` tells"),
    ("below: 1_000.5 WETH", "below: 0.0000000000000000001 WETH", "does not fit the chain's number"),
    ("clear: 80.25 %", "clear: 80", "80 is not what the metric `utilisation` tells"),
    ("above: 80.25 %", "above: 80.255 %", "80.255 % does not fit the chain's number"),
    ("above: 1_000,", "above: 1_000 %,", "1_000 % is not what the metric `rate` tells"),
    ("above: 1_000,", "above: 1_000.5,", "1_000.5 does not fit"),
    ("above: 9,", f"above: {2**128},", "does not fit the chain's number"),
    ("above: 9,", "above: -9,", "`-9` is not a plain number"),
    ("above: 9,", "above: nine,", "`nine` is not an amount"),
    ("above: 9, clear: 8,", "above: 9, clear: 10,", "it would clear at 10, where it is tripped"),
    ("clear: 151 %", "clear: 149.99 %", "it would clear at 149.99 %, where it is tripped"),
    ("above: 9,", "above: 9, below: 8,", "both `above` and `below`"),
    ("above: 9,", "", "neither `above` nor `below`"),
    ("level: frozen", "level: calm", "`calm` is not known as `level`"),
    ("calm: 30d", "calm: 31d", "31d is over the 30d"),
    ("grace: 10m", "grace: 31d", "31d is over the 30d"),
    ("cooldown: 2h", "cooldown: 31d", "31d is over the 30d"),
    ("haircut: 2.51 %", "haircut: 2.511 %", "finer than 0.01 %"),
    ("slippage: 100 %", "slippage: 100.1 %", "over 100 %"),
    ("haircut: 2.51 %", "haircut: 0.99 %", "the threshold before it has more haircut"),
    ("level: throttled, haircut", "level: queued, slippage: 1 %, haircut", None),
    ("level: queued, grace", "level: normal, grace", "the threshold before it has more level"),
    ("level: normal, slippage: 1 %", "level: normal", "passing it does nothing"),
    ("duration: 2s", "duration: 1s", "shorter than the contracts accept"),
    ("duration: 1h\n    thresholds:\n", "duration: 61m\n    thresholds:\n", "1h1m is over the sentinel's"),
    ("duration: 24h", "duration: 31d", "31d is over the 30d that the contracts accept"),
    ("down_after: 2h", "down_after: 31d", "31d is over the 30d"),
    ("    down_level: queued\n", "", "after it nothing is raised"),
    ("role: guardian", "role: governance", "`governance` is not known as `role`"),
    ("hook: protocol", "hook: protocoll", "`protocoll` is no contract of this policy"),
    ("window: 30d", "window: 31d", "outside what the contracts accept"),
    ("window: 30d", "window: 0s", "outside what the contracts accept"),
    ("window: 30d", "window: 1h, sources: [protocol, protocol]", "a source stands twice"),
    ("window: 30d", "window: 1h, sources: []", "add at least one entry"),
    ("window: 30d", "window: 1h, sources: [vault]", "`vault` is no contract of this policy"),
    ("max_age: 1h", "max_age: 0s", "lets no number count"),
    ("source: watcher", "source: watchr", "`watchr` is not in `accounts`"),
    ("borrowed: totalBorrowed", "borrowed: total borrowed", "is not a function"),
    ("rate: {window: 30d}", "", "no number is named"),
    ("rate: {window: 30d}", f'rate: {{window: 1d}}, contract: "{STANDS}"', "are several numbers"),
    (f'contract: "{STANDS}"', f'contract: "{STANDS.lower()}"', "no valid checksum"),
    (f'source: "{STANDS}"', f'source: "{STANDS.lower()}"', "no valid checksum"),
]


@pytest.mark.parametrize(("old", "new", "why"), REFUSED)
def test_what_it_may_not_say(bridge_text: str, old: str, new: str, why: str | None) -> None:
    assert old in BREAKERS
    changed = bridge_text + BREAKERS.replace(old, new, 1)
    if why is None:
        loads(changed)
        return
    with pytest.raises(PolicyError) as caught:
        loads(changed, "p.yaml")
    [said] = caught.value.problems
    assert why in str(said)
    line = (bridge_text + BREAKERS[: BREAKERS.index(old)]).count("\n") + 1
    assert abs(int(said.where.split(":")[1]) - line) <= 1
    assert said.remedy


def test_its_role_bounds_it(text: str) -> None:
    """The guardian's own bounds are accepted, the sentinel's are narrower."""
    with pytest.raises(PolicyError) as caught:
        loads(text.replace("role: guardian\n    duration: 24h", "role: sentinel\n    duration: 24h"))
    assert [problem.what for problem in caught.value.problems] == [
        "24h is over the sentinel's max_pause, 1h",
        "frozen is over what the sentinel may raise, queued",
    ]
    narrow = text.replace("role: guardian\n", "role: sentinel\n").replace("duration: 24h", "duration: 1h")
    with pytest.raises(PolicyError, match="exit_only is over what the sentinel"):
        loads(
            narrow.replace("level: frozen", "level: queued").replace(
                "down_level: queued", "down_level: exit_only"
            )
        )
    assert loads(narrow.replace("level: frozen", "level: queued"))


def test_five_thresholds_are_too_many(text: str) -> None:
    one = "{above: 9, clear: 8, level: normal}"
    assert len(loads(text.replace(one, ", ".join([one] * 4))).breakers[-1].thresholds) == 4
    with pytest.raises(PolicyError, match="`thresholds`"):
        loads(text.replace(one, ", ".join([one] * 5)))


def test_a_role_that_nobody_has(text: str) -> None:
    sentinel = text[text.index("  sentinel:\n") : text.index("levels:\n")]
    with pytest.raises(PolicyError, match="the policy has no sentinel whose role it could hold"):
        loads(text.replace(sentinel, ""))


def hub(text: str, members: str) -> Policy:
    return loads(text.replace("mode: embedded", f"mode: hub\nmembers: {members}"))


def test_in_a_hub_the_contract_is_named(text: str) -> None:
    one, two = "{artifact: HubVault}", "{artifact: HubBridge}"
    assert hub(text, f"[{one}]").breakers
    with pytest.raises(PolicyError, match=r"the hub has several members") as caught:
        hub(text, f"[{one}, {two}]")
    assert len(caught.value.problems) == 4, "liquidity, utilisation, hook and rate"
    named = text.replace("asset: WETH}", "asset: WETH, holder: HubBridge}").replace(
        "hook: protocol", "hook: HubVault"
    )
    named = named.replace("window: 30d", "window: 30d, sources: [HubVault, HubBridge]")
    named = named.replace("borrowed: totalBorrowed", "source: HubVault, borrowed: totalBorrowed")
    assert hub(named, f"[{one}, {two}]").breakers
    with pytest.raises(PolicyError, match="did you mean `HubVault`"):
        hub(named.replace("hook: HubVault", "hook: HubVaul"), f"[{one}, {two}]")
