"""What the compiler said of the contracts of these tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guardrails.fuzz.bypass.trees import Trees, load
from tests.fuzz.bypass.bypass_compile import compiled_file


@pytest.fixture(scope="session")
def output_file() -> Path:
    """A file of standard-json output."""
    return compiled_file()


@pytest.fixture(scope="session")
def output(output_file: Path) -> dict[str, Any]:
    """What it holds."""
    return dict(json.loads(output_file.read_text()))


@pytest.fixture(scope="session")
def trees(output_file: Path) -> Trees:
    """Its syntax trees."""
    return load(output_file)
