"""Options of the whole suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--network",
        metavar="NAME",
        help="the public network that tests/upstream forks, as Ape names it, such as "
        "ethereum:mainnet-fork:foundry (default: a chain of our own that holds the same protocols)",
    )
