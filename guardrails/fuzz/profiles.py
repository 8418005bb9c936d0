"""How long a machine looks."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.fuzz.errors import HarnessFault


@dataclass(frozen=True, slots=True)
class Profile:
    """`examples` sequences of at most `steps` steps each."""

    name: str
    examples: int
    steps: int


QUICK = Profile("quick", 100, 50)
"""Seconds: in every run of the tests."""
DEEP = Profile("deep", 4_000, 100)
"""Minutes: at night, or before a release."""
PROFILES = {profile.name: profile for profile in (QUICK, DEEP)}


def profile_of(name: str) -> Profile:
    """The profile of that name; HarnessFault where there is none."""
    if name not in PROFILES:
        raise HarnessFault(f"there is no profile {name!r}", None, f"Choose {' or '.join(PROFILES)}.")
    return PROFILES[name]
