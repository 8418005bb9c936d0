"""What people name on the command line: assets, accounts, entries, subjects of a lock, amounts."""

from __future__ import annotations

from guardrails.chain import Address
from guardrails.chain.abi import selector as selector_of
from guardrails.deploy import Guarded
from guardrails.errors import GuardrailsError
from guardrails.policy import Asset
from guardrails.policy.address import checksum, is_hex_address
from guardrails.policy.caps import UNLIMITED_CAP, Exposure
from guardrails.policy.oracle import PRICE_SCALE
from guardrails.policy.problems import did_you_mean
from guardrails.policy.units import UnitError, parse_amount, parse_number
from guardrails.response import actions

MOST_ACCOUNTS = 100
"""As many as one call of the contract takes."""


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


def subject_of(guarded: Guarded, text: str) -> tuple[bytes, str]:
    """What is locked, as the contract numbers it, and its name for people."""
    kind, _, rest = text.partition(":")
    if kind == "position" and rest:
        try:
            position = bytes.fromhex(rest.removeprefix("0x")).rjust(32, b"\0")
            if len(position) > 32:
                raise GuardrailsError(f"`{rest}` is longer than 32 bytes", "SUBJECT", "Write position:0x….")
            return guarded.guard.call("positionSubject", position), f"position 0x{position.hex()}"
        except ValueError:
            raise GuardrailsError(f"`{rest}` is not hexadecimal", "SUBJECT", "Write position:0x….") from None
    tokens = {asset.symbol: asset.address for asset in guarded.policy.assets}
    if text in tokens or text in tokens.values():
        address = tokens.get(text, text)
        return guarded.guard.call("assetSubject", address), f"asset {text}"
    account = guarded.policy.account(text)
    if not is_hex_address(account):
        raise GuardrailsError(
            f"`{text}` is neither an account, an asset nor a position",
            "SUBJECT",
            f"Write an address, one of {', '.join(tokens)}, or position:0x….",
        )
    return guarded.guard.call("accountSubject", account), f"account {account}"


def limit_units(asset: Asset, text: str) -> int:
    """A limit in smallest units: an amount with its unit, or the policy's own."""
    if text != "policy":
        return units_of(asset, text)
    if asset.limit is None:
        raise GuardrailsError(f"the policy does not limit {asset.symbol}", "--to", "State an amount.")
    return asset.limit


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
    return actions.require_exact(asset, units_of(asset, text), "--to").value


def units_of(asset: Asset, text: str) -> int:
    """An amount of the asset in smallest units."""
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
