"""What out/mutants.json says, and whether it is good enough."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .ledger import Ledger
from .mutators import Mutant

TARGET = 0.95


def report(mutants: list[Mutant], ledger: Ledger, answers: Path, known: set[str]) -> dict[str, Any]:
    """Of `mutants`; `known` are the keys of all there are, for the answers that are for none."""
    entries = tomllib.loads(answers.read_text())["survivor"] if answers.exists() else []
    explained = {entry["mutant"]: entry["why"] for entry in entries}
    outcome = {mutant: ledger.of(mutant) for mutant in mutants}
    born = [mutant for mutant in mutants if outcome[mutant] in ("killed", "survived")]
    survivors = [mutant for mutant in born if outcome[mutant] == "survived"]
    killed = {mutant.key for mutant in mutants} - {mutant.key for mutant in survivors}
    return {
        "generated": len(born),
        "killed": len(born) - len(survivors),
        "stillborn": sum(found == "stillborn" for found in outcome.values()),
        "survivors": [
            {
                "mutant": mutant.key,
                "file": mutant.file,
                "line": mutant.line,
                "mutator": mutant.mutator,
                "before": mutant.before,
                "after": mutant.text,
                "why": explained.get(mutant.key, ""),
            }
            for mutant in survivors
        ],
        "answers_for_no_survivor": sorted(key for key in explained if key in killed or key not in known),
    }


def show(found: dict[str, Any]) -> bool:
    """Prints the report; True when it is good enough."""
    table = Table("line", "mutator", "mutant", "why", title="Survivors")
    for entry in found["survivors"]:
        why = entry["why"] or "NOT EXPLAINED"
        table.add_row(str(entry["line"]), entry["mutator"], entry["mutant"].removeprefix("contracts/"), why)
    if found["survivors"]:
        Console(markup=False).print(table)
    for key in found["answers_for_no_survivor"]:
        print(f"an answer for no survivor: {key}")
    share = found["killed"] / found["generated"] if found["generated"] else 0
    print(f"{found['killed']} of {found['generated']} mutants killed ({share:.1%}; target {TARGET:.0%})")
    explained = all(entry["why"] for entry in found["survivors"])
    return share >= TARGET and explained and not found["answers_for_no_survivor"]
