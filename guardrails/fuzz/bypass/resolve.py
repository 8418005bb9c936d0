"""Which function a call runs: virtual dispatch by the linearisation, `super`, libraries, calls of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.fuzz.bypass.known import HUB_INTERFACES
from guardrails.fuzz.bypass.sinks import LIBRARIES, Kind, Sink, of_library, of_selector, raw
from guardrails.fuzz.bypass.trees import Node, Trees, nodes
from guardrails.fuzz.bypass.values import Scope, Whose, whose


@dataclass(frozen=True, slots=True)
class Callee:
    """What a call does: what can leave by it, and the function that is read on, with what it is given."""

    sinks: tuple[Sink, ...] = ()
    function: Node | None = None
    values: tuple[Whose, ...] = ()
    external: bool = False
    reverts: bool = False
    requires: bool = False


NOTHING = Callee()


class Resolver:
    """Of one contract."""

    def __init__(self, trees: Trees, contract: Node) -> None:
        self.trees, self.contract = trees, contract
        self.lineage = trees.lineage(contract)
        self._assigned: dict[int, frozenset[int]] = {}

    # ------------------------------------------------------------ entries

    def entries(self) -> Iterator[Node]:
        """External functions that change state; each once, the most derived."""
        seen: set[str] = set()
        for base in self.lineage:
            for one in _functions(base):
                name = one.get("functionSelector") or one["kind"]
                if one["kind"] in ("constructor", "freeFunction") or name in seen:
                    continue
                if one["visibility"] not in ("public", "external"):
                    continue
                seen.add(name)
                if one["implemented"] and one["stateMutability"] not in ("view", "pure"):
                    yield one

    def title(self, function: Node) -> str:
        """`Contract.function`."""
        home = self.trees.home(function)
        name = function["name"] or function["kind"]
        return f"{home['name']}.{name}" if home is not None else str(name)

    def modifier(self, used: Node) -> Node | None:
        """The modifier that runs; None for the constructor of a base."""
        name = used["modifierName"]
        declared = self.trees.declared.get(name["referencedDeclaration"])
        if declared is None or declared["nodeType"] != "ModifierDefinition":
            return None
        for base in self.lineage:
            for one in base["nodes"]:
                if one["nodeType"] == "ModifierDefinition" and one["name"] == declared["name"]:
                    return one if "." not in name["name"] else declared
        return declared

    def assigned(self, function: Node) -> frozenset[int]:
        """Local variables that the function assigns to after their declaration."""
        if function["id"] not in self._assigned:
            found: set[int] = set()
            for node in nodes(function):
                if node["nodeType"] == "Assignment":
                    sides = nodes(node["leftHandSide"])
                    found |= {n["referencedDeclaration"] for n in sides if n["nodeType"] == "Identifier"}
                elif node["nodeType"] == "InlineAssembly":
                    found |= {_local(ref)["declaration"] for ref in node["externalReferences"]}
            self._assigned[function["id"]] = frozenset(found)
        return self._assigned[function["id"]]

    # ------------------------------------------------------------ calls

    def callee(self, call: Node, caller: Node, scope: Scope) -> Callee:
        """What a call runs."""
        target, options = call["expression"], dict[str, Node]()
        if target["nodeType"] == "FunctionCallOptions":
            options = dict(zip(target["names"], target["options"], strict=True))
            target = target["expression"]
        kind = str(target["typeDescriptions"].get("typeIdentifier", "")).removeprefix("t_function_")
        declared = self.trees.declared.get(target.get("referencedDeclaration") or -1)
        values = tuple(whose(one, scope, self.trees) for one in _in_order(call, declared))
        inner = target.get("expression")
        on = whose(inner, scope, self.trees) if inner is not None else Whose.UNKNOWN
        sent = options.get("value")
        paid = (Sink(Kind.ETH, on, _name(target)),) if sent is not None and on is not Whose.THIS else ()
        if kind.startswith("revert"):
            return Callee(reverts=True)
        if kind.startswith("require"):
            return Callee(requires=True)
        if kind.startswith(("transfer_", "send_")):
            return NOTHING if on is Whose.THIS else Callee(sinks=(Sink(Kind.ETH, on, _name(target)),))
        if kind.startswith("selfdestruct"):
            return Callee(sinks=(Sink(Kind.DESTROY, values[0], "selfdestruct"),))
        if kind.startswith(("baredelegatecall", "barecallcode")):
            return NOTHING if on is Whose.THIS else Callee(sinks=(Sink(Kind.DELEGATE, on, _name(target)),))
        if kind.startswith("barecall_"):
            if _is_empty(call["arguments"][0]):
                return Callee(sinks=paid)
            return Callee(sinks=(*paid, raw(caller, self.trees, on)))
        if kind.startswith("creation"):
            return Callee(sinks=paid)
        if kind.startswith(("internal", "delegatecall")):
            return self._internal(target, declared, caller, values, on)
        if kind.startswith("external"):
            return self._external(kind, target, declared, values, on, paid)
        return NOTHING

    def _internal(
        self, target: Node, declared: Node | None, caller: Node, values: tuple[Whose, ...], on: Whose
    ) -> Callee:
        if declared is None or declared["nodeType"] != "FunctionDefinition":
            return Callee(sinks=(Sink(Kind.POINTER, Whose.UNKNOWN, _name(target)),))
        if (
            "attached_to" in target["typeDescriptions"]["typeIdentifier"]
            or "bound_to" in (target["typeDescriptions"]["typeIdentifier"])
        ):
            values = (on, *values)
        home = self.trees.home(declared)
        if home is None:
            return Callee(function=declared, values=values)
        if home["contractKind"] == "library":
            if LIBRARIES.match(home["name"]):
                made = of_library(declared["name"], values)
                if isinstance(made, Sink) and made.kind is Kind.CALL:
                    made = raw(caller, self.trees, made.target)
                if not isinstance(made, bool):
                    return Callee(sinks=(made,) if made is not None else ())
            return Callee(function=declared, values=values)
        return Callee(function=self._dispatch(target, declared, home, caller), values=values)

    def _dispatch(self, target: Node, declared: Node, home: Node, caller: Node) -> Node:
        """The function that a name means here."""
        order = list(self.lineage)
        inner = target.get("expression")
        if inner is not None and inner.get("name") == "super":
            here = self.trees.home(caller)
            ids = [base["id"] for base in order]
            order = order[ids.index(here["id"]) + 1 :] if here is not None and here["id"] in ids else order
        elif inner is not None or declared["visibility"] == "private":
            return declared  # `Base.function(…)` means that one
        return self._find(declared, order) or declared

    def _find(self, wanted: Node, order: list[Node] | tuple[Node, ...]) -> Node | None:
        for base in order:
            for one in _functions(base):
                if one["name"] != wanted["name"] or _types(one) != _types(wanted):
                    continue
                if one["implemented"] and one["visibility"] != "private":
                    return one
        return None

    def _external(
        self,
        kind: str,
        target: Node,
        declared: Node | None,
        values: tuple[Whose, ...],
        on: Whose,
        paid: tuple[Sink, ...],
    ) -> Callee:
        if kind.split("$")[0].endswith(("_view", "_pure")):
            return NOTHING
        if declared is None:
            return Callee(sinks=(*paid, Sink(Kind.POINTER, on, _name(target))))
        if on is Whose.THIS:
            own = self._by_selector(declared)
            return Callee(function=own, values=values) if own is not None else NOTHING
        home = self.trees.home(declared)
        if home is not None and home["name"] in HUB_INTERFACES:
            return Callee(function=declared, values=values, external=True)
        selector = str(declared.get("functionSelector", ""))
        made = of_selector(selector, declared["name"], values)
        return Callee(sinks=(*paid, made) if made is not None else paid)

    def _by_selector(self, declared: Node) -> Node | None:
        wanted = declared.get("functionSelector")
        return next((one for one in self.entries() if one.get("functionSelector") == wanted), None)


def _functions(contract: Node) -> Iterator[Node]:
    return (node for node in contract["nodes"] if node["nodeType"] == "FunctionDefinition")


def _in_order(call: Node, declared: Node | None) -> list[Node]:
    """The arguments in the order of the parameters, where they were given by name."""
    given = dict(zip(call.get("names") or (), call["arguments"], strict=False))
    if not given or declared is None or declared["nodeType"] != "FunctionDefinition":
        return list(call["arguments"])
    names = [p["name"] for p in declared["parameters"]["parameters"]]
    return [given[name] for name in names if name in given]


def _local(reference: Node) -> Node:
    """Compilers before 0.6 wrote {name: {declaration, …}}."""
    return reference if "declaration" in reference else dict(next(iter(reference.values())))


def _types(function: Node) -> list[str]:
    return [p["typeDescriptions"]["typeString"] for p in function["parameters"]["parameters"]]


def _name(target: Node) -> str:
    return str(target.get("memberName") or target.get("name") or "a value")


def _is_empty(node: Node) -> bool:
    return node["nodeType"] == "Literal" and node.get("value") == ""
