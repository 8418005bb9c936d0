"""GuardedMachine: everybody around a guarded protocol, and all that its policy promises."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test

from guardrails.fuzz.errors import HarnessFault, PropertyViolated
from guardrails.fuzz.finding import Finding, broken_by
from guardrails.fuzz.invariants import Invariant
from guardrails.fuzz.machine import people
from guardrails.fuzz.machine.choice import Engine, NextRule, Steps, of_lab
from guardrails.fuzz.machine.lab import Lab
from guardrails.fuzz.profiles import QUICK, Profile
from guardrails.fuzz.search.shrink import shrink
from guardrails.fuzz.step import Sequence, Step, numbered
from guardrails.fuzz.target import PolicyTarget, Target, find_target
from guardrails.fuzz.words import precondition, rule
from guardrails.fuzz.world import Outcome, World

_ATTEMPTS = 400


class Broken(PropertyViolated):
    """`finding` holds the steps that break the property."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.property, finding.evidence)
        self.finding = finding

    def __str__(self) -> str:
        finding = self.finding
        steps = "\n".join(f"  {i}. {step}" for i, step in numbered(finding.sequence.steps))
        where = f"seed {finding.seed}, {finding.sequence.target}"
        return f"{finding.property}: {finding.evidence}\n{where}:\n{steps}"


def _place(machine: type) -> str:
    """Its file, from here where it lies below: a test module cannot be imported by name."""
    file = Path(inspect.getfile(machine)).resolve()
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def executed(machine: GuardedMachine, source: Engine) -> Step:
    """Somebody executes what governance announced."""
    return people.execute(machine.lab, source, machine.announced)


class GuardedMachine(RuleBasedStateMachine):
    """Subclass it and name the `target`, a `Target` or its reference; or, as in a `PolicyTarget`, the
    `policy_file` that deploys it, with `artifact_file` and `constructor` of your contract. Rules and
    invariants of your own come besides; `without` names rules of this class that shall not run.

    `world`, `lab` and `do` are for rules. What is done by `do` is recorded, so that a failure is a sequence
    of steps.
    """

    target: ClassVar[type[Target] | str | None] = None
    policy_file: ClassVar[str | None] = None
    artifact_file: ClassVar[str | None] = None
    constructor: ClassVar[Mapping[str, Any]] = {}
    without: ClassVar[frozenset[str]] = frozenset()

    phases: ClassVar[tuple[Phase, ...]] = (Phase.generate, Phase.shrink)
    seed: ClassVar[int] = 0
    _lab: ClassVar[Lab | None] = None
    _tests: ClassVar[dict[Profile, Callable[..., None]]] = {}

    def __init__(self) -> None:
        self.lab = self.laboratory()
        super().__init__()
        self.world: World = self.lab.fresh()
        self.steps: list[Step] = []
        self.announced: list[Step] = []
        self.times: Counter[str] = Counter()
        self.taken = 0
        self.source: Engine = Engine(None)
        chosen: Any = NextRule(self)
        self._rules_strategy = chosen

    # What a machine needs

    @classmethod
    def laboratory(cls) -> Lab:
        """Built once a process for each class of machines."""
        if "_lab" not in cls.__dict__ or cls._lab is None:
            cls._lab = Lab(cls.as_target(), more=cls.promises)
        return cls._lab

    @classmethod
    def promises(cls, world: World) -> list[Invariant]:
        """Properties besides those of the target."""
        return []

    @classmethod
    def as_target(cls) -> Target:
        """What it is a machine of; with a `policy_file`, a target that goes by the machine's own name."""
        if isinstance(cls.target, str):
            return find_target(cls.target)
        if cls.target is not None:
            return cls.target()
        if cls.policy_file is None:
            raise HarnessFault(
                f"{cls.__name__} names no target", None, "Give it `target`, or a `policy_file`."
            )
        words = {name: getattr(cls, name) for name in ("policy_file", "artifact_file", "constructor")}
        kind: Any = type(cls.__name__, (PolicyTarget,), words)
        kind.__module__ = cls.__module__
        kind.__qualname__ = cls.__qualname__
        kind.reference = classmethod(lambda _: f"{_place(cls)}:{cls.__qualname__}")
        found: Target = kind()
        return found

    def do(self, step: Step) -> Outcome:
        """Takes a step: recorded, seen by every property. Raises `Broken` where one does not hold."""
        self.steps.append(step)
        self.lab.taken += 1
        self.taken += 1
        outcome = self.world.do(step)
        try:
            self.world.check()
        except PropertyViolated as violated:
            raise self.broken(violated.name, violated.evidence) from None
        return outcome

    def broken(self, name: str, evidence: str) -> Broken:
        """The finding of a property that does not hold after the steps so far."""
        sequence = Sequence(self.lab.target.reference(), tuple(self.steps))
        return Broken(Finding(name, evidence, sequence, type(self).seed))

    def nothing_to_do(self) -> None:
        """No rule may run."""
        raise HarnessFault(
            f"no rule of {type(self).__name__} may run", None, "Leave one rule without a precondition."
        )

    # What everybody does

    @rule(weight=500, step=of_lab(people.use))
    def somebody_uses_it(self, step: Step) -> None:
        self.do(step)

    @rule(weight=120, step=of_lab(people.attack))
    def the_thief_attacks(self, step: Step) -> None:
        self.do(step)

    @rule(weight=60, step=of_lab(people.wait))
    def time_passes(self, step: Step) -> None:
        self.do(step)

    @rule(weight=40, step=of_lab(people.fault))
    def a_token_is_faulty(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.lab.feeds)
    @rule(weight=80, step=of_lab(people.price))
    def a_price_moves(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.lab.waiting())
    @rule(weight=80, step=of_lab(people.claim))
    def a_claim_ends(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.lab.guard is not None)
    @rule(weight=100, step=of_lab(people.misuse))
    def a_role_is_misused(self, step: Step) -> None:
        self.do(step)

    @precondition(lambda self: self.lab.governed)
    @rule(weight=20, step=of_lab(people.announce))
    def governance_announces(self, step: Step) -> None:
        if self.do(step).ok:
            self.announced.append(step)

    @precondition(lambda self: self.announced)
    @rule(weight=30, step=Steps(executed))
    def an_announcement_is_executed(self, step: Step) -> None:
        self.do(step)

    # How it runs

    @classmethod
    def run(cls, *, seed: int = 0, profile: Profile = QUICK) -> int:
        """Looks for a sequence that breaks a promise: raises `Broken` with the shortest one that it found,
        HarnessFault where the machine itself is wrong. Steps that were taken."""
        lab = cls.laboratory()
        cls.seed, before = seed, lab.taken
        try:
            seeded(seed)(cls._test(profile))()
        except Broken as broken:
            raise smaller(lab, broken.finding) or broken from None
        except HypothesisException as error:
            what = f"Hypothesis cannot run it: {type(error).__name__}: {error}"
            raise HarnessFault(what, cls.__qualname__, "Correct the machine's rules.") from error
        return lab.taken - before

    @classmethod
    def _test(cls, profile: Profile) -> Callable[..., None]:
        """Hypothesis' test of the machine, made once: for that it reads the sources of all rules."""
        if "_tests" not in cls.__dict__:
            cls._tests = {}
        if profile not in cls._tests:
            test: Any = get_state_machine_test(cls, settings=_settings(profile, cls.phases))
            test._hypothesis_internal_database_key = b""  # there is no database; else it reads them each time
            cls._tests[profile] = test
        return cls._tests[profile]


def smaller(lab: Lab, finding: Finding) -> Broken | None:
    """The same finding with less, step by step in place of choice by choice; None where there is nothing
    less, or where the steps alone do not show it (a rule may assert what it likes)."""
    target = finding.sequence.target

    def broken(steps: tuple[Step, ...]) -> PropertyViolated | None:
        try:
            return broken_by(lab.fresh(), Sequence(target, steps))
        except HarnessFault:  # without the step before it this one may make no sense
            return None

    def holds(steps: tuple[Step, ...]) -> bool:
        found = broken(steps)
        return found is not None and found.name == finding.property

    steps = shrink(finding.sequence.steps, holds, _ATTEMPTS)
    found = broken(steps)
    if steps == finding.sequence.steps or found is None:
        return None
    return Broken(Finding(finding.property, found.evidence, Sequence(target, steps), finding.seed))


def _settings(profile: Profile, phases: tuple[Phase, ...]) -> settings:
    return settings(
        max_examples=profile.examples,
        stateful_step_count=profile.steps,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=phases,
        print_blob=False,
        verbosity=Verbosity.normal,
        suppress_health_check=list(HealthCheck),
    )
