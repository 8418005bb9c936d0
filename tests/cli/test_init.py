"""`guardrails init`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main
from guardrails.policy import load
from guardrails.risk.advice import advice


def run(*args: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(main, ["init", *args])


@pytest.mark.parametrize("kind", ["vault", "bridge", "lending"])
def test_a_starter_policy_is_valid_and_only_its_placeholders_are_warned_of(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "guardrails.yaml"
    result = run("--kind", kind, "--name", f"my-{kind}", str(path))
    assert result.exit_code == 0, result.output
    policy = load(path)
    assert (policy.protocol.kind, policy.protocol.name) == (kind, f"my-{kind}")
    assert policy.placeholders == ("council", "guardians", "watcher")
    assert [item.place for item in advice(policy)] == ["council", "guardians", "watcher"]


def test_every_value_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "guardrails.yaml"
    run(str(path))
    text = path.read_text(encoding="utf-8")
    assert text.count("# REPLACE") == 5
    assert max(map(len, text.splitlines())) <= 110
    assert "\n\n\n" not in text
    assert "\t" not in text


def test_a_file_is_never_overwritten_without_force(tmp_path: Path) -> None:
    path = tmp_path / "guardrails.yaml"
    path.write_text("mine")
    result = run(str(path))
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert "--force" in result.stderr
    assert path.read_text() == "mine"
    assert run("--force", str(path)).exit_code == 0
    assert load(path).protocol.kind == "vault"


@pytest.mark.parametrize("target", ["none/guardrails.yaml", "."])
def test_a_place_that_cannot_be_written(tmp_path: Path, target: str) -> None:
    result = run(str(tmp_path / target))
    assert result.exit_code == 2
    assert "error: " in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_name_comes_from_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "42 My Vault!"
    folder.mkdir()
    run(str(folder / "guardrails.yaml"))
    assert load(folder / "guardrails.yaml").protocol.name == "My-Vault-"


def test_a_name_that_the_policy_would_refuse(tmp_path: Path) -> None:
    result = run("--name", "two words", str(tmp_path / "p.yaml"))
    assert result.exit_code == 2
    assert "`two words` is not a name" in result.stderr
    assert list(tmp_path.iterdir()) == []
