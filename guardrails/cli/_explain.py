"""The plain words of `guardrails check`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from guardrails.cli import _explain_breakers as watch
from guardrails.cli import _explain_market as market
from guardrails.cli._output import console, short_amount, table, usd
from guardrails.policy import Asset, Level, OverLimit, Policy
from guardrails.policy.operations import names_of
from guardrails.policy.roles import FastRole
from guardrails.policy.units import format_duration, format_percent
from guardrails.risk.advice import Advice
from guardrails.risk.bounds import AssetLoss, Loss


def explain(policy: Policy, losses: tuple[Loss, ...], warnings: tuple[Advice, ...], file: str) -> None:
    """Prints the whole policy: assets, roles, levels, delays, worst-case loss, warnings."""
    out = console()
    chain = f", chain {policy.chain_id}" if policy.chain_id else ""
    out.print(f"[bold]{escape(policy.protocol.name)}[/] ({policy.protocol.kind}, {policy.mode}{chain})")
    _section(out, "What may leave", (line for asset in policy.assets for line in _asset_lines(asset)))
    _section(out, "Over the limit", _over_limit(policy))
    if any(asset.encoded_caps() for asset in policy.assets):
        _section(out, "How much there may be", market.caps(policy))
    if any(asset.oracle for asset in policy.assets):
        _section(out, "When a price may be used", market.prices(policy))
    _section(out, "Who may act", _roles(policy))
    _section(out, "Levels", _levels(policy))
    if policy.breakers:
        _section(out, "Circuit breakers", watch.breakers(policy))
    if policy.attestation is not None:
        _section(out, "Incidents that reporters attest", watch.attestation(policy, policy.attestation))
    if policy.beacons is not None:
        _section(out, "Other chains", watch.beacons(policy.beacons))
    _section(out, "How it loosens", _loosening(policy))
    _print_losses(out, policy, losses)
    _print_warnings(out, warnings)
    out.print(f"\n{escape(file)} is a valid policy. Fingerprint {policy.fingerprint[:16]}", soft_wrap=True)


def _section(out: Console, title: str, lines: Iterator[str]) -> None:
    out.print(f"\n[bold]{title}[/]")
    for line in lines:
        out.print(f"  {escape(line)}", soft_wrap=True)


def _asset_lines(asset: Asset) -> Iterator[str]:
    outflow = asset.outflow
    window = format_duration(outflow.window)
    if asset.mode is OverLimit.UNLIMITED:
        yield f"{asset.symbol}: unlimited. Nothing is metered against a limit."
        return
    limit = outflow.relative
    amount = asset.text(asset.limit or 0) if limit is None else f"{format_percent(limit)} of the base"
    yield f"{asset.symbol}: at most {amount} in {window}; what is used refills evenly over {window}."
    if limit is not None and outflow.base_growth is not None:
        growth = format_percent(outflow.base_growth)
        start = asset.text(asset.limit or 0)
        yield f"  The base starts at {asset.text(asset.base)}, so the limit at {start}."
        yield f"  The base moves by at most {growth} in {window}, whatever is deposited."
    if outflow.inflow_credit:
        share = format_percent(outflow.inflow_credit)
        yield f"  Recent deposits add at most {share} of the limit; this credit fades over {window}."
    if asset.exemption:
        small = f"  Small withdrawals, up to {asset.text(asset.exemption)} each,"
        if outflow.reserve:
            yield f"{small} have {format_percent(outflow.reserve)} of the limit to themselves."
        else:
            yield f"{small} have nothing to themselves while `reserve` is 0 %."


def _over_limit(policy: Policy) -> Iterator[str]:
    queued = [a.symbol for a in policy.assets if a.mode is OverLimit.LIMITED_QUEUE]
    refused = [a.symbol for a in policy.assets if a.mode is OverLimit.LIMITED_REVERT]
    if queued:
        delay, hold = format_duration(policy.settlement.delay), format_duration(policy.settlement.max_hold)
        yield f"{', '.join(queued)}: a claim, paid after {delay}. A suspect claim can be held up to {hold}."
    if refused:
        yield f"{', '.join(refused)}: refused."
    budget = policy.shared_budget
    if budget is not None:
        worth = ", ".join(f"1 {symbol} = {value}" for symbol, value in budget.assets.items())
        yield f"All together: at most {budget.limit} in {format_duration(budget.window)} ({worth})."


def _roles(policy: Policy) -> Iterator[str]:
    owner = _who(policy, policy.roles.governance)
    yield f"governance: {owner}. Loosens, with notice; releases and cancels suspect claims."
    for name in ("guardian", "sentinel"):
        role: FastRole | None = getattr(policy.roles, name)
        if role is None:
            yield f"{name}: nobody."
            continue
        yield f"{name}: {', '.join(_who(policy, holder) for holder in role.holders)}. Only tightens."
        yield f"  Closes {', '.join(names_of(role.mask))}; raises the level up to {role.max_level}."
        yield (
            f"  One pause lasts at most {format_duration(role.max_pause)}; all together "
            f"{format_duration(role.budget)} in any {format_duration(role.period)}."
        )
        if role.cooldown:
            yield f"  After a pause that ran out it waits {format_duration(role.cooldown)}."
        longest = format_duration(role.max_lock)
        yield f"  Locks collateral for up to {longest}, {role.max_locks} times a period."
        yield f"  Lapses without a sign of life in {format_duration(role.heartbeat)}."
    if policy.risk_steward is not None:
        yield f"risk steward: {_who(policy, policy.risk_steward)}. Moves caps inside their corridors only."


def _who(policy: Policy, holder: str) -> str:
    address = policy.account(holder)
    return holder if holder == address else f"{holder} ({address})"


def _levels(policy: Policy) -> Iterator[str]:
    for level in list(Level)[1:]:
        rule = policy.levels.rule(level)
        closed = ", ".join(names_of(rule.mask)) or "nothing"
        left = format_percent(rule.share)
        yield f"{level.name.lower()}: {left} of each limit is left; closed: {closed}."


def _loosening(policy: Policy) -> Iterator[str]:
    override = policy.override
    yield (
        f"Every loosening is announced {format_duration(override.default_delay)} before it can be executed, "
        f"and lapses {format_duration(override.expiry)} later."
    )
    for name, delay in sorted(override.delays.items()):
        yield f"  {name}: " + (f"after {format_duration(delay)}." if delay else "at once.")
    if policy.resume_gate is not None:
        yield f"Before a restriction is ended, {policy.resume_gate} is asked; it can refuse."
    if policy.liquidation_grace:
        yield f"After a pause, liquidation stays closed {format_duration(policy.liquidation_grace)} longer."
    if policy.lock.min_deposit_age:
        yield f"A deposit stays at least {format_duration(policy.lock.min_deposit_age)}."


def _print_losses(out: Console, policy: Policy, losses: tuple[Loss, ...]) -> None:
    columns = ["contained after", *(asset.symbol for asset in policy.assets), "total"]
    rows = [_loss_row(policy, loss) for loss in losses]
    out.print("\n[bold]Worst-case loss against time to containment[/]")
    out.print(Padding(table(columns, rows), (0, 0, 0, 2), expand=False))
    out.print(
        "  [dim]limit × (1 + time / window) + credit, gross outflow, whatever deposits do; rounded up.[/]"
    )
    if policy.shared_budget is not None:
        out.print("  [dim]The total is capped by the shared budget where that is lower.[/]")
    if any(loss.claims_due for loss in losses):
        delay = format_duration(policy.settlement.delay)
        out.print(
            f"  [yellow]*[/] From {delay} on, claims that nobody stopped leave too, beyond these figures."
        )


def _loss_row(policy: Policy, loss: Loss) -> list[str]:
    cells = [_loss_cell(policy.asset(asset.symbol), asset) for asset in loss.assets]
    mark = " *" if loss.claims_due else ""
    return [format_duration(loss.seconds), *cells, usd(loss.usd) + mark]


def _loss_cell(asset: Asset, loss: AssetLoss) -> str:
    if loss.units is not None:
        return short_amount(loss.units, asset.decimals)
    return "unbounded"


def _print_warnings(out: Console, warnings: tuple[Advice, ...]) -> None:
    if not warnings:
        return
    out.print(f"\n[bold yellow]{len(warnings)} warning{'s' if len(warnings) > 1 else ''}[/]")
    for warning in warnings:
        out.print(f"  [yellow]{escape(warning.place)}[/]: {escape(warning.what)}", soft_wrap=True)
        out.print(f"    [dim]{escape(warning.source)}[/]", soft_wrap=True)
