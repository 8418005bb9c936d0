"""A value of the wrong shape is refused at its place; it never becomes text in silence."""

from __future__ import annotations

import re

import pytest

from guardrails.policy import PolicyError, Problem, loads

_LINE = re.compile(r"(\s*(?:- )?)(\w+): (.+)")
_LISTS = {"holders", "operations", "shadow"}


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        loads(text, "p.yaml")
    return caught.value.problems


def with_constructor(text: str, argument: str) -> str:
    contract = "kind: bridge, artifact: GuardedBridge, constructor: {first: 1, second: %s}}"
    return text.replace("kind: bridge}", contract % argument)


@pytest.mark.parametrize("shape", ["{a: b}", "[a, b]", ""])
def test_every_line_of_a_policy(bridge_text: str, shape: str) -> None:
    """A mapping, a list or nothing in the place of whatever stands there."""
    lines, tried = bridge_text.splitlines(), 0
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        if not match:
            continue
        tried += 1
        changed = [*lines[:number], f"{match[1]}{match[2]}: {shape}", *lines[number + 1 :]]
        first = refused("\n".join(changed))[0]
        assert first.where.startswith(f"p.yaml:{number + 1}:"), (first, changed[number])
        assert first.remedy
        if shape == "":
            assert first.what == f"`{match[2]}` has no value"
        elif not match[3].startswith("{") and match[2] not in _LISTS:
            kind = "mapping" if shape == "{a: b}" else "list"
            assert first.what == f"`{match[2]}` is a {kind}, and one value is wanted here"
    assert tried > 40


@pytest.mark.parametrize("argument", ["{a: b}", "{a: {b: 1}}", "[1, {a: b}]"])
def test_a_mapping_under_constructor(bridge_text: str, argument: str) -> None:
    text = with_constructor(bridge_text, argument)
    [problem] = refused(text)
    line, column = next(
        (number, row.index(argument) + 1)
        for number, row in enumerate(text.splitlines(), 1)
        if argument in row
    )
    assert problem.where == f"p.yaml:{line}:{column}"
    assert problem.what == "a constructor argument is one value or a list of values"
    assert "struct.field: value" in problem.remedy


def test_an_empty_constructor_argument(bridge_text: str) -> None:
    [problem] = refused(with_constructor(bridge_text, ""))
    assert problem.what == "`second` has no value"


@pytest.mark.parametrize("argument", ["['a, b', c]", "[[a], b]", "['x]', c]"])
def test_what_a_list_of_arguments_cannot_hold(bridge_text: str, argument: str) -> None:
    [problem] = refused(with_constructor(bridge_text, argument))
    assert "inside a list holds a comma or a bracket" in problem.what


def test_arguments_that_are_text_numbers_and_lists(bridge_text: str) -> None:
    policy = loads(with_constructor(bridge_text, "[0x01, 2_000, yes]"))
    assert policy.protocol.constructor == {"first": "1", "second": "[0x01, 2_000, yes]"}


def test_an_empty_entry_of_a_list(bridge_text: str) -> None:
    problems = refused(bridge_text.replace("holders: [guards]", "holders: [guards, ~]"))
    assert problems[0].what == "an entry of the list is empty"
    assert problems[0].where.startswith("p.yaml:34:")
