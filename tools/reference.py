"""The reference of every contract, docs/reference/, from the NatSpec in contracts/.

    python tools/reference.py           write
    python tools/reference.py --check   change nothing; exit 1 and name each page that differs

One page a folder. One run of the compiler gives the syntax trees; nothing else is asked, so that the same
sources always give the same pages.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compiler import syntax_trees

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs/reference"
Node = dict[str, Any]

OFFERED = ("external", "public")
HEAD = "<!-- Written by `python tools/reference.py`; do not edit. -->"


def trees(folder: str = "contracts") -> dict[str, Node]:
    """Path → syntax tree of each source under `folder`."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.sol"))
    found = syntax_trees({file: (ROOT / file).read_text(encoding="utf-8") for file in files})
    for name in files:
        keep_paragraphs(found[name], (ROOT / name).read_bytes())
    return found


def keep_paragraphs(node: Any, text: bytes) -> None:
    """The compiler leaves out the empty lines of comments: take these from the source."""
    if isinstance(node, list):
        for child in node:
            keep_paragraphs(child, text)
    elif isinstance(node, dict):
        said = node.get("documentation")
        if isinstance(said, dict):
            start, length, _ = map(int, said["src"].split(":"))
            lines = text[start : start + length].decode().splitlines()
            said["text"] = "\n".join(re.sub(r"^\s*(///|/\*\*|\*/|\*)|\*/$", "", line) for line in lines)
        for child in node.values():
            keep_paragraphs(child, text)


# ---------------------------------------------------------------- reading


class Doc:
    """NatSpec of one node: tag → texts, in the order of the source."""

    def __init__(self, node: Node) -> None:
        raw = node.get("documentation") or {}
        text = raw if isinstance(raw, str) else raw.get("text", "")
        self.tags: list[tuple[str, str]] = []
        for part in re.split(r"(?m)^\s*(?=@)", "\n".join(line.strip() for line in text.splitlines())):
            found = re.match(r"@([\w:-]+)\s*(.*)", part, flags=re.DOTALL)
            if found:
                self.tags.append((found[1], found[2].strip()))
            elif part.strip():
                self.tags.append(("notice", part.strip()))

    def __bool__(self) -> bool:
        return bool(self.tags)

    def all(self, tag: str) -> list[str]:
        return [text for name, text in self.tags if name == tag]

    def one(self, tag: str) -> str:
        return next(iter(self.all(tag)), "")

    def named(self, tag: str) -> dict[str, str]:
        """`@param amount what it is` → {"amount": "what it is"}."""
        pairs = (text.partition(" ") for text in self.all(tag))
        return {name: meaning.strip() for name, _, meaning in pairs}

    def prose(self) -> list[str]:
        """What it is and what to know, paragraph by paragraph."""
        texts = [text for name, text in self.tags if name in ("notice", "dev")]
        return [flat(paragraph) for text in texts for paragraph in re.split(r"\n\s*\n", text)]


def flat(text: str) -> str:
    """One line, safe in a table and between HTML."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|").replace("<", "&lt;")


def type_of(variable: Node) -> str:
    text = variable["typeDescriptions"]["typeString"]
    text = re.sub(r"\b(contract|struct|enum|library) ", "", text)
    text = re.sub(r" (storage (ref|pointer)|memory|calldata|storage)\b", "", text)
    return str(re.sub(r"\b\w+\.(?=[A-Z])", "", text))


def arguments(variables: list[Node], indexed: bool = False) -> str:
    def one(variable: Node) -> str:
        mark = " indexed" if indexed and variable.get("indexed") else ""
        return f"{type_of(variable)}{mark} {variable['name']}".strip()

    return ", ".join(one(variable) for variable in variables)


def signature(node: Node) -> str:
    """As in the source, without bodies, modifiers and data locations."""
    kind = node["nodeType"]
    if kind == "VariableDeclaration":
        return f"{type_of(node)} {node['name']}"
    parameters = node["parameters"]["parameters"]
    if kind in ("ErrorDefinition", "EventDefinition"):
        return f"{node['name']}({arguments(parameters, indexed=kind == 'EventDefinition')})"
    name = node["name"] or node.get("kind", "")
    text = f"{name}({arguments(parameters)})"
    if node.get("stateMutability") not in (None, "nonpayable"):
        text += f" {node['stateMutability']}"
    returned = node.get("returnParameters", {}).get("parameters", [])
    return text + (f" returns ({arguments(returned)})" if returned else "")


def number(node: Node) -> str:
    """The value of a constant as the source writes it, where it is one."""
    value = node.get("value") or {}
    if value.get("nodeType") == "Literal":
        unit = value.get("subdenomination")
        return f" = {value['value']}" + (f" {unit}" if unit else "")
    return ""


# ---------------------------------------------------------------- writing


class Writer:
    """The pages, from all trees: a function without words of its own has those of what it implements."""

    def __init__(self, found: dict[str, Node]) -> None:
        self.found = {path: tree for path, tree in found.items() if path.startswith("contracts/")}
        self.by_id: dict[int, Node] = {}
        self.home: dict[int, str] = {}
        for path, tree in found.items():
            for node in tree["nodes"]:
                self.home[node["id"]] = path
                for inner in (node, *node.get("nodes", ())):
                    if "id" in inner:
                        self.by_id[inner["id"]] = inner

    def pages(self) -> dict[str, str]:
        """File name → text."""
        folders: dict[str, list[str]] = {}
        for path in sorted(self.found):
            folders.setdefault(str(Path(path).parent), []).append(path)
        texts = {page_of(folder): self.page(folder, paths) for folder, paths in folders.items()}
        return texts | {"README.md": self.index(folders)}

    def index(self, folders: dict[str, list[str]]) -> str:
        lines = ["# Reference", "", HEAD, ""]
        lines += ["Every contract, from its own comments. What a guard is for and how its parts meet is in"]
        lines += ["[guards.md](../guards.md).", "", "| folder | holds |", "|---|---|"]
        for folder, paths in sorted(folders.items()):
            names = [node["name"] for path in paths for node in self.defined(path)]
            lines.append(f"| [{folder}]({page_of(folder)}) | {', '.join(f'`{name}`' for name in names)} |")
        return "\n".join(lines) + "\n"

    def defined(self, path: str) -> list[Node]:
        """What a source defines by a name, in its order."""
        skipped = ("PragmaDirective", "ImportDirective", "UsingForDirective")
        return [node for node in self.found[path]["nodes"] if node["nodeType"] not in skipped]

    def page(self, folder: str, paths: list[str]) -> str:
        lines = [f"# {folder}", "", HEAD, ""]
        for path in paths:
            for node in self.defined(path):
                lines += self.section(node, path)
        return "\n".join(lines).rstrip() + "\n"

    def section(self, node: Node, path: str) -> Iterator[str]:
        kind = node["nodeType"]
        source = f"[{Path(path).name}](../../{path})"
        if kind != "ContractDefinition":
            yield f"## {node['name'] or 'free'}"
            yield ""
            yield f"{self.short(kind)} in {source}."
            yield ""
            yield from self.definition(node)
            return
        doc = Doc(node)
        title, *body = re.split(r"\n\s*\n", doc.one("title"))
        yield f"## {node['name']}"
        yield ""
        abstract = "abstract " if node.get("abstract") and node["contractKind"] == "contract" else ""
        bases = ", ".join(self.link(base, path) for base in node["baseContracts"])
        yield f"{abstract}{node['contractKind']} in {source}" + (f"; is {bases}" if bases else "") + "."
        yield ""
        words = flat(title.removeprefix(node["name"]).lstrip(": "))
        if words:
            yield f"**{words[0].upper()}{words[1:].rstrip('.')}.**"
            yield ""
        for paragraph in (*map(flat, body), *doc.prose()):
            yield paragraph
            yield ""
        yield from self.members(node)

    def members(self, node: Node) -> Iterator[str]:
        inner = [one for one in node["nodes"] if one["nodeType"] != "UsingForDirective"]
        functions = [one for one in inner if one["nodeType"] == "FunctionDefinition"]
        variables = [one for one in inner if one["nodeType"] == "VariableDeclaration"]
        in_library = node["contractKind"] == "library"
        yield from self.storage(inner)
        groups = (
            ("Functions", [one for one in functions if one["visibility"] in OFFERED]),
            ("Public values", [one for one in variables if one["visibility"] == "public"]),
            (
                "Functions of the library" if in_library else "For contracts that inherit it",
                [one for one in functions if one["visibility"] == "internal" and (in_library or Doc(one))],
            ),
            ("Modifiers", [one for one in inner if one["nodeType"] == "ModifierDefinition"]),
            ("Events", [one for one in inner if one["nodeType"] == "EventDefinition"]),
            ("Errors", [one for one in inner if one["nodeType"] == "ErrorDefinition"]),
        )
        for heading, members in groups:
            if not members:
                continue
            yield f"### {heading}"
            yield ""
            for member in members:
                yield from self.member(member)
            yield ""
        types = ("StructDefinition", "EnumDefinition", "UserDefinedValueTypeDefinition")
        for member in inner:
            if member["nodeType"] in types and not Doc(member).one("custom:storage-location"):
                yield from self.definition(member, named=True)

    def storage(self, inner: list[Node]) -> Iterator[str]:
        for one in inner:
            where = Doc(one).one("custom:storage-location")
            if one["nodeType"] != "StructDefinition" or not where:
                continue
            yield f"Storage: `{where}` (ERC-7201), as `{one['name']}`."
            yield ""
            yield from self.fields(one)

    def member(self, node: Node) -> Iterator[str]:
        doc = self.doc_of(node)
        mark = node.get("functionSelector") or node.get("errorSelector")
        text = signature(node) + (number(node) if node.get("constant") else "")
        yield f"- `{text}`" + (f" · `0x{mark}`" if mark else "")
        for paragraph in doc.prose():
            yield f"  {paragraph}"
        for tag in ("param", "return"):
            word = {"param": "", "return": "returns "}[tag]
            for name, meaning in doc.named(tag).items():
                yield f"  - {word}`{name}`: {flat(meaning)}" if meaning else f"  - {word}{flat(name)}"

    def doc_of(self, node: Node) -> Doc:
        doc = Doc(node)
        if doc and not doc.one("inheritdoc"):
            return doc
        bases = node.get("baseFunctions") or node.get("baseModifiers") or []
        for base in bases:
            if base in self.by_id and (inherited := self.doc_of(self.by_id[base])):
                return inherited
        return doc

    def definition(self, node: Node, named: bool = False) -> Iterator[str]:
        kind = node["nodeType"]
        if named:
            yield f"### {node['name']}"
            yield ""
            yield f"{self.short(kind)}."
            yield ""
        for paragraph in Doc(node).prose():
            yield paragraph
            yield ""
        if kind == "StructDefinition":
            yield from self.fields(node)
        elif kind == "EnumDefinition":
            yield ", ".join(f"{at} `{member['name']}`" for at, member in enumerate(node["members"])) + "."
            yield ""
        elif kind == "UserDefinedValueTypeDefinition":
            yield f"A `{node['underlyingType']['name']}`."
            yield ""
        elif kind in ("FunctionDefinition", "EventDefinition", "ErrorDefinition", "VariableDeclaration"):
            yield f"`{signature(node)}`"
            yield ""

    def fields(self, struct: Node) -> Iterator[str]:
        yield "| field | type | |"
        yield "|---|---|---|"
        for field in struct["members"]:
            said = " ".join(Doc(field).prose())
            yield f"| `{field['name']}` | `{type_of(field)}` | {said} |"
        yield ""

    def link(self, base: Node, path: str) -> str:
        name = base["baseName"]["name"]
        home = self.home.get(base["baseName"]["referencedDeclaration"], "")
        if not home.startswith("contracts/"):
            return f"`{name}`"
        page = page_of(str(Path(home).parent))
        here = page_of(str(Path(path).parent))
        return f"[{name}]({'' if page == here else page}#{name.lower()})"

    @staticmethod
    def short(kind: str) -> str:
        words = re.sub(r"(Definition|Declaration)$", "", kind)
        return {"UserDefinedValueType": "value type", "Variable": "constant"}.get(words, words.lower())


def page_of(folder: str) -> str:
    """contracts/guards/pause → guards-pause.md."""
    return "-".join(Path(folder).parts[1:] or ("contracts",)) + ".md"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a page differs")
    checks = parser.parse_args(words).check
    wanted = Writer(trees()).pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    different = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if checks:
        for name in different:
            print(f"docs/reference/{name} is not what the contracts say", file=sys.stderr)
        if different:
            print("run: python tools/reference.py", file=sys.stderr)
        return int(bool(different))
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in different:
        if name in wanted:
            (PAGES / name).write_text(wanted[name], encoding="utf-8")
        else:
            (PAGES / name).unlink()
    print(f"{len(wanted)} pages, {len(different)} written anew")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
