"""What a policy says of prices: each call with its post-condition, and what must not be set besides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guardrails.chain.types import ZERO_ADDRESS
from guardrails.deploy.facts import Fact, Reader, Setting, Show
from guardrails.deploy.texts import address_text, bps_text, operations_text, yes_no
from guardrails.policy import Asset, Policy
from guardrails.policy.oracle import EncodedOracle
from guardrails.policy.units import format_duration

_RULE = ("source", "max_age", "threshold", "deviation", "last_good_uses", "cap_uses", "asks_sequencer")
_BACKUP = ("second_source", "max_second_age", "last_good_age", "liquidation")
_FOLLOW = ("drift", "calm", "calm_time", "trip_after")
_SHOW: dict[str, Show] = {
    **dict.fromkeys(("source", "second_source"), address_text),
    **dict.fromkeys(
        ("max_age", "max_second_age", "last_good_age", "calm_time", "trip_after"), format_duration
    ),
    **dict.fromkeys(("threshold", "deviation", "liquidation", "drift", "calm"), bps_text),
    **dict.fromkeys(("last_good_uses", "cap_uses"), operations_text),
    "asks_sequencer": yes_no,
}


def oracle_settings(policy: Policy) -> Iterator[Setting]:
    """The feed of the sequencer, then the oracle of each asset that has one."""
    if policy.sequencer is not None:
        arguments = (policy.sequencer.feed, policy.sequencer.grace)
        yield Setting("setSequencerFeed", "setSequencerFeed", arguments, sequencer_fact(policy))
    for asset in policy.assets:
        if asset.oracle is not None:
            fact = oracle_fact(asset, asset.oracle.encoded())
            yield Setting(
                f"setOracle {asset.symbol}", "setOracle", (asset.address, *asset.oracle.encoded()), fact
            )


def unset_oracles(policy: Policy) -> Iterator[Fact]:
    """What the policy does not set: nobody has, but the protocol itself where the policy says so."""
    if policy.sequencer is None:
        yield sequencer_fact(policy)
    for asset in policy.assets:
        if asset.built_in_oracle:
            yield built_in_fact(asset)
        elif asset.oracle is None:
            yield no_oracle_fact(asset)


def oracle_fact(asset: Asset, wanted: EncodedOracle) -> Fact:
    """The configuration. The reference moves, and trips come and go: they are none of the policy's fields."""

    def read(reader: Reader) -> dict[str, Any]:
        return _fields(*reader("oracleOf", asset.address))

    expected = _fields(wanted.rule, wanted.backup, wanted.follow)
    return Fact(f"assets.{asset.symbol}.oracle", read, expected, _SHOW)


def no_oracle_fact(asset: Asset) -> Fact:
    return Fact(
        f"assets.{asset.symbol}.oracle",
        lambda reader: {"": reader("oracleOf", asset.address)[0][0]},
        {"": ZERO_ADDRESS},
        {"": address_text},
    )


def built_in_fact(asset: Asset) -> Fact:
    """That there is an oracle. Its settings are the protocol's own."""
    return Fact(
        f"assets.{asset.symbol}.oracle",
        lambda reader: {"": reader("oracleOf", asset.address)[0][0] != ZERO_ADDRESS},
        {"": True},
        {"": lambda there: "set by the protocol" if there else "none"},
    )


def sequencer_fact(policy: Policy) -> Fact:
    watch = policy.sequencer
    return Fact(
        "sequencer",
        lambda reader: dict(zip(("feed", "grace"), reader("sequencerFeed"), strict=True)),
        {"feed": watch.feed if watch else ZERO_ADDRESS, "grace": watch.grace if watch else 0},
        {"feed": address_text, "grace": format_duration},
    )


def _fields(rule: Any, backup: Any, follow: Any) -> dict[str, Any]:
    parts = ((_RULE, rule), (_BACKUP, backup), (_FOLLOW, follow))
    return {name: value for names, values in parts for name, value in zip(names, values, strict=True)}
