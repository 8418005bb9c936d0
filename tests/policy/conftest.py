"""A valid policy as text; tests change one thing in it."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def bridge_text() -> str:
    return (Path(__file__).parent / "bridge.yaml").read_text(encoding="utf-8")
