"""Writes docs/scenarios.md: what the guards are tested against, and where.

    python tools/scenarios.py            write it
    python tools/scenarios.py --check    change nothing; exit 1 where it is not current

A test belongs to a scenario when its identifier (S22) stands in its name, docstring or comment. A Solidity
suite runs embedded, on a hub, or compares the two; see `_modes`.
"""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/scenarios.md"
# elsewhere (documents, locks, versions) the same letters mean other things
FAULTS = ROOT / "tests/fuzz/seeded"  # these are what tests must find
FOLDERS = ("chain", "deploy", "drill", "forge", "fuzz", "integration", "response", "risk")

SCENARIOS = {
    "Outflow limit": {
        "S1": "Deposit and withdraw the limit in one transaction; then an honest user leaves",
        "S2": "Honest deposits give a thief only a bounded, fading credit",
        "S2b": "Dust deposits do not keep old credit alive",
        "S3": "A deposit does not move the base of a relative limit",
        "S4": "A donation neither raises the limit nor counts as inflow",
        "S5": "A hundred pieces obey the bound of one",
        "S6": "The edge of a window: the documented constant, met exactly",
        "S7": "One unit in every block starves nobody",
        "S8": "Ten units a day, few decimals: the refill works",
        "S9": "A year idle, and clocks that wrap",
        "S10": "The cost does not grow with use",
        "S11": "No reconfiguration makes more available at once",
        "S12": "Extreme configurations and ten years do not revert",
        "S13": "Unset, zero and unlimited are three things; unset refuses",
        "S14": "Fees on transfer, rebasing, callbacks: what moved is what counts",
        "S15": "6 to 27 decimals under one budget: rounding never favours the way out",
        "S16": "ERC-4626: `maxWithdraw` tells the truth when the share price jumps",
        "S17": "One asset trips, another does not; a shared budget is shared fairly",
        "S18": "A whale waits alone; small users leave; splitting does not help",
        "S19": "An amount of zero changes nothing",
    },
    "Trip, claim, settlement": {
        "S20": "After a trip one unit does not trip again",
        "S21": "Two equal withdrawals in a block are two claims",
        "S22": "A suspect's claim is cancelled alone; the others are paid; sums agree",
        "S23": "A claimant that reverts or re-enters touches nobody else's claim",
        "S24": "Every path ends with locked + paid + returned + withdrawn = received",
        "S25": "Holding again and again ends at the maximum; the owner may give up his claim",
        "S26": "A trip in a nested call whose outer call reverts",
        "S27": "Tripping on purpose: what it costs, and whom",
    },
    "Pause and roles": {
        "S28": "Pausing at each expiry stays within the budget of any period",
        "S29": "A new attack right after an early unpause: somebody can pause",
        "S30": "Extending without a pause, and after its end",
        "S31": "A low rank shortens nothing of a higher one; old ends block nothing",
        "S32": "A guardian who races his own removal",
        "S33": "A target that reports success but is not paused; one that re-enters",
        "S34": "Liquidation waits for repayment, and for its grace",
        "S35": "Interest and prices that move during a pause",
        "S36": "Exit under a full freeze, pro rata",
        "S37": "An upgrade keeps the restrictions",
        "S38": "One second before, at, and after each boundary",
        "S39": "A receiver that its token blocks",
    },
    "Governance": {
        "S40": "Cutting a delay does not move the earliest time",
        "S41": "Pending under a tighter rule, announced again, executed again, abdicated",
        "S42": "Execution with little gas, or re-entered",
        "S43": "The override cannot move users' funds",
        "S44": "Many small steps in a block are one step",
        "S45": "A committee whose heartbeat lapsed cannot act and can be replaced",
    },
    "Oracle": {
        "S46": "A step under the threshold in each block trips all the same",
        "S47": "A bad price that is held through the cooldown does not become the reference",
        "S48": "Zero, negative, stale, from the future, sequencer down: each use fails its safe way",
        "S49": "A spike and back: by the stated policy; repaying stays open",
        "S50": "One bad feed closes only what depends on it",
    },
    "Integration": {
        "S51": "A path that skips its check is found",
        "S52": "ERC-7201 slots are the formula's; inheritance in any order",
        "S53": "Shadow mode reports what live mode would do, and does nothing",
        "S54": "Each guarded call stays under its gas ceiling",
        "S55": "Embedded and hub decide alike",
        "S56": "A receipt is believed only when it is canonical, an effect only when it is read",
        "S65": "A deployment killed at any step ends like one that was not",
    },
}
"""What each identifier means, in short."""

NOT_BUILT: dict[str, str] = {}
"""Scenarios that no test shows, and why."""

ONE_MODE: dict[str, str] = {
    "S35": "the market of the example embeds them",
    "S36": "`FrozenExit` is for protocols that embed the guards; `ProRataExit` stands alone",
    "S48": "the guard alone; a hub answers alike (S55)",
    "S50": "the guard alone; a hub answers alike (S55)",
    "S51": "a search, over members of a hub too",
}
"""Scenarios up to S55 that need only one of the two modes, and why."""


def files() -> dict[str, list[Path]]:
    """The test files of each scenario."""
    known = [name for part in SCENARIOS.values() for name in part]
    found: dict[str, list[Path]] = {name: [] for name in known}
    for folder in FOLDERS:
        for path in sorted((ROOT / "tests" / folder).rglob("*")):
            if path.suffix not in (".sol", ".py") or path.is_relative_to(FAULTS):
                continue
            named = set(
                re.findall(r"(?<![A-Za-z0-9])S\d+b?(?![A-Za-z0-9])", path.read_text(encoding="utf-8"))
            )
            for name in named & found.keys():
                found[name].append(path)
    return found


@functools.cache
def _contracts(path: Path) -> dict[str, tuple[bool, list[str], str]]:
    """Of each contract of a file: whether it is abstract, the names of its bases, and its body."""
    text = path.read_text(encoding="utf-8")
    found = {}
    for abstract, name, bases, body in re.findall(
        r"^(abstract )?contract (\w+)(?: is ([^{]+?))? \{(\}$|.*?^\})", text, flags=re.MULTILINE | re.DOTALL
    ):
        found[name] = (bool(abstract), re.findall(r"(\w+)(?:\(.*?\))?", bases), body)
    return found


def _home(path: Path, name: str) -> tuple[Path, str] | None:
    """Where the contract that `path` calls `name` is written, and its name there."""
    if name in _contracts(path):
        return path, name
    imports = r"import \{([^}]+)\} from \"(\.[^\"]+)\""
    for names, source in re.findall(imports, path.read_text(encoding="utf-8")):
        for one in names.split(","):
            original, _, alias = one.strip().partition(" as ")
            if name == (alias or original):
                return _home((path.parent / source).resolve(), original)
    return None


def _family(path: Path, name: str) -> list[tuple[Path, str]]:
    """The contract and all that it inherits, as file and body."""
    family = [(path, _contracts(path)[name][2])]
    for base in _contracts(path)[name][1]:
        home = _home(path, base)
        if home:
            family += _family(*home)
    return family


def _modes(path: Path, name: str) -> set[str]:
    """In which modes a suite runs.

    On a hub: it makes one, or its fixture does (`_onHub`, `outflowOnHub`). In both: it makes a hub and
    speaks to a protocol that embeds the guards as well. Else embedded.
    """
    bodies = [body for file, body in _family(path, name) if file.name != "EngineTest.sol"]
    text = "\n".join(bodies)
    if re.search(r"function _onHub\(\)[^}]*return true|return outflowOnHub\(\)", text):
        return {"hub"}
    if "new GuardrailHub(" not in text:
        return {"embedded"}
    return {"hub", "embedded"} if re.search(r"address\(host\)|new Guarded\w+\(", text) else {"hub"}


def modes() -> dict[Path, set[str]]:
    """In which modes the tests run that each Solidity file holds, also through suites that inherit them."""
    found: dict[Path, set[str]] = {}
    for path in sorted((ROOT / "tests/forge").rglob("*.t.sol")):
        for name, (abstract, _, _) in _contracts(path).items():
            family = _family(path, name)
            if abstract or not any(file.parts[-2:] == ("base", "Test.sol") for file, _ in family):
                continue
            for file, _ in family:
                found.setdefault(file, set()).update(_modes(path, name))
    return found


def modes_of(where: dict[str, list[Path]]) -> dict[str, set[str]]:
    """In which modes each scenario is tested."""
    by_file = modes()
    return {name: set().union(*(by_file.get(p, set()) for p in paths)) for name, paths in where.items()}


def page() -> str:
    """The whole page."""
    where = files()
    runs = modes_of(where)
    lines = [
        "# Scenarios",
        "",
        "<!-- Written by `python tools/scenarios.py`; do not edit. -->",
        "",
        "Attacks and accidents, many of which happened to public systems, and the tests that show",
        "what the guards do: embedded in the protocol, and with the protocol as a member of a hub.",
    ]
    for part, scenarios in SCENARIOS.items():
        lines += ["", f"## {part}", "", "| | scenario | tests | mode |", "|---|---|---|---|"]
        for name, text in scenarios.items():
            links = [f"[{p.name}]({Path('..') / p.relative_to(ROOT)})" for p in where[name]]
            tests = ", ".join(links) or NOT_BUILT.get(name, "none")
            mode = "both" if len(runs[name]) == 2 else ", ".join(runs[name])
            if name in ONE_MODE and mode != "both":
                mode = f"{mode}: {ONE_MODE[name]}" if mode else ONE_MODE[name]
            lines.append(f"| {name} | {text} | {tests} | {mode or '-'} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        current = PAGE.read_text(encoding="utf-8") == page()
        if not current:
            print("docs/scenarios.md is not current: run python tools/scenarios.py", file=sys.stderr)
        return int(not current)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
