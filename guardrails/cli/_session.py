"""What every command that touches a chain begins with: options, connection, policy, record."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from guardrails.chain import Address, Chain, UnknownSender
from guardrails.chain.types import checksum
from guardrails.cli._errors import report
from guardrails.deploy import Guarded, Record, blueprint
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.preflight import check_record
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy, load

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Session:
    """A connection, and what the files say. `development`: a chain of one's own, to be changed at will."""

    chain: Chain
    policy: Policy
    record_path: Path
    development: bool
    account: str | None

    def blueprint(self, controls: str | None = None) -> Blueprint:
        return blueprint(self.policy, controls=controls)

    def sender(self) -> Address:
        """The account that sends; the first one of a development chain unless named."""
        if self.account is not None:
            return self._address(self.account)
        if self.development:
            return self.chain.accounts[0]
        raise GuardrailsError(
            "no account is named to send from", "--account", "Name one that `ape accounts list` shows."
        )

    def sign_many(self) -> None:
        """One passphrase for a whole deployment, asked for by Ape; development chains ask for none."""
        if self.development or self.account is None:
            return
        import ape

        sender = self.sender()
        account = next((a for a in ape.accounts if a.address == sender), None)
        if account is None:
            raise UnknownSender(
                f"{sender} is no account of Ape: it cannot sign",
                "--account",
                "Name an alias that `ape accounts list` shows.",
            )
        if hasattr(account, "set_autosign"):
            account.set_autosign(True)
        getattr(self.chain, "use", lambda _: None)(account)

    def record(self) -> Record:
        """The record of the deployment; GuardrailsError where there is none, or one of something else."""
        record = Record.load(self.record_path)
        if record is None:
            raise GuardrailsError(
                "there is no deployment record",
                str(self.record_path),
                "Deploy with `guardrails apply`, or name the record with --record.",
            )
        check_record(record, self.blueprint(), self.chain, None)
        return record

    def guarded(self) -> Guarded:
        """The deployed contracts."""
        record = self.record()
        if not record.complete:
            raise GuardrailsError(
                "the deployment is not finished", str(self.record_path), "Finish it with `guardrails apply`."
            )
        return Guarded.of(self.blueprint(), self.chain, record)

    def _address(self, account: str) -> Address:
        resolve = getattr(self.chain, "resolve", None)
        if account.startswith("0x"):
            return checksum(account)
        if resolve is not None:
            return str(resolve(account))
        if account in self.policy.accounts:
            return self.policy.account(account)
        raise GuardrailsError(
            f"`{account}` is neither an address nor in the policy's accounts",
            "--account",
            "Aliases of Ape accounts need an Ape network: --network ethereum:mainnet:node.",
        )


def chain_options(command: _F) -> _F:
    """--network, --account, --policy, --record and --json."""
    for option in reversed(
        (
            click.option(
                "--network",
                required=True,
                envvar="GUARDRAILS_NETWORK",
                show_envvar=True,
                metavar="NETWORK",
                help="Ape's ecosystem:network:provider, or the http address of an anvil.",
            ),
            *file_options(),
        )
    ):
        command = option(command)
    return command


def file_options() -> tuple[Callable[[_F], _F], ...]:
    """The options that the scripts for `ape run` share with the commands."""
    return (
        click.option(
            "--account",
            envvar="GUARDRAILS_ACCOUNT",
            metavar="ACCOUNT",
            help="Alias of an Ape account, or an address. Ape asks for the passphrase.",
        ),
        click.option(
            "--policy",
            "policy_file",
            type=click.Path(path_type=Path),
            default="guardrails.yaml",
            envvar="GUARDRAILS_POLICY",
            show_default=True,
        ),
        click.option(
            "--record",
            "record_file",
            type=click.Path(path_type=Path),
            help="Deployment record.  [default: deployments/<network>.json]",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    )


def errors_for_people(command: _F) -> _F:
    """For commands outside our own group: an error's text and exit code instead of a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except GuardrailsError as error:
            sys.exit(report(error, as_json=bool(options.get("as_json"))))

    return cast(_F, run)


@contextmanager
def open_session(
    network: str, policy_file: Path, record_file: Path | None, account: str | None
) -> Iterator[Session]:
    """Connects, and disconnects at the end."""
    policy = load(policy_file)  # a fault in the file should not wait for Ape
    chain: Chain
    if network.startswith(("http://", "https://")):
        from guardrails.chain.anvil import AnvilChain

        chain = AnvilChain(network, chain_id=policy.chain_id)
    else:
        from guardrails.chain.ape import ApeChain

        chain = ApeChain.connect(network)
    try:
        yield session_on(chain, policy, record_file, account)
    finally:
        chain.close()


def session_on(chain: Chain, policy: Policy, record_file: Path | None, account: str | None) -> Session:
    """A session on a chain that is connected already."""
    slug, development = str(chain.chain_id), True
    resolve = getattr(chain, "resolve", None)
    if resolve is not None:  # Ape
        import ape

        provider = ape.networks.active_provider
        assert provider is not None
        slug = f"{provider.network.ecosystem.name}-{provider.network.name}"
        development = bool(getattr(chain, "is_development", False))
        if policy.local_accounts:
            policy = policy.resolve(resolve)
    path = record_file or Path("deployments") / f"{slug}.json"
    session = Session(chain, policy, path, development, account)
    if development and record_file is None:
        _set_aside_if_stale(session)
    return session


def _set_aside_if_stale(session: Session) -> None:
    """A development chain that was restarted has forgotten what its record says."""
    record = Record.load(session.record_path)
    if record is None:
        return
    genesis = "0x" + session.chain.block(0).hash.hex()
    if record.genesis == genesis and record.last_block <= session.chain.block().number:
        return
    old = session.record_path.with_suffix(".old.json")
    session.record_path.replace(old)
    click.echo(f"This development chain was restarted; its old record is now {old}.", err=True)
