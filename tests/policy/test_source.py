"""Files that are not a policy at all: a clear error, at once, whatever they hold."""

import time
from pathlib import Path

import pytest

from guardrails.policy import PolicyError, load
from guardrails.policy.source import MAX_BYTES, parse


def refused(path: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        load(path)
    problem = caught.value.problems[0]
    assert problem.where.startswith(str(path))
    assert problem.remedy
    return f"{problem.where.removeprefix(str(path))} {problem.what}"


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.yaml")


def test_a_directory(tmp_path: Path) -> None:
    assert "directory" in refused(tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ":1:1 the file is empty"),
        (b"# only a comment\n", ":1:1 the file is empty"),
        (b"- a\n- b\n", ":1:1 the file is not a mapping"),
        (b"just words\n", ":1:1 the file is not a mapping"),
        (b"version: 1\nmode: \xff\xfe\n", ":2:1 this is not UTF-8"),
        (b"\x7fELF\x02\x01\x00\x00", ":1:1 the file holds control characters"),
        (b"version: 1\n\tmode: hub\n", ":2:1 a tab character"),
        (b"version: 1\nroles: {a: [b\n", "this is not valid YAML"),
        (b"version: 1\nmode: 'hub\n", "this is not valid YAML"),
        (b"version: 1\nversion: 1\n", ":2:1 `version` stands twice, first on line 1"),
        (b"version: 1\nprotocol: {name: a, name: b}\n", ":2:21 `name` stands twice"),
        (b"? [a, b]\n: 1\n", "a key has to be a plain word"),
        (b"a: &x 1\nb: *x\n", ":1:4 anchors and aliases"),
        (b"a: 1\n<<: *nothing\n", ":2:5 anchors and aliases"),
        (b"a: !!str 1\n", ":1:4 a policy has no tags"),
        (b"a: !!null 24h\n", ":1:4 a policy has no tags"),
        (b"a: !own {b: 1}\n", ":1:4 a policy has no tags"),
        (b"a: [1, ! 2]\n", ":1:8 a policy has no tags"),
        (b'a: "\\e[2J"\n', ":1:4 the text holds a character that cannot be seen (U+001B)"),
        (b'"a\\u202e": 1\n', ":1:1 the text holds a character that cannot be seen (U+202E)"),
        (b"a: [x, \xe2\x80\x8b]\n", ":1:8 the text holds a character that cannot be seen (U+200B)"),
        (b"a: " + b"[" * 40 + b"]" * 40, "nested more than"),
        (b"a: " + b"{a: " * 40 + b"}" * 40, "nested more than"),
        (b"a: 1\n---\nb: 2\n", "this is not valid YAML"),
        (b"x" * (MAX_BYTES + 1), "larger than 256 KiB"),
    ],
)
def test_content_that_is_no_policy(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "guardrails.yaml"
    path.write_bytes(content)
    assert expected in refused(path)


def test_an_alias_bomb_costs_nothing(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(lines))
    start = time.perf_counter()
    assert "anchors" in refused(path)
    assert time.perf_counter() - start < 1


def test_a_file_of_brackets_ends_in_an_error(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("[" * 100_000)
    assert "nested more than" in refused(path)


def test_scalars_stay_the_text_that_was_written() -> None:
    source = parse("a: 1.00\nb: 0x10\nc: 1_000\nd: yes\ne: ~\nf: '~'\n")
    assert source.data == {"a": "1.00", "b": "0x10", "c": "1_000", "d": "yes", "e": None, "f": "~"}


def test_places_point_at_keys_and_values() -> None:
    source = parse("a:\n  - b: 1\n    c: two\n", "p.yaml")
    assert source.where(("a", 0, "c")) == "p.yaml:3:8"
    assert source.where(("a", 0, "c"), key=True) == "p.yaml:3:5"
    assert source.where(("a", 0, "missing", "deeper")) == "p.yaml:2:5"
    assert source.where(()) == "p.yaml:1:1"
