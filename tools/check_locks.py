"""Refuse a lock that is stale, that lacks a hash, or that says where to fetch from (`make lint`).

python3.11 tools/check_locks.py              check all locks
python3.11 tools/check_locks.py --sum NAME   the hash of what requirements/NAME.lock is made from
"""

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("build", "dev", "node", "prove")


def source_sum(name: str) -> str:
    """sha256 of the requirements that go into a lock; of pyproject.toml only the dependencies count."""
    if name == "dev":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        wanted = [project["requires-python"], project["dependencies"], project["optional-dependencies"]]
        text = json.dumps(wanted)
    else:
        lines = (ROOT / f"requirements/{name}.in").read_text().splitlines()
        text = "\n".join(line for line in lines if line and not line.startswith("#"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def python_faults(name: str) -> list[str]:
    path = ROOT / f"requirements/{name}.lock"
    first, _, rest = path.read_text().partition("\n")
    where = path.relative_to(ROOT)
    faults = []
    if not first.endswith(source_sum(name)):
        faults.append(f"{where}: stale, its inputs have changed; run `make lock`")
    for entry in re.split(r"\n(?=[\w])", rest.strip()):
        requirement = entry.split(" ", 1)[0]
        if "==" not in requirement or "--hash=sha256:" not in entry:
            faults.append(f"{where}: {requirement} has no exact version or no hash; run `make lock`")
    faults += [
        f"{where}: {line} names a place to fetch from" for line in rest.splitlines() if line[:2] == "--"
    ]
    return faults


def npm_faults() -> list[str]:
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    faults = []
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        if package[kind] != locked[""].get(kind):
            faults.append(f"package-lock.json: stale, `{kind}` of package.json have changed; run `make lock`")
        for name, version in package[kind].items():
            if not re.fullmatch(r"(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?", version):
                faults.append(f"package.json: {name} is {version}; pin one exact version")
    for name, entry in locked.items():
        if name and not entry.get("link") and "integrity" not in entry and not entry.get("inBundle"):
            faults.append(f"package-lock.json: {name} has no integrity hash; run `make lock`")
        if "resolved" in entry:
            faults.append(f"package-lock.json: {name} names a place to fetch from; .npmrc should prevent it")
    return faults


def main() -> int:
    if sys.argv[1:2] == ["--sum"]:
        print(source_sum(sys.argv[2]))
        return 0
    faults = [fault for name in NAMES for fault in python_faults(name)] + npm_faults()
    print("\n".join(faults) or f"locks: {len(NAMES) + 1} files are fresh, exact and hashed")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
