"""`ape run verify --network …`: compare the chain with the policy; exit 1 on any difference."""

import sys
from pathlib import Path

import click
from ape.cli import ConnectedProviderCommand

from guardrails.chain import ApeChain
from guardrails.cli._session import errors_for_people, session_on
from guardrails.cli.deploy import run_verify
from guardrails.policy import load


@click.command(cls=ConnectedProviderCommand)
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), default="guardrails.yaml")
@click.option("--record", "record_file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@errors_for_people
def cli(policy_file: Path, record_file: Path | None, as_json: bool) -> None:
    policy = load(policy_file)
    session = session_on(ApeChain(chain_id=policy.chain_id), policy, record_file, None)
    sys.exit(run_verify(session, as_json=as_json))
