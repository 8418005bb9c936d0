"""The mutants of a Solidity source, read off its syntax tree (as solc gives it).

Mutators: drop-check (an `if … revert`), negate-branch (any other `if`), flip-comparison, swap-operator
(+ and -, && and ||), off-by-one (a number), swap-role (a rank, or a loosening that need not wait), drop-write
(of storage), drop-call (of a function), drop-modifier, wrong-rounding, and the same in assembly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Node = dict[str, Any]

FLIPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
SWAPPED = {"+": "-", "-": "+", "&&": "||", "||": "&&"}
WEAKER_RANK = {"SENTINEL": "NONE", "GUARDIAN": "SENTINEL", "GOVERNANCE": "GUARDIAN"}
OPPOSITE = {"Ceil": "Floor", "Floor": "Ceil", "min": "max", "max": "min"}
YUL_FLIPPED = {"lt": "iszero(gt({}))", "gt": "iszero(lt({}))", "eq": "iszero(eq({}))"}
YUL_SWAPPED = {"add": "sub({})", "sub": "add({})"}
DEFINED = re.compile(rb"^ *(?:(?:function|modifier) +(\w+)|(constructor))\b", re.MULTILINE)
YUL_WRITES = {"sstore", "tstore"}


@dataclass(frozen=True)
class Mutant:
    """`text` in place of the bytes from `start` to `end` of `file`."""

    file: str
    mutator: str
    start: int
    end: int
    text: str
    line: int
    before: str
    key: str
    """Names it and stays the same while the lines around it move."""


class Source:
    """One file, its bytes and its tree."""

    def __init__(self, file: str, text: bytes, tree: Node, state_variables: set[int]) -> None:
        self.file, self.text, self.tree = file, text, tree
        self.state_variables = state_variables

    def mutants(self) -> list[Mutant]:
        found: dict[tuple[int, int, str], Mutant] = {}
        for mutator, start, end, text in self._walk(self.tree, False):
            before = " ".join(self.text[start:end].decode().split())
            line = self.text.count(b"\n", 0, start) + 1
            key = self._key(start, end, f"[{before} -> {text}]")
            mutant = Mutant(self.file, mutator, start, end, text, line, before, key)
            found.setdefault((start, end, text), mutant)
        mutants = sorted(found.values(), key=lambda mutant: (mutant.start, mutant.text))
        seen = Counter[str]()
        for index, mutant in enumerate(mutants):
            seen[mutant.key] += 1
            if seen[mutant.key] > 1:
                mutants[index] = replace(mutant, key=f"{mutant.key} #{seen[mutant.key]}")
        return mutants

    def _key(self, start: int, end: int, change: str) -> str:
        """File, function, and the line with the change in it."""
        functions = list(DEFINED.finditer(self.text, 0, end))
        name = (functions[-1][1] or functions[-1][2]).decode() if functions else ""
        before = self.text[self.text.rfind(b"\n", 0, start) + 1 : start].decode().lstrip()
        after = self.text[end:].decode().partition("\n")[0].rstrip()
        return f"{self.file} {name}: {before}{change}{after}"

    # What a node offers: (mutator, start, end, text)

    def _walk(self, node: Any, fixed: bool) -> Iterator[tuple[str, int, int, str]]:
        if isinstance(node, list):
            for child in node:
                yield from self._walk(child, fixed)
            return
        if not isinstance(node, dict) or node.get("nodeType") in ("EmitStatement", "RevertStatement"):
            return
        kind = str(node.get("nodeType", ""))
        fixed = fixed or (kind == "VariableDeclaration" and node.get("stateVariable", False))
        if not fixed:
            yield from getattr(self, f"_in_{kind}", self._nothing)(node)
        for key, child in node.items():
            if isinstance(child, dict | list) and key not in ("typeDescriptions", "overrides"):
                yield from self._walk(child, fixed)

    def _nothing(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        return iter(())

    def _in_IfStatement(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        body = node["trueBody"]
        statements = body.get("statements", [body])
        reverts = len(statements) == 1 and statements[0]["nodeType"] == "RevertStatement"
        if reverts and not node.get("falseBody"):
            yield "drop-check", *self._whole(node), "{}"
        elif node["condition"].get("operator") not in ("==", "!="):  # flipped below
            yield "negate-branch", *span(node["condition"]), f"!({self._text(node['condition'])})"

    def _in_BinaryOperation(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        operator = node["operator"]
        start, end = span(node["leftExpression"])[1], span(node["rightExpression"])[0]
        at = self.text.find(operator.encode(), start, end)
        if at < 0:
            return
        place = (at, at + len(operator))
        if operator in FLIPPED:
            yield "flip-comparison", *place, FLIPPED[operator]
        elif operator in SWAPPED:
            yield "swap-operator", *place, SWAPPED[operator]
        if operator in FLIPPED or operator in ("+", "-"):
            for side in ("leftExpression", "rightExpression"):
                if node[side]["nodeType"] == "Literal" and node[side]["kind"] == "number":
                    yield "off-by-one", *span(node[side]), f"({self._text(node[side])} + 1)"

    def _in_MemberAccess(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        member, owner = node["memberName"], self._text(node["expression"])
        if owner == "Rank" and member in WEAKER_RANK:
            yield "swap-role", *span(node), f"Rank.{WEAKER_RANK[member]}"
        elif owner in ("Math", "Math.Rounding") and member in OPPOSITE:
            yield "wrong-rounding", *span(node), f"{owner}.{OPPOSITE[member]}"

    def _in_FunctionCall(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        called, arguments = self._text(node["expression"]), node["arguments"]
        if called == "_governed" and self._text(arguments[0]) != "false":
            yield "swap-role", *span(arguments[0]), "false"
        elif called == "Math.ceilDiv":
            over, under = (self._text(argument) for argument in arguments)
            yield "wrong-rounding", *span(node), f"(({over}) / ({under}))"

    def _in_ExpressionStatement(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        expression = node["expression"]
        kind = expression["nodeType"]
        written = {"Assignment": "leftHandSide", "UnaryOperation": "subExpression"}.get(kind)
        if written and self._is_storage(expression[written]):
            yield "drop-write", *self._whole(node), ""
        elif kind == "FunctionCall" and expression["kind"] == "functionCall":
            yield "drop-call", *self._whole(node), ""

    def _in_FunctionDefinition(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        for modifier in node["modifiers"]:
            if modifier.get("kind") == "modifierInvocation":
                yield "drop-modifier", *span(modifier), ""

    def _in_YulExpressionStatement(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        if node["expression"].get("functionName", {}).get("name") in YUL_WRITES:
            yield "drop-write", *span(node), ""

    def _in_YulFunctionCall(self, node: Node) -> Iterator[tuple[str, int, int, str]]:
        name = node["functionName"]["name"]
        arguments = ", ".join(self._text(argument) for argument in node["arguments"])
        if name in YUL_FLIPPED:
            yield "flip-comparison", *span(node), YUL_FLIPPED[name].format(arguments)
        elif name in YUL_SWAPPED:
            yield "swap-operator", *span(node), YUL_SWAPPED[name].format(arguments)

    def _is_storage(self, node: Node) -> bool:
        """Whether what is written outlives the call."""
        kind = node["nodeType"]
        if kind == "Identifier":
            return node.get("referencedDeclaration") in self.state_variables
        if kind not in ("MemberAccess", "IndexAccess"):
            return False
        base = node["expression"] if kind == "MemberAccess" else node["baseExpression"]
        return "storage" in base["typeDescriptions"]["typeString"] or self._is_storage(base)

    def _text(self, node: Node) -> str:
        start, end = span(node)
        return self.text[start:end].decode()

    def _whole(self, node: Node) -> tuple[int, int]:
        return whole(self.text, node)


def whole(text: bytes, node: Node) -> tuple[int, int]:
    """The statement with its semicolon."""
    start, end = span(node)
    return start, end + (text[end : end + 1] == b";")


def span(node: Node) -> tuple[int, int]:
    start, length, _ = (int(part) for part in node["src"].split(":"))
    return start, start + length


def state_variables(tree: Any) -> set[int]:
    """The ids of all state variables declared in a tree."""
    if isinstance(tree, list):
        return set().union(*(state_variables(child) for child in tree)) if tree else set()
    if not isinstance(tree, dict):
        return set()
    own = (
        {tree["id"]} if tree.get("nodeType") == "VariableDeclaration" and tree.get("stateVariable") else set()
    )
    return own.union(*(state_variables(c) for c in tree.values() if isinstance(c, dict | list)))
