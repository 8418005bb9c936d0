"""OnlyTighten: whatever guardian, sentinel and strangers do, nothing becomes looser by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import Event, Facts, facts
from guardrails.fuzz.invariants.words import GUARD_SLOT, restrictions, shadows

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

GOVERNED = frozenset(
    (
        *("Unpaused", "LevelLowered", "LevelRulesSet", "LiquidationGraceSet", "HolderSet", "RankLimitsSet"),
        *("GovernanceSet", "ShadowChanged", "MinDepositAgeSet", "LimitSet", "RelativeLimitSet"),
        *("UnitRateSet", "ClaimReleased", "ClaimReturned", "SettlementSet", "SubjectUnlocked"),
        *("AccountUnblocked", "SelectorUnblocked", "DelaySet", "ExpirySet", "Abdicated", "CapSet"),
        *("CapCutLifted", "CapCorridorSet", "CapSourceSet", "OracleSet", "ReferenceSet", "MemberSet"),
        *("SequencerFeedSet", "BaseSourceSet", "ExitSet", "ResumeGateSet", "OverrideScheduled"),
    )
)
"""What only governance, or an announcement of its own that is due, may bring about."""


class OnlyTighten(Ghost):
    """By the events who may have caused them; by the guard word, read before and after each step, that no
    live pause, level, lock or shadow mode became weaker."""

    name = "OnlyTighten"

    def __init__(self, world: World) -> None:
        guard = world.contracts["guard"]
        self.guard = guard.address
        self.governance: str = guard.call("governance")
        self.word = int.from_bytes(world.chain.storage(self.guard, GUARD_SLOT), "big")
        self.held: dict[int, int] = {}
        self.locked: dict[str, int] = {}

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        found, step = facts(world, outcome), outcome.step
        word = int.from_bytes(world.chain.storage(self.guard, GUARD_SLOT), "big")
        governed = world.address(step.actor) == self.governance if step.actor else False
        governed = governed or any(found.named("OverrideExecuted"))
        if self.broken is None and not governed:
            self.broken = self._loosened(found, word, outcome.timestamp)
            if self.broken:
                self.broken += f", by {step.actor}"
        self._follow(found)
        self.word = word

    def _loosened(self, found: Facts, word: int, now: int) -> str | None:
        for event in found.events:
            if event.name in GOVERNED:
                return f"{event.name} without governance"
            if wrong := self._shortened(event):
                return wrong
        if word == self.word:
            return None
        if shadows(word) & ~shadows(self.word):
            return "a guard entered shadow mode"
        for rank, (was, now_is) in enumerate(zip(restrictions(self.word), restrictions(word), strict=True)):
            name = ("sentinel", "guardian", "governance")[rank]
            if was.paused_until > now and (
                was.operations & ~now_is.operations or now_is.paused_until < was.paused_until
            ):
                return f"a pause by the rank of {name} became shorter or narrower"
            if was.level_until > now and (
                now_is.level < was.level or (was.level and now_is.level_until < was.level_until)
            ):
                return f"the level of the rank of {name} became lower or ends sooner"
        return None

    def _shortened(self, event: Event) -> str | None:
        args = event.args
        if event.name == "ClaimHeld" and args["readyAt"] < self.held.get(args["id"], 0):
            return f"claim {args['id']} was held, and is ready sooner"
        if event.name == "SubjectLocked" and args["until"] < self.locked.get(_subject(event), 0):
            return "a lock was renewed, and ends sooner"
        return None

    def _follow(self, found: Facts) -> None:
        for event in found.events:
            args = event.args
            if event.name in ("ClaimCreated", "ClaimHeld", "ClaimReleased"):
                self.held[args["id"]] = args["readyAt"]
            elif event.name in ("ClaimPaid", "ClaimReturned", "ClaimWithdrawn"):
                self.held.pop(args["id"], None)
            elif event.name == "SubjectLocked":
                self.locked[_subject(event)] = args["until"]
            elif event.name == "SubjectUnlocked":
                for rank in (1, 2, 3):
                    self.locked.pop(f"{args['subject'].hex()}{rank}", None)
            elif event.name == "GovernanceSet":
                self.governance = args["governance"]


def _subject(event: Event) -> str:
    return f"{event.args['subject'].hex()}{event.args['rank']}"
