"""The dynamic half of the bypass search: every function, by whoever there is, with drawn arguments, in many
states; beside each call an independent account of what left and what was charged."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from guardrails.chain import Chain, ChainError
from guardrails.fuzz.bypass import surface
from guardrails.fuzz.bypass.draw import Words, constants
from guardrails.fuzz.bypass.flows import CLAIM_CREATED
from guardrails.fuzz.bypass.ledger import Leak, Ledger
from guardrails.fuzz.bypass.states import State, states
from guardrails.fuzz.bypass.surface import Function
from guardrails.fuzz.bypass.tried import Bypass, Tried, last_leak
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.step import Sequence, Step
from guardrails.fuzz.target import Target, built
from guardrails.fuzz.world import Outcome

TRIES = 40
_HISTORIES, _ATTEMPTS, _LONGEST = 6, 1_200, 6
_WEI = (0, 0, 0, 1, 10**18)


class Search:
    """One search of one target on one chain; the same seed tries the same."""

    def __init__(
        self,
        target: Target,
        chain: Chain,
        *,
        seed: int = 1,
        tries: int = TRIES,
        seconds: float | None = None,
        watch: Callable[[str, Tried], None] | None = None,
    ) -> None:
        if tries < 1:
            raise HarnessFault(f"{tries} tries are none", "tries", "Give 1 or more.")
        self.target, self.seed, self.tries = target, seed, tries
        self.random = Random(seed)
        self.world = built(target, chain)
        self.base = self.world.snapshot()
        self.functions = surface.functions(self.world)
        self.targets = surface.contracts(self.world)
        codes = [chain.code(self.world.contracts[name].address) for name in self.targets]
        self.fixed = sorted({number for code in codes for number in constants(code)})
        self.until = None if seconds is None else time.monotonic() + seconds
        self.watch = watch or (lambda state, tried: None)
        self.tried = Tried(self.world.guarded is not None, hidden=surface.not_in_the_abi(self.world))
        self.tried.governed = [str(one) for one in self.functions if surface.is_governed(one)]
        self._worked: dict[str, list[Step]] = {}
        for step in target.known_calls(self.world):
            self._worked.setdefault(f"{step.target}.{step.function}", []).append(step)
        self._active: list[str] = []
        self._reached: set[str] = set()

    def run(self) -> Tried:
        """Tries every function in every state."""
        used, waiting = self._histories()
        for state in states(self.world, used, waiting, self.random):
            if self.until is not None and time.monotonic() > self.until:
                self.tried.skipped.append(state.name)
                continue
            self.watch(state.name, self.tried)
            self._in_state(state)
        for one in self.functions:
            if str(one) not in self._reached:
                (self.tried.never_of_guards if one.guards else self.tried.never).append(str(one))
        return self.tried

    # ------------------------------------------------------------ histories

    def _histories(self) -> tuple[tuple[tuple[Step, ...], ...], tuple[tuple[Step, ...], ...]]:
        """What users do of their own accord: steps that succeeded; and such after which a claim waits."""
        users = [one for one in self.functions if not one.guards]
        used: list[tuple[Step, ...]] = []
        waiting: list[tuple[Step, ...]] = []
        for _ in range(_HISTORIES):
            self.world.revert(self.base)
            steps: list[Step] = []
            words = self._words()
            for _ in range(_ATTEMPTS // _HISTORIES):
                if len(steps) == _LONGEST or not users:
                    break
                step = self._draw(self.random.choice(users), words)
                outcome = self._try(step)
                if outcome is None:
                    continue
                steps.append(step)
                self._active.append(step.actor)
                words = self._words()
                if any(log.topics[:1] == (CLAIM_CREATED,) for log in outcome.logs):
                    waiting.append(tuple(steps))
            if steps:
                used.append(tuple(steps))
        return tuple(used[:2]), tuple(waiting[:2])

    # ------------------------------------------------------------ one state

    def _in_state(self, state: State) -> None:
        self.world.revert(self.base)
        if not all(self.world.do(step).ok for step in state.steps):
            self.tried.skipped.append(state.name)
            return
        here, words = self.world.snapshot(), self._words()
        self.tried.states[state.name] = self.tried.states.get(state.name, 0) + 1
        ledger = Ledger(self.world)
        known = vars(ledger).copy()
        leaks: dict[tuple[str, bool, bool], tuple[Step, Leak]] = {}
        for function in self.functions:
            for _ in range(1 if surface.is_governed(function) else self.tries):
                step = self._draw(function, words, only=state.only)
                outcome = self._try(step)
                if outcome is None:
                    continue
                self._worked.setdefault(str(function), []).append(step)
                self._reached.add(str(function))
                leak = ledger.leak(self.world, outcome)
                if leak is not None:
                    key = (str(function), step.actor in surface.OWNERS, leak.leaves)
                    leaks.setdefault(key, (step, leak))
                self.world.revert(here)
                vars(ledger).update(known)
        for (name, owner, _), (step, leak) in leaks.items():
            self._found(name, owner, state, step, leak)

    def _try(self, step: Step) -> Outcome | None:
        """The outcome of a step that succeeds; None, and nothing has changed, for one that does not."""
        self.tried.calls += 1
        world = self.world
        try:
            to, data = world.encode(step)
            world.chain.call(to, data, sender=world.address(step.actor), value=step.value)
        except ChainError:
            return None
        outcome = world.do(step)
        self.tried.succeeded += outcome.ok
        return outcome if outcome.ok else None

    def _words(self) -> Words:
        return Words(self.world, self.targets, self.fixed, self.target.hints)

    def _draw(self, function: Function, words: Words, only: str | None = None) -> Step:
        """New arguments, or those that worked elsewhere, by somebody else or with one of them changed."""
        random, entry = self.random, function.entry
        may = surface.actors(self.world, function)
        active = [name for name in self._active if name in may]
        actor = only or random.choice(active if active and random.random() < 0.5 else may)
        arguments = words.arguments(random, entry, actor)
        before = self._worked.get(str(function))
        if before and random.random() < 0.4:
            chosen = random.choice(before[-20:])
            changed = random.randrange(len(arguments) + 1)
            actor = only or (actor if changed == len(arguments) else chosen.actor)
            arguments = tuple(
                new if i == changed else old
                for i, (old, new) in enumerate(zip(chosen.arguments, arguments, strict=True))
            )
        value = random.choice(_WEI) if function.payable else 0
        return Step(actor, function.contract, function.name, arguments, value=value)

    # ------------------------------------------------------------ a finding

    def _found(self, function: str, owner: bool, state: State, step: Step, leak: Leak) -> None:
        """Kept once for each function: the worst of it, by whoever can do it, in its shortest form."""
        for one in self.tried.bypasses:
            if one.function == function and (one.leaves, not one.owner) >= (leak.leaves, not owner):
                return
        self.tried.bypasses = [one for one in self.tried.bypasses if one.function != function]
        steps = self._shrunk((*state.steps, step))
        evidence = f"{function} by {step.actor} {state.name}: {leak.text}"
        if owner:
            evidence += "; its owner can do this at once, nothing is announced"
        finding = Finding(Ledger.name, evidence, Sequence(self.target.reference(), steps), self.seed)
        self.tried.bypasses.append(Bypass(finding, function, state.name, owner, leak.leaves))

    def _shrunk(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Without the steps before it that it does not need."""
        for i in range(len(steps) - 2, -1, -1):
            shorter = (*steps[:i], *steps[i + 1 :])
            if self._leaks(shorter):
                steps = shorter
        return steps

    def _leaks(self, steps: tuple[Step, ...]) -> bool:
        self.world.revert(self.base)
        return last_leak(self.world, steps) is not None
