"""Those who answer an attack: when a sentinel decides, what it does, and what the attacker gets by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guardrails.errors import GuardrailsError
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.invariants.bounded_loss import BoundedLoss, Bucket
from guardrails.fuzz.invariants.facts import Event, facts
from guardrails.fuzz.step import Step
from guardrails.policy.operations import Level

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World
    from guardrails.policy import Policy

ALARM_PERCENT = 50
_LEVEL = 1  # in the enum `Guard`
_FULL = 100


@dataclass(slots=True)
class Response:
    """How long an answer took, and what left meanwhile of the asset of which most of its bound left."""

    seconds: int
    taken: int
    bound: int


class BoundedResponse(BoundedLoss):
    """An attack is seen when `percent` of a limit is used. From then to the answer, T later, at most
    L · (1 + T / W) + C leaves; and while a level leaves a share of the limits, that share of it: none of it
    at a share of 0. What `responses` holds was measured, and is within.
    """

    name = "BoundedResponse"

    def __init__(self, world: World, percent: int = ALARM_PERCENT) -> None:
        super().__init__(world)
        policy = world.policy
        assert policy is not None
        self.percent = percent
        self.shares = [policy.levels.rule(level).share_percent for level in Level]
        self.level_in_shadow = "level" in [str(guard) for guard in policy.shadow]
        self.levels: dict[int, tuple[int, int]] = {}
        self.seen_at: int | None = None
        self.since: dict[str, Bucket] = {}
        self.taken: dict[str, int] = {}
        self.contained: dict[str, Bucket] = {}
        self.share = _FULL
        self.responses: list[Response] = []
        self.worst: Response | None = None

    @property
    def alarmed(self) -> bool:
        """An attack was seen, and nobody has answered yet."""
        return self.seen_at is not None

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        now = outcome.timestamp
        self._set_share(now)
        events = facts(world, outcome).events
        loosened = any(event.name in ("LevelLowered", "LevelRulesSet") for event in events)
        if loosened:
            self.contained.clear()
        super().observe(world, outcome)
        for event in events:
            self._follow(event, now)
        self._set_share(now)

    def _leaves(self, world: World, asset: str, amount: int, now: int, changed: bool) -> None:
        buckets = self.buckets.get(asset)
        if not buckets:
            return
        for bucket in buckets:
            bucket.add(amount, now)
        most, latest = buckets[0], buckets[-1]
        if self.seen_at is not None:
            since = self.since.setdefault(asset, Bucket(most.limit, most.window, most.credit))
            self.taken[asset] = self.taken.get(asset, 0) + amount
            if since.add(amount, now):
                self._breaks(world, asset, f"{amount} left after the alarm, over what may leave until now")
        elif latest.level * _FULL >= self.percent * latest.limit * latest.window:
            self.seen_at = now
        if self.share == _FULL or changed:
            return
        if self.share == 0:
            self._breaks(world, asset, f"{amount} left at a level that leaves nothing of the limit")
            return
        contained = self.contained.setdefault(asset, Bucket(most.limit, most.window, most.credit))
        if contained.add(amount * _FULL // self.share, now):
            what = f"{amount} left at a level that leaves {self.share} % of the limit, over that share"
            self._breaks(world, asset, what)

    def _set_share(self, now: int) -> None:
        """What the highest live level leaves; a change begins a new count."""
        live = max((level for level, until in self.levels.values() if now < until), default=0)
        share = _FULL if self.level_in_shadow else self.shares[live]
        if share != self.share:
            self.share = share
            self.contained.clear()

    def _follow(self, event: Event, now: int) -> None:
        args = event.args
        if event.name == "LevelRaised":
            self.levels[args["rank"]] = (args["level"], args["until"])
        elif event.name == "LevelLowered":
            lowest = args["level"]
            self.levels = {rank: (min(at, lowest), until) for rank, (at, until) in self.levels.items()}
        elif event.name == "LevelRulesSet":
            self.shares = [_FULL] + [args["rules"] >> 24 * i + 16 & 0xFF for i in range(1, 5)]
        elif event.name == "ShadowChanged" and args["guard"] == _LEVEL:
            self.level_in_shadow = args["shadow"]
        if event.name in ("LevelRaised", "Paused") and self.seen_at is not None:
            self._answered(now - self.seen_at)

    def _answered(self, seconds: int) -> None:
        """Somebody restricted something: the alarm is over, and what left by then is written down."""
        found = [
            Response(
                seconds,
                self.taken[asset],
                bucket.limit + bucket.credit + bucket.limit * seconds // bucket.window,
            )
            for asset, bucket in self.since.items()
        ] or [Response(seconds, 0, 1)]
        response = max(found, key=lambda one: one.taken * 10**6 // max(one.bound, 1))
        self.responses.append(response)
        worst = self.worst
        if worst is None or response.taken * worst.bound > worst.taken * response.bound:
            self.worst = response
        self.seen_at, self.since, self.taken = None, {}, {}

    def _breaks(self, world: World, asset: str, what: str) -> None:
        self.broken = self.broken or f"{world.names.get(asset, 'the shared budget')}: {what}"


def answer(world: World, actor: str = "sentinel") -> Step:
    """What a sentinel does when it is alarmed: the highest level of its role, for the longest time; where its
    role has none, a pause of all that it may close."""
    role = _policy(world).roles.sentinel if actor.startswith("sentinel") else _policy(world).roles.guardian
    if role is None:
        raise HarnessFault(f"the policy has no role for {actor}", None, "Give it one, or name another actor.")
    if role.level != Level.NORMAL:
        return Step(actor, "guard", "raiseLevel", (int(role.level), role.max_pause, "outflow"))
    return Step(actor, "guard", "pause", (role.mask, role.max_pause, "outflow"))


def _policy(world: World) -> Policy:
    if world.policy is None:
        raise GuardrailsError("a world without a policy has no sentinel", None, "Give it a policy.")
    return world.policy
