"""From a file to a Policy, or to everything that is wrong with it, each with its line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from guardrails.policy.model import Policy
from guardrails.policy.problems import Location, PolicyError, Problem, did_you_mean
from guardrails.policy.source import Source, parse, read
from guardrails.policy.units import UnitError


def load(path: str | Path) -> Policy:
    """Reads and checks a policy file; raises PolicyError with all faults."""
    return build(read(Path(path)))


def loads(text: str, name: str = "guardrails.yaml") -> Policy:
    """The same for text in memory."""
    return build(parse(text, name))


def build(source: Source) -> Policy:
    """Checks what was read."""
    found = [(source.position(loc, key=True), _no_value(loc, source)) for loc in _empty(source.data)]
    try:
        policy = Policy.model_validate(source.data)
    except ValidationError as error:
        faults = [fault for fault in error.errors() if not _is_echo(fault)]
        found += [(source.position(_place(fault)), _problem(fault, source)) for fault in faults]
    if found:
        raise PolicyError(list(dict.fromkeys(problem for _, problem in sorted(found, key=itemgetter(0)))))
    return policy


def _empty(data: object, loc: Location = ()) -> Iterator[Location]:
    """Where a key or an entry stands without a value: somebody meant to write one."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        if value is None:
            yield (*loc, step)
        yield from _empty(value, (*loc, step))


def _no_value(loc: Location, source: Source) -> Problem:
    what = f"`{loc[-1]}` has no value" if isinstance(loc[-1], str) else "an entry of the list is empty"
    return Problem(what, source.where(loc, key=True), "give it one, or remove the line")


def _is_echo(fault: ErrorDetails) -> bool:
    """pydantic calls a list too short when its entries are faulty; only their own faults help."""
    return fault["type"] == "too_short" and bool(fault["input"])


def _place(fault: ErrorDetails) -> Location:
    """The fault's location in the file: pydantic adds steps for keys that are not there."""
    return tuple(step for step in fault["loc"] if step != "[key]")


def _problem(fault: ErrorDetails, source: Source) -> Problem:
    loc, kind, context = _place(fault), fault["type"], fault.get("ctx", {})
    name = str(loc[-1]) if loc else "the file"
    where = source.where(loc, key=kind == "extra_forbidden" or "[key]" in fault["loc"])
    if kind == "policy_rule":
        return Problem(context["what"], where, context["remedy"])
    if fault["input"] is None:
        return _no_value(loc, source)
    if isinstance(fault["input"], dict | list) and kind in _OF_ONE_VALUE and "constructor" not in loc:
        shape = "mapping" if isinstance(fault["input"], dict) else "list"
        remedy = context["error"].remedy if kind == "value_error" else f"write `{name}: value`"
        return Problem(f"`{name}` is a {shape}, and one value is wanted here", where, remedy)
    if isinstance(context.get("error"), UnitError):
        return Problem(context["error"].what, where, context["error"].remedy)
    if kind == "extra_forbidden":
        known = _fields(loc[:-1])
        return Problem(f"unknown key `{name}`", where, did_you_mean(name, known))
    if kind == "missing":
        parent = f"`{loc[-2]}`" if len(loc) > 1 and isinstance(loc[-2], str) else "this"
        what = f"{parent} needs `{name}`" if len(loc) > 1 else f"the policy needs `{name}:`"
        return Problem(what, where, _fields(loc[:-1]).get(name) or f"add `{name}:`")
    if kind == "literal_error":
        remedy = did_you_mean(str(fault["input"]), _quoted(context["expected"]))
        return Problem(f"`{fault['input']}` is not known as `{name}`", where, remedy)
    return Problem(
        f"`{name}`: {_lower(fault['msg'])}", where, _SHAPES.get(kind, "see docs/policy.md for the format")
    )


_OF_ONE_VALUE = ("value_error", "literal_error", "int_type")
_SHAPES: Mapping[str, str] = {
    "model_type": "write a mapping: indented `key: value` lines",
    "dict_type": "write a mapping: indented `key: value` lines",
    "tuple_type": "write a list: [a, b] or lines with `- `",
    "int_parsing": "write a whole number",
    "too_short": "add at least one entry",
}


def _lower(message: str) -> str:
    message = message.removeprefix("Input ").replace("tuple", "list").replace("dictionary", "mapping")
    return message[:1].lower() + message[1:]


def _quoted(expected: str) -> list[str]:
    return [part for part in expected.split("'")[1::2] if part]


def _fields(loc: Location) -> dict[str, str]:
    """Names and descriptions of the keys that the model at `loc` knows."""
    model: Any = Policy
    for step in loc:
        model = _step(model, step)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return {name: field.description or "" for name, field in model.model_fields.items()}


def _step(annotation: Any, step: int | str) -> Any:
    """One step down; an index stays at the model of the list's items."""
    if isinstance(step, str) and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        return _model_in(field.annotation) if field else None
    return annotation


def _model_in(annotation: Any) -> Any:
    """The model inside Optional, tuple or dict annotations, else the annotation."""
    if get_origin(annotation) is None:
        return annotation
    models = [_model_in(argument) for argument in get_args(annotation)]
    return next((m for m in models if isinstance(m, type) and issubclass(m, BaseModel)), annotation)
