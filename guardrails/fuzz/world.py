"""A protocol with everybody around it, to which steps are done."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guardrails.chain import Address, Chain, ChainError, Contract, Log, Rejected, Reverted
from guardrails.chain.abi import AbiEntry, encode_arguments
from guardrails.chain.errors import BadArgument, UnknownSender
from guardrails.chain.types import checksum
from guardrails.deploy import Guarded
from guardrails.fuzz.batch import encode_attack
from guardrails.fuzz.errors import HarnessFault, PropertyViolated
from guardrails.fuzz.invariants.base import Invariant
from guardrails.fuzz.step import Step, Value
from guardrails.policy import Policy

ENVIRONMENT = "environment"
"""The actor that mints, sets prices and gives tokens their faults; no user is it."""
THIEF = "thief"
THIEF_CONTRACT = "thief_contract"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step: `logs` if it was `ok`, else `error`, the raw revert data. Time in seconds.

    `returned` is known on revm only. `rejected`: the chain did not even run it (no funds for the value, …).
    """

    step: Step
    ok: bool
    timestamp: int
    logs: tuple[Log, ...] = ()
    error: bytes = b""
    returned: bytes | None = None
    rejected: bool = False

    @property
    def selector(self) -> bytes:
        """Four bytes that name the error; b"" where it has none."""
        return self.error[:4]


class World:
    """`contracts` and `actors` by name; `assets` by symbol (they are contracts of that name too).

    `protected` names the contracts whose assets the policy protects. Invariants in `invariants` observe each
    step.
    """

    def __init__(
        self,
        chain: Chain,
        *,
        actors: Mapping[str, Address],
        contracts: Mapping[str, Contract],
        assets: Mapping[str, Contract],
        protected: Iterable[str],
        policy: Policy | None = None,
        guarded: Guarded | None = None,
    ) -> None:
        self.chain = chain
        self.actors = dict(actors)
        self.assets = dict(assets)
        self.contracts = dict(contracts) | self.assets
        self.policy, self.guarded = policy, guarded
        self.addresses: dict[str, Address] = {n: c.address for n, c in self.contracts.items()} | self.actors
        self.names: dict[Address, str] = {address: name for name, address in self.addresses.items()}
        self.protected = tuple(dict.fromkeys(self.contracts[name].address for name in protected))
        self.invariants: list[Invariant] = []
        self.changes = 0
        """How often the state may have changed: a refused step leaves it as it was."""
        self.started = self.now
        self.thief_began_with: dict[str, int] = {}
        thief = self.contracts.get(THIEF_CONTRACT)
        self._attack = thief.interface.function("attack")[0] if thief else b""
        self._encoders: dict[tuple[str, str], tuple[Address, bytes, AbiEntry]] = {}

    @property
    def members(self) -> tuple[str, ...]:
        """Names of what users call: `protocol`, and the further members of a hub."""
        return ("protocol", *(self.guarded.members[1:] if self.guarded else ()))

    @property
    def now(self) -> int:
        """Timestamp of the latest block, in seconds."""
        return self.chain.block().timestamp

    def address(self, name: str) -> Address:
        """Of an actor or a contract, by name with or without @; an address stands for itself."""
        if name.startswith("0x"):
            return checksum(name)
        try:
            return self.addresses[name.removeprefix("@")]
        except KeyError:
            known = ", ".join(sorted(self.addresses))
            raise HarnessFault(f"nobody is called {name!r} here", None, f"There are {known}.") from None

    def name_of(self, contract: Address) -> str:
        """`protocol` where it is that: it may have another name besides."""
        return "protocol" if contract == self.addresses.get("protocol") else self.names[contract]

    def do(self, step: Step) -> Outcome:
        """Takes the step; the invariants see it. HarnessFault where it makes no sense in this world."""
        chain = self.chain
        outcome: Outcome
        if step.wait:
            chain.warp(self.now + step.wait)
        if not step.function and not step.calls:
            chain.mine()
            outcome = Outcome(step, True, self.now)
        else:
            sender = self.address(step.actor)
            try:
                to, data = self.encode(step)
            except BadArgument as error:
                raise HarnessFault(error.what, str(step), error.remedy) from None
            try:
                receipt = chain.send(to, data, sender=sender, value=step.value)
            except UnknownSender as error:
                raise HarnessFault(error.what, str(step), "Name an actor of the target.") from None
            except Reverted as error:
                outcome = Outcome(step, False, self.now, error=error.data)
            except Rejected:
                outcome = Outcome(step, False, self.now, rejected=True)
            else:
                outcome = Outcome(step, True, self.now, receipt.logs, b"", receipt.return_data)
        self.changes += outcome.ok
        for invariant in self.invariants:
            invariant.observe(self, outcome)
        return outcome

    def run(self, steps: Iterable[Step]) -> list[Outcome]:
        """Takes the steps, whatever comes of each."""
        return [self.do(step) for step in steps]

    def require(self, step: Step) -> Outcome:
        """Takes a step of the set-up, which must succeed."""
        outcome = self.do(step)
        if not outcome.ok:
            raise HarnessFault(
                f"a step of the set-up failed: {self.explain(outcome)}", str(step), "Correct the target."
            )
        return outcome

    def check(self) -> None:
        """Raises PropertyViolated for the first property that does not hold."""
        for invariant in self.invariants:
            evidence = invariant.violation(self)
            if evidence is not None:
                raise PropertyViolated(invariant.name, evidence)

    def encode(self, step: Step) -> tuple[Address, bytes]:
        """The address and the call data of a step that calls."""
        if step.calls:
            return self._encode_batch(step)
        found = self._encoders.get((step.target, step.function))
        if found is None:
            found = self._encoders[step.target, step.function] = self._look_up(step)
        to, head, entry = found
        arguments = [
            value if type(value) is int else self._resolve(value, str(part["type"]), part)
            for value, part in zip(step.arguments, entry["inputs"], strict=False)
        ]
        if len(arguments) != len(step.arguments):
            arguments += step.arguments[len(arguments) :]
        return to, head + encode_arguments(entry, arguments)

    def _look_up(self, step: Step) -> tuple[Address, bytes, AbiEntry]:
        contract = self.contracts.get(step.target)
        if contract is None:
            known = f"There are {', '.join(sorted(self.contracts))}."
            raise HarnessFault(f"no contract is called {step.target!r} here", str(step), known)
        head, entry = contract.interface.function(step.function)
        return contract.address, head, entry

    def _encode_batch(self, step: Step) -> tuple[Address, bytes]:
        contract = self.contracts.get(f"{step.actor}_contract")
        if contract is None:
            raise HarnessFault(f"{step.actor} has no contract for a batch", str(step), f"Use {THIEF!r}.")
        loans = [(self._asset(loan.asset, step).address, loan.amount) for loan in step.loans]
        calls, callback = ([self._inner(one) for one in many] for many in (step.calls, step.callback))
        return contract.address, encode_attack(self._attack, loans, calls, callback)

    def _inner(self, step: Step) -> tuple[Address, int, bytes, bool]:
        to, data = self.encode(step)
        return to, step.value, data, step.may_fail

    def _asset(self, symbol: str, step: Step) -> Contract:
        if symbol not in self.assets:
            known = f"There are {', '.join(self.assets)}."
            raise HarnessFault(f"there is no asset {symbol!r}", str(step), known)
        return self.assets[symbol]

    def _resolve(self, value: Value, kind: str, part: AbiEntry) -> Any:
        if isinstance(value, int):
            return value
        if kind.endswith("]"):
            inner = kind[: kind.rindex("[")]
            return [self._resolve(one, inner, part) for one in value]
        if kind == "tuple":
            parts = part["components"]
            return [self._resolve(v, str(p["type"]), p) for v, p in zip(value, parts, strict=True)]
        if kind == "address":
            return self.address(value)
        if kind == "bytes" and isinstance(value, Mapping):
            target, function, arguments = value["call"]
            return self.encode(Step(target=target, function=function, arguments=tuple(arguments)))[1]
        return value

    # What people want to know

    def explain(self, outcome: Outcome) -> str:
        """Why a step failed, in the contracts' own words."""
        if outcome.rejected:
            return "the chain refused to run it"
        if outcome.step.target in self.contracts:
            said = self.contracts[outcome.step.target].decode_error(outcome.error)
            if said and not said.startswith("0x"):
                return said
        for contract in self.contracts.values():
            if outcome.selector in contract.interface.errors:
                return contract.decode_error(outcome.error) or "it reverted"
        return "0x" + outcome.error.hex() if outcome.error else "it reverted without a reason"

    def accounts_of(self, actor: str) -> tuple[Address, ...]:
        """The actor's own account, and his contract if he has one."""
        names = [name for name in (actor, f"{actor}_contract") if name in self.addresses]
        return tuple(self.addresses[name] for name in names)

    def balance(self, symbol: str, account: Address) -> int:
        """Smallest units of an asset that an account holds."""
        return int(self.assets[symbol].call("balanceOf", account))

    def holdings(self, actor: str) -> dict[str, int]:
        """Smallest units of each asset that the actor holds, by symbol."""
        accounts = self.accounts_of(actor)
        return {s: sum(self.balance(s, account) for account in accounts) for s in self.assets}

    def snapshot(self) -> object:
        """The chain, and what the invariants have seen."""
        return self.chain.snapshot(), pickle.dumps([vars(one) for one in self.invariants])

    def revert(self, snapshot: Any) -> None:
        chain, pickled = snapshot
        seen = pickle.loads(pickled)  # our own bytes of a moment ago
        self.chain.revert(chain)
        self.changes += 1
        if len(seen) != len(self.invariants):
            raise ChainError("invariants were added since the snapshot", "World.revert", "Take a new one.")
        for invariant, state in zip(self.invariants, seen, strict=True):
            vars(invariant).clear()
            vars(invariant).update(state)
