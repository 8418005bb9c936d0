"""What honest users of the Nomad bridge did in 2022, as recorded on Ethereum.

Source: AndreAugusto11/XChainWatcher at 4cc1ff1, MIT, Copyright (c) 2024 André Augusto. See
data/nomad/README.md.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from eth_utils.address import to_checksum_address

from guardrails.drill.nomad_history import MAIN_TOKENS, data_folder

ATTACK_BEGINS = datetime(2022, 8, 1, 21, 32, 31, tzinfo=UTC)
"""The first malicious transaction."""
HISTORY_BEGINS = datetime(2022, 3, 1, tzinfo=UTC)
"""The replay's first day; the seven weeks before were the bridge's launch."""
TRAINING_ENDS = datetime(2022, 7, 1, tzinfo=UTC)
"""The policy is chosen from what happened before this; July is out of sample."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One deposit or withdrawal: `timestamp` in Unix seconds, `amount` in smallest units, `usd` that day."""

    timestamp: int
    is_deposit: bool
    symbol: str
    token: str
    decimals: int
    amount: int
    account: str
    usd: Decimal | None


def honest_flows(
    since: datetime = HISTORY_BEGINS,
    until: datetime = ATTACK_BEGINS,
    symbols: Iterable[str] = MAIN_TOKENS,
    path: Path | None = None,
) -> list[Flow]:
    """Everything but the attack, from `since` to just before `until`, in order of time."""
    wanted, first, end = frozenset(symbols), since.timestamp(), until.timestamp()
    with gzip.open(path or data_folder() / "nomad" / "flows_2022.csv.gz", "rt", newline="") as file:
        flows = [
            Flow(
                timestamp=int(row["timestamp"]),
                is_deposit=row["kind"] == "deposit",
                symbol=row["symbol"],
                token=to_checksum_address(row["token"]),
                decimals=int(row["decimals"]),
                amount=int(row["amount"]),
                account=row["account"],
                usd=Decimal(row["usd"]) if row["usd"] else None,
            )
            for row in csv.DictReader(file)
            if row["attack"] == "0" and row["symbol"] in wanted and first <= int(row["timestamp"]) < end
        ]
    return sorted(flows, key=lambda flow: flow.timestamp)


def last_price(flows: Sequence[Flow], symbol: str) -> Decimal:
    """USD for one whole token, from the last flow of any size that has a price; ValueError if none has."""
    for flow in reversed(flows):
        if flow.symbol == symbol and flow.usd is not None and flow.usd >= 10:
            return flow.usd * Decimal(10**flow.decimals) / flow.amount
    raise ValueError(f"no flow of {symbol} has a price")
