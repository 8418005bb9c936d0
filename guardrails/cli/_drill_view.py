"""What `guardrails drill` shows while it runs, and at the end."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from guardrails.cli._output import console, table
from guardrails.drill.adaptive import Attempt
from guardrails.drill.attack import BRIDGE, ROUTER, AttackResult
from guardrails.drill.recovery import Recovery
from guardrails.drill.run import DrillResult
from guardrails.drill.strategies import STRATEGIES
from guardrails.policy import Policy
from guardrails.policy.units import format_duration
from guardrails.report.money import usd, usd_bound

MINUTE = 60


class Screen:
    """A live view; also a context that ends it."""

    def __init__(self, policy: Policy, reaction: int) -> None:
        self.console = console()
        self.policy, self.reaction = policy, reaction
        self.progress = Progress(
            TextColumn("{task.description:<44}"),
            BarColumn(28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )
        self.tasks: dict[str, TaskID] = {}
        self.state: AttackResult | None = None
        self.seconds = 0
        self.live = Live(console=self.console, refresh_per_second=12, get_renderable=self._picture)

    def __enter__(self) -> Screen:
        self.console.print(
            f"[bold]Nomad, 2022-08-01[/], guardian after {format_duration(self.reaction)}, "
            f"policy {self.policy.fingerprint[:16]}\n"
        )
        self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.live.stop()

    # ---- Observer

    def honest(self, done: int, of: int) -> None:
        """Honest transfers so far."""
        self._step("honest transfers, 2022-03-01 to 2022-08-01", done, of)

    def attack(self, result: AttackResult, seconds: int) -> None:
        """The attack has reached `seconds`."""
        self.state, self.seconds = result, seconds
        side = result.sides[ROUTER]
        self._step("attack, both bridges", side.paid + side.refused + side.queued, result.total)

    def recovered(self, recovery: Recovery) -> None:
        """The service is back."""
        self._step("recovery by the Safe", len(recovery.events), len(recovery.events))

    def attempt(self, one: Attempt) -> None:
        """One more adaptive attacker is done."""
        name = "attackers who adapt"
        done = self.progress.tasks[self.tasks[name]].completed if name in self.tasks else 0
        self._step(name, int(done) + 1, len(STRATEGIES))

    # ---- pictures

    def _step(self, name: str, done: int, of: int) -> None:
        if name not in self.tasks:
            self.tasks[name] = self.progress.add_task(name, total=of)
        self.progress.update(self.tasks[name], completed=done)

    def _picture(self) -> Group:
        if self.state is None:
            return Group(self.progress)
        return Group(self.progress, Text(), _sides(self.state, self.seconds), Text())

    def summary(self, result: DrillResult, paths: dict[str, Path]) -> None:
        """The figures, and where they are written."""
        share = result.guarded.lost_usd / result.unguarded.lost_usd
        delayed = result.honest.delayed / result.honest.withdrawals
        rows = [
            ("lost without guardrails", f"[red]{usd(result.unguarded.lost_usd)}[/]", "all that was attacked"),
            ("lost with guardrails", f"[green]{usd(result.guarded.lost_usd)}[/]", f"{share:.2%} of it"),
            ("worst case by the policy", usd_bound(result.bound_usd), "whatever the attacker does"),
            ("best adaptive attacker", usd(result.best_attempt.kept_usd), f"“{result.best_attempt.name}”"),
            (
                "contained after",
                format_duration(result.attack.contained_after),
                "nothing left after that block",
            ),
            ("claims returned", f"{len(result.attack.suspects)}", "by a 2-of-3 Safe, announced a day ahead"),
            (
                "honest withdrawals delayed",
                f"{result.honest.delayed} of {result.honest.withdrawals:,}",
                f"{delayed:.2%}, for {format_duration(result.honest.longest_delay)} at most",
            ),
            ("honest withdrawals refused", f"{result.honest.refused}", ""),
            ("seconds", f"{result.wall_seconds:.1f}", ""),
        ]
        shown = Table(box=None, pad_edge=False, show_header=False)
        shown.add_column()
        shown.add_column(justify="right", style="bold")
        shown.add_column(style="dim")
        for row in rows:
            shown.add_row(*row)
        self.console.print(shown)
        self.console.print()
        for name, holds in result.checks.items():
            self.console.print(f"{'[green]✓[/]' if holds else '[red]✗[/]'} {name}")
        self.console.print()
        self.console.print("  ".join(str(path) for path in paths.values()), style="dim", soft_wrap=True)


def _sides(state: AttackResult, seconds: int) -> Table:
    rows = []
    for name, colour in ((ROUTER, "red"), (BRIDGE, "green")):
        side = state.sides[name]
        lost = usd(side.curve[-1].usd) if side.curve else usd(0 * state.sides[ROUTER].curve[0].usd)
        rows.append(
            (
                Text(name, style=colour),
                Text(lost, style=colour),
                f"{side.paid}",
                f"{side.queued}",
                f"{side.refused}",
            )
        )
    return table([f"after {seconds // MINUTE} min", "lost", "paid", "queued", "refused"], rows)
