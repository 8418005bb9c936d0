"""Writes the figures of README.md and of pages in docs/ from what was measured, so that nobody types one in.

    python tools/readme_figures.py             rewrite the parts between the markers
    python tools/readme_figures.py --check     change nothing; exit 1 where they differ
    python tools/readme_figures.py --refresh   first take over the last `make demo` and `make bench-gas`

Sources: docs/img/nomad.json, a copy of out/demo/summary.json; and docs/gas.json, out/bench/gas.json with the
commit and the day on which it was taken over.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
COMPARISON = ROOT / "docs/comparison.md"
DEMO = ROOT / "docs/img/nomad.json"
GAS = ROOT / "docs/gas.json"
BUCKET, WINDOW = "OpenZeppelin RateLimiter, bucket", "OpenZeppelin RateLimiter, window"
OF_GUARD = {
    "pause": {"pause", "pause+outflow", "OpenZeppelin Pausable"},
    "level": {"pause+outflow", "engine"},
    "outflow": {"outflow", "pause+outflow", "engine, inflow", "hub", "hub, inflow", BUCKET, WINDOW},
    "lock": {"engine", "engine while another account is locked"},
    "oracle": {"oracle"},
    "caps": {"caps"},
    "blocklist": {"engine", "engine while others are locked and blocked"},
    "lockdown": {"lockdown"},
}
"""The rows of docs/gas.json that the page of a guard shows."""


def demo_table(summary: dict[str, Any]) -> str:
    """The demo in figures, from `out/demo/summary.json`."""
    stolen, guarded = summary["unguarded"]["lost_usd"], summary["guarded"]
    adaptive, honest, recovery = summary["adaptive"], summary["honest"], summary["recovery"]
    delayed = f"{honest['delayed']} ({_percent(honest['delayed'] / honest['withdrawals'])})"
    rows = [
        (
            "the attack as it was",
            _usd(stolen),
            f"{_usd(guarded['lost_usd'])} ({_share(guarded['lost_usd'], stolen)})",
        ),
        (
            f"the best of {len(adaptive['attempts'])} attackers who know the policy",
            "everything",
            f"{_usd(adaptive['best_kept_usd'])} ({_share(adaptive['best_kept_usd'], stolen)})",
        ),
        (
            "the most that the policy lets any attacker take",
            "everything",
            f"{_usd(math.ceil(guarded['bound_usd']))} ({_share(guarded['bound_usd'], stolen)})",
        ),
        ("honest withdrawals of the five months before", "", f"{honest['withdrawals']:,}"),
        ("of these delayed, by at most " + _hours(honest["longest_delay_seconds"]), "", delayed),
        ("of these refused", "", str(honest["refused"])),
        ("open again", "", f"{_hours(recovery['seconds_to_service'])} after the attack began"),
    ]
    head = "| | without | with guardrails |\n|---|---:|---:|"
    note = (
        f"The guardian acts {guarded['seconds_to_containment'] // 60} minutes "
        f"after the first malicious transaction. Measured at commit `{summary['commit'][:7]}`."
    )
    return "\n".join([head, *(f"| {' | '.join(row)} |" for row in rows), "", note])


def gas_table(gas: dict[str, Any]) -> str:
    """Ours and the peers', cheapest first, beside the cold reads and writes that a row cannot avoid."""
    rows = sorted(gas["rows"], key=lambda row: row["gas"])
    floors = [f"{row['floor']:,}" if "floor" in row else "" for row in rows]
    lines = [f"| {_name(row)} | {row['gas']:,} | {floor} |" for row, floor in zip(rows, floors, strict=True)]
    note = f"`make bench-gas`, {gas['date']}, commit `{gas['commit'][:7]}`. Ours in bold."
    return "\n".join(["| guard | gas | floor |", "|---|---:|---:|", *lines, "", note])


def blocks() -> dict[str, str]:
    """What belongs between each pair of markers of the README."""
    return {"demo": demo_table(json.loads(DEMO.read_text())), "gas": gas_table(json.loads(GAS.read_text()))}


def comparison_blocks() -> dict[str, str]:
    """The same for docs/comparison.md: of its peers only OpenZeppelin is measured."""
    gas = json.loads(GAS.read_text())
    rows = [row for row in gas["rows"] if not row["peer"] or row["name"].startswith("OpenZeppelin")]
    return {"gas": gas_table(gas | {"rows": rows})}


def guard_blocks(guard: str) -> dict[str, str]:
    """The same for docs/guards/`guard`.md: the rows of `OF_GUARD`."""
    gas = json.loads(GAS.read_text())
    rows = [row for row in gas["rows"] if row["name"] in OF_GUARD[guard]]
    return {"gas": gas_table(gas | {"rows": rows})}


def targets() -> dict[Path, dict[str, str]]:
    """Every page with figures, and what belongs between its markers."""
    guards = {ROOT / f"docs/guards/{guard}.md": guard_blocks(guard) for guard in OF_GUARD}
    return {README: blocks(), COMPARISON: comparison_blocks()} | guards


def with_blocks(text: str, found: dict[str, str]) -> str:
    """`text` with each block between its two markers; ValueError where a marker is missing."""
    for name, block in found.items():
        begin, end = f"<!-- {name}: written by tools/readme_figures.py -->", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not closed:
            raise ValueError(f"the page lacks the markers of `{name}`")
        text = f"{before}{begin}\n{block}\n{end}{after}"
    return text


def refresh() -> None:
    """Copies the last run of the demo and of the benchmark."""
    shutil.copyfile(ROOT / "out/demo/summary.json", DEMO)
    shutil.copyfile(ROOT / "out/demo/loss.png", DEMO.with_suffix(".png"))
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    rows = json.loads((ROOT / "out/bench/gas.json").read_text())["rows"]
    today = datetime.now(UTC).date().isoformat()
    GAS.write_text(json.dumps({"date": today, "commit": commit, "rows": rows}, indent=2) + "\n")


def _usd(value: float) -> str:
    return f"${value:,.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _share(part: float, whole: float) -> str:
    return _percent(part / whole)


def _hours(seconds: int) -> str:
    return f"{round(seconds / 3600)} h"


def _name(row: dict[str, Any]) -> str:
    return row["name"] if row["peer"] else f"**{row['name']}**"


def main(arguments: list[str]) -> int:
    if "--refresh" in arguments:
        refresh()
    different = False
    for page, found in targets().items():
        text = page.read_text()
        wanted = with_blocks(text, found)
        different = different or text != wanted
        if "--check" not in arguments:
            page.write_text(wanted)
        elif text != wanted:
            name = page.relative_to(ROOT)
            print(f"{name}: its figures are not those measured; run tools/readme_figures.py", file=sys.stderr)
    return int(different and "--check" in arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
