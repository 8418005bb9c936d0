"""The numbers worth trying: what the code compares with, what the policy says, what the world shows now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from guardrails.artifacts.bytecode import PUSH2, PUSH4, pushes
from guardrails.chain import Address, ChainError
from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.search.promised import numbers_in
from guardrails.fuzz.search.reader import Reader
from guardrails.fuzz.step import Step
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT, Outcome, World

_TEN_YEARS = 315_360_000
_JUMPDEST = 0x5B
_WORDS = 4
_VIEWS_AT_ONCE = 16
HOLDERS = (THIEF, THIEF_CONTRACT, "alice", "bob", "carol", "whale", "liquidator")
_USUAL_TIMES = (1, 12, 60, 600, 3_600, 14_400, 86_400, 604_800, 2_592_000)


class Dictionary:
    """`constants` and `times` (seconds) stay; `balances`, what each actor holds in `own`, and `seen` are of
    the state last observed."""

    def __init__(self, world: World) -> None:
        self.world = world
        codes = dict.fromkeys(contract.address for contract in world.contracts.values())
        pushed = {value for address in codes for value in pushed_by(world.chain.code(address))}
        policy = numbers_in(world.policy)
        self.constants = sorted(pushed | policy)
        around = {v + d for v in pushed | policy if 1 < v <= _TEN_YEARS for d in (-1, 0, 1)}
        self.times = sorted(around | set(_USUAL_TIMES))
        self.policy_times = sorted({v for v in policy if 1 < v <= _TEN_YEARS}) or list(_USUAL_TIMES)
        self.balances: list[int] = [0]
        self.own: dict[str, list[int]] = {}
        self.seen: list[int] = [0]
        self._settled: dict[int, None] = {}
        holdings = list(_holding_calls(world))
        self._holders = [name for name, _, _ in holdings]
        self._holdings = Reader(world.chain, [(to, data) for _, to, data in holdings], at=1)
        self._views = list(_view_calls(world))

    def observe(self, rng: Random, outcomes: Iterable[Outcome], steps: Iterable[Step] = ()) -> None:
        """What the state shows: all holdings, some views, what the last steps returned and logged, and the
        numbers that `steps` speak of."""
        sample = rng.sample(self._views, min(_VIEWS_AT_ONCE, len(self._views)))
        spoken = [v for step in steps for v in _numbers_of(step)]
        self._settled = dict.fromkeys([*self._read(sample), *spoken])
        self.glance(outcomes)

    def glance(self, outcomes: Iterable[Outcome]) -> None:
        """What has changed since the last look, as far as one call and the outcomes tell."""
        held = self._holdings.read()
        self.balances = [value for value in held if value] or [0]
        self.own = {}
        for name, value in zip(self._holders, held, strict=True):
            if value:
                self.own.setdefault(name, []).append(value)
        for outcome in outcomes:
            self._settled.update(dict.fromkeys(_words(outcome.returned or b"")))
            for log in outcome.logs:
                self._settled.update(dict.fromkeys(_words(b"".join(log.topics[1:]) + log.data)))
        self.seen = [value for value in self._settled if value] or [1]

    def _read(self, calls: Iterable[tuple[Address, bytes]]) -> Iterator[int]:
        for to, data in calls:
            try:
                returned = self.world.chain.call(to, data)
            except ChainError:
                continue
            yield from _words(returned)


def _numbers_of(step: Step) -> Iterator[int]:
    yield from (v for v in step.arguments if isinstance(v, int) and not isinstance(v, bool) and v > 5)
    for one in step.calls:
        yield from _numbers_of(one)


def pushed_by(code: bytes) -> Iterator[int]:
    """What the code pushes that may be a number of the protocol's: no labels, selectors or hashes."""
    for at, operand in pushes(code):
        op, value = code[at], int.from_bytes(operand, "big")
        label = op <= PUSH2 and value < len(code) and code[value] == _JUMPDEST
        if value < 3 or label or (op == PUSH4 and value > _TEN_YEARS) or value >= 2**128:
            continue
        yield value


def _words(data: bytes) -> list[int]:
    whole = min(len(data) // 32, _WORDS)
    return [int.from_bytes(data[i * 32 : i * 32 + 32], "big") for i in range(whole)]


def _holding_calls(world: World) -> Iterator[tuple[str, Address, bytes]]:
    """Holder, token and call data; contracts that hold what is protected are holders too."""
    tokens = {c.address: c for c in world.contracts.values() if "balanceOf(address)" in c.interface.functions}
    holders = {name: world.addresses[name] for name in HOLDERS if name in world.addresses}
    holders |= {f"protected {address}": address for address in world.protected}
    for token in tokens.values():
        for name, account in holders.items():
            yield name, token.address, token.encode("balanceOf(address)", account)


def _view_calls(world: World) -> Iterator[tuple[Address, bytes]]:
    done: set[tuple[Address, str]] = set()
    for contract in world.contracts.values():
        for name, entries in contract.interface.functions.items():
            entry = entries[0]
            if "(" not in name or (contract.address, name) in done or not _is_number(entry):
                continue
            done.add((contract.address, name))
            if not entry["inputs"]:
                yield contract.address, contract.encode(name)
            elif [part["type"] for part in entry["inputs"]] == ["address"]:
                people = [world.addresses[name] for name in HOLDERS[:3] if name in world.addresses]
                places = [*people, *world.protected, *(asset.address for asset in world.assets.values())]
                for account in dict.fromkeys(places):
                    yield contract.address, contract.encode(name, account)


def _is_number(entry: AbiEntry) -> bool:
    if entry["stateMutability"] not in ("view", "pure"):
        return False
    return any(str(part["type"]).startswith(("uint", "int")) for part in entry["outputs"])
