"""How fast the fuzz lab is and what it finds, beside Ape and forge, in one run on one core.

    python bench/fuzz.py [--json] [--quick]        (`make bench-fuzz`) writes out/bench/fuzz.json

Speed is of the guarded vault of examples/vault: encoded calls of the load in `fuzz_vault.py` sent to revm
(raw); calls of forge's invariant runner with that load as its handler, on the same vault, whose building
transactions are replayed there (forge_invariant); steps of a GuardedMachine with all that the policy promises
checked after each (machine); those same steps as accounts of Ape take them, on anvil, nothing checked (ape);
and steps and checks through the lab's own chain over Ape (ape_chain).

The seeded faults of tests/fuzz/seeded are looked for by the search and by forge with an equal handler, each
for the same time. Compiling is not counted on either side: forge is stopped by its own setting
`invariant.timeout`, and what it reports as its duration counts; of the search the whole call counts, building
and shrinking included.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import click
import fuzz_ape
import fuzz_forge
import fuzz_vault
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from guardrails.chain import RevmChain
from guardrails.chain.errors import Reverted
from guardrails.fuzz import Step
from guardrails.fuzz.machine import GuardedMachine, Profile
from guardrails.fuzz.search import search

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out/bench/fuzz.json"
SEEDED = ROOT / "tests/fuzz/seeded"
SEED = 1
RAW, MACHINE, TIMES_APE, OF_FORGE, CAP = 8_000, 1_500, 100, 0.5, 60
"""The targets; the last in seconds a fault."""
_LAPS = 4_000


@dataclass(frozen=True)
class Effort:
    """Seconds for each speed (Ape is slow: it needs more until it has seen enough steps), and at most for
    each fault."""

    speed: float
    ape: float
    fault: int


FULL, QUICK = Effort(10, 60, CAP), Effort(3, 20, 20)


@dataclass(frozen=True)
class Row:
    """What became of a seeded fault; None where it was not found."""

    name: str
    property: str
    seconds: float | None
    steps: int | None
    forge_seconds: float | None


class VaultMachine(GuardedMachine):
    """The vault with everybody around it; what its policy promises is checked after each step."""

    target = fuzz_vault.TARGET
    walks: ClassVar[list[tuple[Step, ...]]] = []

    def teardown(self) -> None:
        self.walks.append(tuple(self.steps))


def rate(lap: Callable[[], int], seconds: float) -> float:
    """Laps until the time is over; what they did a second."""
    began, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        done += lap()
    return done / passed


def raw(seconds: float) -> float:
    """Encoded calls a second: `RevmChain.send`, and the time that passes between them."""
    world = fuzz_vault.build(RevmChain())
    chain, begin = world.chain, world.snapshot()
    calls = [
        (world.address(step.actor), *world.encode(step), 0) if step.function else ("", "", b"", step.wait)
        for step in islice(fuzz_vault.steps(), _LAPS)
    ]

    def lap() -> int:
        world.revert(begin)
        for sender, to, data, wait in calls:
            if wait:
                chain.warp(chain.block().timestamp + wait)
                continue
            try:
                chain.send(to, data, sender=sender)
            except Reverted:
                continue
        return len(calls)

    return rate(lap, seconds)


def machine(seconds: float) -> float:
    """Steps a second of a machine, properties checked."""
    VaultMachine.laboratory()
    seeds = iter(range(10**6))
    return rate(lambda: VaultMachine.run(seed=next(seeds), profile=Profile("bench", 20, 50)), seconds)


def ape(seconds: float) -> float:
    """The machine's steps a second as somebody who knows nothing but Ape takes them; properties unchecked."""
    return through(fuzz_ape.own_steps(fuzz_vault.TARGET, walks()), seconds)


def ape_chain(seconds: float) -> float:
    """The machine's steps a second through the lab's chain over Ape; properties checked."""
    return through(fuzz_ape.chain_steps(fuzz_vault.TARGET, walks()), seconds)


def walks() -> list[tuple[Step, ...]]:
    """What the machine did, in any order: the first walks of a run of Hypothesis are its simplest, and those
    of pauses alone take Ape a twentieth of the time."""
    return Random(SEED).sample(VaultMachine.walks, len(VaultMachine.walks))


def through(steps: Iterator[int], seconds: float) -> float:
    """Steps a second, after the first, which waits for everything to be built."""
    with closing(steps):  # type: ignore[type-var]
        next(steps)
        return rate(lambda: next(steps), seconds)


def look_for(name: str, cap: int) -> tuple[str | None, float, int]:
    """What the search finds in a fault: the property, after how many seconds, in how many steps."""
    began = time.perf_counter()
    result = search(
        f"{SEEDED}/targets.py:{name}",
        seed=SEED,
        seconds=cap,
        on_progress=lambda progress: bool(progress.broken),
    )
    seconds = time.perf_counter() - began
    if not result.findings:
        return None, seconds, 0
    finding = result.findings[0]
    return finding.property, seconds, len(finding.sequence.steps)


def seeded_row(name: str, wanted: str, cap: int) -> Row:
    found, seconds, steps = look_for(name, cap)
    ours = found == wanted and seconds <= cap
    forge = fuzz_forge.seeded(name, cap)
    return Row(name, wanted, round(seconds, 3) if ours else None, steps if ours else None, forge)


def summary(speeds: dict[str, float], rows: list[Row]) -> dict[str, Any]:
    """As it is written."""
    times = [row.seconds for row in rows if row.seconds is not None]
    return {
        "calls_per_second": {name: round(value, 1) for name, value in speeds.items()},
        "seeded": {
            "total": len(rows),
            "found": len(times),
            "median_seconds": round(statistics.median(times), 3) if times else None,
            "forge_found": sum(row.forge_seconds is not None for row in rows),
        },
        "faults": [asdict(row) for row in rows],
    }


def verdicts(result: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Name, value, target, whether it is reached."""
    speed, seeded = result["calls_per_second"], result["seeded"]
    forge, through_ape = speed["forge_invariant"], speed["ape"]
    slowest = max((row["seconds"] or 0 for row in result["faults"]), default=0)
    least = max(RAW, OF_FORGE * forge)
    much = max(MACHINE, TIMES_APE * through_ape)
    return [
        ("raw, calls a second", f"{speed['raw']:,.0f}", f"≥ {least:,.0f}", speed["raw"] >= least),
        ("machine, steps a second", f"{speed['machine']:,.0f}", f"≥ {much:,.0f}", speed["machine"] >= much),
        ("Ape, steps a second", f"{through_ape:,.1f}", "", True),
        ("ApeChain, steps a second", f"{speed['ape_chain']:,.1f}", "", True),
        ("forge invariant, calls a second", f"{forge:,.0f}", "", True),
        (
            *("seeded faults found", f"{seeded['found']} of {seeded['total']}"),
            *(f"= {seeded['total']}", seeded["found"] == seeded["total"]),
        ),
        ("slowest, seconds", f"{slowest:.1f}", f"≤ {CAP}", slowest <= CAP),
        ("median, seconds", f"{seeded['median_seconds'] or 0:.2f}", "", True),
        (
            *("found by forge", f"{seeded['forge_found']}"),
            *(f"≤ {seeded['found']}", seeded["forge_found"] <= seeded["found"]),
        ),
    ]


def tables(result: dict[str, Any]) -> Iterator[Table]:
    """What was measured beside its targets, and each fault."""
    shown = Table(title="The fuzz lab on one core")
    for name, justify in (("", "left"), ("measured", "right"), ("target", "right")):
        shown.add_column(name, justify=justify)  # type: ignore[arg-type]
    for name, value, target, reached in verdicts(result):
        shown.add_row(name, value, target, style="bold" if reached and target else "" if reached else "red")
    yield shown
    faults = Table(title="Seeded faults: seconds until found")
    for name, justify in (("fault", "left"), ("property", "left"), ("lab", "right"), ("steps", "right")):
        faults.add_column(name, justify=justify)  # type: ignore[arg-type]
    faults.add_column("forge", justify="right")
    for row in result["faults"]:
        ours, steps, forge = row["seconds"], row["steps"], row["forge_seconds"]
        cells = (_seconds(ours), str(steps or ""), _seconds(forge))
        faults.add_row(row["name"], row["property"], *cells, style="red" if ours is None else "")
    yield faults


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def measure(effort: Effort, console: Console) -> dict[str, Any]:
    """All of it, with a bar of what is done."""
    faults = tomllib.loads((SEEDED / "faults.toml").read_text(encoding="utf-8"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("compiling", total=6 + len(faults))

        def next_is(what: str) -> None:
            bar.update(task, description=what, advance=1)

        fuzz_forge.compile_all()
        fuzz_vault.write_world()
        speeds = {}
        for name, of, time_for in (
            *(("raw", raw, effort.speed), ("machine", machine, effort.speed)),
            *(("ape", ape, effort.ape), ("ape_chain", ape_chain, effort.ape)),
            ("forge_invariant", fuzz_forge.calls_per_second, effort.speed),
        ):
            next_is(name)
            speeds[name] = of(time_for)
        rows = []
        for name, entry in faults.items():
            next_is(name)
            rows.append(seeded_row(name, entry["property"], effort.fault))
        next_is("done")
    return summary(speeds, rows)


@click.command(help="Measure the fuzz lab beside Ape and forge, on one core.")
@click.option("--json", "as_json", is_flag=True, help="print out/bench/fuzz.json instead of tables")
@click.option("--quick", is_flag=True, help="less time for each: 3 s a speed, 20 s a fault")
def main(as_json: bool, quick: bool) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # what is started from here inherits it
    result = measure(QUICK if quick else FULL, Console(stderr=True))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print(OUT.read_text(encoding="utf-8"), end="")
    else:
        for table in tables(result):
            Console().print(table)
    missed = [name for name, _, _, reached in verdicts(result) if not reached]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
