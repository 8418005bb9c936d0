"""What each guard costs, beside its peers, in one run on one anvil.

    python bench/gas.py [--json]        (`make bench-gas`) writes out/bench/gas.json

A row is the gas of a whole payment transaction through a guard minus the gas of the same payment, with the
same calldata, through the same contract without the guard. Storage is cold (each payment is its own
transaction), the state is steady (payments a minute apart, every word written before), and the figure is the
largest of several payments. Everything is compiled here, by the same compiler with the same settings, from
the peers' own packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import peers
from rich.console import Console
from rich.table import Table

from guardrails.chain.anvil import AnvilChain
from guardrails.chain.contract import Contract

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".cache/bench"
OUT = ROOT / "out/bench/gas.json"
AMOUNT = 10**18
LIMIT = 500_000 * 10**18
PAYMENTS = 5
MINUTE = 60

# name of the row, contract, peer?, target of the issue or None
TARGETS = {"pause": 2_200, "outflow": 6_000, "pause+outflow": 7_664, "engine": 9_800, "hub": 15_000}

# What a row cannot avoid: cold reads at 2,100, a write at 2,900, a transient note at 100, a cold call 2,600.
FLOORS = {
    "pause": 2_100,  # the guard word
    "outflow": 2_100 + 2_900 + 100,  # the limiter
    "pause+outflow": 2 * 2_100 + 2_900 + 100,
    "engine": 2 * 2_100 + 2_900 + 100,
    "hub": 2_600 + 3 * 2_100 + 2_900 + 100,  # the hub itself, and whether the caller is a member
    "oracle": 2_100,  # the reference; the rule stands where the other host keeps its source
    "caps": 2_100,  # the cap
    "lockdown": 2_100,  # the account's record
}


class Build:
    """The benchmark's contracts, compiled by forge with the project's settings."""

    def __init__(self) -> None:
        peers.ensure()
        remappings = [
            "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",
            *(f"{name}/={peers.PEERS.relative_to(ROOT)}/{name}/" for name in self._names()),
        ]
        environment = os.environ | {"FOUNDRY_SRC": "bench/contracts", "FOUNDRY_TEST": "bench/contracts"}
        command = ["tools/forge", "build", "--quiet", "--out", str(BUILD / "out")]
        command += ["--cache-path", str(BUILD / "cache")]
        for remapping in remappings:
            command += ["--remappings", remapping]
        subprocess.run([*command, "bench/contracts"], cwd=ROOT, env=environment, check=True)

    @staticmethod
    def _names() -> list[str]:
        return [package.rpartition("@")[0] for package in peers.packages()]

    def artifact(self, name: str) -> Any:
        """The compiled contract `name`; its creation code and ABI."""
        (path,) = (p for p in (BUILD / "out").glob(f"*/{name}.json"))
        raw = json.loads(path.read_text())
        return type(
            "Compiled", (), {"name": name, "abi": raw["abi"], "bytecode": raw["bytecode"]["object"]}
        )()


def limit_word(amount: int, *, window_minutes: int = 1440) -> int:
    """A LIMITED_QUEUE configuration of `amount` smallest units: a small number times a power of ten."""
    exponent = 0
    while amount % 10 == 0:
        amount, exponent = amount // 10, exponent + 1
    return amount << 151 | exponent << 171 | window_minutes << 176 | 5 << 245 | 2 << 249 | 2 << 253


def cap_word() -> int:
    """A cap of LIMIT without cuts: mantissa, decimal exponent, CAPPED."""
    return 500_000 | 18 << 20 | 1 << 25


class Bench:
    def __init__(self, chain: AnvilChain, build: Build) -> None:
        self.chain, self.build = chain, build
        self.sender = chain.accounts[0]
        self.user = chain.accounts[1]
        self.token = self.deploy("Token", self.sender)
        self.token.send("transfer", self.user, AMOUNT, sender=self.sender)
        self.now = chain.block().timestamp

    def deploy(self, name: str, *arguments: Any) -> Contract:
        return Contract.deploy(self.chain, self.build.artifact(name), *arguments, sender=self.sender)

    def payments(self, host: Contract, *, before: Callable[[], None] = lambda: None) -> int:
        """The dearest of several payments a minute apart, after two that bring the state to rest."""
        self.token.send("transfer", host.address, 1000 * AMOUNT, sender=self.sender)
        costs = []
        for _ in range(PAYMENTS + 2):
            self.now += MINUTE
            self.chain.warp(self.now)
            before()
            receipt = host.send("pay", self.token.address, self.user, AMOUNT, sender=self.sender)
            costs.append(receipt.gas_used)
        return max(costs[2:])

    def deposits(self, host: Contract) -> int:
        self.token.send("approve", host.address, 2**256 - 1, sender=self.sender)
        self.token.send("transfer", host.address, AMOUNT, sender=self.sender)
        costs = []
        for _ in range(PAYMENTS + 2):
            self.now += MINUTE
            self.chain.warp(self.now)
            costs.append(host.send("take", self.token.address, AMOUNT, sender=self.sender).gas_used)
        return max(costs[2:])

    def controls(self) -> tuple[Contract, Contract, Contract]:
        market = self.deploy("MarketControls", self.deploy("OracleControls").address)
        governance = self.deploy("GovernanceControls", market.address)
        return governance, self.deploy("EmergencyControls", governance.address), market

    def open(
        self, host: Contract, controls: tuple[Contract, Contract, Contract]
    ) -> tuple[Contract, Contract]:
        """Configure an engine as a policy would and seal it; returns its two sets of control functions."""
        governance = Contract(self.chain, host.address, controls[0].interface)
        emergency = Contract(self.chain, host.address, controls[1].interface)
        governance.send("setLimit", self.token.address, limit_word(LIMIT), sender=self.sender)
        governance.send("seal", self.sender, sender=self.sender)
        return governance, emergency

    def rows(self) -> list[dict[str, Any]]:
        token, word = self.token.address, limit_word(LIMIT)
        plain = self.deploy("Plain")
        base, base_in = self.payments(plain), self.deposits(plain)
        rows: list[dict[str, Any]] = []

        def row(name: str, gas: int, *, peer: bool = False, of: int = base) -> None:
            rows.append({"name": name, "gas": gas - of, "peer": peer})
            if name in FLOORS:
                rows[-1]["floor"] = FLOORS[name]

        controls = self.controls()
        engine = self.deploy("EngineHost", controls[1].address, self.sender)
        _, emergency = self.open(engine, controls)
        hub = self.deploy("GuardrailHub", controls[1].address, self.sender)
        member = self.deploy("HubHost", hub.address)
        hub.send("setMember", member.address, True, sender=self.sender)
        self.open(hub, controls)
        row("pause", self.payments(self.deploy("PauseHost")))
        row("outflow", self.payments(self.deploy("OutflowHost", token, word)))
        row("pause+outflow", self.payments(self.deploy("PauseOutflowHost", token, word)))
        row("engine", self.payments(engine))
        row("engine, inflow", self.deposits(engine), of=base_in)
        row("hub", self.payments(member))
        row("hub, inflow", self.deposits(member), of=base_in)
        source = self.deploy("FreshSource").address
        believer = self.payments(self.deploy("Believer", token, source))
        row("oracle", self.payments(self.deploy("OracleHost", token, source)), of=believer)
        row("caps", self.payments(self.deploy("CapsHost", token, cap_word())))
        row("lockdown", self.payments(self.deploy("LockdownHost")))
        stranger = emergency.call("accountSubject", self.chain.accounts[5])
        emergency.send("lock", stranger, 86_400, 1, "a lock of somebody else is live", sender=self.sender)
        row("engine while another account is locked", self.payments(engine))
        market = Contract(self.chain, engine.address, controls[2].interface)
        market.send(
            "blockAccount", self.chain.accounts[6], 86_400, "somebody else is blocked", sender=self.sender
        )
        row("engine while others are locked and blocked", self.payments(engine))
        row("OpenZeppelin Pausable", self.payments(self.deploy("OpenZeppelinPausable")), peer=True)
        row(
            "OpenZeppelin RateLimiter, bucket",
            self.payments(self.deploy("OpenZeppelinBucket", LIMIT)),
            peer=True,
        )
        row(
            "OpenZeppelin RateLimiter, window",
            self.payments(self.deploy("OpenZeppelinWindow", LIMIT)),
            peer=True,
        )
        row(
            "OpenZeppelin Pausable + bucket", self.payments(self.deploy("OpenZeppelinPair", LIMIT)), peer=True
        )
        row("LayerZero RateLimiter", self.payments(self.deploy("LayerZero", LIMIT)), peer=True)
        row("CCIP RateLimiter", self.payments(self.deploy("Ccip", token, LIMIT)), peer=True)
        row("Axelar FlowLimit", self.payments(self.deploy("Axelar", LIMIT)), peer=True)
        return rows


def table(rows: list[dict[str, Any]]) -> Table:
    shown = Table(title="Gas that a guard adds to a payment (cold storage, steady state)")
    shown.add_column("guard")
    shown.add_column("gas", justify="right")
    shown.add_column("floor", justify="right")
    shown.add_column("target", justify="right")
    for row in rows:
        target = TARGETS.get(row["name"])
        style = "dim" if row["peer"] else "red" if target and row["gas"] > target else "bold"
        floor = f"{row['floor']:,}" if "floor" in row else ""
        shown.add_row(row["name"], f"{row['gas']:,}", floor, f"≤ {target:,}" if target else "", style=style)
    return shown


@click.command(help="Measure what each guard costs, beside its peers.")
@click.option("--json", "as_json", is_flag=True, help="print out/bench/gas.json instead of a table")
def main(as_json: bool) -> None:
    build = Build()
    chain = AnvilChain.start()
    try:
        rows = Bench(chain, build).rows()
    finally:
        chain.close()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    if as_json:
        print(OUT.read_text(), end="")
    else:
        Console().print(table(rows))
    over = [row["name"] for row in rows if row["gas"] > TARGETS.get(row["name"], row["gas"])]
    if over:
        print(f"over the target: {', '.join(over)}", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
