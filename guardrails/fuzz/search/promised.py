"""The numbers that a policy speaks of: limits in smallest units, windows, delays, shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from guardrails.policy import Policy


def numbers_in(policy: Policy | None) -> set[int]:
    """All of them, however deep; none where there is no policy."""
    if policy is None:
        return set()
    return {*_integers(policy), *(asset.limit for asset in policy.assets if asset.limit)}


def _integers(value: Any) -> Iterator[int]:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _integers(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _integers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _integers(inner)
