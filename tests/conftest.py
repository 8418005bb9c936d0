"""What every test here shares: state inside the checkout, whichever way pytest was started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

os.environ.setdefault("APE_DATA_FOLDER", str(ROOT / ".ape"))
os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".cache" / "solcx"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
