"""One contract of a deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guardrails.artifacts import Artifact
from guardrails.chain.types import Address
from guardrails.deploy.facts import Ref

DEPLOYER = Ref("deployer")


@dataclass(frozen=True)
class Part:
    """One contract: created from `artifact` with `arguments`, or already at `address`."""

    key: str
    artifact: Artifact | None
    arguments: tuple[Any, ...] = ()
    address: Address | None = None
