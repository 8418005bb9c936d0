"""The world of a machine, built once a process, and what is worth trying in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guardrails.chain import Chain, ChainError, Contract
from guardrails.chain.abi import AbiEntry, signature
from guardrails.deploy import hub_interface
from guardrails.fuzz.invariants import Conservation, Invariant
from guardrails.fuzz.machine.draw import Values, fixed
from guardrails.fuzz.search.actions import Action, actions_of
from guardrails.fuzz.step import Value
from guardrails.fuzz.target import USERS, Target, open_world
from guardrails.fuzz.world import ENVIRONMENT, THIEF, THIEF_CONTRACT, World
from guardrails.policy import Policy
from guardrails.policy.delays import GOVERNANCE_FUNCTIONS, HUB_FUNCTIONS

DAY = 86_400
_MOST = 2**256 - 1
_SET_PRICE = "set(int256,uint256)"
_LESSER = ("approve", "transfer", "increaseAllowance", "decreaseAllowance", "permit", "onClaimEnded")
_GOVERNED = frozenset((*GOVERNANCE_FUNCTIONS, *HUB_FUNCTIONS, "setExit"))
_APART = frozenset(("execute", "schedule", "settle", "withdrawClaim", "seal"))
_UNLIMITED = 3 << 253


class Lab:
    """`functions`: what users call. `guards`: what the guard offers its roles and everybody; `governed`: what
    governance announces. Numbers in smallest units, times in seconds.
    """

    def __init__(
        self,
        target: Target,
        chain: Chain | None = None,
        more: Callable[[World], list[Invariant]] = lambda _: [],
    ) -> None:
        self.target = target
        self.world = world = open_world(target, chain)
        world.invariants += more(world)
        self.users = [name for name in (*USERS, "whale", "liquidator", THIEF) if name in world.actors]
        roles = ("guardian", "sentinel", "steward", "governance")
        self.fast = [name for name in world.actors if name.startswith(roles)]
        unused = ("deployer", ENVIRONMENT, "keeper")
        people = [*self.users, *(name for name in world.actors if name not in (*self.users, *unused))]
        others = [name for name in ("protocol", THIEF_CONTRACT) if name in world.contracts]
        self.everybody = [f"@{name}" for name in (*people, *others)]
        self.asset_names = [f"@{symbol}" for symbol in world.assets]
        self.guard: Contract | None = world.contracts.get("guard") if world.policy else None
        guards = {n for n in hub_interface().functions if "(" in n} if self.guard else set()
        self.functions = _weighted([a for a in actions_of(target, world) if a.function not in guards])
        self.guards, self.governed = self._of_the_guard(guards)
        protocol = world.contracts.get("protocol")
        shares = [protocol] if protocol and "balanceOf(address)" in protocol.interface.functions else []
        self.tokens = [*shares, *world.assets.values()]
        self.numbers, self.times = self._numbers(), self._times()
        policy = world.policy
        delays = (policy.override.default_delay, *policy.override.delays.values()) if policy else ()
        feeds = [n for n, c in world.contracts.items() if _SET_PRICE in c.interface.functions]
        self.feeds = {name: int(world.contracts[name].call("latestRoundData")[1]) for name in feeds}
        self.delays = fixed(*delays)
        self.selectors: list[str] = [self._selector(entry) for entry in self.governed]
        self.subjects = self._subjects()
        self.hints = (self._hints() if self.guard else {}) | {k: list(v) for k, v in target.hints.items()}
        self.values = Values(self)
        books = [i for i, each in enumerate(world.invariants) if isinstance(each, Conservation)]
        self._conservation = books[0] if books else None
        self.taken = 0
        self._held: dict[tuple[int, str], int] = {}
        self._held_at = world.changes
        self.snapshot = world.snapshot()

    def fresh(self) -> World:
        """The world as it was built."""
        self.world.revert(self.snapshot)
        return self.world

    # What changes as a machine goes on

    def waiting(self) -> list[int]:
        """Numbers of claims that wait, the first first."""
        if self._conservation is None:
            return []
        book: Any = self.world.invariants[self._conservation]
        return list(book.claims.waiting)

    def claims(self) -> list[int]:
        """The same, the latest first; then one that never was."""
        known = self.waiting()
        return [*reversed(known), 1 + max(known, default=0)]

    def held(self, actor: str, which: int) -> int:
        """What somebody holds of an asset, or of the protocol's shares."""
        at = which % len(self.tokens)
        if self._held_at != self.world.changes:
            self._held_at = self.world.changes
            self._held.clear()
        if (at, actor) not in self._held:
            self._held[at, actor] = self._balance(self.tokens[at], actor)
        return self._held[at, actor]

    def _balance(self, token: Contract, actor: str) -> int:
        try:
            return int(token.call("balanceOf(address)", self.world.address(actor)))
        except ChainError:
            return 0

    def available(self, which: int) -> int:
        """What may leave of an asset at once."""
        if self.guard is None:
            return 0
        assets = list(self.world.assets.values())
        found = int(self.guard.call("available", assets[which % len(assets)].address))
        return found if found < 2**200 else 0

    # What does not

    def _of_the_guard(self, names: set[str]) -> tuple[list[AbiEntry], list[AbiEntry]]:
        if self.guard is None:
            return [], []
        functions = [e for e in self.guard.interface.abi if e["type"] == "function" and signature(e) in names]
        entries = [entry for entry in functions if entry["stateMutability"] not in ("view", "pure")]
        governed = [entry for entry in entries if entry["name"] in _GOVERNED]
        return [e for e in entries if e["name"] not in _GOVERNED | _APART], governed

    def _numbers(self) -> list[int]:
        found = [1, 0]
        policy = self.world.policy
        for asset in policy.assets if policy else ():
            limit = asset.limit or 10**asset.decimals
            kept = limit - limit * asset.encoded().reserve_tenths // 10
            found += [limit // 10, kept, limit, limit + 1, 2 * limit, asset.exemption, asset.exemption + 1]
        for symbol in self.world.assets:
            found.append(10 ** int(self.world.assets[symbol].call("decimals")))
        return fixed(*found, _MOST)

    def _times(self) -> list[int]:
        policy = self.world.policy
        if policy is None:
            return [1, 12, 3_600, DAY, 7 * DAY]
        roles = [role for role in (policy.roles.guardian, policy.roles.sentinel) if role]
        known = [1, 12, 60, 3_600, policy.lock.min_deposit_age or 1, DAY]
        known += [asset.outflow.window // part for asset in policy.assets for part in (2, 1)]
        known += [policy.settlement.delay, policy.settlement.delay + 1, policy.liquidation_grace + 1]
        known += [role.max_pause for role in roles] + [role.cooldown + 1 for role in roles]
        known += [role.budget for role in roles] + [policy.override.default_delay, policy.override.expiry]
        return fixed(*known, 0)

    def _subjects(self) -> list[str]:
        if self.guard is None or "accountSubject" not in self.guard.interface.functions:
            return []
        found = [self.guard.call("accountSubject", self.world.address(user)) for user in self.users]
        found += [self.guard.call("assetSubject", asset.address) for asset in self.world.assets.values()]
        return ["0x" + subject.hex() for subject in found]

    def _selector(self, entry: AbiEntry) -> str:
        assert self.guard is not None
        return "0x" + self.guard.interface.function(signature(entry))[0].hex()

    def _hints(self) -> dict[tuple[str, str], list[Value]]:
        """Packed words as a governance would set them: those of now, tighter and looser ones."""
        assert self.guard is not None
        limits: list[int] = []
        for asset in _policy(self.world).assets:
            word = int(self.guard.call("outflowWord", asset.address))
            config = word & ~((1 << 151) - 1) & ~(((1 << 40) - 1) << 192)
            limit = config >> 151 & 0xFFFFF
            rest = config & ~(0xFFFFF << 151)
            limits += [config, rest | (limit // 2) << 151, rest | min(2 * limit, 0xFFFFF) << 151]
        powers: list[int] = []
        for rank in (1, 2):
            word = int(self.guard.call("rankLimits", rank))
            powers += [word, word & ~0xFFFFFFFF, word & ~(0xFF << 224), 0]
        rules = int(self.guard.call("levelRules"))
        levels = [0, 1, 2, 3, 4]
        return {
            ("setLimit", "config"): fixed(*limits, _UNLIMITED),
            ("setRankLimits", "limits"): fixed(*powers),
            ("setRankLimits", "rank"): [1, 2, 3],
            ("setHolder", "rank"): [0, 1, 2, 3],
            ("setLevelRules", "rules"): fixed(rules, 0, rules & ~(0xFF << 40)),
            ("raiseLevel", "level_"): levels,
            ("raiseLevel", "level"): levels,
            ("lowerLevel", "level_"): levels,
            ("lowerLevel", "level"): levels,
            ("setShadow", "guard"): [0, 1, 2, 3],
            ("cleanUp", "rank"): [1, 2, 3],
        }


def _weighted(actions: list[Action]) -> list[Action]:
    """What moves nothing of the protocol's own stands once, all else four times."""
    main = [a for a in actions if not a.function.startswith(_LESSER)]
    return main * 3 + actions


def _policy(world: World) -> Policy:
    assert world.policy is not None
    return world.policy
