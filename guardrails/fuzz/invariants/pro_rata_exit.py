"""ProRataExit: an exit pays an account at most its share of what is left, and only while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guardrails.fuzz.invariants.base import Ghost
from guardrails.fuzz.invariants.facts import facts

if TYPE_CHECKING:
    from guardrails.fuzz.world import Outcome, World


class ProRataExit(Ghost):
    """For a protocol with `FrozenExit`: of each token, an account that gives up `shares` gets at most
    held * shares / supply, where held and supply are those of before. What is owed is paid once.
    """

    name = "ProRataExit"

    def __init__(self, world: World) -> None:
        self.protocol = world.contracts["protocol"].address
        self.open_until = int(world.contracts["protocol"].call("exitOpenUntil"))
        self.owed: dict[str, int] = {}
        self.symbols = {contract.address: symbol for symbol, contract in world.assets.items()}
        self.held: dict[str, int] = {}
        self.supply = 0
        self._read(world)

    def observe(self, world: World, outcome: Outcome) -> None:
        if not outcome.logs:
            return
        found, now = facts(world, outcome), outcome.timestamp
        shares = sum(event.args["shares"] for event in found.named("Exited"))
        given: dict[str, int] = {}
        for event in found.events:
            args = event.args
            if event.name == "ExitSet":
                self.open_until = args["until"]
            elif event.name == "Exited" and now >= self.open_until:
                self._breaks(f"an exit {now - self.open_until} s after exits were closed")
            elif event.name in ("ExitPaid", "ExitOwed"):
                given[args["token"]] = given.get(args["token"], 0) + args["amount"]
                if event.name == "ExitOwed":
                    self.owed[_key(args)] = self.owed.get(_key(args), 0) + args["amount"]
            elif event.name == "ExitCollected" and self.owed.pop(_key(args), 0) != args["amount"]:
                self._breaks(f"{args['amount']} was collected and another amount is owed")
        for token, amount in given.items():
            if token in self.held and amount * self.supply > self.held[token] * shares:
                name = self.symbols[token]
                most = self.held[token] * shares // max(self.supply, 1)
                self._breaks(f"{name}: {amount} for {shares} of {self.supply} shares; at most {most}")
        self._read(world)

    def _read(self, world: World) -> None:
        supply = world.chain.call(self.protocol, bytes.fromhex("18160ddd"))  # totalSupply()
        self.supply = int.from_bytes(supply[:32], "big")
        self.held = {a: world.balance(symbol, self.protocol) for a, symbol in self.symbols.items()}

    def _breaks(self, evidence: str) -> None:
        self.broken = self.broken or evidence


def _key(args: dict[str, Any]) -> str:
    return f"{args['account']} {args['token']}"
