"""Forge's invariant runner on the same vault and the same seeded faults."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEED, SEEDED = "bench-fuzz", "seeded"
"""Profiles of foundry.toml."""
_GRACE = 60
"""Seconds beyond its own limit until forge is killed."""
_UNITS = {"h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}


def compile_all() -> None:
    """Nothing is compiled while the clock runs."""
    for profile in (SPEED, SEEDED):
        subprocess.run(
            [str(ROOT / "tools/forge"), "build", "--quiet"], cwd=ROOT, env=_environment(profile), check=True
        )


def calls_per_second(seconds: float) -> float:
    """Of the runner with the handler `VaultBench`."""
    result = _run(SPEED, "VaultBenchTest", max(int(seconds), 1))
    if result["test_results"]["invariant_holds()"]["status"] != "Success":
        raise SystemExit(f"forge broke the invariant of the vault: {result['test_results']}")
    kind = result["test_results"]["invariant_holds()"]["kind"]["Invariant"]
    return float(kind["calls"] / duration(result["duration"]))


def seeded(name: str, cap: int) -> float | None:
    """Seconds until forge found the fault; None if it did not within `cap`."""
    result = _run(SEEDED, f"{name}Test", cap)
    if result["test_results"]["invariant_holds()"]["status"] != "Failure":
        return None
    seconds = duration(result["duration"])
    return round(seconds, 3) if seconds <= cap else None


def duration(text: str) -> float:
    """Seconds of `1m 2s 3ms 4µs 5ns`."""
    parts = re.findall(r"(\d+)(h|ms|µs|ns|m|s)", text)
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def _run(profile: str, contract: str, seconds: int) -> Any:
    shutil.rmtree(ROOT / f".cache/{profile}/failures", ignore_errors=True)  # else it tries those first
    command = [str(ROOT / "tools/forge"), "test", "--json", "--match-contract", f"^{contract}$"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(profile) | {"FOUNDRY_INVARIANT_TIMEOUT": str(seconds)},
        capture_output=True,
        text=True,
        timeout=seconds + _GRACE,
    )
    try:
        (result,) = json.loads(done.stdout).values()
    except ValueError:
        raise SystemExit(f"forge did not run {contract}: {done.stdout[-500:]}{done.stderr[-500:]}") from None
    return result


def _environment(profile: str) -> dict[str, str]:
    return os.environ | {"FOUNDRY_PROFILE": profile}
