"""The ABI of a guarded contract: its own functions and those that it delegates to the controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from guardrails import artifacts
from guardrails.artifacts import Artifact
from guardrails.chain.abi import selector, signature
from guardrails.chain.contract import Interface
from guardrails.errors import GuardrailsError
from guardrails.policy.delays import GOVERNANCE_FUNCTIONS, HUB_FUNCTIONS

ORACLE_CONTROLS = "OracleControls"
MARKET_CONTROLS = "MarketControls"
GOVERNANCE_CONTROLS = "GovernanceControls"
EMERGENCY_CONTROLS = "EmergencyControls"
CONTROLS = (EMERGENCY_CONTROLS, GOVERNANCE_CONTROLS, MARKET_CONTROLS, ORACLE_CONTROLS)
"""Each delegates to the next what it does not implement."""
NEXT = {
    EMERGENCY_CONTROLS: "governanceControls",
    GOVERNANCE_CONTROLS: "marketControls",
    MARKET_CONTROLS: "oracleControls",
}
"""The view that says which contract the next one is."""
HUB = "GuardrailHub"


@lru_cache(maxsize=64)
def guarded_interface(artifact: Artifact | None = None) -> Interface:
    """The host's own ABI (where it is known) and those of the controls."""
    own = artifact.abi if artifact else ()
    return Interface(_union(own, *(artifacts.load(name).abi for name in CONTROLS)))


@lru_cache(maxsize=1)
def hub_interface() -> Interface:
    """The same for a GuardrailHub."""
    return guarded_interface(artifacts.load(HUB))


@lru_cache(maxsize=1)
def controls_interface() -> Interface:
    """What the controls add to any host, and `controls()`, which every host has."""
    controls = [entry for entry in artifacts.load(HUB).abi if entry.get("name") == "controls"]
    return Interface(_union(controls, guarded_interface().abi))


def governance_selectors(*, hub: bool) -> dict[str, bytes]:
    """Every function that can loosen, by name, with its selector."""
    interface = hub_interface() if hub else guarded_interface()
    names = (*GOVERNANCE_FUNCTIONS, *HUB_FUNCTIONS) if hub else GOVERNANCE_FUNCTIONS
    return {name: interface.function(name)[0] for name in names if name in interface.functions}


def check_no_clash(artifact: Artifact) -> None:
    """A host function with the selector of a control would hide the control for ever."""
    own = {selector(entry): signature(entry) for entry in artifact.abi if entry["type"] == "function"}
    inherited = {signature(e) for e in artifacts.load(HUB).abi if e["type"] == "function"}
    for entry in guarded_interface().abi:
        if entry["type"] != "function" or selector(entry) not in own:
            continue
        hidden, by = signature(entry), own[selector(entry)]
        if hidden == by and (hidden in inherited or _is_view(entry)):
            continue
        raise GuardrailsError(
            f"{artifact.name}.{by} hides the guards' {hidden}: they have the same selector",
            artifact.source,
            "Rename the function of the protocol.",
        )


def _is_view(entry: Mapping[str, Any]) -> bool:
    return entry.get("stateMutability") in ("view", "pure")


def _union(*abis: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first of each name and signature; constructors after the first ABI's are dropped."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for number, abi in enumerate(abis):
        for entry in abi:
            kind = str(entry["type"])
            if kind in ("function", "event", "error"):
                found.setdefault((kind, signature(entry)), entry)
            elif number == 0:
                found.setdefault((kind, ""), entry)
    return list(found.values())
