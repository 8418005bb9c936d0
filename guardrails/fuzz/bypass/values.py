"""Whose address an expression is: as much of data flow as telling "in" from "out" needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from guardrails.fuzz.bypass.trees import Node, Trees


class Whose(StrEnum):
    """What is known of an address."""

    THIS = "this contract"
    SENDER = "the caller"
    GIVEN = "an argument of the call"
    FIXED = "an address fixed at construction"
    STORED = "an address in storage"
    NOTHING = "zero"
    UNKNOWN = "an address that is computed"


Scope = Mapping[int, Whose]
"""Of local variables, by the id of their declaration."""


def whose(node: Node, scope: Scope, trees: Trees) -> Whose:
    """What is known of the value of an expression."""
    kind = node["nodeType"]
    if kind == "TupleExpression" and len(node["components"]) == 1:
        return whose(node["components"][0], scope, trees)
    if kind == "Literal":
        return Whose.NOTHING if str(node.get("value")).strip("0x") == "" else Whose.FIXED
    if kind == "FunctionCall":
        return _called(node, scope, trees)
    if kind == "MemberAccess":
        return _member(node, scope, trees)
    if kind == "IndexAccess":
        return _index(node, scope, trees)
    if kind != "Identifier":
        return Whose.UNKNOWN
    if node["name"] == "this":
        return Whose.THIS
    if node["referencedDeclaration"] in scope:
        return scope[node["referencedDeclaration"]]
    return _variable(trees.declared.get(node["referencedDeclaration"]))


def _variable(declared: Node | None) -> Whose:
    if declared is None or declared["nodeType"] != "VariableDeclaration":
        return Whose.UNKNOWN
    if declared.get("mutability") in ("immutable", "constant"):
        return Whose.FIXED
    return Whose.STORED if declared.get("stateVariable") else Whose.UNKNOWN


def _called(node: Node, scope: Scope, trees: Trees) -> Whose:
    if node["kind"] == "typeConversion":
        return whose(node["arguments"][0], scope, trees)
    called = node["expression"]
    if called["nodeType"] == "Identifier" and called["name"] == "_msgSender" and not node["arguments"]:
        return Whose.SENDER
    return Whose.UNKNOWN


def _member(node: Node, scope: Scope, trees: Trees) -> Whose:
    inner = node["expression"]
    if inner["nodeType"] == "Identifier" and inner["name"] == "msg" and node["memberName"] == "sender":
        return Whose.SENDER
    owner = whose(inner, scope, trees)  # the field of an argument is the caller's choice too
    return owner if owner in (Whose.GIVEN, Whose.STORED) else _variable(_declared(node, trees))


def _index(node: Node, scope: Scope, trees: Trees) -> Whose:
    base = whose(node["baseExpression"], scope, trees)
    return base if base in (Whose.GIVEN, Whose.STORED) else Whose.UNKNOWN


def _declared(node: Node, trees: Trees) -> Node | None:
    return trees.declared.get(node.get("referencedDeclaration") or -1)
