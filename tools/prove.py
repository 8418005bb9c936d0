"""Prove the properties and answer slither: `make prove` → out/prove.json.

    python tools/prove.py [--json] [--teeth] [PROPERTY…]

A proof is a contract of its property's name in tests/forge/proofs; its `check_` functions are the theorems,
its tag `bounds` says what is bounded. halmos runs them on the bytecode with every argument unknown. Only
"every theorem proven" is proven: a counterexample, a time-out, a path that halmos could not follow, and a
missing tool are not.

tests/forge/proofs/properties.toml names what else shows a property: invariant suites, fuzz and differential
tests. forge runs these; what passed "held", which is less than proven. FOUNDRY_PROFILE=heavy runs them
for hours.

`--teeth` (`make prove-mutants`) applies each mutant of tests/forge/proofs/teeth.toml in a copy of the project
and wants the proof to fail.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import slither_answers
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
PROOFS = "tests/forge/proofs"
OUT = ROOT / "out/prove.json"
SECONDS = 240  # a theorem's assertion
PROVEN = "proven"
HELD = "held"
COUNTEREXAMPLE = "counterexample"
REASONS = {1: COUNTEREXAMPLE, 2: "time-out", 3: "stuck", 4: "all paths revert", -1: "loop cut short"}


@dataclass(frozen=True)
class Row:
    """A line of out/prove.json. `result` is "proven", "held", "clean", or what stands in the way."""

    name: str
    engine: str
    result: str
    bounds: str

    @property
    def holds(self) -> bool:
        return self.result in (PROVEN, HELD, "clean")


@dataclass(frozen=True)
class Property:
    name: str
    bounds: str
    theorems: tuple[str, ...]


def properties(root: Path = ROOT) -> list[Property]:
    """Every contract of tests/forge/proofs that has theorems; raises where it does not say its bounds."""
    found = []
    for path in sorted((root / PROOFS).glob("*.sol")):
        text = path.read_text()
        theorems = tuple(re.findall(r"^    function (check_\w+)\(", text, re.MULTILINE))
        if not theorems:
            continue
        tag = re.search(r"@custom:bounds (.*?)\n(?!///)", text, re.DOTALL)
        if tag is None:
            raise SystemExit(f"{path.name} has theorems but no tag @custom:bounds: say what is bounded")
        bounds = " ".join(line.removeprefix("///").strip() for line in tag[1].splitlines())
        found.append(Property(path.stem, bounds, theorems))
    return found


def environment(root: Path) -> dict[str, str]:
    """halmos and forge of this checkout, writing below `root`/.cache only."""
    cache = root / ".cache/prove"
    return os.environ | {
        "PATH": f"{ROOT / '.venv-prove/bin'}:{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "HOME": str(cache / "home"),
        "FOUNDRY_OFFLINE": "true",
        "FOUNDRY_SRC": PROOFS,
        "FOUNDRY_TEST": PROOFS,
        "FOUNDRY_OUT": str(cache / "out"),
        "FOUNDRY_CACHE_PATH": str(cache / "cache"),
    }


def compile_proofs(root: Path) -> None:
    (root / ".cache/prove/home").mkdir(parents=True, exist_ok=True)
    command = ["tools/forge", "build", "--ast", "--quiet"]
    done = subprocess.run(command, cwd=root, env=environment(root), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the proofs do not compile:\n{done.stdout}{done.stderr}")


def prove(goal: Property, root: Path = ROOT, *, first: bool = False) -> Row:
    """Run halmos on the theorems of a property; with `first`, up to the first counterexample."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "halmos.json"
        command = ["halmos", "--root", str(root), "--forge-build-out", ".cache/prove/out", "--no-status"]
        command += ["--contract", goal.name, "--json-output", str(report)]
        command += ["--match-test", rf"^({'|'.join(goal.theorems)})\b"]
        command += ["--solver-timeout-assertion", f"{SECONDS}s", *(["--early-exit"] if first else [])]
        done = subprocess.run(command, cwd=root, env=environment(root), capture_output=True, text=True)
        if not report.exists():
            lines = (done.stderr or done.stdout).strip().splitlines()
            return Row(
                goal.name, "halmos", f"halmos failed: {lines[-1] if lines else 'no output'}", goal.bounds
            )
        outcome = json.loads(report.read_text())
    return Row(goal.name, "halmos", _verdict(goal, outcome), goal.bounds)


def _verdict(goal: Property, outcome: dict[str, object]) -> str:
    results: dict[str, int] = {}
    for tests in outcome["test_results"].values():  # type: ignore[attr-defined]
        for test in tests:
            bounded = test.get("num_bounded_loops") or 0
            results[test["name"].split("(")[0]] = test["exitcode"] if not bounded else -1
    missing = [name for name in goal.theorems if name not in results]
    failed = [
        f"{name} ({REASONS.get(code, 'halmos failed')})"
        for name, code in results.items()
        if code != 0 and name in goal.theorems
    ]
    if missing:
        return f"not run: {', '.join(missing)}"
    return f"not proven: {', '.join(failed)}" if failed else PROVEN


# ---------------------------------------------------------------- what forge searches


@dataclass(frozen=True)
class Evidence:
    """An entry of properties.toml. `bounds` is empty for a proof, which says them itself."""

    property: str
    engine: str
    file: str
    test: str
    bounds: str = ""
    theorem: str = ""


def evidence(root: Path = ROOT) -> list[Evidence]:
    entries = tomllib.loads((root / PROOFS / "properties.toml").read_text())["evidence"]
    return [Evidence(**entry) for entry in entries]


def search(wanted: list[Evidence]) -> list[Row]:
    """Run what is not a proof, in one call of forge."""
    if not wanted:
        return []
    paths = ",".join(sorted({entry.file for entry in wanted}))
    names = "|".join(sorted({entry.test for entry in wanted}))
    command = ["tools/forge", "test", "--json", "--match-path", f"{{{paths}}}"]
    command += ["--match-test", rf"^({names})\("]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"FOUNDRY_SPARSE_MODE": "true"}, capture_output=True, text=True
    )
    try:
        suites = json.loads(done.stdout)
    except ValueError:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise SystemExit(f"forge failed: {lines[-1] if lines else 'no output'}") from None
    return [
        Row(entry.property, f"forge {entry.engine}", outcome_of(entry, suites), entry.bounds)
        for entry in wanted
    ]


def outcome_of(entry: Evidence, suites: dict[str, dict[str, dict[str, dict[str, str]]]]) -> str:
    """Of every contract of the file that has the test; all of them must have passed."""
    results = [
        (suite.rpartition(":")[2], result)
        for suite, report in suites.items()
        if suite.rpartition(":")[0] == entry.file
        for name, result in report["test_results"].items()
        if name.partition("(")[0] == entry.test
    ]
    failed = [
        f"{suite}: {result.get('reason')}" for suite, result in results if result["status"] != "Success"
    ]
    return "; ".join(failed) or (HELD if results else "not run")


def slither() -> Row:
    bounds = f"every contract that guards; {len(slither_answers.answers())} answers in slither.answers.toml"
    found, given = slither_answers.findings(), slither_answers.answers()
    open_ = [f"{f.check} at {f.where}" for f in slither_answers.unanswered(found, given)]
    open_ += [f"needless answer to {a.check} at {a.where}" for a in slither_answers.needless(found, given)]
    return Row(
        "StaticAnalysis",
        "slither",
        "; ".join(open_) or ("clean" if found else "found nothing at all"),
        bounds,
    )


# ---------------------------------------------------------------- teeth


@contextmanager
def mutated(file: str, old: str, new: str) -> Iterator[Path]:
    """A copy of what the proofs need in which `old`, which must stand there once, is `new`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("contracts", "tests/forge/base", PROOFS, "tools"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "foundry.toml", root)
        for name in ("node_modules", ".venv", ".venv-prove"):
            (root / name).symlink_to(ROOT / name)
        text = (root / file).read_text()
        if text.count(old) != 1:
            raise SystemExit(f"teeth.toml: {old!r} stands {text.count(old)} times in {file}, not once")
        (root / file).write_text(text.replace(old, new))
        yield root


def bite(wanted: list[str]) -> list[Row]:
    """Each mutant with what the proof said of it: "bites" at a counterexample; a time-out is none."""
    goals = {goal.name: goal for goal in properties()}
    mutants = tomllib.loads((ROOT / PROOFS / "teeth.toml").read_text())["mutant"]
    rows = []
    for mutant in mutants:
        if wanted and mutant["property"] not in wanted:
            continue
        goal = goals[mutant["property"]]
        if "theorems" in mutant:
            goal = Property(goal.name, goal.bounds, tuple(mutant["theorems"]))
        with mutated(mutant["file"], mutant["old"], mutant["new"]) as root:
            compile_proofs(root)
            row = prove(goal, root, first=True)
        result = "bites" if COUNTEREXAMPLE in row.result else f"no teeth: {row.result}"
        rows.append(Row(goal.name, "halmos", result, mutant["what"]))
    toothless = set(goals) - {mutant["property"] for mutant in mutants}
    rows += [
        Row(name, "halmos", "no mutant", "") for name in sorted(toothless) if not wanted or name in wanted
    ]
    return rows


# ---------------------------------------------------------------- command line


def table(rows: list[Row], title: str) -> Table:
    shown = Table(title=title)
    for heading in ("property", "engine", "result", "bounds"):
        shown.add_column(heading)
    for row in rows:
        good = row.holds or row.result == "bites"
        shown.add_row(row.name, row.engine, row.result, row.bounds, style="" if good else "bold red")
    return shown


def run(wanted: list[str], console: Console) -> list[Row]:
    goals = [goal for goal in properties() if not wanted or goal.name in wanted]
    searched = [e for e in evidence() if e.engine != "halmos" and (not wanted or e.property in wanted)]
    unknown = (
        set(wanted) - {goal.name for goal in goals} - {e.property for e in searched} - {"StaticAnalysis"}
    )
    if unknown:
        raise SystemExit(f"no such property: {', '.join(sorted(unknown))}")
    rows = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("compiling the proofs", total=None)
        compile_proofs(ROOT)
        for goal in goals:
            progress.update(task, description=f"{goal.name}: {len(goal.theorems)} theorems")
            rows.append(prove(goal))
        progress.update(task, description=f"forge: {len(searched)} searches")
        rows += search(searched)
        if not wanted or "StaticAnalysis" in wanted:
            progress.update(task, description="slither")
            rows.append(slither())
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description="Prove the properties of the guards.")
    parser.add_argument("properties", nargs="*", metavar="PROPERTY", help="only these")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--teeth", action="store_true", help="show that each proof fails on its mutants")
    options = parser.parse_args()
    console = Console(stderr=options.json)
    begun = time.monotonic()
    rows = bite(options.properties) if options.teeth else run(options.properties, console)
    document = json.dumps({"properties": [asdict(row) for row in rows]}, indent=2) + "\n"
    if not options.teeth and not options.properties:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(document)
    if options.json:
        print(document, end="")
    else:
        console.print(
            table(rows, "Teeth: mutants on which the proofs must fail" if options.teeth else "Proofs")
        )
        console.print(f"{time.monotonic() - begun:.0f} s")
    good = all(row.result == "bites" if options.teeth else row.holds for row in rows)
    return 0 if good and rows else 1


if __name__ == "__main__":
    sys.exit(main())
