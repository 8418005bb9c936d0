"""Which contracts are guarded: compiled ones to be deployed, or addresses where they already stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from guardrails.policy.fields import Name, Strict, TokenAddress
from guardrails.policy.problems import Findings, Location, did_you_mean
from guardrails.policy.units import UnitError

if TYPE_CHECKING:
    from guardrails.policy.model import Policy


def _argument(value: object) -> str:
    """An argument as text; a list becomes `[a, b]`. What holds more than single values is refused."""
    if isinstance(value, list | tuple):
        items = [_argument(item) for item in value]
        for item in items:
            if set(item) & set(",[]"):
                raise UnitError(
                    f"`{item}` inside a list holds a comma or a bracket",
                    "write plain values, or construct the contract yourself and state its `address:`",
                )
        return f"[{', '.join(items)}]"
    if isinstance(value, dict) or value is None:
        raise UnitError(
            "a constructor argument is one value or a list of values",
            "write `name: value`; the fields of a struct are written `struct.field: value`, one a line",
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


_ONE = {"type": ["string", "number", "boolean"]}
_ARGUMENT = WithJsonSchema({"type": ["string", "number", "boolean", "array"], "items": _ONE})


class ContractInfo(Strict):
    """A contract that is guarded. With neither artifact nor address, the command line names it."""

    artifact: Annotated[
        Name | None, Field(description="Name of the compiled contract to deploy, e.g. GuardedVault.")
    ] = None
    address: Annotated[
        TokenAddress | None,
        Field(description="Where it stands already; it is then configured, not deployed."),
    ] = None
    constructor: Annotated[
        dict[str, Annotated[str, BeforeValidator(_argument), _ARGUMENT]],
        Field(
            default_factory=dict,
            description=(
                "Constructor arguments by name: numbers, text, addresses, aliases, asset symbols, "
                "or a list of these. `controls`, `hub` and `deployer` are known."
            ),
        ),
    ]

    def canonical(self) -> dict[str, Any]:
        """What decides which contract is deployed or configured; empty when nothing is stated."""
        stated = {
            "artifact": self.artifact,
            "address": self.address,
            "constructor": dict(sorted(self.constructor.items())),
        }
        return {name: value for name, value in stated.items() if value}


class Member(ContractInfo):
    """A contract that inherits HubGuarded."""

    base_of: Annotated[
        tuple[Name, ...],
        Field(
            default_factory=tuple,
            description="In hub mode: the assets whose relative limit follows what this member measures.",
        ),
    ]

    def canonical(self) -> dict[str, Any]:
        """The same, with the assets that it measures."""
        return {**super().canonical(), **({"base_of": sorted(self.base_of)} if self.base_of else {})}


def check_contracts(policy: Policy, found: Findings) -> None:
    """Adds what is wrong with the contracts that a policy names."""
    named: list[tuple[Location, ContractInfo]] = [(("protocol",), policy.protocol)]
    named += [(("members", i), member) for i, member in enumerate(policy.members)]
    for loc, contract in named:
        if contract.artifact and contract.address:
            what = "a contract is either deployed (artifact) or already there (address)"
            found.add((*loc, "address"), what, "keep one of the two")
        elif contract.constructor and not contract.artifact and contract.address:
            found.add((*loc, "constructor"), "the contract is constructed already", "remove `constructor`")
    if policy.mode == "embedded" and policy.members:
        found.add(("members",), "members share a hub, and the mode is embedded", "write mode: hub")
    if policy.mode == "hub" and policy.protocol.artifact:
        what = "in hub mode the protocol's contracts stand under `members`"
        found.add(("protocol", "artifact"), what, "move it to `members: [{artifact: …}]`")
    for i, member in enumerate(policy.members):
        if member.address is None and member.artifact is None:
            found.add(("members", i), "the member has neither artifact nor address", "state one of the two")
    _check_bases(policy, found)


def _check_bases(policy: Policy, found: Findings) -> None:
    relative = [asset.symbol for asset in policy.assets if asset.outflow.relative is not None]
    named = [(i, symbol) for i, member in enumerate(policy.members) for symbol in member.base_of]
    for i, symbol in named:
        if symbol not in relative:
            what = f"`{symbol}` has no relative limit"
            found.add(("members", i, "base_of"), what, did_you_mean(symbol, relative, otherwise="remove it"))
        elif [s for _, s in named].count(symbol) > 1:
            found.add(("members", i, "base_of"), f"two members measure {symbol}", "name it under one member")
    if len(policy.members) > 1:
        for symbol in relative:
            if symbol not in {s for _, s in named}:
                what = f"no member is said to measure the base of {symbol}"
                found.add(("members",), what, f"write base_of: [{symbol}] under the one that does")


def base_member(policy: Policy, symbol: str) -> int:
    """Index of the member whose accounting the relative limit of an asset follows (hub mode)."""
    return next((i for i, member in enumerate(policy.members) if symbol in member.base_of), 0)
