"""What a policy says of beacons: the one of this chain, its peers, its role, and what each answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guardrails import artifacts
from guardrails.chain.types import ZERO_ADDRESS
from guardrails.deploy.facts import Difference, Fact, Reader, Setting
from guardrails.deploy.governed import Beside, grant, handover, pace, unchanged
from guardrails.deploy.logs import events
from guardrails.deploy.metrics import Places
from guardrails.deploy.parts import DEPLOYER, Part
from guardrails.deploy.texts import address_text, level_text
from guardrails.policy import Policy
from guardrails.policy.beacons import Peer
from guardrails.policy.units import format_duration

IT = Beside("beacon", "Beacon", "beacons")
_NAMES = ("gateway", "max_level", "max_duration", "budget")


def beacon_parts(places: Places) -> Iterator[Part]:
    beacons = places.policy.beacons
    if beacons is not None:
        yield Part(IT.key, artifacts.load(IT.artifact), (places.guard, DEPLOYER, beacons.max_age))


def beacon_settings(policy: Policy) -> Iterator[Setting]:
    """Peers and pace while it is the deployer's, then its seal; its role on the guards."""
    if policy.beacons is None:
        return
    for peer in policy.beacons.peers:
        name = f"setPeer {peer.chain_id} {peer.beacon}"
        arguments = (peer.remote, tuple(peer.encoded()))
        yield Setting(name, "setPeer", arguments, peer_fact(peer), IT.key)
    yield from pace(policy, IT)
    yield handover(policy, IT)
    yield grant(IT.subject, IT.key, policy.beacons.role)


def peer_fact(peer: Peer) -> Fact:
    """What the messages of a peer may."""

    def read(reader: Reader) -> dict[str, Any]:
        found = reader.at(IT.key, IT.artifact)("peerOf", peer.remote)
        return dict(zip(_NAMES, found, strict=True)) if found else dict.fromkeys(_NAMES)

    return Fact(
        f"{IT.subject}.peers.{peer.chain_id}.{peer.beacon}",
        read,
        dict(zip(_NAMES, peer.encoded(), strict=True)),
        {
            "gateway": address_text,
            "max_level": level_text,
            "max_duration": format_duration,
            "budget": format_duration,
        },
    )


def beacon_facts(places: Places) -> Iterator[Fact]:
    """What was fixed at its construction, and what must not have changed since."""
    beacons = places.policy.beacons
    if beacons is None:
        return

    def read(reader: Reader) -> dict[str, Any]:
        ask = reader.at(IT.key, IT.artifact)
        return {"protocol": ask("protocol"), "max_age": ask("maxAge")}

    expected = {"protocol": places.guard, "max_age": beacons.max_age}
    yield Fact(IT.subject, read, expected, {"max_age": format_duration})
    yield from unchanged(places.policy, IT)


def extra_peers(policy: Policy, reader: Reader, from_block: int) -> Iterator[Difference]:
    """Peers that the policy does not name, from every one ever named."""
    if policy.beacons is None:
        return
    known, ask = {peer.remote for peer in policy.beacons.peers}, reader.at(IT.key, IT.artifact)
    logged = events(reader.contract(IT.key, IT.artifact), reader.chain, "PeerSet", from_block)
    for remote in dict.fromkeys(bytes(one["remote"]) for one in logged):
        found = None if remote in known else ask("peerOf", remote)
        if found and found[0] != ZERO_ADDRESS:
            yield Difference(f"{IT.subject}.peers.extra 0x{remote.hex()}", "no peer", f"gateway {found[0]}")
