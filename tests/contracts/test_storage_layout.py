"""S37, S52: the committed layout of every namespace is the compiler's: a field that moves shows in a diff."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYOUT = ROOT / "docs/storage-layout.json"


def test_the_committed_layout_is_the_compilers() -> None:
    command = [sys.executable, "tools/storage_layout.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_namespace_is_in_it() -> None:
    declared = set[str]()
    for path in (ROOT / "contracts").rglob("*.sol"):
        declared |= set(re.findall(r"erc7201:([\w.]+)\n", path.read_text()))
    assert declared == set(json.loads(LAYOUT.read_text()))
    assert len(declared) >= 14
