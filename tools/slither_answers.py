"""Run slither over the contracts and hold every finding to an answer in slither.answers.toml.

    .venv-prove/bin/python tools/slither_answers.py

Exit 1 on a finding without an answer and on an answer without a finding. Used by tools/prove.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS_TO_GUARD = "node_modules|contracts/testing"
"""Packages, which have auditors of their own; and the fuzz lab's attacker, who is meant to be hostile."""
ANSWERS = ROOT / "slither.answers.toml"


class SlitherFailed(Exception):
    """slither could not analyse the contracts; the message is its own."""


@dataclass(frozen=True)
class Finding:
    check: str
    impact: str
    where: str  # Contract.function(types), or the first element's name
    text: str


@dataclass(frozen=True)
class Answer:
    check: str
    where: str
    why: str

    def fits(self, finding: Finding) -> bool:
        return self.check == finding.check and (self.where == "*" or finding.where.startswith(self.where))


def answers() -> list[Answer]:
    entries = tomllib.loads(ANSWERS.read_text())["answer"]
    return [Answer(entry["check"], entry["where"], entry["why"]) for entry in entries]


def _where(element: dict[str, Any]) -> str:
    fields = element.get("type_specific_fields", {})
    name = fields.get("signature") or element.get("name", "")
    parent = fields.get("parent") or {}  # null where slither does not know it
    return f"{_where(parent)}.{name}" if parent.get("type") in ("contract", "function") else str(name)


def _environment() -> dict[str, str]:
    path = f"{ROOT / '.venv-prove/bin'}:{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "FOUNDRY_OFFLINE": "true"}


def findings() -> list[Finding]:
    """Compile what is deployed, alone, and return what slither says of what guards."""
    with tempfile.TemporaryDirectory() as folder:
        out, report = Path(folder) / "out", Path(folder) / "slither.json"
        build = ["tools/forge", "build", "contracts", "--build-info", "--force", "--quiet", "--out", str(out)]
        build += ["--cache-path", str(Path(folder) / "cache")]
        subprocess.run(build, cwd=ROOT, env=_environment(), check=True)
        command = ["slither", ".", "--foundry-ignore-compile", "--foundry-out-directory", str(out)]
        command += ["--filter-paths", NOT_OURS_TO_GUARD, "--json", str(report)]
        done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
        if not report.exists():
            raise SlitherFailed(done.stderr[-2000:] or done.stdout[-2000:])
        result = json.loads(report.read_text())
    if not result["success"]:
        raise SlitherFailed(str(result["error"]))
    return [
        Finding(
            raw["check"], raw["impact"], _where(raw["elements"][0]), raw["description"].strip().split("\n")[0]
        )
        for raw in result["results"].get("detectors", [])
    ]


def unanswered(found: list[Finding], given: list[Answer]) -> list[Finding]:
    return [finding for finding in found if not any(answer.fits(finding) for answer in given)]


def needless(found: list[Finding], given: list[Answer]) -> list[Answer]:
    return [answer for answer in given if not any(answer.fits(finding) for finding in found)]


def main() -> int:
    found, given = findings(), answers()
    for finding in unanswered(found, given):
        print(f"no answer to {finding.check} ({finding.impact}) at {finding.where}: {finding.text}")
    for answer in needless(found, given):
        print(f"no finding for the answer to {answer.check} at {answer.where}")
    print(f"slither: {len(found)} findings, {len(unanswered(found, given))} without an answer")
    return 1 if unanswered(found, given) or needless(found, given) or not found else 0


if __name__ == "__main__":
    sys.exit(main())
