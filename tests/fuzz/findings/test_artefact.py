"""A finding as a file: read back whole, refused in words where it is not what it should be."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails.errors import GuardrailsError
from guardrails.fuzz import HarnessFault
from guardrails.fuzz.artefact import Artefact, read
from guardrails.fuzz.confirm import replay


def test_it_holds_all_that_another_machine_needs(found: Artefact, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "finding.json"
    found.write(path)
    again = read(path)
    assert again == found
    assert again.where == str(path)
    assert os.listdir(path.parent) == ["finding.json"], "nothing half-written is left"
    document = json.loads(path.read_text())
    assert document["seed"] == 3
    assert document["policy"] is None
    assert document["broken_at"] == 4
    assert set(document["code"]) == {"protocol", "COIN", "lender", "thief_contract"}
    assert {"ape-guardrails", "pyrevm", "anvil", "solc"} <= set(document["versions"])
    assert {reading["contract"] for reading in document["readings"]} == {"protocol"}


def test_a_replay_says_what_has_changed_since(found: Artefact) -> None:
    assert replay(found).changes == ()
    other = replace(
        found, policy="1234", code={"protocol": "0x12", "gone": "0x34", "COIN": found.code["COIN"]}
    )
    assert replay(other).changes == (
        "the policy has changed",
        "the code of protocol has changed",
        "there is no contract gone any more",
        "the contract lender is new",
        "the contract thief_contract is new",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "no finding of the fuzz lab"),
        ({"version": 1}, "of version 1; this is 2"),
        ({"property": 7}, "`property` is no text"),
        ({"evidence": None}, "`evidence` is no text"),
        ({"seed": True}, "`seed` is no number"),
        ({"seed": -1}, "`seed` is no number"),
        ({"target": None}, "names no target"),
        ({"steps": {}}, "no list of steps"),
        ({"steps": [{"actor": 1}]}, "actor is 1"),
        ({"steps": [{"wait": 2**63}]}, "wait is 9223372036854775808"),
        ({"steps": [{"value": 2**256}]}, "value is 1157"),
        ({"policy": 1}, "`policy` is no fingerprint"),
        ({"code": {"protocol": 1}}, "`code` is no table"),
        ({"versions": []}, "`versions` is no table"),
        ({"broken_at": 6}, "there is no step 6"),
        ({"broken_at": 0}, "there is no step 0"),
        ({"broken_at": "1"}, "`broken_at` is no number"),
        ({"readings": [{}]}, "`readings` is no reading"),
        ({"readings": [{"contract": "a", "data": 'a0"); evil(', "answer": ""}]}, "`readings` is no reading"),
        ({"readings": [{"contract": "a", "data": "", "answer": ""}]}, "`readings` is no reading"),
        ({"readings": [{"contract": "a", "data": "a\n0", "answer": ""}]}, "`readings` is no reading"),
        (
            {"readings": [{"contract": "a", "data": "00", "answer": 'a0"); evil('}]},
            "`readings` is no reading",
        ),
        (
            {"readings": [{"contract": "a", "data": "00", "answer": "", "more": ""}]},
            "`readings` is no reading",
        ),
    ],
)
def test_a_document_that_is_none(found: Artefact, tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "finding.json"
    path.write_text(json.dumps(found.to_json() | change))
    with pytest.raises(HarnessFault, match=said) as caught:
        read(path)
    assert str(path) in str(caught.value.where)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "not JSON"),
        pytest.param(b"[" * 100_000, "not JSON", id="deep"),
        (b"\xff", "not JSON"),
        (b"[]", "no finding"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "finding.json"
    path.write_bytes(content)
    with pytest.raises(HarnessFault, match=said):
        read(path)


@pytest.mark.parametrize("broken_at", [None, 1, 5])
def test_it_may_break_after_any_step_or_none(found: Artefact, tmp_path: Path, broken_at: int | None) -> None:
    path = tmp_path / "finding.json"
    replace(found, broken_at=broken_at, finding=replace(found.finding, seed=0)).write(path)
    again = read(path)
    assert (again.broken_at, again.finding.seed) == (broken_at, 0)


def test_a_file_larger_than_any_finding(found: Artefact, tmp_path: Path) -> None:
    path = tmp_path / "finding.json"
    content = json.dumps(found.to_json())
    path.write_text(content.ljust(16 << 20))
    assert read(path) == found
    path.write_text(content.ljust((16 << 20) + 1))
    with pytest.raises(HarnessFault, match="larger than any finding"):
        read(path)


def test_no_file_a_folder_or_no_place_to_write(found: Artefact, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(HarnessFault, match="cannot be read"):
            read(path)
    with pytest.raises(GuardrailsError, match="cannot be written"):
        found.write(tmp_path)
    assert not [name for name in os.listdir(tmp_path.parent) if name.startswith(f".{tmp_path.name}")]
    (tmp_path / "file").write_text("")
    with pytest.raises(GuardrailsError, match="cannot be written"):
        found.write(tmp_path / "file" / "finding.json")


def test_a_property_that_the_target_does_not_have(found: Artefact) -> None:
    other = replace(found, finding=replace(found.finding, property="Absent"))
    with pytest.raises(HarnessFault, match="no property 'Absent'"):
        replay(other)
