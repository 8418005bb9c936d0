"""Compile what is deployed and write it, byte for byte reproducible, into guardrails/artifacts/data.

python tools/build_artifacts.py           write (`make artifacts`)
python tools/build_artifacts.py --check   compile afresh, compare with what is committed; exit 1 if it differs
"""

import argparse
import difflib
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "guardrails/artifacts/data"

# What is deployed: every concrete contract in these files. The one place to add to.
DEPLOYABLE = (
    "contracts/controls/*.sol",
    "contracts/GuardrailHub.sol",
    "contracts/adapters/*.sol",
    "contracts/guards/breaker/**/*.sol",
    "contracts/guards/oracle/sources/*.sol",
    "contracts/response/*.sol",
    "contracts/examples/**/*.sol",
    "contracts/testing/*.sol",
)

# A library's code begins with PUSH20 of its own address, zero until it is deployed.
LIBRARY = "0x73" + "00" * 20 + "3014"


class BuildError(Exception):
    """The contracts cannot be built or shipped; the message says which and why."""


def deployable_files() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for pattern in DEPLOYABLE for path in ROOT.glob(pattern))


def compile_into(folder: Path, files: list[str]) -> None:
    """Compile exactly these files, from nothing: what else lies in the checkout must not matter."""
    command = ["tools/forge", "build", "--force", "--ast", "--quiet"]
    command += ["--out", str(folder / "out"), "--cache-path", str(folder / "cache"), *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"forge could not compile:\n{done.stdout}{done.stderr}")


def immutables_in(node: Any, contract: str = "") -> Iterator[tuple[str, str]]:
    """(id, `Contract.variable`) of each immutable declared in a syntax tree."""
    if isinstance(node, list):
        for child in node:
            yield from immutables_in(child, contract)
    elif isinstance(node, dict):
        if node.get("nodeType") == "ContractDefinition":
            contract = node["name"]
        if node.get("nodeType") == "VariableDeclaration" and node.get("mutability") == "immutable":
            yield str(node["id"]), f"{contract}.{node['name']}"
        for child in node.values():
            if isinstance(child, dict | list):
                yield from immutables_in(child, contract)


def source_hash(sources: list[str]) -> str:
    """sha256 over `path NUL text NUL` of every source, in the order of their paths."""
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.encode() + b"\0" + (ROOT / source).read_bytes() + b"\0")
    return digest.hexdigest()


def shipped(name: str, source: str, raw: dict[str, Any], immutable_names: dict[str, str]) -> dict[str, Any]:
    if raw["bytecode"].get("linkReferences"):
        raise BuildError(f"{source}: {name} needs a linked library; a deployable contract must stand alone")
    settings = {key: raw["metadata"]["settings"][key] for key in ("evmVersion", "optimizer", "remappings")}
    references = raw["deployedBytecode"].get("immutableReferences") or {}
    return {
        "name": name,
        "source": source,
        "compiler": raw["metadata"]["compiler"]["version"],
        "settings": settings | {"viaIR": raw["metadata"]["settings"].get("viaIR", False)},
        "sourceHash": source_hash(list(raw["metadata"]["sources"])),
        "abi": raw["abi"],
        "bytecode": raw["bytecode"]["object"],
        "deployedBytecode": raw["deployedBytecode"]["object"],
        "immutableReferences": {
            immutable_names[key]: [[place["start"], place["length"]] for place in places]
            for key, places in references.items()
        },
    }


def build() -> dict[str, str]:
    """Contract name → text of its JSON file."""
    files = deployable_files()
    if not files:
        return {}
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache", prefix="artifacts-") as temporary:
        compile_into(Path(temporary), files)
        compiled = [
            json.loads(path.read_text()) for path in sorted(Path(temporary, "out").glob("*.sol/*.json"))
        ]
    immutable_names = dict(pair for raw in compiled for pair in immutables_in(raw.get("ast", {})))
    texts: dict[str, str] = {}
    for raw in compiled:
        if "metadata" not in raw:  # a file of types alone
            continue
        [(source, name)] = raw["metadata"]["settings"]["compilationTarget"].items()
        code = raw["bytecode"]["object"]
        if source not in files or code == "0x" or raw["deployedBytecode"]["object"].startswith(LIBRARY):
            continue
        if name in texts:
            raise BuildError(f"{source}: a second deployable contract named {name}; names must be unique")
        content = shipped(name, source, raw, immutable_names)
        texts[name] = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    return texts


def differences(texts: dict[str, str], data: Path = DATA) -> list[str]:
    """One line for each file that is missing, superfluous or not the same."""
    committed = {path.stem: path.read_text() for path in data.glob("*.json")}
    lines = [f"{name}.json: not committed" for name in sorted(texts.keys() - committed.keys())]
    lines += [f"{name}.json: no longer built" for name in sorted(committed.keys() - texts.keys())]
    for name in sorted(texts.keys() & committed.keys()):
        changed = difflib.unified_diff(
            committed[name].splitlines(), texts[name].splitlines(), lineterm="", n=0
        )
        keys = [line[:60] for line in changed if line[:1] in "+-"]
        if keys:
            lines.append(f"{name}.json: differs ({'; '.join(keys[2:5])} …)")
    return lines


def write(texts: dict[str, str]) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for path in DATA.glob("*.json"):
        if path.stem not in texts:
            path.unlink()
    for name, text in texts.items():
        (DATA / f"{name}.json").write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    try:
        texts = build()
    except BuildError as error:
        print(error)
        return 1
    if check:
        found = differences(texts)
        print(
            "\n".join([*found, "Run `make artifacts` and commit."]) if found else "artifacts: all as compiled"
        )
        return 1 if found else 0
    write(texts)
    for name, text in texts.items():
        size = (len(json.loads(text)["deployedBytecode"]) - 2) // 2
        print(f"{name:<24} {size:>6} bytes of runtime code, {24576 - size:>6} under the EIP-170 size")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
