"""DelayedLoosening: what loosened had been announced, for as long as its function's delay says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import Event, facts
from guardrails.fuzz.invariants.words import limiter, rank_limits, rules_weaker

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World

_ALWAYS = {
    "Unpaused": "unpause",
    "LevelLowered": "lowerLevel",
    "SubjectUnlocked": "unlock",
    "ClaimReleased": "release",
    "ClaimReturned": "cancel",
    "GovernanceSet": "setGovernance",
    "UnitRateSet": "setUnitRate",
    "LiquidationGraceSet": "setLiquidationGrace",
    "AccountUnblocked": "unblockAccount",
    "SelectorUnblocked": "unblockSelector",
    "Abdicated": "abdicate",
    "OracleSet": "setOracle",
    "SequencerFeedSet": "setSequencerFeed",
    "CapCutLifted": "liftCut",
    "CapSourceSet": "setCapSource",
    "BaseSourceSet": "setBaseSource",
}
_WHERE_LOOSER: dict[str, tuple[str, Callable[[dict[str, Any]], bool]]] = {
    "LimitSet": ("setLimit", lambda a: limiter(a["previous"]).is_exceeded_by(limiter(a["word"]))),
    "RankLimitsSet": (
        "setRankLimits",
        lambda a: rank_limits(a["previous"]).is_exceeded_by(rank_limits(a["limits"])),
    ),
    "HolderSet": ("setHolder", lambda a: a["rank"] != 0),
    "LevelRulesSet": ("setLevelRules", lambda a: rules_weaker(a["previous"], a["rules"])),
    "SettlementSet": (
        "setSettlement",
        lambda a: a["delay"] < a["previousDelay"] or a["maxHold"] != a["previousMaxHold"],
    ),
    "MinDepositAgeSet": ("setMinDepositAge", lambda a: a["age"] < a["previous"]),
    "DelaySet": ("setDelay", lambda a: a["delay"] < a["previous"]),
    "ExpirySet": ("setExpiry", lambda a: a["expiry"] > a["previous"]),
    "ShadowChanged": ("setShadow", lambda a: a["shadow"] and not a["previous"]),
    "CapSet": ("setCap", lambda a: a["cap"] > a["previous"] > 0),
    "MemberSet": ("setMember", lambda a: bool(a["isMember"])),
}
_DEFAULT = "00000000"
_TWICE = ("setDelay", "abdicate")


class DelayedLoosening(Ghost):
    """Announcements, vetoes and delays by their events; the delays at the beginning from the policy."""

    name = "DelayedLoosening"

    def __init__(self, world: World) -> None:
        guard, policy = world.contracts["guard"], world.policy
        assert policy is not None
        self.delays = {_DEFAULT: policy.override.default_delay}
        self.selectors: dict[str, str] = {}
        wanted = {*_ALWAYS.values(), *(function for function, _ in _WHERE_LOOSER.values())}
        for function in wanted & guard.interface.functions.keys():
            self.selectors[function] = guard.interface.function(function)[0].hex()
        for function, delay in policy.override.delays.items():
            if function in guard.interface.functions:
                self.delays[guard.interface.function(function)[0].hex()] = delay
        self.announced: dict[str, tuple[int, int, bytes]] = {}
        self.abdicated: list[str] = []

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        events, now = facts(world, outcome).events, outcome.timestamp
        executed: list[str] = []
        for event in events:
            args = event.args
            if event.name == "OverrideScheduled":
                call = args["call"][:36]
                self.announced[args["id"].hex()] = (now, self._delay_of(call), call)
            elif event.name == "OverrideVetoed":
                self.announced.pop(args["id"].hex(), None)
            elif event.name == "OverrideExecuted":
                self._executed(args, now)
                executed.append(args["selector"].hex())
        for event in events:
            self._loosens(event, executed)
            if event.name == "DelaySet":
                self.delays[event.args["selector"].hex()] = event.args["delay"]
            elif event.name == "Abdicated":
                self.abdicated.append(event.args["selector"].hex())

    def _executed(self, args: dict[str, Any], now: int) -> None:
        number = args["id"].hex()
        found = self.announced.pop(number, None)
        if keccak(args["call"]).hex() != number:
            self._breaks("a call was executed under the number of another")
        elif found is None:
            self._breaks(f"0x{number} was executed and is not announced")
        else:
            at, delay, call = found
            early = at + max(delay, self._delay_of(call)) - now  # a delay that grew counts for it too
            if early > 0:
                self._breaks(f"0x{number} was executed {early} s before its delay was over")

    def _loosens(self, event: Event, executed: list[str]) -> None:
        if event.name in _ALWAYS:
            function = _ALWAYS[event.name]
        elif event.name in _WHERE_LOOSER and _WHERE_LOOSER[event.name][1](event.args):
            function = _WHERE_LOOSER[event.name][0]
        else:
            return
        selector = self.selectors.get(function)
        if selector is None:
            return
        if selector in self.abdicated:
            self._breaks(f"{event.name}, although {function} was abdicated")
        elif selector not in executed:
            delay = self.delays.get(selector, self.delays[_DEFAULT])
            if function == "setDelay":
                delay = max(delay, event.args["previous"])
            if delay:
                self._breaks(f"{event.name} at once: {function} has to be announced {delay} s before")

    def _delay_of(self, call: bytes) -> int:
        own = self.delays.get(call[:4].hex(), self.delays[_DEFAULT])
        if call[:4].hex() in [self.selectors.get(name) for name in _TWICE] and len(call) >= 36:
            return max(own, self.delays.get(call[4:8].hex(), self.delays[_DEFAULT]))
        return own

    def _breaks(self, evidence: str) -> None:
        self.broken = self.broken or evidence
