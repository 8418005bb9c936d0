"""The configuration words of the contracts, to and from the policy's terms.

Bit layouts: headers of `OutflowWord.sol`, `RankLimits.sol`, `GateCore.sol`, `CapWord.sol`,
`CapCorridor.sol` and `CapSource.sol`.
"""

from __future__ import annotations

from typing import Final

from guardrails.policy import EncodedOutflow, Level, OverLimit, Policy
from guardrails.policy.address import checksum
from guardrails.policy.caps import UNLIMITED_CAP, EncodedCapSource, EncodedCorridor
from guardrails.policy.encoding import LIMIT_BITS, scale_down
from guardrails.policy.roles import FastRole

SHARED_BUDGET: Final = "0x5E9c9C191b97B9C17d444B1F29f580aBAEc1254c"
"""Pseudo-asset of the shared budget: the last 20 bytes of keccak256("guardrails.shared")."""

_TIMES: Final = ("max_pause", "budget", "period", "cooldown", "heartbeat", "max_lock")


def outflow_word(config: EncodedOutflow, *, shared: bool) -> int:
    """The argument of `setLimit`: configuration fields of an OutflowWord, state fields zero."""
    return (
        config.mantissa << 151
        | config.exponent << 171
        | config.window_minutes << 176
        | config.exemption_mantissa << 232
        | config.exemption_exponent << 240
        | config.credit_tenths << 245
        | config.reserve_tenths << 249
        | int(config.mode) << 253
        | int(shared) << 255
    )


def outflow_fields(word: int) -> dict[str, int | bool]:
    """What an OutflowWord configures: amounts in smallest units, seconds, tenths; `mode` as `OverLimit`."""
    return {
        "mode": OverLimit((word >> 253) & 3),
        "limit": ((word >> 151) & 0xFFFFF) * 10 ** ((word >> 171) & 31),
        "window": ((word >> 176) & 0xFFFF) * 60,
        "inflow_credit": (word >> 245) & 15,
        "reserve": (word >> 249) & 15,
        "exemption": ((word >> 232) & 0xFF) * 10 ** ((word >> 240) & 31),
        "shared": bool(word >> 255),
    }


def rank_limits_word(role: FastRole | None) -> int:
    """The argument of `setRankLimits`; 0, which grants nothing, for a role that the policy does not have."""
    if role is None:
        return 0
    word = sum(getattr(role, name) << (32 * i) for i, name in enumerate(_TIMES))
    return int(word | role.max_locks << 192 | role.mask << 208 | int(role.level) << 224)


def rank_limits_fields(word: int) -> dict[str, int]:
    """What a fast rank may do: seconds, a count, an operation mask, a level."""
    fields = {name: (word >> (32 * i)) & 0xFFFFFFFF for i, name in enumerate(_TIMES)}
    return fields | {
        "max_locks": (word >> 192) & 0xFFFF,
        "operations": (word >> 208) & 0xFFFF,
        "max_level": (word >> 224) & 0xFF,
    }


def level_rules_word(policy: Policy) -> int:
    """The argument of `setLevelRules`; the normal level has no bits."""
    word = 0
    for level in Level:
        if level is not Level.NORMAL:
            rule = policy.levels.rule(level)
            word |= (rule.mask | rule.share_percent << 16) << (24 * level)
    return word


def level_fields(word: int) -> dict[str, int]:
    """`<level>.share` in percent and `<level>.close` as an operation mask, for each level above normal."""
    found = {}
    for level in Level:
        if level is not Level.NORMAL:
            name = level.name.lower()
            found[f"{name}.close"] = (word >> (24 * level)) & 0xFFFF
            found[f"{name}.share"] = (word >> (24 * level + 16)) & 0xFF
    return found


UNSET_CAP: Final = -1
"""Where no cap is set: nothing may grow, and that is not the same as a cap of 0."""


def cap_amount(units: int) -> int:
    """The 25 bits of a `CapAmount`; the policy holds only amounts that fit it exactly."""
    scaled = scale_down(units, LIMIT_BITS)
    return scaled.mantissa | scaled.exponent << 20


def cap_units(word: int) -> int:
    """The amount in the lowest 25 bits."""
    return int((word & 0xFFFFF) * 10 ** ((word >> 20) & 31))


def standing_cap(word: int) -> int:
    """What a CapWord stands at without its cuts: smallest units, UNLIMITED_CAP or UNSET_CAP."""
    mode = (word >> 25) & 3
    return (UNSET_CAP, cap_units(word), UNLIMITED_CAP, UNSET_CAP)[mode]


def corridor_word(corridor: EncodedCorridor | None) -> int:
    """The argument of `setCapCorridor`; 0 for none."""
    if corridor is None:
        return 0
    bounds = cap_amount(corridor.floor) | cap_amount(corridor.ceiling) << 25
    return bounds | corridor.up << 50 | corridor.down << 64 | corridor.interval << 78


def corridor_fields(word: int) -> dict[str, int]:
    """What a CapCorridor configures: smallest units, 1/10,000, seconds; not the time of the last move."""
    return {
        "floor": cap_units(word),
        "ceiling": cap_units(word >> 25),
        "up": (word >> 50) & 0x3FFF,
        "down": (word >> 64) & 0x3FFF,
        "interval": (word >> 78) & 0xFFFFFFFF,
    }


def cap_source_word(source: EncodedCapSource | None) -> int:
    """The argument of `setCapSource`; 0 for none."""
    if source is None:
        return 0
    return (
        int(source.source, 16) | cap_amount(source.base) << 160 | source.target << 185 | source.max_age << 209
    )


def cap_source_fields(word: int) -> dict[str, int | str]:
    """What a CapSource configures: an address, smallest units, 1/10,000, seconds."""
    return {
        "source": checksum(f"0x{word & (1 << 160) - 1:040x}"),
        "base": cap_units(word >> 160),
        "target": (word >> 185) & 0xFFFFFF,
        "max_age": (word >> 209) & 0xFFFFFFFF,
    }


def cut_of(word: int, rank: int) -> tuple[int, int]:
    """Amount and end of a rank's cut in a CapWord; (0, 0) where there was none."""
    field = word >> (27 + (rank - 1) * 57) if rank else 0
    return cap_units(field), (field >> 25) & 0xFFFFFFFF


def cut_until(word: int) -> int:
    """The latest end of a cut in a CapWord; in the past or 0 where none is live."""
    return max(cut_of(word, rank)[1] for rank in (1, 2, 3))
