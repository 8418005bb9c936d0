"""Follows a call through a contract to every place where an asset can leave.

What is known on the way (`Facts`) holds on every path there: after a branch only what both arms established,
after a loop what held before it, inside a branch what its condition did not undo. A function is read once for
each set of facts and arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from guardrails.fuzz.bypass import known
from guardrails.fuzz.bypass.facts import Facts, Hit, State, children, meet, shortest
from guardrails.fuzz.bypass.resolve import Callee, Resolver
from guardrails.fuzz.bypass.sinks import Kind, Sink, assembly
from guardrails.fuzz.bypass.trees import Node, Trees
from guardrails.fuzz.bypass.values import Whose, whose


@dataclass
class Frame:
    """One function being read: its local variables, what its modifiers still wrap, where it returns."""

    function: Node
    scope: dict[int, Whose]
    rest: list[Callable[[Facts], State]] = field(default_factory=list)
    returned: list[Facts] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)


class Walk:
    """Reads the functions of one contract."""

    def __init__(self, trees: Trees, contract: Node) -> None:
        self.trees, self.resolver = trees, Resolver(trees, contract)
        self._read: dict[object, tuple[State, tuple[Hit, ...]]] = {}
        self._open: set[object] = set()
        self._cut: set[object] = set()

    def enter(self, function: Node, *, whose_arguments: Whose = Whose.GIVEN) -> tuple[Hit, ...]:
        """All that a call of `function` from outside can reach."""
        given = [whose_arguments] * len(function["parameters"]["parameters"])
        return self.function(function, given, Facts())[1]

    # ------------------------------------------------------------ functions

    def function(self, function: Node, given: Sequence[Whose], facts: Facts) -> tuple[State, tuple[Hit, ...]]:
        """What holds after it, and what it reaches."""
        key = (function["id"], tuple(given), facts)
        if key in self._read:
            return self._read[key]
        if key in self._open:
            self._cut.add(key)
            return facts, ()  # the outer call of the recursion sees what this one would
        self._open.add(key)
        frame = Frame(function, self._bound(function, given))
        frame.rest = [self._modifier(frame, one) for one in function.get("modifiers", ())]
        frame.rest.append(lambda now: self._body(frame, now))
        state = self._next(frame, facts)
        self._open.discard(key)
        self._cut.discard(key)
        name, design = self.resolver.title(function), known.by_design(function, self.trees)
        hits = []
        for hit in frame.hits:
            reason = hit.design or (design if self._is_its_own(hit, function) else None)
            hits.append(replace(hit, path=(name, *hit.path), design=reason))
        result = state, shortest(hits)
        if not self._cut:  # else it lacks what the open call is about to see
            self._read[key] = result
        return result

    def _is_its_own(self, hit: Hit, function: Node) -> bool:
        """Whether a function of the guards gets there without one that a protocol wrote."""
        home = self.trees.home(function)
        own = {str(c["name"]) for c in self.trees.contracts if c["contractKind"] == "library"}
        return {step.partition(".")[0] for step in hit.path} <= own | {str(home["name"]) if home else ""}

    def _bound(self, function: Node, given: Sequence[Whose]) -> dict[int, Whose]:
        """Parameters as given, unless the function assigns to them."""
        changed = self.resolver.assigned(function)
        parameters = function["parameters"]["parameters"]
        return {
            p["id"]: Whose.UNKNOWN if p["id"] in changed else value
            for p, value in zip(parameters, given, strict=False)
        }

    def _next(self, frame: Frame, facts: Facts) -> State:
        """The next modifier, or the body; a `return` in it ends it alone, not what wraps it."""
        step = frame.rest.pop(0)
        outer, frame.returned = frame.returned, []
        state = meet(step(facts), *frame.returned)
        frame.rest.insert(0, step)
        frame.returned = outer
        return state

    def _modifier(self, frame: Frame, used: Node) -> Callable[[Facts], State]:
        def run(facts: Facts) -> State:
            state = self.expressions(used.get("arguments") or (), frame, facts)
            modifier = self.resolver.modifier(used)
            if state is None or modifier is None:
                return self._next(frame, facts)
            if known.closes(modifier, self.trees):
                return self._next(frame, self._entered(used["arguments"], state))
            values = [whose(one, frame.scope, self.trees) for one in used.get("arguments") or ()]
            frame.scope.update(self._bound(modifier, values))
            return self.statement(modifier["body"], frame, state)

        return run

    def _body(self, frame: Frame, facts: Facts) -> State:
        body = frame.function.get("body")
        return facts if body is None else self.statement(body, frame, facts)

    def _entered(self, arguments: Sequence[Node], facts: Facts) -> Facts:
        names = {str(one.get("memberName") or one.get("name") or "?") for one in arguments}
        return replace(facts, operations=facts.operations | names)

    # ------------------------------------------------------------ statements

    def statement(self, node: Node | None, frame: Frame, facts: State) -> State:
        """What holds after it; hits go to the frame."""
        if node is None or facts is None:
            return facts
        kind = node["nodeType"]
        if kind in ("Block", "UncheckedBlock"):
            state: State = facts
            for one in node["statements"]:
                state = self.statement(one, frame, state)
            return state
        if kind == "IfStatement":
            return self._branch(node, frame, facts)
        if kind in ("WhileStatement", "ForStatement", "DoWhileStatement"):
            before = self.statement(node.get("initializationExpression"), frame, facts)
            inside = self._condition(node.get("condition"), frame, before)
            self.statement(node.get("loopExpression"), frame, self.statement(node["body"], frame, inside))
            return before
        if kind == "TryStatement":
            called, (done, *failed) = self.expression(node["externalCall"], frame, facts), node["clauses"]
            after = [self.statement(clause["block"], frame, facts) for clause in failed]
            return meet(self.statement(done["block"], frame, called), *after)
        if kind == "PlaceholderStatement":
            return self._next(frame, facts)
        if kind == "Return":
            end = self.expression(node.get("expression"), frame, facts)
            frame.returned += [end] if end is not None else []
            return None
        if kind == "RevertStatement":
            return None
        if kind == "InlineAssembly":
            for sink in assembly(node, frame.function, self.trees):
                self.hit(sink, node, frame, facts)
            return facts
        if kind == "VariableDeclarationStatement":
            return self._declare(node, frame, facts)
        return self.expressions(children(node), frame, facts)

    def _declare(self, node: Node, frame: Frame, facts: Facts) -> State:
        value, declared = node.get("initialValue"), node["declarations"]
        if value is not None and len(declared) == 1:
            local = declared[0]["id"]
            if local not in self.resolver.assigned(frame.function):
                frame.scope[local] = whose(value, frame.scope, self.trees)
        return self.expression(value, frame, facts)

    def _branch(self, node: Node, frame: Frame, facts: Facts) -> State:
        state = self._condition(node["condition"], frame, facts)
        then = self.statement(node["trueBody"], frame, state)
        otherwise = self.statement(node.get("falseBody"), frame, state)
        if then is None and otherwise is not None and self._only_itself(node["condition"], "!=", frame):
            otherwise = replace(otherwise, own=True)
        return meet(then, otherwise)

    def _only_itself(self, condition: Node, operator: str, frame: Frame) -> bool:
        if condition["nodeType"] != "BinaryOperation" or condition["operator"] != operator:
            return False
        sides = [whose(condition[s], frame.scope, self.trees) for s in ("leftExpression", "rightExpression")]
        return set(sides) == {Whose.SENDER, Whose.THIS}

    def _condition(self, node: Node | None, frame: Frame, facts: State) -> State:
        return facts if node is None else self.expression(node, frame, facts)

    # ------------------------------------------------------------ expressions

    def expressions(self, given: Iterable[Node], frame: Frame, facts: State) -> State:
        """One after the other."""
        for one in given:
            facts = self.expression(one, frame, facts)
        return facts

    def expression(self, node: Node | None, frame: Frame, facts: State) -> State:
        """What holds after it was evaluated."""
        if node is None or facts is None:
            return facts
        kind = node["nodeType"]
        if kind == "FunctionCall":
            return self.call(node, frame, facts)
        if kind == "Conditional":
            state = self.expression(node["condition"], frame, facts)
            arms = [self.expression(node[arm], frame, state) for arm in ("trueExpression", "falseExpression")]
            return meet(*arms)
        if kind == "BinaryOperation" and node["operator"] in ("&&", "||"):
            state = self.expression(node["leftExpression"], frame, facts)
            self.expression(node["rightExpression"], frame, state)
            return state
        return self.expressions(children(node), frame, facts)

    def call(self, node: Node, frame: Frame, facts: Facts) -> State:
        """A call: its parts, then what it calls."""
        state = self.expressions(children(node["expression"]), frame, facts)
        state = self.expressions(node["arguments"], frame, state)
        if state is None or node["kind"] != "functionCall":
            return state
        callee = self.resolver.callee(node, frame.function, frame.scope)
        if callee.reverts:
            return None
        if callee.requires and self._only_itself(node["arguments"][0], "==", frame):
            return replace(state, own=True)
        for sink in callee.sinks:
            self.hit(sink, node, frame, state)
        return self._follow(callee, node, frame, state)

    def _follow(self, callee: Callee, node: Node, frame: Frame, facts: Facts) -> State:
        function = callee.function
        if function is None:
            return facts
        if known.meters(function, self.trees):
            return replace(facts, metered=True)
        if known.announces(function, self.trees):
            loosens = node["arguments"][0].get("value") == "true"
            return replace(facts, announced=facts.announced or loosens)
        if known.closes(function, self.trees):
            return self._entered(node["arguments"], facts)
        if known.pays(function, self.trees):
            self.hit(Sink(Kind.METERED, callee.values[2], "_payOut"), node, frame, facts)
            return facts
        if callee.external:
            return facts
        state, hits = self.function(function, callee.values, facts)
        frame.hits += hits
        return state

    def hit(self, sink: Sink, node: Node, frame: Frame, facts: Facts) -> None:
        """An asset can leave here."""
        place = self.trees.place(self.trees.file(frame.function), node)
        frame.hits.append(Hit((), place, sink, facts))
