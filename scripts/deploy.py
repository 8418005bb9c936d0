"""`ape run deploy --network … --account …`: deploy the policy, or resume a deployment; then verify it.

With --plan nothing is sent: what would be created, called and granted is shown with its gas.
"""

import sys
from pathlib import Path

import click
from ape.api import AccountAPI
from ape.cli import ConnectedProviderCommand, account_option

from guardrails.chain import ApeChain
from guardrails.cli._session import errors_for_people, session_on
from guardrails.cli.deploy import run_apply, run_plan
from guardrails.policy import load


@click.command(cls=ConnectedProviderCommand)
@account_option()
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), default="guardrails.yaml")
@click.option("--record", "record_file", type=click.Path(path_type=Path))
@click.option("--controls", metavar="ADDRESS", help="EmergencyControls that this chain has already.")
@click.option("--plan", is_flag=True, help="Show what would be done; send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before sending on a public network.")
@click.option("--json", "as_json", is_flag=True)
@errors_for_people
def cli(
    account: AccountAPI,
    policy_file: Path,
    record_file: Path | None,
    controls: str | None,
    plan: bool,
    yes: bool,
    as_json: bool,
) -> None:
    policy = load(policy_file)
    chain = ApeChain(chain_id=policy.chain_id)
    session = session_on(chain, policy, record_file, chain.use(account))
    if plan:
        run_plan(session, as_json=as_json, controls=controls)
    else:
        sys.exit(run_apply(session, as_json=as_json, controls=controls, yes=yes))
