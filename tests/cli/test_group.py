"""The command group: lazy, and helpful."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from guardrails.chain import ChainError
from guardrails.cli import COMMANDS, main
from guardrails.cli._lazy import LazyGroup
from guardrails.cli.ape import cli
from guardrails.errors import GuardrailsError
from guardrails.policy.schema import json_schema, markdown


def test_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys; from guardrails.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print([m for m in sys.modules if m.startswith('guardrails.cli.') and '._' not in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for name, (_, text) in COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert text in done.stdout


def test_a_misspelt_command_gets_a_suggestion() -> None:
    result = CliRunner(mix_stderr=False).invoke(main, ["chek"])
    assert result.exit_code == 2
    assert "Did you mean `check`?" in result.stderr
    assert "guardrails --help" in CliRunner(mix_stderr=False).invoke(main, ["xyz"]).stderr


@pytest.mark.parametrize(("error", "code"), [(GuardrailsError, 2), (ChainError, 3)])
def test_an_error_for_people_sets_the_exit_code(error: type[GuardrailsError], code: int) -> None:
    group = LazyGroup(name="g", table={})

    @group.command()
    def fail() -> None:
        raise error("it broke", "over there", "mend it")

    group.get_command = lambda ctx, name: fail  # type: ignore[method-assign,assignment]
    group.table["fail"] = ("", "")
    result = CliRunner(mix_stderr=False).invoke(group, ["fail"])
    assert result.exit_code == code
    assert result.stderr == "error: over there: it broke\n  mend it\n"


def test_ape_offers_the_same_group() -> None:
    assert cli is main


def test_schema_prints_the_schema_and_the_reference() -> None:
    assert json.loads(CliRunner(mix_stderr=False).invoke(main, ["schema"]).output) == json_schema()
    assert CliRunner(mix_stderr=False).invoke(main, ["schema", "--markdown"]).output == markdown()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_table_exists(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert isinstance(command, click.Command)
    assert CliRunner(mix_stderr=False).invoke(main, [name, "--help"]).exit_code == 0
