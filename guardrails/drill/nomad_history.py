"""What happened to the Nomad bridge: the attack of 2022-08-01, as recorded on Ethereum.

Source: AndreAugusto11/XChainWatcher at 4cc1ff1, MIT, Copyright (c) 2024 André Augusto. See
data/nomad/README.md.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from eth_utils.address import to_checksum_address

import guardrails
from guardrails.errors import GuardrailsError

MAIN_TOKENS = ("WETH", "USDC", "USDT", "WBTC", "DAI")
ENVIRONMENT_VARIABLE = "GUARDRAILS_DATA"


@dataclass(frozen=True)
class Withdrawal:
    """One withdrawal: `timestamp` in Unix seconds, `amount` in smallest units, `usd` at that day's price."""

    timestamp: int
    symbol: str
    amount: int
    recipient: str
    tx_hash: str
    usd: Decimal | None


def data_folder() -> Path:
    """The recorded data: $GUARDRAILS_DATA, else a checkout's `data`, else what the wheel brought."""
    if named := os.environ.get(ENVIRONMENT_VARIABLE):
        return Path(named)
    package = Path(guardrails.__file__).parent
    for folder in (package.parent / "data", package / "_data"):
        if (folder / "nomad").is_dir():
            return folder
    raise GuardrailsError(
        "the recorded data is not installed", str(package), f"Name its folder in {ENVIRONMENT_VARIABLE}."
    )


def attack_withdrawals(symbols: Iterable[str] = MAIN_TOKENS, path: Path | None = None) -> list[Withdrawal]:
    """The attack's withdrawals in these tokens, in the order in which they happened."""
    wanted = frozenset(symbols)
    with (path or data_folder() / "nomad" / "attack_withdrawals.csv").open(newline="") as file:
        return [
            Withdrawal(
                timestamp=int(row["timestamp"]),
                symbol=row["symbol"],
                amount=int(row["amount"]),
                recipient=to_checksum_address(row["recipient"]),
                tx_hash=row["tx_hash"],
                usd=Decimal(row["usd"]) if row["usd"] else None,
            )
            for row in csv.DictReader(file)
            if row["symbol"] in wanted
        ]


def totals(withdrawals: Iterable[Withdrawal]) -> dict[str, int]:
    """Sum of the amounts, by token."""
    sums: dict[str, int] = {}
    for withdrawal in withdrawals:
        sums[withdrawal.symbol] = sums.get(withdrawal.symbol, 0) + withdrawal.amount
    return sums
