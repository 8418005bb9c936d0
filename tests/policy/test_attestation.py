"""Attestation and beacons in the policy: what they say in the chain's numbers, and what they may not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guardrails.policy import PolicyError, loads
from guardrails.policy import attestation as rules
from guardrails.policy.attestation import EncodedBonds, EncodedBounds
from guardrails.policy.beacons import DAY, MAX_MAX_AGE, EncodedPeer

STANDS = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
OTHER = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
SENTINEL = "0xde709f2102306220921060314715629080e2fb77"
ATTESTATION = f"""attestation:
  reporters: [guards, watcher, "{STANDS}"]
  quorum: 3
  max_level: frozen
  max_duration: 24h
  max_hold: 14d
  validity: 30d
  bonds: {{minimum: 0.5 WETH, max_slash: 100 %, slashed_to: council, challenge_period: 24h}}
"""
BEACONS = f"""beacons:
  role: guardian
  max_age: 7d
  peers:
    - {{chain_id: 10, beacon: "{STANDS}", gateway: "{OTHER}", max_level: frozen, max_duration: 24h,
       budget: 24h}}
    - {{chain_id: 10, beacon: "{OTHER}", gateway: "{OTHER}", max_level: queued, max_duration: 1s, budget: 1s}}
"""
BOTH = ATTESTATION + BEACONS


def test_they_reach_the_chain_in_smallest_units(bridge_text: str) -> None:
    policy = loads(bridge_text + BOTH)
    one, two = policy.attestation, policy.beacons
    assert one is not None
    assert two is not None
    assert tuple(one.bounds()) == (4, 86_400, 14 * 86_400, 30 * 86_400)
    assert tuple(one.stake(policy)) == (OTHER, 5 * 10**17, 10_000, policy.governance, 86_400)
    assert one.addresses(policy) == (policy.guardians[0], policy.sentinels[0], STANDS)
    assert [tuple(peer.encoded()) for peer in two.peers] == [(OTHER, 4, 86_400, 86_400), (OTHER, 2, 1, 1)]
    assert two.peers[0].remote.hex() == f"00010000010a14{STANDS[2:].lower()}"
    assert OTHER in policy.named_contracts
    unbonded = loads(bridge_text + ATTESTATION[: ATTESTATION.index("  bonds:")])
    assert unbonded.attestation is not None
    zero = "0x" + "0" * 40
    assert tuple(unbonded.attestation.stake(unbonded)) == (zero, 0, 0, zero, 0)


def test_the_fingerprint_follows_them_and_stays_without_them(bridge_text: str) -> None:
    plain = loads(bridge_text)
    assert not {"attestation", "beacons"} & set(plain.canonical())
    seen = {plain.fingerprint, loads(bridge_text + BOTH).fingerprint}
    changes = (
        ("quorum: 3", "quorum: 2"),
        ("watcher, ", "council, "),
        ("max_hold: 14d", "max_hold: 13d"),
        ("minimum: 0.5 WETH", "minimum: 0.6 WETH"),
        ("max_age: 7d", "max_age: 6d"),
        ("max_duration: 1s, budget: 1s", "max_duration: 1s, budget: 2s"),
    )
    for old, new in changes:
        assert old in BOTH
        seen.add(loads(bridge_text + BOTH.replace(old, new, 1)).fingerprint)
    assert len(seen) == 2 + len(changes)
    same = BOTH.replace("[guards, watcher,", f'[watcher, "{plain.guardians[0]}",')
    assert loads(bridge_text + same).fingerprint in seen, "neither order nor alias is a change"


def test_local_accounts_are_looked_up(bridge_text: str) -> None:
    text = bridge_text + BOTH.replace("watcher,", "ape:bot,").replace(
        "slashed_to: council", "slashed_to: ape:till"
    )
    policy = loads(text)
    assert policy.local_accounts == ("bot", "till")
    resolved = policy.resolve({"bot": SENTINEL, "till": OTHER}.__getitem__)
    assert resolved.attestation is not None
    assert resolved.attestation.addresses(resolved)[1] == SENTINEL
    assert resolved.attestation.stake(resolved).slashed_to == OTHER


def test_the_bounds_are_those_of_the_contracts(root: Path) -> None:
    folder = root / "contracts/response"
    source = "\n".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("Attestation.sol", "Reporters.sol", "Beacon.sol", "IBeacon.sol")
    )
    assert f"MIN_QUORUM = {rules.MIN_QUORUM};" in source
    assert f"MAX_REPORTERS = {rules.MAX_REPORTERS};" in source
    assert f"MAX_VALIDITY = {rules.MAX_VALIDITY // DAY} days;" in source
    assert f"MAX_CHALLENGE = {rules.MAX_CHALLENGE // DAY} days;" in source
    assert f"bonds.challengePeriod < {rules.MIN_CHALLENGE // DAY} days" in source
    assert f"MAX_MAX_AGE = {MAX_MAX_AGE // DAY} days;" in source

    def fields(struct: str) -> list[str]:
        body = source.split(f"struct {struct} {{")[1].split("}")[0]
        names = re.findall(r"(\w+);", re.sub(r"//.*", "", body))
        return [re.sub(r"([A-Z])", r"_\1", name.removesuffix("Bps")).lower() for name in names]

    assert fields("Bounds") == list(EncodedBounds._fields)
    assert fields("Bonds") == list(EncodedBonds._fields)
    assert fields("Peer") == list(EncodedPeer._fields)


REFUSED = [
    ("quorum: 3", "quorum: 4", "4 of 3 reporters never agree"),
    ("quorum: 3", "quorum: 1", "one reporter alone is no quorum"),
    ("watcher, ", "guards, ", "stands twice"),
    ("watcher, ", '"0x8617E340B3D01FA5F11F306F4090FD50E238070D", ', "stands twice"),
    ("watcher, ", "watchr, ", "`watchr` is not in `accounts`"),
    ("max_duration: 24h\n", "max_duration: 24h1s\n", "is over the guardian's max_pause, 24h"),
    ("max_duration: 24h\n", "max_duration: 0s\n", "a level and its duration belong together"),
    ("max_level: frozen\n", "max_level: normal\n", "a level and its duration belong together"),
    ("max_level: frozen\n", "role: sentinel\n  max_level: exit_only\n", "exit_only is over what"),
    ("max_hold: 14d", "max_hold: 15d", "15d is over the 14d"),
    ("validity: 30d", "validity: 31d", "outside what the contracts accept"),
    ("validity: 30d", "validity: 0s", "outside what the contracts accept"),
    ("minimum: 0.5 WETH", "minimum: 0 WETH", "a bond of 0 is none"),
    ("minimum: 0.5 WETH", "minimum: 5 WETHH", "`WETHH` is not an asset"),
    ("minimum: 0.5 WETH", "minimum: 0.0000001 USDC", "does not fit the chain's number"),
    ("max_slash: 100 %", "max_slash: 1.001 %", "finer than 0.01 %"),
    ("slashed_to: council", "slashed_to: counci", "`counci` is not in `accounts`"),
    ("challenge_period: 24h", "challenge_period: 23h", "outside what the contracts accept"),
    ("challenge_period: 24h", "challenge_period: 31d", "outside what the contracts accept"),
    ("max_age: 7d", "max_age: 8d", "8d is over the 7d"),
    ("max_age: 7d", "max_age: 0s", "lets no message count"),
    ("max_duration: 1s", "max_duration: 0s", "`max_duration` of 0s lets no message count"),
    ("budget: 1s", "budget: 0s", "`budget` of 0s lets no message count"),
    ("max_duration: 1s", "max_duration: 2s", "2s is over the 1s"),
    (f'chain_id: 10, beacon: "{OTHER}"', f'chain_id: 10, beacon: "{STANDS}"', "this beacon stands twice"),
    (f'chain_id: 10, beacon: "{OTHER}"', f'chain_id: 1, beacon: "{OTHER}"', "this is the policy's own chain"),
    (f'chain_id: 10, beacon: "{OTHER}"', f'chain_id: 0, beacon: "{OTHER}"', "greater than or equal to 1"),
    ("max_duration: 24h,\n       budget: 24h", "max_duration: 25h,\n       budget: 25h",
     "is over the guardian's max_pause"),
    ("max_level: queued", "max_level: normal", "`normal` is not known as `max_level`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), REFUSED)
def test_what_they_may_not_say(bridge_text: str, old: str, new: str, why: str) -> None:
    assert old in BOTH
    with pytest.raises(PolicyError) as caught:
        loads(bridge_text + BOTH.replace(old, new, 1), "p.yaml")
    said = caught.value.problems[0]
    assert why in "".join(str(problem) for problem in caught.value.problems)
    line = (bridge_text + BOTH[: BOTH.index(old)]).count("\n") + 1
    assert abs(int(said.where.split(":")[1]) - line) <= 1


def test_what_an_incident_may_do(bridge_text: str) -> None:
    """Claims alone, the level alone, or both; not nothing."""
    only_holds = ATTESTATION.replace("max_level: frozen", "max_level: normal").replace("24h\n", "0s\n", 1)
    assert loads(bridge_text + only_holds)
    assert loads(bridge_text + ATTESTATION.replace("max_hold: 14d", "max_hold: 0s"))
    with pytest.raises(PolicyError, match="an incident would do nothing"):
        loads(bridge_text + only_holds.replace("max_hold: 14d", "max_hold: 0s"))


def test_a_role_that_nobody_has(bridge_text: str) -> None:
    guardian = bridge_text[bridge_text.index("  guardian:\n") : bridge_text.index("  sentinel:\n")]
    assert loads(bridge_text.replace(guardian, ""))
    for extra in (ATTESTATION.replace("guards, ", f'"{OTHER}", '), BEACONS, "beacons: {max_age: 1h}\n"):
        with pytest.raises(PolicyError, match="the policy has no guardian whose role it could hold"):
            loads(bridge_text.replace(guardian, "").replace("  guards:", "  other:") + extra)


def test_bonds_at_their_bounds(bridge_text: str) -> None:
    """The longest challenge, and the largest bond that 192 bits hold."""
    assert loads(bridge_text + ATTESTATION.replace("challenge_period: 24h", "challenge_period: 30d"))

    def bond(units: int) -> str:
        whole, rest = divmod(units, 10**18)
        return bridge_text + ATTESTATION.replace("0.5 WETH", f"{whole}.{rest:018} WETH")

    most = loads(bond(2**192 - 1))
    assert most.attestation is not None
    assert most.attestation.stake(most).minimum == 2**192 - 1
    with pytest.raises(PolicyError, match="does not fit the chain's number"):
        loads(bond(2**192))


def test_255_reporters_are_as_many_as_there_may_be(bridge_text: str) -> None:
    from guardrails.policy.address import checksum

    def text(count: int) -> str:
        many = ", ".join(f'"{checksum(f"0x{number:040x}")}"' for number in range(1, count + 1))
        return bridge_text + ATTESTATION.replace(f'guards, watcher, "{STANDS}"', many)

    assert loads(text(255))
    with pytest.raises(PolicyError, match="more than 255 reporters"):
        loads(text(256))
