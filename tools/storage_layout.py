"""The storage layout of every ERC-7201 namespace, as the compiler lays it out, in docs/storage-layout.json.

    python tools/storage_layout.py            write it
    python tools/storage_layout.py --check    change nothing; exit 1 and say what moved if it is not current

A protocol behind a proxy keeps its storage over an upgrade: a field that moves here is a breaking change and
belongs into CHANGELOG.md. A namespace is the struct under `@custom:storage-location erc7201:<name>`. Limiters
of assets are in no namespace: theirs are the slots that OutflowCore.sol names.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from pathlib import Path
from typing import Any

from compiler import compiled

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/storage-layout.json"
NAMESPACE = re.compile(
    r"@custom:storage-location erc7201:(?P<name>[\w.]+)\s+(?:///[^\n]*\s+)*struct (?P<struct>\w+)"
)


def namespaces() -> dict[str, tuple[str, str, str]]:
    """Name of each namespace → file, contract and struct that hold it."""
    found: dict[str, tuple[str, str, str]] = {}
    for path in sorted((ROOT / "contracts").rglob("*.sol")):
        text = path.read_text()
        for match in NAMESPACE.finditer(text):
            contracts = re.findall(
                r"^(?:abstract )?contract (\w+)", text[: match.start()], flags=re.MULTILINE
            )
            name = match["name"]
            if name in found:
                raise SystemExit(
                    f"{path.relative_to(ROOT)}: the namespace {name} is in {found[name][0]} already"
                )
            found[name] = (str(path.relative_to(ROOT)), contracts[-1], match["struct"])
    return found


def layouts() -> dict[str, list[str]]:
    """Each namespace → `slot.offset  type  label` of its fields, structs within it unfolded."""
    names = namespaces()
    imports = [f'import {{{contract}}} from "./{file}";' for file, contract, _ in names.values()]
    fields = [f"{contract}.{struct} x{i};" for i, (_, contract, struct) in enumerate(names.values())]
    source = "\n".join(["pragma solidity ^0.8.28;", *imports, "contract All {", *fields, "}"])
    output = compiled({"All.sol": source}, {"All.sol": {"All": ["storageLayout"]}})
    layout = output["contracts"]["All.sol"]["All"]["storageLayout"]
    types: dict[str, Any] = layout["types"]
    return {
        name: list(_unfolded(types, field["type"], 0, ""))
        for name, field in sorted(zip(names, layout["storage"], strict=True))
    }


def _unfolded(types: dict[str, Any], kind: str, slot: int, prefix: str) -> list[str]:
    lines: list[str] = []
    for member in types[kind]["members"]:
        at, label = slot + int(member["slot"]), prefix + member["label"]
        held = types[member["type"]]
        lines.append(f"{at}.{member['offset']}  {held['label']}  {label}")
        inner = held.get("members") and member["type"]
        while "value" in held:  # what a mapping holds, from its own slot on
            held = types[held["value"]]
            if held.get("members"):
                inner, at, label = next(k for k, v in types.items() if v is held), 0, f"{label}[…]"
        if inner:
            lines += _unfolded(types, inner, at, f"{label}.")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where it is not current")
    arguments = parser.parse_args()
    text = json.dumps(layouts(), indent=2, ensure_ascii=False) + "\n"
    if not arguments.check:
        PAGE.write_text(text)
        return
    committed = PAGE.read_text() if PAGE.exists() else ""
    if text != committed:
        lines = difflib.unified_diff(
            committed.splitlines(), text.splitlines(), "committed", "now", lineterm=""
        )
        print("\n".join(lines))
        print("The storage layout moved. If that is meant: python tools/storage_layout.py, and CHANGELOG.md.")
        sys.exit(1)


if __name__ == "__main__":
    main()
