"""Properties of seeded faults that need a memory of what happened before."""

from __future__ import annotations

from seeded_world import HOUR, Fault, Promise, view_of

from guardrails.fuzz import Outcome, World


class FrozenInAll(Promise):
    """How long it was paused in all, second by second."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.frozen, self.until, self.seen = 0, 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.frozen += max(0, min(self.until, outcome.timestamp) - max(self.seen, 0))
        self.seen = outcome.timestamp
        if outcome.ok and outcome.step.function:
            self.until = world.contracts["protocol"].call("pausedUntil")

    def violation(self, world: World) -> str | None:
        most = view_of(world).BUDGET()
        return f"paused for {self.frozen} s of at most {most}" if self.frozen > most else None


class NeverSooner(Promise):
    """The latest end of the freeze that was ever seen."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.latest, self.until = 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.until = world.contracts["protocol"].call("pausedUntil")
        self.latest = max(self.latest, self.until)

    def violation(self, world: World) -> str | None:
        sooner = self.latest - self.until
        return f"the freeze ends {sooner} s sooner than it did" if sooner else None


class FreshLoans(Promise):
    """Whether debts grew while the price was old."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.debts, self.age = 0, 0

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.ok:
            return
        protocol = world.contracts["protocol"]
        debts = protocol.call("debts")
        if debts > self.debts:
            self.age = max(self.age, outcome.timestamp - protocol.call("updated"))
        self.debts = debts

    def violation(self, world: World) -> str | None:
        return f"a loan on a price {self.age} s old" if self.age > HOUR else None
