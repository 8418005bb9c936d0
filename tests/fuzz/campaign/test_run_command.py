"""`guardrails fuzz run` and `report`: exit codes, documents, and what they refuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main

from .conftest import LEAKY, SOUND, TARGETS

SMALL = ("--units", "2", "--executions", "60", "--jobs", "1")


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["fuzz", *map(str, words)])


def document(result: Result) -> dict[str, Any]:
    return dict(json.loads(result.stdout))


@pytest.mark.serial
def test_findings_end_with_1_and_can_be_read_again(tmp_path: Path) -> None:
    result = typed("run", LEAKY, *SMALL, "--out", tmp_path, "--json")
    assert result.exit_code == 1, result.output
    said = document(result)
    assert (said["ok"], said["units"], said["target"], said["seed"]) == (False, 2, LEAKY, 0)
    assert said["steps_per_second"] > 0
    for one in said["findings"]:
        assert one["property"] == "NoRefusal"
        assert json.loads(Path(one["file"]).read_text())["confirmed"] is True
    again = typed("report", tmp_path / "leaky", "--json")
    assert again.exit_code == 1
    assert document(again) == {**said, "steps_per_second": None}
    shown = typed("report", tmp_path / "leaky")
    assert "✗ NoRefusal promised <b>no</b> refusal" in shown.stdout
    assert "thief: " in shown.stdout
    assert str(tmp_path / "leaky/findings") in shown.stdout


@pytest.mark.serial
def test_nothing_found_ends_with_0(tmp_path: Path) -> None:
    result = typed("run", SOUND, *SMALL, "--out", tmp_path, "--name", "mine", "--seed", "5")
    assert result.exit_code == 0, result.output
    assert "worst profit" in result.stdout
    assert (tmp_path / "mine" / "report.html").is_file()
    assert json.loads((tmp_path / "mine" / "campaign.json").read_text())["seed"] == 5
    longer = typed("run", SOUND, "--units", "3", "--jobs", "1", "--out", tmp_path, "--name", "mine", "--json")
    assert (longer.exit_code, document(longer)["units"], document(longer)["seed"]) == (0, 3, 5)
    other = typed("run", SOUND, *SMALL, "--out", tmp_path, "--name", "mine", "--seed", "6", "--json")
    assert other.exit_code == 2
    [problem] = document(other)["problems"]
    assert problem["what"].endswith("something else: seed was 5 and is 6")
    assert problem["where"] == str(tmp_path / "mine")


@pytest.mark.serial
def test_time_ends_it_and_what_is_under_way_is_waited_for(tmp_path: Path) -> None:
    result = typed(
        "run", SOUND, "--minutes", "0.0001", "--executions", "60", "--jobs", "1", "--out", tmp_path, "--json"
    )
    assert result.exit_code == 0, result.output
    assert document(result)["units"] == 1


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["run"], "Missing argument 'TARGET'"),
        (["run", "nothing"], "'nothing' names no target"),
        (["run", "absent.py:Vault"], "there is no such file"),
        (["run", "guardrails.absent:Vault"], "it cannot be imported"),
        (["run", f"{TARGETS}:Absent"], "there is no target 'Absent'"),
        (["run", SOUND, "--minutes", "0"], "not in the range"),
        (["run", SOUND, "--minutes", "nan"], "not a number of minutes"),
        (["run", SOUND, "--units", "0"], "not in the range"),
        (["run", SOUND, "--mode", "guess"], "'guess' is not one of 'search', 'machine'"),
        (["run", SOUND, "--jobs", "0"], "not in the range"),
        (["run", SOUND, "--jobs", "257"], "not in the range"),
        (["run", SOUND, "--seed", "-1"], "not in the range"),
        (["run", SOUND, "--executions", "0"], "not in the range"),
        (["run", SOUND, "--lanes", "0"], "not in the range"),
        (["run", SOUND, "--name", "a/b"], "'a/b' is no name of a folder"),
        (["run", SOUND, "--name", ""], "'' is no name of a folder"),
        (["run", SOUND, "--name", ".."], "'..' is no name of a folder"),
        (["run", SOUND, "--name", "a" * 65], "is no name of a folder"),
        (["run", SOUND, "--dask", "nowhere"], "is no address of a Dask scheduler"),
        (["run", SOUND, "--dask", "nonsense://127.0.0.1:1"], "is no address of a Dask scheduler"),
        (["report", "absent"], "does not exist"),
        (["report", "docs"], "it cannot be read: No such file"),
    ],
)
def test_what_is_refused(words: list[str], what: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)] if words[0] == "run" else []
    result = typed(*words, *out, "--json")
    assert result.exit_code == 2, result.output
    assert what in document(result)["problems"][0]["what"]
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_raises_is_named_and_is_no_finding(tmp_path: Path) -> None:
    result = typed("run", f"{TARGETS}:Raises", *SMALL, "--out", tmp_path, "--json")
    assert result.exit_code == 2
    assert "ZeroDivisionError: of the target" in document(result)["problems"][0]["what"]


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = typed("run", SOUND, "--dask", "--out", tmp_path, "--json")
    assert result.exit_code == 2
    [problem] = document(result)["problems"]
    assert problem["remedy"] == "Run `pip install 'ape-guardrails[dask]'`."


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("guardrails.fuzz.campaign.dask._CONNECT_SECONDS", 1)
    result = typed("run", SOUND, "--dask", "tcp://127.0.0.1:9", "--out", tmp_path, "--json")
    assert result.exit_code == 3, result.output
    assert "no Dask scheduler answers there" in document(result)["problems"][0]["what"]
