"""What a policy says of caps: each call with its post-condition, and what must not have been set besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from guardrails.chain.types import ZERO_ADDRESS
from guardrails.deploy.facts import Fact, Reader, Setting, view_fact
from guardrails.deploy.texts import address_text, bps_text
from guardrails.deploy.words import (
    UNSET_CAP,
    cap_source_fields,
    cap_source_word,
    corridor_fields,
    corridor_word,
    standing_cap,
)
from guardrails.policy import Asset, Policy
from guardrails.policy.caps import EXPOSURES, UNLIMITED_CAP, EncodedCap, Exposure
from guardrails.policy.units import format_duration


def caps_settings(policy: Policy) -> Iterator[Setting]:
    """The caps, then what moves them: a corridor needs its cap, a source its corridor."""
    for asset in policy.assets:
        for exposure, cap in asset.encoded_caps().items():
            subject = f"{asset.symbol} {exposure}"
            target = (EXPOSURES.index(exposure), asset.address)
            yield Setting(f"setCap {subject}", "setCap", (*target, cap.cap), cap_fact(asset, exposure, cap))
            if cap.corridor is not None:
                word, fact = corridor_word(cap.corridor), corridor_fact(asset, exposure, cap)
                yield Setting(f"setCapCorridor {subject}", "setCapCorridor", (*target, word), fact)
            if cap.source is not None:
                word, fact = cap_source_word(cap.source), source_fact(asset, exposure, cap)
                yield Setting(f"setCapSource {subject}", "setCapSource", (*target, word), fact)
    if policy.steward is not None:
        yield Setting("setRiskSteward", "setRiskSteward", (policy.steward,), steward_fact(policy))


def unset_facts(policy: Policy) -> Iterator[Fact]:
    """What nobody may have added: a corridor, a source or a steward that the policy does not have."""
    for asset in policy.assets:
        for exposure, cap in asset.encoded_caps().items():
            if cap.corridor is None:
                yield corridor_fact(asset, exposure, cap)
            if cap.source is None:
                yield source_fact(asset, exposure, cap)
    if policy.steward is None:
        yield steward_fact(policy)


def cap_fact(asset: Asset, exposure: Exposure, cap: EncodedCap) -> Fact:
    """The standing cap; one that moves is as the policy says anywhere in its corridor."""

    def read(reader: Reader) -> dict[str, Any]:
        standing = standing_cap(reader("capWord", EXPOSURES.index(exposure), asset.address))
        moved = cap.corridor is not None and cap.corridor.floor <= standing <= cap.corridor.ceiling
        return {"": cap.cap if moved else standing}

    return Fact(_subject(asset, exposure), read, {"": cap.cap}, {"": cap_text(asset)})


def corridor_fact(asset: Asset, exposure: Exposure, cap: EncodedCap) -> Fact:
    amount = asset.text
    return Fact(
        f"{_place(asset)}.corridors.{exposure}",
        lambda reader: corridor_fields(reader("capCorridor", EXPOSURES.index(exposure), asset.address)),
        corridor_fields(corridor_word(cap.corridor)),
        {"floor": amount, "ceiling": amount, "up": bps_text, "down": bps_text, "interval": format_duration},
    )


def source_fact(asset: Asset, exposure: Exposure, cap: EncodedCap) -> Fact:
    return Fact(
        f"{_place(asset)}.corridors.{exposure}.follows",
        lambda reader: cap_source_fields(reader("capSource", EXPOSURES.index(exposure), asset.address)),
        cap_source_fields(cap_source_word(cap.source)),
        {"source": address_text, "base": asset.text, "target": bps_text, "max_age": format_duration},
    )


def steward_fact(policy: Policy) -> Fact:
    return view_fact(
        "risk_steward", "riskSteward", expected=policy.steward or ZERO_ADDRESS, show=address_text
    )


def cap_text(asset: Asset) -> Callable[[int], str]:
    """A standing cap as people read it."""

    def text(units: int) -> str:
        if units == UNSET_CAP:
            return "not set"
        return "unlimited" if units == UNLIMITED_CAP else asset.text(units)

    return text


def _place(asset: Asset) -> str:
    return f"assets.{asset.symbol}.caps"


def _subject(asset: Asset, exposure: Exposure) -> str:
    return f"{_place(asset)}.{exposure}"
