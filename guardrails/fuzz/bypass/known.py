"""The guards' own functions: what counts as metered, as closed by an operation, as announced; and what is
left out of the limit by design, with the reason.

A name alone is not believed: a function that meters must ask the limiter, a modifier that closes must ask the
gate.
"""

from __future__ import annotations

from guardrails.fuzz.bypass.trees import Node, Trees

_PAYS = {"Guardrails": {"_meterOut"}, "HubGuarded": {"meterOut"}}
"""Contracts whose `_payOut` of four arguments pays what the limiter let through; whom it has to ask."""

_GATES = {"GateCore": {"_refuseWhileClosed"}, "HubGuarded": {"enter"}}
"""Contracts whose modifier `guarded` and function `_enter` close an operation; whom these have to ask."""

_DELEGATES = {"Guardrails", "Delegating"}
"""Contracts whose `_implementation` is an immutable that `guardrails verify` compares."""

HUB_INTERFACES = {"IGuardrailHub", "GuardrailHub", "ISettlement", "IGuardedHost", "ICaps"}

BY_DESIGN = {
    ("FrozenExit", "exitProRata"): "leaves pro rata while FROZEN, opened by governance after its delay",
    ("FrozenExit", "collectExit"): "what FrozenExit owes since a payment failed",
    ("Settlement", "settle"): "a claim that waited its delay; closed by SETTLE",
    ("GuardrailHub", "_afterClaimEnded"): "a claim that ended goes back to the member that queued it",
    ("GuardrailHub", "queueClaim"): "a member brings what waits as a claim",
    ("ERC7265Adapter", "_afterClaimEnded"): "a claim that governance cancelled goes back to its protocol",
    ("Override", "execute"): "an announced call, after its delay",
}


def pays(function: Node, trees: Trees) -> bool:
    """Whether this is `_payOut` as the guards have it."""
    asked = _PAYS.get(_owner(function, trees), set())
    return function["name"] == "_payOut" and len(_parameters(function)) == 4 and _asks(function, trees, asked)


def closes(node: Node, trees: Trees) -> bool:
    """Whether this modifier or function lets through only while the operation that it is given is open."""
    asked = _GATES.get(_owner(node, trees), set())
    return node["name"] in ("guarded", "_enter") and _asks(node, trees, asked)


def meters(function: Node, trees: Trees) -> bool:
    """Whether this only charges the limiter, and the payment is made by hand."""
    name, owner = function["name"], _owner(function, trees)
    return (owner, name) == ("OutflowCore", "_meterOut") or (
        owner in HUB_INTERFACES and name in ("meterOut", "meterOutTo")
    )


def announces(function: Node, trees: Trees) -> bool:
    """Whether this lets only governance through, and a loosening only after its delay."""
    return function["name"] == "_governed" and _owner(function, trees) in ("OverrideCore", "Override")


def delegates(function: Node, trees: Trees) -> bool:
    """Whether this names the controls."""
    return function["name"] == "_implementation" and _owner(function, trees) in _DELEGATES


def by_design(function: Node, trees: Trees) -> str | None:
    """Why an asset leaves past the limiter here, where it does."""
    return BY_DESIGN.get((_owner(function, trees), function["name"]))


def is_guarded(contract: Node, trees: Trees) -> bool:
    """Whether it has guards at all, embedded or on a hub."""
    return any(base["name"] in _PAYS for base in trees.lineage(contract))


def _owner(node: Node, trees: Trees) -> str:
    home = trees.home(node)
    return str(home["name"]) if home is not None else ""


def _parameters(function: Node) -> list[Node]:
    return list(function["parameters"]["parameters"])


def _asks(node: Node, trees: Trees, wanted: set[str]) -> bool:
    return bool(wanted & trees.calls(node))
