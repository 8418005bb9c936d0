"""Contracts beside the guards: the role that each holds, and its own override where it is governed itself.

What is governed has the delay and the expiry of the policy, no guardian of its own, and the same governance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guardrails import artifacts
from guardrails.chain.contract import Interface
from guardrails.deploy.facts import Fact, Reader, Ref, Setting, Show
from guardrails.deploy.texts import rank_text, yes_no
from guardrails.policy import Policy, Rank
from guardrails.policy.breakers import BreakerRole
from guardrails.policy.units import format_duration

_DEFAULT = bytes(4)
_LOOSENING = (
    "abdicate",
    "setDelay",
    "setExpiry",
    "setGovernance",
    "setHolder",
    "setPeer",
    "setQuorum",
    "setRankLimits",
    "setReporter",
    "slash",
)
"""What governance of such a contract can loosen by; each contract has some of them."""


@dataclass(frozen=True)
class Beside:
    """A contract of this deployment: its key in the record, its artefact, and what the policy calls it."""

    key: str
    artifact: str
    subject: str

    def fact(self, name: str, view: str, *arguments: Any, expected: Any, show: Show) -> Fact:
        """What one view has to answer."""
        return Fact(
            f"{self.subject}.{name}",
            lambda reader: {"": reader.at(self.key, self.artifact)(view, *arguments)},
            {"": expected},
            {"": show},
        )


def grant(subject: str, key: str, role: BreakerRole) -> Setting:
    """The role of a contract that this deployment creates."""
    this, rank = Ref(key), Rank[role.upper()]
    fact = Fact(
        f"{subject}.role",
        lambda reader: {"": reader("holderOf", this)[0]},
        {"": int(rank)},
        {"": rank_text},
    )
    return Setting(f"setHolder {role} {key}", "setHolder", (this, int(rank)), fact)


def pace(policy: Policy, it: Beside) -> Iterator[Setting]:
    """The expiry and the delay of its own override."""
    expiry, delay = policy.override.expiry, policy.override.default_delay
    fact = it.fact("override.expiry", "overrideExpiry", expected=expiry, show=format_duration)
    yield Setting(f"setExpiry {it.key}", "setExpiry", (expiry,), fact, it.key)
    fact = it.fact("override.default_delay", "delayOf", _DEFAULT, expected=delay, show=format_duration)
    yield Setting(f"setDelay {it.key}", "setDelay", (_DEFAULT, delay), fact, it.key)


def handover(policy: Policy, it: Beside) -> Setting:
    """Its seal: the last of its settings, by which governance takes it over."""

    def read(reader: Reader) -> dict[str, Any]:
        ask = reader.at(it.key, it.artifact)
        return {"sealed": ask("isSealed"), "governance": ask("governance")}

    fact = Fact(it.subject, read, {"sealed": True, "governance": policy.governance}, {"sealed": yes_no})
    return Setting(f"seal {it.key}", "seal", (policy.governance,), fact, it.key)


def unchanged(policy: Policy, it: Beside) -> Iterator[Fact]:
    """What governance must not have changed since: delays, powers given up, ranks."""
    interface = Interface(artifacts.load(it.artifact).abi)
    delay = policy.override.default_delay
    for name in _LOOSENING:
        if name in interface.functions:
            head = interface.function(name)[0]
            place = f"override.delays.{name}"
            yield it.fact(place, "delayOf", head, expected=delay, show=format_duration)
            place = f"override.abdicated.{name}"
            yield it.fact(place, "isAbdicated", head, expected=False, show=yes_no)
    for rank in (Rank.SENTINEL, Rank.GUARDIAN):
        yield it.fact(f"roles.{rank.name.lower()}", "rankLimits", int(rank), expected=0, show=hex)
