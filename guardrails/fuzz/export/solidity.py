"""A finding as a forge test: the state in a file, each step as a raw call, the property as numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

from guardrails.chain import Address, AnvilChain
from guardrails.fuzz.artefact import Artefact, write_whole
from guardrails.fuzz.enact import Deed, enact, open_world
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.export import comment, identifier, render
from guardrails.fuzz.export.state import state_of
from guardrails.fuzz.fork import Fork, ForkedAnvil
from guardrails.fuzz.search.result import PROFIT
from guardrails.fuzz.step import numbered
from guardrails.fuzz.target import Target, find_target
from guardrails.fuzz.world import THIEF, World


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder began with of one token, and what a smallest unit of it counts."""

    words: str
    token: Address
    holder: Address
    began: int
    weight: int


def export_forge(artefact: Artefact, path: Path) -> tuple[Path, ...]:
    """The paths of the test and of the state beside it. The state is that of the target as it is now."""
    finding = artefact.finding
    target = find_target(finding.sequence.target)
    chain = target.chain("anvil")
    try:
        assert isinstance(chain, AnvilChain)
        world = open_world(target, chain)
        state, readings = state_of(chain), _readings(artefact, world)
        fork = _fork(target.fork, chain) if isinstance(chain, ForkedAnvil) else None
        first = chain.block().number
        done = enact(target, world, finding.sequence, finding.property)
        steps = finding.sequence.steps[: len(done.deeds)]
        calls = [world.encode(step) if step.function or step.calls else None for step in steps]
        shares, most = _shares(target, world) if finding.property == PROFIT else ([], 0)
    finally:
        chain.close()
    if not shares and not readings:
        raise HarnessFault(
            f"no call to a contract shows that {finding.property} fell: forge could not judge it",
            artefact.where,
            "Export it with --format pytest.",
        )
    assert artefact.broken_at is not None
    texts = [
        _step(world, deed, call, value=step.value, actor=step.actor, first=first)
        for step, call, deed in zip(steps, calls, done.deeds, strict=True)
    ][: artefact.broken_at]
    beside = path.with_name(f"{path.name.removesuffix('.sol').removesuffix('.t')}.state.json")
    place = _from_root(beside)
    absolute = Path(place).is_absolute()
    text = render(
        "Finding.t.sol.j2",
        name=identifier(finding.property),
        evidence=comment(finding.evidence),
        message="unicode"
        + json.dumps(comment(f"{finding.property}: {finding.evidence}"), ensure_ascii=False),
        target=comment(finding.sequence.target),
        seed=finding.seed,
        state=json.dumps(place if absolute else f"/{place}"),
        absolute=absolute,
        folder=json.dumps(_from_root(beside.parent)),
        chain_id=chain.chain_id,
        fork=fork,
        steps=list(numbered(texts)),
        readings=readings,
        shares=shares,
        most=most,
    )
    write_whole(beside, json.dumps(state, separators=(",", ":")))
    write_whole(path, text)
    return path, beside


def _step(
    world: World, deed: Deed, call: tuple[Address, bytes] | None, *, value: int, actor: str, first: int
) -> dict[str, Any]:
    return {
        "words": comment(deed.step),
        "came": "done" if deed.ok else f"refused: {comment(deed.said)}",
        "from": None if call is None else world.address(actor),
        "to": None if call is None else call[0],
        "data": b"" if call is None else call[1].hex(),
        "value": value,
        "time": world.started + deed.after,
        "block": first + deed.block,
    }


def _readings(artefact: Artefact, world: World) -> list[dict[str, str]]:
    return [
        {
            "words": comment(reading.contract),
            "to": world.address(reading.contract),
            "data": reading.data,
            "answer": reading.answer,
        }
        for reading in artefact.readings
    ]


def _shares(target: Target, world: World) -> tuple[list[Share], int]:
    """The thief's gain in whole numbers: the sum of the shares is at most `most`; none where a target counts
    in another way."""
    if type(target).profit is not Target.profit:
        return [], 0
    promised = target.promised(world)
    limit = target.dust if promised is None else promised
    prices: dict[str, Fraction] = {}
    for symbol, token in world.assets.items():
        asset = next((a for a in world.policy.assets if a.symbol == symbol), None) if world.policy else None
        price = asset.price_usd if asset and asset.price_usd is not None else Fraction(1)
        prices[symbol] = Fraction(price) / 10 ** int(token.call("decimals"))
    unit = lcm(limit.denominator, *(price.denominator for price in prices.values()))
    accounts, shares = world.accounts_of(THIEF), []
    for symbol, price in prices.items():
        for index, account in enumerate(accounts):
            began = 0 if index else world.thief_began_with.get(symbol, 0)
            at = world.assets[symbol].address
            shares.append(Share(f"{symbol} of the thief", at, account, began, int(price * unit)))
    return shares, int(limit * unit)


def _fork(fork: Fork | None, chain: ForkedAnvil) -> dict[str, Any]:
    """Where forge finds the chain and how it knows it again; its address is for the environment to say."""
    assert fork is not None
    return {"variable": fork.variable, "block": fork.block, "hash": chain.block(fork.block).hash.hex()}


def _from_root(path: Path) -> str:
    """As forge names files: from the folder of the nearest foundry.toml."""
    full = path.absolute()
    for folder in full.parents:
        if (folder / "foundry.toml").is_file():
            return full.relative_to(folder).as_posix()
    return full.as_posix()
