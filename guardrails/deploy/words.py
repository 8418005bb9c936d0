"""The configuration words of the contracts, to and from the policy's terms.

Bit layouts: headers of `OutflowWord.sol`, `RankLimits.sol` and `GateCore.sol`.
"""

from __future__ import annotations

from typing import Final

from guardrails.policy import EncodedOutflow, Level, OverLimit, Policy
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
