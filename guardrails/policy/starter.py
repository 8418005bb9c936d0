"""Commented starter policies: one template, three kinds of protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_USDC: Final = {
    "symbol": "USDC",
    "address": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
    "decimals": 6,
    "price": "1.00",
    "limit": "1_000_000",
    "credit": "50 %",
    "exemption": "2_500",
    "supply": "20_000_000",
    "borrow": "15_000_000",
    "least": "5_000_000",
    "age": "24h",
    "threshold": "2 %",
    "drift": "0.5 %",
    "liquidation": "5 %",
}
_WETH: Final = {
    "symbol": "WETH",
    "address": "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
    "decimals": 18,
    "price": "3_000",
    "limit": "400",
    "credit": "50 %",
    "exemption": "1",
    "supply": "8_000",
    "borrow": "6_000",
    "least": "2_000",
    "age": "1h",
    "threshold": "10 %",
    "drift": "10 %",
    "liquidation": "25 %",
}

KINDS: Final[dict[str, dict[str, Any]]] = {
    "vault": {
        "assets": [_USDC],
        "over_limit": "queue",
        "sentinel_operations": "WITHDRAW, REDEEM",
        "exit_only": "DEPOSIT, MINT",
        "grace": None,
        "deposit_age": "10m",
    },
    "bridge": {
        "assets": [_USDC, _WETH],
        "over_limit": "queue",
        "sentinel_operations": "WITHDRAW, MINT",
        "exit_only": "DEPOSIT, MINT",
        "grace": None,
        "deposit_age": None,
    },
    "lending": {
        "assets": [_USDC, _WETH],
        "over_limit": "revert",
        "sentinel_operations": "WITHDRAW, BORROW, REMOVE_COLLATERAL",
        "exit_only": "DEPOSIT, BORROW, MINT, TRADE",
        "grace": "1h",
        "deposit_age": "10m",
    },
}


def starter(kind: str, name: str) -> str:
    """The text of a starter policy; it is valid as it stands, with placeholder accounts."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("guardrails.yaml.j2").render(kind=kind, name=name, **KINDS[kind])
