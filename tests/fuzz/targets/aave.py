"""The example's vault over the real Aave V3 market, on a fork of the chain that holds it.

Where that chain is, `GUARDRAILS_UPSTREAM` says: {"url", "block", "cache", "addresses"} as JSON.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from guardrails import artifacts
from guardrails.chain import Contract
from guardrails.fuzz import Fork, PolicyTarget, World
from guardrails.policy import Policy, loads

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/vault/guardrails.yaml"


def upstream() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(os.environ["GUARDRAILS_UPSTREAM"])
    return found


class AaveVault(PolicyTarget):
    policy_file = str(EXAMPLE)
    actions = ("protocol.deposit", "protocol.withdraw", "protocol.redeem", "protocol.settle", "USDC.transfer")

    @property
    def fork(self) -> Fork:  # type: ignore[override]
        where = upstream()
        return Fork("$GUARDRAILS_NODE", where["block"], Path(where["cache"]))

    def policy(self) -> Policy:
        where = upstream()["addresses"]
        usdc, text = where["tokens"]["USDC"], EXAMPLE.read_text(encoding="utf-8")
        text = re.sub(r'(symbol: USDC\n +address: )"0x\w+"', rf'\g<1>"{usdc}"', text)
        pool, a_token = where["aave_v3"]["pool"], where["aave_v3"]["aUSDC"]
        text = text.replace("artifact: GuardedVault", "artifact: AaveVault")
        return loads(text.replace("symbol: gUSDC", f'symbol: gUSDC, pool: "{pool}", aToken: "{a_token}"'))

    def invested(self, world: World) -> int:
        """Smallest units of USDC that the vault has in Aave."""
        receipts = upstream()["addresses"]["aave_v3"]["aUSDC"]
        a_token = Contract(world.chain, receipts, artifacts.load("FuzzToken").abi)
        return int(a_token.call("balanceOf", world.contracts["protocol"].address))
