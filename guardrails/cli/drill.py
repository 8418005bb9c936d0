"""`guardrails drill`: a known attack, replayed against the guards."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guardrails.cli._params import Duration
from guardrails.errors import GuardrailsError

DEFAULT_POLICY = Path("examples/bridge/guardrails.yaml")


@click.group()
def drill() -> None:
    """Replay a known attack against the guards."""


@drill.command()
@click.option(
    "--policy",
    "policy_path",
    type=click.Path(path_type=Path),
    default=None,
    help=f"The policy to try. [default: {DEFAULT_POLICY}]",
)
@click.option(
    "--reaction",
    type=Duration(),
    default="15m",
    show_default=True,
    help="From the first malicious transaction to the guardian's pause.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/demo"),
    show_default=True,
    help="Folder for summary.json, report.html and loss.png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document, nothing else.")
@click.pass_context
def nomad(ctx: click.Context, policy_path: Path | None, reaction: int, out: Path, as_json: bool) -> None:
    """The Nomad bridge, 2022-08-01: $159.6 M without guardrails, and with them.

    Replays five months of honest users, the attack's 375 withdrawals on the real contracts, the recovery, and
    attackers who adapt to the policy. Exit code 1 if the loss is over the bound or money is not conserved.
    """
    from guardrails.cli._drill_view import Screen
    from guardrails.drill.run import Silent, run
    from guardrails.drill.summary import summary
    from guardrails.policy import load
    from guardrails.report.drill import write_report

    policy = load(policy_path or _shipped_policy())
    _check_folder(out)
    if as_json:
        from guardrails.cli._output import emit_json

        result = run(policy, reaction=reaction, observer=Silent())
        write_report(result, out)
        emit_json(summary(result))
    else:
        with Screen(policy, reaction) as screen:
            result = run(policy, reaction=reaction, observer=screen)
        screen.summary(result, write_report(result, out))
    if not all(result.checks.values()):
        ctx.exit(1)


def _shipped_policy() -> Path:
    """From any folder of a checkout."""
    import guardrails

    for path in (DEFAULT_POLICY, Path(guardrails.__file__).parent.parent / DEFAULT_POLICY):
        if path.is_file():
            return path
    raise GuardrailsError(
        "the demo's policy is not here", str(DEFAULT_POLICY), "Name one with --policy, or use a checkout."
    )


def _check_folder(out: Path) -> None:
    """Before a minute of work, not after it; nothing is made yet."""
    there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    remedy = "Name another folder with --out."
    if not there.is_dir():
        raise GuardrailsError("the folder cannot be made: this is a file", str(there), remedy)
    if not os.access(there, os.W_OK | os.X_OK):
        raise GuardrailsError("nothing can be written there", str(there), remedy)
