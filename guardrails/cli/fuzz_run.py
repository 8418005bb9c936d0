"""`guardrails fuzz run` and `report`: a campaign and what it found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from guardrails.fuzz.campaign.plan import Plan
    from guardrails.fuzz.campaign.workers import Workers

OUT = Path("out/fuzz")
LOOPBACK = "tcp://127.0.0.1:8786"
DEFAULT_MINUTES = 10.0
DEFAULT_JOBS = 2
INTERRUPTED = 130
_LONGEST_NAME = 64


class Minutes(click.FloatRange):
    """A number, which `nan` is not."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if number != number:
            self.fail("nan is not a number of minutes.", param, ctx)
        return number


@click.command()
@click.argument("target")
@click.option(
    "--minutes",
    type=Minutes(min=0, min_open=True, max=525_600),
    help=f"How long this run hands out work. [default: {DEFAULT_MINUTES:g}, or until there are --units]",
)
@click.option(
    "--units", type=click.IntRange(min=1), help="How many units of work the campaign has in the end."
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=DEFAULT_JOBS, show_default=True, help="Processes here."
)
@click.option(
    "--dask",
    metavar="[ADDRESS]",
    is_flag=False,
    flag_value=LOOPBACK,
    help=f"Work on the workers of this Dask scheduler instead; without an address, {LOOPBACK}.",
)
@click.option(
    "--mode",
    type=click.Choice(["search", "machine"]),
    help="A search for profit, or the rules of GuardedMachine. [default: search]",
)
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Of all chance. [default: 0]")
@click.option("--executions", type=click.IntRange(min=1), help="Sequences in one unit. [default: 1000]")
@click.option(
    "--lanes",
    type=click.IntRange(1, 4096),
    help="Searches that go on side by side. [default: 4, or the workers]",
)
@click.option("--name", help="Of the campaign's folder. [default: the target's class]")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=OUT, show_default=True, help="Where."
)
@click.option("--quiet", is_flag=True, help="No live view; there is none anyway where no terminal is.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON document, nothing else.")
@click.pass_context
def run(
    ctx: click.Context,
    target: str,
    minutes: float | None,
    units: int | None,
    jobs: int,
    dask: str | None,
    mode: str | None,
    seed: int | None,
    executions: int | None,
    lanes: int | None,
    name: str | None,
    out: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Search TARGET (path/file.py:Class or package.module:Class) for what its policy forbids.

    A campaign that was stopped, or killed, goes on where it stood. Each finding is taken on a node before it
    is reported. Exit code 1 where something was found.
    """
    from guardrails.cli._fuzz_view import Screen, document, summary
    from guardrails.cli._output import emit_json
    from guardrails.fuzz.campaign.confirming import on_a_node
    from guardrails.fuzz.campaign.run import Campaign, Limits
    from guardrails.fuzz.campaign.store import opened
    from guardrails.report.fuzz import write_report

    if minutes is None and units is None:
        minutes = DEFAULT_MINUTES
    folder = out / _folder_name(target.rpartition(":")[2].lower() if name is None else name)
    interrupted = False
    workers = _workers(dask, jobs)
    try:
        plan = _plan(folder, target, mode, seed, executions, lanes, workers.slots)
        limits = Limits(None if minutes is None else minutes * 60, units)
        with opened(folder, plan) as store:
            with Screen(plan, folder, quiet=quiet or as_json) as screen:
                campaign = Campaign(store, workers, limits, on_a_node, screen.show)
                try:
                    campaign.run()
                except KeyboardInterrupt:
                    interrupted = True
            workers.stop()
            results = campaign.results()
            paths = write_report(results, folder)
    finally:
        workers.stop()
    if as_json:
        emit_json(document(results, folder, campaign.progress(), paths))
    else:
        summary(results, folder, campaign.progress(), paths)
    if interrupted:
        click.echo("Stopped. What was finished is kept; the same command goes on from there.", err=True)
        ctx.exit(INTERRUPTED)
    if results.confirmed:
        ctx.exit(1)


@click.command()
@click.argument("campaign", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON document, nothing else.")
@click.pass_context
def report(ctx: click.Context, campaign: Path, as_json: bool) -> None:
    """Write the report of CAMPAIGN, the folder of one, again. Exit code 1 where something was found."""
    from guardrails.cli._fuzz_view import document, summary
    from guardrails.cli._output import emit_json
    from guardrails.fuzz.campaign.results import Results
    from guardrails.fuzz.campaign.store import Store
    from guardrails.report.fuzz import write_report

    results = Results.of(Store(campaign))
    paths = write_report(results, campaign)
    if as_json:
        emit_json(document(results, campaign, None, paths))
    else:
        summary(results, campaign, None, paths)
    if results.confirmed:
        ctx.exit(1)


def _folder_name(name: str) -> str:
    from guardrails.fuzz.campaign.errors import CampaignError

    if not name or name != Path(name).name or name.startswith(".") or len(name) > _LONGEST_NAME:
        raise CampaignError(f"{name!r} is no name of a folder", "--name", "Write one word.")
    return name


def _workers(dask: str | None, jobs: int) -> Workers:
    if dask is not None:
        from guardrails.fuzz.campaign.dask import DaskWorkers

        return DaskWorkers(dask)
    from guardrails.fuzz.campaign.processes import Processes

    return Processes(jobs)


def _plan(
    folder: Path,
    target: str,
    mode: str | None,
    seed: int | None,
    executions: int | None,
    lanes: int | None,
    jobs: int,
) -> Plan:
    """What is asked for; where it does not say, what the folder already holds."""
    from guardrails.fuzz.campaign.explore import MODES
    from guardrails.fuzz.campaign.identity import identify
    from guardrails.fuzz.campaign.plan import EXECUTIONS, LANES, Plan
    from guardrails.fuzz.campaign.store import planned

    old = planned(folder)
    return Plan(
        target,
        identify(target),
        mode=mode or (old.mode if old else MODES[0]),
        seed=seed if seed is not None else old.seed if old else 0,
        executions=executions or (old.executions if old else EXECUTIONS),
        lanes=lanes or (old.lanes if old else max(LANES, jobs)),
    )
