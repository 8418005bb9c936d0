"""Emergency functions on accounts, entries, caps and prices: dry run unless --execute is given."""

from __future__ import annotations

from typing import Any, get_args

import click

from guardrails.chain import Address
from guardrails.chain.abi import selector as selector_of
from guardrails.cli._acting import acting, reason_option, run
from guardrails.cli._params import Duration
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.policy import Asset
from guardrails.policy.address import checksum, is_hex_address
from guardrails.policy.caps import UNLIMITED_CAP, Exposure
from guardrails.policy.encoding import LIMIT_BITS, scale_down
from guardrails.policy.oracle import PRICE_SCALE
from guardrails.policy.problems import did_you_mean
from guardrails.policy.units import UnitError, parse_amount, parse_number
from guardrails.response import Action, market

MOST_ACCOUNTS = 100
"""As many as one call of the contract takes."""
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
    """Cut, lift, set or step how much of an asset there may be."""


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


@cap.command()
@acting
def revoke(**options: Any) -> None:
    """Take the role of the risk steward away at once: guardian or governance."""
    run(lambda guarded, sender: market.revoke_steward(), **options)


@click.group()
def oracle() -> None:
    """Trip the oracle of an asset, or end its trips."""


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


def asset_of(guarded: Guarded, symbol: str) -> Asset:
    symbols = [asset.symbol for asset in guarded.policy.assets]
    if symbol not in symbols:
        raise GuardrailsError(f"`{symbol}` is not an asset", "ASSET", did_you_mean(symbol, symbols))
    return guarded.policy.asset(symbol)


def accounts_of(guarded: Guarded, texts: tuple[str, ...]) -> list[Address]:
    """Addresses, and aliases of the policy; each once."""
    found: list[Address] = []
    for text in texts:
        account = guarded.policy.account(text)
        if not is_hex_address(account):
            raise GuardrailsError(
                f"`{text}` is not an account",
                "ACCOUNT",
                did_you_mean(text, guarded.policy.accounts, otherwise="Write 0x and 40 digits."),
            )
        found.append(checksum(account))
    found = list(dict.fromkeys(found))
    if len(found) > MOST_ACCOUNTS:
        what = f"{len(found)} accounts are more than the {MOST_ACCOUNTS} that one call takes"
        raise GuardrailsError(what, "ACCOUNT", "Block them in several calls.")
    return found


def entry_of(guarded: Guarded, texts: tuple[str, ...]) -> tuple[bytes, str] | None:
    """Selector and name of `entry:withdraw` or `entry:0x2e1a7d4d`; None where accounts are meant."""
    entries = [text.removeprefix("entry:") for text in texts if text.startswith("entry:")]
    if not entries:
        return None
    if len(texts) > 1:
        raise GuardrailsError("an entry is blocked by itself", "ACCOUNT", "Name one entry, or accounts only.")
    name = entries[0]
    if name.startswith("0x"):
        try:
            head = bytes.fromhex(name[2:])
        except ValueError:
            head = b""
        if len(head) != 4:
            raise GuardrailsError(f"`{name}` is no selector of 4 bytes", "ACCOUNT", "Write entry:0x2e1a7d4d.")
        return head, name
    functions = guarded.protocol.interface.functions
    if "(" not in name and len(functions.get(name, ())) > 1:
        raise GuardrailsError(
            f"there are several functions `{name}`", "ACCOUNT", "Write its selector: entry:0x2e1a7d4d."
        )
    if name not in functions:
        names = [known for known in functions if "(" not in known]
        raise GuardrailsError(f"there is no function `{name}`", "ACCOUNT", did_you_mean(name, names))
    return selector_of(functions[name][0]), name


def cap_units(asset: Asset, exposure: Exposure, text: str) -> int:
    """A cap in smallest units: an amount with its unit, `unlimited`, or the policy's own."""
    if text == "unlimited":
        return UNLIMITED_CAP
    if text == "policy":
        stated = asset.encoded_caps().get(exposure)
        if stated is None:
            what = f"the policy states no {exposure} cap of {asset.symbol}"
            raise GuardrailsError(what, "--to", "State an amount.")
        return stated.cap
    if text == "0":
        return 0
    try:
        amount = parse_amount(text)
    except UnitError as error:
        raise GuardrailsError(error.what, "--to", error.remedy) from None
    units = amount.number * 10**asset.decimals
    if not asset.accepts_unit(amount.unit) or units.denominator != 1:
        raise GuardrailsError(
            f"`{text}` is not an amount of {asset.symbol} with {asset.decimals} decimals",
            "--to",
            f"Write e.g. '1_000 {asset.symbol}'.",
        )
    lower = scale_down(int(units), LIMIT_BITS).value
    if lower != units:
        raise GuardrailsError(
            f"{asset.text(int(units))} does not fit the chain's short form",
            "--to",
            f"The nearest lower value is {asset.text(lower)}.",
        )
    return int(units)


def anchor_of(text: str) -> int:
    """A reference times 1e18."""
    try:
        scaled = parse_number(text.strip()) * PRICE_SCALE
    except UnitError as error:
        raise GuardrailsError(error.what, "--to", error.remedy) from None
    if scaled.denominator != 1 or not 0 < scaled < 1 << 128:
        raise GuardrailsError(
            f"`{text}` is no price of at most 18 decimals", "--to", "Write what one whole asset costs."
        )
    return int(scaled)
