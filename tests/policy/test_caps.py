"""Caps in the policy: what they say in the chain's numbers, and what they may not say."""

from __future__ import annotations

import pytest

from guardrails.policy import Policy, PolicyError, loads
from guardrails.policy.caps import EXPOSURES, MAX_INTERVAL, MIN_INTERVAL, UNLIMITED_CAP

SOURCE = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
STEWARD = "0x27b1fdb04752bbc536007a920d24acb045561c26".lower()
FOLLOWS = f'follows: {{source: "{SOURCE}", base: 7_000_000 USDC, target: 30 %, max_age: 2h}}'
CAPS = (
    "    caps:\n"
    "      supply: 10_000_000 USDC\n"
    "      borrow: 8_000_000 USDC\n"
    "      account_supply: unlimited\n"
    "      corridors:\n"
    "        supply: {floor: 5_000_000 USDC, ceiling: 20_000_000 USDC, up: 10 %, down: 12.5 %,"
    f" interval: 24h, {FOLLOWS}}}\n"
    "        borrow: {floor: 1 USDC, ceiling: 8_000_000 USDC, up: 5 %, down: 20 %, interval: 1h}\n"
)
HEAD = "    outflow:\n      limit: 5_000_000 USDC"


@pytest.fixture
def text(bridge_text: str) -> str:
    return bridge_text.replace(HEAD, CAPS + HEAD) + "risk_steward: risk-team\n"


def with_steward(text: str) -> str:
    from guardrails.policy.address import checksum

    return text.replace("accounts:\n", f'accounts:\n  risk-team: "{checksum(STEWARD)}"\n')


def read(text: str) -> Policy:
    return loads(with_steward(text), "p.yaml")


def test_caps_reach_the_chain_in_smallest_units(text: str) -> None:
    caps = read(text).asset("USDC").encoded_caps()
    assert list(caps) == ["supply", "borrow", "account_supply"], "in the chain's order"
    assert caps["supply"].cap == 10**13
    assert caps["supply"].corridor == (5 * 10**12, 2 * 10**13, 1_000, 1_250, 86_400)
    assert caps["supply"].source == (SOURCE, 7 * 10**12, 3_000, 7_200)
    assert caps["borrow"].corridor == (10**6, 8 * 10**12, 500, 2_000, 3_600)
    assert caps["borrow"].source is None
    assert caps["account_supply"] == (UNLIMITED_CAP, None, None)
    assert read(text).asset("WETH").encoded_caps() == {}


def test_the_fingerprint_follows_the_caps_and_stays_without_them(text: str, bridge_text: str) -> None:
    assert "caps" not in loads(bridge_text).canonical()
    policy = read(text)
    other = read(text.replace("up: 10 %", "up: 11 %"))
    assert policy.fingerprint != other.fingerprint != loads(bridge_text).fingerprint
    assert policy.canonical()["risk_steward"] == policy.steward


def test_the_bounds_are_those_of_the_contract(root: object) -> None:
    from pathlib import Path

    caps = Path(str(root)) / "contracts/guards/caps"
    corridor = (caps / "CapCorridor.sol").read_text(encoding="utf-8")
    assert f"MIN_INTERVAL = {MIN_INTERVAL // 3_600} hours;" in corridor
    assert f"MAX_INTERVAL = {MAX_INTERVAL // 86_400} days;" in corridor
    body = (caps / "CapWord.sol").read_text(encoding="utf-8").split("enum Exposure {")[1].split("}")[0]
    assert [name.strip().lower() for name in body.split(",")] == list(EXPOSURES)


def test_a_local_account_as_steward_is_looked_up(text: str) -> None:
    policy = read(text.replace("risk_steward: risk-team", "risk_steward: ape:risk"))
    assert policy.local_accounts == ("risk",)
    known = read(text)
    resolved = policy.resolve({"risk": known.steward}.__getitem__)  # type: ignore[arg-type]
    assert resolved.steward == known.steward
    assert resolved.asset("USDC").encoded_caps() == known.asset("USDC").encoded_caps()


FAULTS = [
    ("supply: 10_000_000 USDC", "suply: 10_000_000 USDC", "unknown key `suply`", "`supply`"),
    ("supply: 10_000_000 USDC", "supply: 10 %", "not an amount", "5_000_000 USDC"),
    ("supply: 10_000_000 USDC", "supply: 10_000_000 WETH", "not the unit of this asset", "USDC"),
    ("supply: 10_000_000 USDC", "supply: -1 USDC", "negative", "zero or more"),
    ("supply: 10_000_000 USDC", "supply: 10_000_000.5 USDC", "short form", "10_000_000 USDC"),
    ("supply: 10_000_000 USDC", "supply: 10_000_000.0000001 USDC", "6 decimals", "10_000_000 USDC"),
    ("supply: 10_000_000 USDC", "supply: unlimited", "unlimited does not move", "remove the corridor"),
    ("      supply: 10_000_000 USDC\n", "", "no cap of `supply`", "state `supply`"),
    ("supply: 10_000_000 USDC", "supply: 4_999_990 USDC", "outside its corridor", "widen"),
    ("borrow: 8_000_000 USDC\n", "borrow: 8_000_010 USDC\n", "outside its corridor", "widen"),
    ("floor: 1 USDC", "floor: 0 USDC", "close the market", "more than 0"),
    ("floor: 1 USDC", "floor: 1 WETH", "not the unit of this asset", "USDC"),
    ("ceiling: 8_000_000 USDC", "ceiling: 12_345_678.9 USDC", "short form", "12_345_600 USDC"),
    ("up: 10 %", "up: 10.001 %", "finer than 0.01 %", "two decimals"),
    ("up: 10 %", "up: 101 %", "over 100 %", "0 % to 100 %"),
    ("down: 20 %", "down: 20.001 %", "finer than 0.01 %", "two decimals"),
    ("up: 10 %", "up: 12.51 %", "rises faster (12.51 %) than it falls", "12.51 %"),
    ("interval: 1h}", "interval: 3599s}", "outside what the contracts accept", "1h to 365d"),
    ("interval: 1h}", "interval: 366d}", "outside what the contracts accept", "1h to 365d"),
    ("base: 7_000_000 USDC", "base: 0 USDC", "a base of 0", "at the target"),
    ("base: 7_000_000 USDC", "base: 7_000_000 DAI", "not the unit of this asset", "USDC"),
    ("target: 30 %", "target: 0 %", "a target of 0 %", "30 %"),
    ("target: 30 %", "target: 0.001 %", "finer than 0.01 %", "two decimals"),
    ("max_age: 2h", "max_age: 0s", "lets no answer count", "2h"),
    ("risk_steward: risk-team", "risk_steward: risk-tem", "not in `accounts`", "`risk-team`"),
    ("risk_steward: risk-team", "risk_steward: council", "risk steward and governance are the same", "own"),
    ("risk_steward: risk-team", "risk_steward: watcher", "risk steward and sentinel are the same", "own"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), FAULTS, ids=[f[1].strip() or f[0] for f in FAULTS])
def test_a_fault_is_named_with_its_line(text: str, old: str, new: str, what: str, remedy: str) -> None:
    whole = with_steward(text)
    assert old in whole
    changed = whole.replace(old, new, 1)
    with pytest.raises(PolicyError) as caught:
        loads(changed, "p.yaml")
    [found] = [problem for problem in caught.value.problems if what in problem.what]
    assert remedy in found.remedy
    place = "supply: {floor" if "corridor" in found.remedy or not new else new
    place = new if "outside its" in what else place
    assert int(found.where.split(":")[1]) == changed[: changed.index(place)].count("\n") + 1


@pytest.mark.parametrize("interval", ["1h", "365d"])
def test_the_longest_and_the_shortest_interval(text: str, interval: str) -> None:
    assert read(text.replace("interval: 1h}", f"interval: {interval}}}"))


@pytest.mark.parametrize(
    "change", [("up: 10 %", "up: 12.5 %"), ("floor: 5_000_000 USDC", "floor: 10_000_000 USDC")]
)
def test_the_bounds_themselves_are_inside(text: str, change: tuple[str, str]) -> None:
    assert change[0] in text
    assert read(text.replace(*change))


def test_a_steward_needs_something_to_move(text: str) -> None:
    """A cap that follows a source is not his."""
    lone = "\n".join(line for line in text.splitlines() if "floor: 1 USDC" not in line) + "\n"
    with pytest.raises(PolicyError, match="no cap that he could move"):
        read(lone)
    assert read(lone.replace("risk_steward: risk-team\n", "")).steward is None
