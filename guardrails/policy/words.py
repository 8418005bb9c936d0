"""Configuration as the contracts take it: packed words, with the fields that the Solidity lists.

Nothing here knows a chain; a word is an integer below 2^256.
"""

from __future__ import annotations

from guardrails.policy.asset import EncodedOutflow
from guardrails.policy.levels import Levels
from guardrails.policy.operations import Level
from guardrails.policy.roles import FastRole


def outflow_word(encoded: EncodedOutflow, *, shared: bool) -> int:
    """An `OutflowWord` without state; `shared` if the asset also draws on the shared budget."""
    return (
        encoded.mantissa << 151
        | encoded.exponent << 171
        | encoded.window_minutes << 176
        | encoded.exemption_mantissa << 232
        | encoded.exemption_exponent << 240
        | encoded.credit_tenths << 245
        | encoded.reserve_tenths << 249
        | encoded.mode << 253
        | shared << 255
    )


def rank_limits_word(role: FastRole) -> int:
    """A `RankLimits`."""
    times = (role.max_pause, role.budget, role.period, role.cooldown, role.heartbeat, role.max_lock)
    word = sum(seconds << 32 * i for i, seconds in enumerate(times))
    return word | role.max_locks << 192 | role.mask << 208 | role.level << 224


def level_rules_word(levels: Levels) -> int:
    """The rules of THROTTLED to FROZEN: 24 bits each, from bit 24 on, closed operations below the share."""
    rules = ((level, levels.rule(level)) for level in Level if level is not Level.NORMAL)
    return sum((rule.mask | rule.share_percent << 16) << 24 * level for level, rule in rules)
