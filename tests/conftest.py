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


def pytest_exception_interact(call: pytest.CallInfo[object]) -> None:
    """Ctrl-C ends the run: importing Ape makes it a SystemExit, which pytest books as one failed test."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, SystemExit) and error.code == 130:
        pytest.exit("interrupted", returncode=130)
