"""The example's vault in four forms: embedded, in a hub, in shadow, and of OpenZeppelin's parts."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from guardrails.chain import Chain, Contract
from guardrails.fuzz import Invariant, PolicyTarget, Stage, Target, World
from guardrails.fuzz.target import USERS, approve, ready
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT
from guardrails.policy import Policy, loads

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "examples/vault/guardrails.yaml").read_text(encoding="utf-8")
EXACT_LIMIT = 864_000
"""USDC a day: ten million units a second, so that nobody's refill has to be rounded."""


def changed(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        text, count = re.subn(old, new, text)
        assert count == 1, old
    return text


class Embedded(PolicyTarget):
    policy_file = "vault.yaml"
    text: ClassVar[str] = TEXT

    def policy(self) -> Policy:
        return loads(self.text)


class InHub(Embedded):
    text = changed(
        (
            r"  artifact: GuardedVault\n  constructor: (\{.*\})\nmode: embedded[^\n]*\n",
            r"mode: hub\nmembers: [{artifact: HubVault, constructor: \1}]\n",
        )
    )


class InShadow(Embedded):
    text = changed((r"shadow: \[\]", "shadow: [pause, level, outflow, lock]"))


def plain(limit: int) -> str:
    """Nothing but a limit (USDC a day) and a pause: what OpenZeppelin's parts promise too."""
    return changed(
        (r"limit: 1_000_000 USDC", f"limit: {limit} USDC"),
        (r"inflow_credit: 50 %", "inflow_credit: 0 %"),
        (r"exemption: 2_500 USDC", "exemption: 0 USDC"),
        (r"reserve: 20 %", "reserve: 0 %"),
        (r"over_limit: queue", "over_limit: revert"),
        (r"min_deposit_age: 10m", "min_deposit_age: 0s"),
    )


class Plain(Embedded):
    limit: ClassVar[int] = EXACT_LIMIT
    text = plain(EXACT_LIMIT)


class Rounded(Plain):
    limit = 1_000_000
    text = plain(1_000_000)


class OfOpenZeppelin(Target):
    """With the same people and money."""

    alike: ClassVar[type[Plain]] = Plain

    def build(self, chain: Chain) -> World:
        stage, policy = Stage(chain), self.alike().policy()
        asset = policy.assets[0]
        limit = self.alike.limit * 10**6
        token = stage.token(asset.symbol, asset.decimals, asset.address)
        stage.fund("USDC", dict.fromkeys((*USERS, "liquidator"), limit * 20))
        stage.fund("USDC", {"whale": limit * 1_000, THIEF: limit})
        for name, address in (("governance", policy.governance), ("guardian", policy.guardians[0])):
            stage.actor(name, address)
        vault = Contract.deploy(
            chain,
            compiled(),
            token.address,
            stage.actors["guardian"],
            86_400,
            limit,
            sender=stage.actors["deployer"],
        )
        contracts = {"protocol": vault, "guard": vault}
        world = World(
            chain,
            actors=stage.actors,
            contracts=contracts | stage.contracts,
            assets=stage.assets,
            protected=("protocol",),
        )
        approve(world, [*USERS, "whale", "liquidator", THIEF, THIEF_CONTRACT], ["protocol"])
        Plain().setup(world)
        return ready(world)

    def invariants(self, world: World) -> list[Invariant]:
        return []


class RoundedOfOpenZeppelin(OfOpenZeppelin):
    alike = Rounded


@cache
def compiled() -> Any:
    """`OpenZeppelinVault.sol`, by forge, apart from the suite's."""
    out = ROOT / ".cache/differential"
    command = [ROOT / "tools/forge", "build", "--quiet", "--out", out, "--cache-path", out / "cache"]
    subprocess.run([*command, "tests/fuzz/differential/OpenZeppelinVault.sol"], cwd=ROOT, check=True)
    made = json.loads((out / "OpenZeppelinVault.sol/OpenZeppelinVault.json").read_text(encoding="utf-8"))
    return SimpleNamespace(
        name="OpenZeppelinVault", abi=tuple(made["abi"]), bytecode=made["bytecode"]["object"]
    )
