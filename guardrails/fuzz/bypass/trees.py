"""The compiler's syntax trees, wherever a project keeps them, and what their nodes refer to.

Taken are: the `out` folder of `forge build --ast`, one artefact of it, and a standard-json output or
build-info. Ape's artefacts hold trees without their references, which is too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from guardrails.errors import GuardrailsError
from guardrails.policy.problems import did_you_mean

Node = Mapping[str, Any]

REMEDY = (
    "Compile with `forge build --ast --force` and name its out folder, or a standard-json output with `ast`."
)


class NoTrees(GuardrailsError):
    """What was named holds no syntax trees that can be read."""


class Trees:
    """Source units by path, and every declaration in them by its id."""

    def __init__(self, units: Mapping[str, Node], *, where: str = "", texts: Mapping[str, str] | None = None):
        if not units:
            raise NoTrees("there is no syntax tree here", where, REMEDY)
        self.where = where
        self.units = dict(units)
        self._texts = dict(texts or {})
        self.declared: dict[int, Node] = {}
        self._file: dict[int, str] = {}
        self._home: dict[int, Node] = {}
        self._called: dict[int, frozenset[str]] = {}
        for path, unit in self.units.items():
            for node in nodes(unit):
                if "name" in node and "id" in node and node["nodeType"] not in _USES:
                    if self.declared.setdefault(node["id"], node) is not node:
                        raise self._stale()
                    self._file[node["id"]] = path
                if node["nodeType"] == "ContractDefinition":
                    self._home.update((member["id"], node) for member in node["nodes"])
        self._check()

    @cached_property
    def contracts(self) -> tuple[Node, ...]:
        """Every contract, library and interface."""
        return tuple(n for n in self.declared.values() if n["nodeType"] == "ContractDefinition")

    def contract(self, name: str) -> Node:
        """By name, or `path:name` where a name is there twice."""
        path, _, short = name.rpartition(":")
        found = [c for c in self.contracts if c["name"] == short and self.file(c).endswith(path)]
        if len(found) == 1:
            return found[0]
        if found:
            paths = ", ".join(f"{self.file(c)}:{short}" for c in found)
            raise NoTrees(
                f"there are {len(found)} contracts named {short}", self.where, f"Name one of {paths}."
            )
        names = [str(c["name"]) for c in self.contracts if c["contractKind"] == "contract"]
        raise NoTrees(f"there is no contract {name}", self.where, did_you_mean(short, names))

    def lineage(self, contract: Node) -> tuple[Node, ...]:
        """The contract and its bases, most derived first, as the compiler linearised them."""
        return tuple(self.declared[i] for i in contract["linearizedBaseContracts"])

    def home(self, node: Node) -> Node | None:
        """The contract or library that declares a function, modifier or variable; None for free ones."""
        return self._home.get(node["id"])

    def calls(self, node: Node) -> frozenset[str]:
        """Names of the functions that a function or modifier calls itself."""
        if node["id"] not in self._called:
            called = (n["expression"] for n in nodes(node) if n["nodeType"] == "FunctionCall")
            names = frozenset(str(one.get("name") or one.get("memberName") or "") for one in called)
            self._called[node["id"]] = names
        return self._called[node["id"]]

    def file(self, node: Node) -> str:
        """The path of the source that declares `node`."""
        return self._file[node["id"]]

    def place(self, file: str, node: Node) -> str:
        """`file:line`, or the byte where the source is not at hand."""
        start = int(str(node["src"]).split(":")[0])
        text = self.text(file)
        if text is None:
            return f"{file} (byte {start})"
        return f"{file}:{text.encode()[:start].count(_NEWLINE) + 1}"

    def text(self, file: str) -> str | None:
        """A source, of the compiler's input or where the project lies; None where it is not at hand."""
        if file not in self._texts:
            here = Path(self.where).resolve()
            for folder in (Path.cwd(), *here.parents):
                if (folder / file).is_file():
                    self._texts[file] = (folder / file).read_text(encoding="utf-8")
                    break
        return self._texts.get(file)

    def _check(self) -> None:
        """Trees of two compilations have other ids: a reference would mean something else."""
        for unit in self.units.values():
            for node in nodes(unit):
                if node["nodeType"] == "ContractDefinition":
                    bases = node["linearizedBaseContracts"]
                    kinds = {self.declared.get(i, {}).get("nodeType") for i in bases}
                    if kinds != {"ContractDefinition"} or bases[0] != node["id"]:
                        raise self._stale()
                elif node["nodeType"] == "MemberAccess" and "referencedDeclaration" in node:
                    meant = self.declared.get(node["referencedDeclaration"] or -1)
                    if meant is not None and meant["name"] != node["memberName"]:
                        raise self._stale()

    def _stale(self) -> NoTrees:
        return NoTrees("the syntax trees come from more than one compilation", self.where, REMEDY)


_NEWLINE = b"\n"
_USES = ("Identifier", "IdentifierPath", "YulIdentifier", "YulTypedName", "ElementaryTypeName")


def nodes(tree: Any) -> Iterator[Node]:
    """Every node of a tree, parents first."""
    if isinstance(tree, dict):
        if "nodeType" in tree:
            yield tree
        for value in tree.values():
            if isinstance(value, dict | list):
                yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def load(path: Path, contract: str | None = None) -> Trees:
    """The trees of a file or folder; of `contract` and what it imports, where that is known."""
    if path.is_dir():
        return _folder(path, contract)
    document = _read(path)
    output = document.get("output", document)
    if isinstance(output, dict) and isinstance(output.get("sources"), dict):
        found = {p: s["ast"] for p, s in output["sources"].items() if isinstance(s, dict) and "ast" in s}
        given = document.get("input", {}).get("sources", {})
        texts = {p: s["content"] for p, s in given.items() if "content" in s}
        return Trees(found, where=str(path), texts=texts)
    if isinstance(document.get("ast"), dict) and document["ast"].get("nodeType") == "SourceUnit":
        return _folder(path.parent.parent, f"{document['ast']['absolutePath']}:{path.stem.split('.')[0]}")
    if "contractTypes" in document or "contractName" in document:
        raise NoTrees("Ape keeps syntax trees without what their names refer to", str(path), REMEDY)
    raise NoTrees("the file has no syntax tree", str(path), REMEDY)


def _folder(folder: Path, contract: str | None) -> Trees:
    units: dict[str, Node] = {}
    waiting = sorted(folder.glob(f"*.sol/{(contract or '*').rpartition(':')[2]}.json"))
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        unit = _read(path).get("ast")
        if not isinstance(unit, dict) or unit.get("nodeType") != "SourceUnit":
            continue
        if unit["absolutePath"] in units:
            continue
        units[unit["absolutePath"]] = unit
        imports = [n["absolutePath"] for n in unit["nodes"] if n["nodeType"] == "ImportDirective"]
        for wanted in imports:
            if wanted not in units:
                waiting += _artefacts(folder, wanted)
    if units:
        return Trees(units, where=str(folder))
    for info in sorted((folder / "build-info").glob("*.json"), key=lambda p: -p.stat().st_mtime):
        if "ast" in info.read_text(encoding="utf-8"):
            return load(info)
    if not any(folder.glob("*.sol")):
        raise NoTrees("there are no artefacts of forge here", str(folder), REMEDY)
    missing = f"of {contract} " if contract and not list(folder.glob(f"*.sol/{contract}.json")) else ""
    raise NoTrees(f"the artefacts {missing}have no syntax trees", str(folder), REMEDY)


def _artefacts(folder: Path, source: str) -> list[Path]:
    """Those of every file of this name: which of them is meant, its tree says."""
    return sorted(folder.glob(f"**/{Path(source).name}/*.json"))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = from_json(path.read_bytes())  # refuses deep nesting, which json may not survive
    except (OSError, ValueError) as error:
        raise NoTrees(f"cannot be read as JSON: {error}", str(path), REMEDY) from None
    if not isinstance(document, dict):
        raise NoTrees("the JSON is no artefact", str(path), REMEDY)
    return document
