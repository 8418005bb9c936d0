"""Emergency functions on accounts, entries, caps and prices: dry run unless --execute is given."""

from __future__ import annotations

from typing import Any, get_args

import click

from guardrails.chain import Address
from guardrails.cli._acting import acting, reason_option, run
from guardrails.cli._named import accounts_of, anchor_of, asset_of, cap_units, entry_of
from guardrails.cli._params import Duration, Share
from guardrails.deploy import Guarded
from guardrails.policy.caps import Exposure
from guardrails.response import Action, market, upkeep

_duration = click.option("--for", "duration", type=Duration(), required=True, help="How long, e.g. 2h.")
_symbol = click.argument("symbol", metavar="ASSET")
_exposure = click.argument("exposure", metavar="EXPOSURE", type=click.Choice(get_args(Exposure)))


@click.command()
@click.argument("subjects", nargs=-1, required=True, metavar="ACCOUNT…")
@_duration
@reason_option
@acting
def block(subjects: tuple[str, ...], duration: int, reason: str, **options: Any) -> None:
    """Close the protocol to accounts (or, with entry:FUNCTION, one entry of it to everybody) for a time.

    A blocked account neither calls, pays out nor receives, and its claims wait.
    """

    def build(guarded: Guarded, sender: Address) -> Action:
        entry = entry_of(guarded, subjects)
        if entry is not None:
            return market.block_entry(*entry, duration, reason)
        return market.block(accounts_of(guarded, subjects), duration, reason)

    run(build, **options)


@click.command()
@click.argument("subject", metavar="ACCOUNT")
@reason_option
@acting
def unblock(subject: str, reason: str, **options: Any) -> None:
    """End the blocks of an account (or entry:FUNCTION) early: governance, after the delay of the function."""

    def build(guarded: Guarded, sender: Address) -> Action:
        entry = entry_of(guarded, (subject,))
        if entry is not None:
            return market.unblock_entry(*entry, reason)
        return market.unblock(accounts_of(guarded, (subject,))[0], reason)

    run(build, **options)


@click.group()
def cap() -> None:
    """Cut, lift, set, step or sync how much of an asset there may be."""


@cap.command()
@_symbol
@_exposure
@click.option("--to", "amount", required=True, help="The cap meanwhile, e.g. '1_000_000 USDC'; 0 is one.")
@_duration
@reason_option
@acting
def cut(symbol: str, exposure: Exposure, amount: str, duration: int, reason: str, **options: Any) -> None:
    """Lower a cap for a time: EXPOSURE is supply, borrow, open_interest, account_borrow, …"""

    def build(guarded: Guarded, sender: Address) -> Action:
        asset = asset_of(guarded, symbol)
        return market.cut_cap(asset, exposure, cap_units(asset, exposure, amount), duration, reason)

    run(build, **options)


@cap.command()
@_symbol
@_exposure
@reason_option
@acting
def lift(symbol: str, exposure: Exposure, reason: str, **options: Any) -> None:
    """End the cuts of a cap early: governance, after the delay of liftCut."""
    run(lambda guarded, sender: market.lift_cut(asset_of(guarded, symbol), exposure, reason), **options)


@cap.command("set")
@_symbol
@_exposure
@click.option("--to", "amount", required=True, help="E.g. '5_000_000 USDC'; or `unlimited`, or `policy`.")
@acting
def set_cap(symbol: str, exposure: Exposure, amount: str, **options: Any) -> None:
    """Change a standing cap: lower at once, higher after the delay of setCap."""

    def build(guarded: Guarded, sender: Address) -> Action:
        asset = asset_of(guarded, symbol)
        return market.set_cap(asset, exposure, cap_units(asset, exposure, amount))

    run(build, **options)


@cap.command()
@_symbol
@_exposure
@click.option("--to", "amount", required=True, help="The cap after the step, e.g. '5_500_000 USDC'.")
@acting
def step(symbol: str, exposure: Exposure, amount: str, **options: Any) -> None:
    """Move a cap by one step of its corridor: the risk steward."""

    def build(guarded: Guarded, sender: Address) -> Action:
        asset = asset_of(guarded, symbol)
        units = cap_units(asset, exposure, amount)
        return market.set_cap(asset, exposure, units, steward=guarded.guard.call("riskSteward"))

    run(build, **options)


@cap.command("sync")
@_symbol
@_exposure
@acting
def sync_cap(symbol: str, exposure: Exposure, **options: Any) -> None:
    """Move a cap that follows a source towards it, as far as the time since its last move allows: anyone."""
    run(
        lambda guarded, sender: upkeep.sync_cap(guarded, asset_of(guarded, symbol), exposure),
        **options,
    )


@cap.command()
@acting
def revoke(**options: Any) -> None:
    """Take the role of the risk steward away at once: guardian or governance."""
    run(lambda guarded, sender: market.revoke_steward(), **options)


@click.group()
def oracle() -> None:
    """Trip the oracle of an asset, end its trips, narrow it, or bring its reference up to date."""


@oracle.command()
@_symbol
@_duration
@reason_option
@acting
def trip(symbol: str, duration: int, reason: str, **options: Any) -> None:
    """Let nobody use prices of ASSET for a time, but as its policy says of a trip.

    Repaying and adding collateral ask for no price and stay open.
    """
    run(lambda guarded, sender: market.trip_oracle(asset_of(guarded, symbol), duration, reason), **options)


@oracle.command()
@_symbol
@click.option("--to", "price", required=True, help="The new reference: what one whole asset costs.")
@acting
def reset(symbol: str, price: str, **options: Any) -> None:
    """End every trip of ASSET at a stated reference: governance, after the delay of resetOracle."""
    anchor = anchor_of(price)
    run(lambda guarded, sender: market.reset_oracle(asset_of(guarded, symbol), anchor), **options)


@oracle.command()
@_symbol
@click.option("--max-age", type=Duration(), help="A price is usable up to this age.")
@click.option("--threshold", type=Share(), help="… up to this distance from the reference, e.g. '5 %'.")
@click.option("--deviation", type=Share(), help="… and this one from the second source.")
@acting
def tighten(
    symbol: str, max_age: int | None, threshold: int | None, deviation: int | None, **options: Any
) -> None:
    """Narrow what a usable price of ASSET is: governance. What is left out stays.

    At once, or after the delay of tightenOracle where some operation goes on at the last good price.
    """

    def build(guarded: Guarded, sender: Address) -> Action:
        return upkeep.tighten_oracle(guarded, asset_of(guarded, symbol), max_age, threshold, deviation)

    run(build, **options)


@oracle.command("sync")
@_symbol
@acting
def sync_reference(symbol: str, **options: Any) -> None:
    """Bring the reference of ASSET up to date with its price: anyone, as often as the market moves."""
    run(lambda guarded, sender: upkeep.sync_reference(asset_of(guarded, symbol)), **options)


@click.command("clean-up-blocks")
@acting
def clean_up_blocks(**options: Any) -> None:
    """End the search for blocks once the last one has run out: anyone. Users then pay less gas."""
    run(lambda guarded, sender: upkeep.clean_up_blocks(), **options)
