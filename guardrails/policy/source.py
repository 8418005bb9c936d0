"""Reads a policy file into plain values with the line and column of each.

The YAML is composed, not constructed: every scalar stays the text that the author wrote. So `1.00` never
becomes a float, an unquoted `0x…` never becomes an integer, and `24:00` never becomes a base-60 number.
Anchors, aliases, merge keys and tags are refused: a policy needs none, and they are how a small file grows
huge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unicodedata import category

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from guardrails.policy.problems import Location, PolicyError, Problem

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 12
_NULL_TAG: Final = "tag:yaml.org,2002:null"


@dataclass
class Source:
    """The values of a file (mappings, lists, text, None) and where each stood."""

    name: str
    data: object = None
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)

    def position(self, loc: Location, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or the key) at `loc`, or of the nearest thing that encloses it."""
        while loc:
            first, second = (self.keys, self.values) if key else (self.values, self.keys)
            found = first.get(loc) or second.get(loc)
            if found:
                return found
            loc, key = loc[:-1], True
        return (1, 1)

    def where(self, loc: Location, *, key: bool = False) -> str:
        """`file:line:column` of the same."""
        line, column = self.position(loc, key=key)
        return f"{self.name}:{line}:{column}"


def read(path: Path) -> Source:
    """Reads a file; raises PolicyError for anything that is not a readable, plain YAML mapping."""
    name = str(path)
    try:
        if path.is_dir():
            raise _error(name, "this is a directory", "name the policy file, e.g. guardrails.yaml")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _error(
            name, "there is no such file", "write one with `guardrails init`, or name another"
        ) from None
    except OSError as error:
        raise _error(name, f"the file cannot be read: {error.strerror}", "check its permissions") from None
    if len(raw) > MAX_BYTES:
        raise _error(
            name, f"the file is larger than {MAX_BYTES // 1024} KiB", "a policy is a page; is this one?"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _error(f"{name}:{line}:1", "this is not UTF-8 text", "save the policy as UTF-8 YAML") from None
    return parse(text, name)


def parse(text: str, name: str = "guardrails.yaml") -> Source:
    """The same for text that is already in memory; `name` appears in the messages."""
    control = next((i for i, c in enumerate(text) if ord(c) < 32 and c not in "\t\r\n"), None)
    if control is not None:
        line = text.count("\n", 0, control) + 1
        raise _error(
            f"{name}:{line}:1", "the file holds control characters: it is binary", "name a YAML file"
        )
    source = Source(name)
    try:
        _refuse_aliases(text, name)
        root = YAML(typ="safe", pure=True).compose(text)
        problems: list[Problem] = []
        source.data = _plain(root, (), source, problems) if root is not None else None
    except MarkedYAMLError as error:
        raise _syntax(name, text, error) from None
    except (YAMLError, RecursionError) as error:
        message = str(error).splitlines()[0] if str(error) else "unreadable"
        raise _error(f"{name}:1:1", f"this is not valid YAML: {message}", "correct the YAML") from None
    if problems:
        raise PolicyError(problems)
    if not isinstance(source.data, dict):
        kind = "empty" if source.data is None else "not a mapping of keys"
        raise _error(f"{name}:1:1", f"the file is {kind}", "start one with `guardrails init`")
    return source


def _refuse_aliases(text: str, name: str) -> None:
    """Looks at the events before any node exists, so that a bomb costs nothing and depth is bounded."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        where = f"{name}:{line}:{column}"
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _error(
                where, "anchors and aliases (`&`, `*`) are not used in a policy", "write the value out"
            )
        if getattr(event, "tag", None) is not None:
            raise _error(
                where, f"a policy has no tags (`{event.tag}`): text stays text", "write the value alone"
            )
        if depth > MAX_DEPTH:
            raise _error(where, f"nested more than {MAX_DEPTH} levels deep", "a policy needs far fewer")


def _plain(node: Node, loc: Location, source: Source, problems: list[Problem]) -> object:
    if node.tag == _NULL_TAG:
        return None  # its mark is that of whatever follows
    source.values[loc] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, MappingNode):
        return dict(_pairs(node, loc, source, problems))
    if isinstance(node, SequenceNode):
        return [_plain(child, (*loc, i), source, problems) for i, child in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    _refuse_unseen(str(node.value), source.where(loc), problems)
    return str(node.value)


def _pairs(
    node: MappingNode, loc: Location, source: Source, problems: list[Problem]
) -> Iterator[tuple[str, object]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        where = f"{source.name}:{line}:{column}"
        if not isinstance(key_node, ScalarNode):
            problems.append(Problem("a key has to be a plain word", where, "write `key: value`"))
            continue
        key = str(key_node.value)
        _refuse_unseen(key, where, problems)
        if key in seen:
            what = f"`{key}` stands twice, first on line {seen[key]}"
            problems.append(Problem(what, where, "keep one of the two"))
            continue
        seen[key] = line
        source.keys[(*loc, key)] = (line, column)
        yield key, _plain(value_node, (*loc, key), source, problems)


def _refuse_unseen(text: str, where: str, problems: list[Problem]) -> None:
    """Escapes such as `"\\e"` make characters that steer a terminal, or turn the direction of writing."""
    unseen = next((c for c in text if category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t"), None)
    if unseen is not None:
        what = f"the text holds a character that cannot be seen (U+{ord(unseen):04X})"
        problems.append(Problem(what, where, "write it without"))


def _syntax(name: str, text: str, error: MarkedYAMLError) -> PolicyError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    tab = mark is not None and mark.line < len(lines) and "\t" in lines[mark.line]
    what = "a tab character: YAML indents with spaces" if tab else f"this is not valid YAML: {error.problem}"
    remedy = (
        "replace tabs with spaces" if tab else "look at the line above too: brackets, quotes, indentation"
    )
    return _error(f"{name}:{line}:{column}", what, remedy)


def _error(where: str, what: str, remedy: str) -> PolicyError:
    return PolicyError([Problem(what, where, remedy)])
