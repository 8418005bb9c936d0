"""Where in a source a mutant can be switched on and off while the program runs.

A mutant needs an expression of one value around it, so that `on ? mutated : original` can stand there, or
else a statement, for `if (on) mutated else original`. A declaration is no such statement, it would end with
the block; assembly is switched as a whole; a dropped modifier gets a twin of the modifier that can be
switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .mutators import Mutant, Node, span, whole

STATEMENTS = {"Block", "UncheckedBlock", "IfStatement", "ForStatement", "WhileStatement", "DoWhileStatement"}
STATEMENTS |= {"Return", "ExpressionStatement", "InlineAssembly", "TryStatement"}
EXPRESSIONS = {"BinaryOperation", "UnaryOperation", "FunctionCall", "Conditional", "MemberAccess"}
EXPRESSIONS |= {"IndexAccess", "Identifier", "TupleExpression"}
ONE_VALUE = re.compile(r"t_(bool|u?int\d+|address|bytes\d+|enum\$.*|userDefinedValueType\$.*)$")
HEADER = ("initializationExpression", "loopExpression")
"""Of a `for`: statements that must stay as they are."""


@dataclass(frozen=True, order=True)
class Place:
    """Bytes `start` to `end` of a source, and what stands there."""

    start: int
    end: int
    kind: Literal["statement", "expression", "modifier"]

    def holds(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end


@dataclass(frozen=True)
class Twinned:
    """The definition of a modifier that can be switched off at some of its uses."""

    file: str
    name: str
    start: int
    end: int
    parameters: tuple[int, int]
    body: tuple[int, int]


class Places:
    """Those of one source."""

    def __init__(self, text: bytes, tree: Node) -> None:
        self._text = text
        self._all = sorted(set(self._walk(tree, False)), key=lambda place: place.end - place.start)

    def of(self, mutant: Mutant) -> list[Place]:
        """The places to try, one after the other: as little as possible, its statement, the whole body."""
        if mutant.mutator == "drop-modifier":
            return [Place(mutant.start, mutant.end, "modifier")]
        around = [place for place in self._all if place.holds(mutant.start, mutant.end)]
        statements = [place for place in around if place.kind == "statement"]
        return list(dict.fromkeys([*around[:1], *statements[:1], *statements[-1:]]))

    def _walk(self, node: Any, header: bool) -> Iterator[Place]:
        if isinstance(node, list):
            for child in node:
                yield from self._walk(child, header)
        elif isinstance(node, dict):
            kind = node.get("nodeType", "")
            if kind in STATEMENTS and not header:
                yield Place(*whole(self._text, node), "statement")
            elif kind in EXPRESSIONS and _is_one_value(node):
                yield Place(*span(node), "expression")
            for key, child in node.items():
                if isinstance(child, dict | list) and key != "typeDescriptions":
                    yield from self._walk(child, kind == "ForStatement" and key in HEADER)


def _is_one_value(node: Node) -> bool:
    written = node.get("lValueRequested", False) or node.get("operator") in ("++", "--", "delete")
    return not written and bool(ONE_VALUE.match(node["typeDescriptions"].get("typeIdentifier") or ""))


def modifiers(trees: dict[str, Node]) -> dict[int, Twinned]:
    """The modifiers that are defined in `trees`, by their ids."""
    found = {}
    for file, tree in trees.items():
        for node in (part for contract in tree["nodes"] for part in contract.get("nodes", ())):
            if node["nodeType"] == "ModifierDefinition" and node.get("body"):
                parts = span(node["parameters"]), span(node["body"])
                found[node["id"]] = Twinned(file, node["name"], *span(node), *parts)
    return found


def modifier_uses(tree: Node) -> dict[tuple[int, int], int]:
    """Where functions have a modifier, and which."""
    functions = (part for contract in tree["nodes"] for part in contract.get("nodes", ()))
    return {
        span(use): use["modifierName"]["referencedDeclaration"]
        for function in functions
        for use in function.get("modifiers", ())
    }
