"""The policy's format, derived from the model: a JSON schema for editors, a reference for people."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from guardrails.policy.model import Policy
from guardrails.policy.units import DURATION_PATTERN, PERCENT_PATTERN, format_duration, format_percent

SCHEMA_TITLE = "Guardrails policy"
_PREFACE = Path(__file__).parent / "templates" / "policy.md"


def json_schema() -> dict[str, Any]:
    """JSON schema (2020-12) of `guardrails.yaml`. Rules between fields are for `guardrails check` alone."""
    schema = Policy.model_json_schema(mode="validation")
    schema["title"] = SCHEMA_TITLE
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["properties"]["version"] = {
        "description": "Version of this format: 1.",
        "enum": [1, "1"],
        "title": "Version",
    }
    _write_defaults(schema)
    return schema


def _write_defaults(node: Any) -> None:
    """Defaults in the form that people write, not as seconds and fractions."""
    if isinstance(node, list):
        for child in node:
            _write_defaults(child)
    if not isinstance(node, dict):
        return
    default = node.get("default")
    if default is not None and node.get("pattern") == DURATION_PATTERN:
        node["default"] = format_duration(int(default))
    if default is not None and node.get("pattern") == PERCENT_PATTERN:
        node["default"] = format_percent(Fraction(default))
    for child in node.values():
        _write_defaults(child)


def markdown() -> str:
    """The reference, one table for each part of the policy."""
    schema = json_schema()
    return _PREFACE.read_text(encoding="utf-8") + "\n".join(_tables(schema)) + "\n"


def _tables(schema: dict[str, Any]) -> Iterator[str]:
    yield from _table("Top level", schema, schema["$defs"])
    for name, part in sorted(_parts(schema).items(), key=lambda item: item[1][0]):
        yield from _table(_title(part[1]), schema["$defs"][name], schema["$defs"])


def _parts(schema: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Each sub-model with its order of appearance and its path in the file."""
    found: dict[str, tuple[int, str]] = {}

    def visit(properties: dict[str, Any], prefix: str) -> None:
        for name, rule in properties.items():
            target = _reference(rule)
            if target is None:
                continue
            path = f"{prefix}{name}"
            if target in found:
                found[target] = (found[target][0], f"{found[target][1]}`, `{path}")
                continue
            found[target] = (len(found), path)
            visit(schema["$defs"][target].get("properties", {}), f"{path}.")

    visit(schema["properties"], "")
    return found


def _title(paths: str) -> str:
    """The paths of a part; of three and more, `…` for the step in which they differ."""
    several = [path.split(".") for path in paths.split("`, `")]
    if len(several) < 3:
        return f"`{paths}`"
    same = [steps[0] if len(set(steps)) == 1 else "…" for steps in zip(*several, strict=False)]
    return f"`{'.'.join(same)}`"


def _reference(rule: dict[str, Any]) -> str | None:
    """The name of the sub-model that a property holds, alone, optional or as a list."""
    for option in (rule, *rule.get("anyOf", ()), rule.get("items", {})):
        if "$ref" in option:
            return str(option["$ref"]).rsplit("/", 1)[1]
    return None


def _table(title: str, part: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from ("| key | form | default | meaning |", "|---|---|---|---|")
    required = part.get("required", ())
    for name, rule in part["properties"].items():
        default = "required" if name in required else _default(rule)
        meaning = rule.get("description") or _first_line(definitions.get(_reference(rule) or "", {}))
        yield f"| `{name}` | {_form(rule)} | {default} | {meaning} |"


def _first_line(part: dict[str, Any]) -> str:
    return str(part.get("description", "")).split("\n")[0]


def _default(rule: dict[str, Any]) -> str:
    value = rule.get("default")
    if isinstance(value, dict):
        return "see below"
    if value in (None, [], ()):
        return "none"
    return f"`{value}`"


def _form(rule: dict[str, Any]) -> str:
    if _reference(rule):
        return "list" if rule.get("type") == "array" else "mapping"
    if "const" in rule:
        return f"`{rule['const']}`"
    if "enum" in rule:
        return ", ".join(f"`{value}`" for value in dict.fromkeys(map(str, rule["enum"])))
    if "examples" in rule:
        return ", ".join(f"`{value}`" for value in rule["examples"])
    options = [option for option in rule.get("anyOf", ()) if option.get("type") != "null"]
    if options:
        return " or ".join(_form(option) for option in options)
    if rule.get("type") == "array":
        return f"list of {_form(rule.get('items', {}))}"
    return {"integer": "whole number", "object": "mapping"}.get(rule.get("type", ""), "text")
