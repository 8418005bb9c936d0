"""A finding is taken again on a node before anybody hears of it."""

from __future__ import annotations

from typing import Any

from guardrails.fuzz.finding import Finding, broken_by
from guardrails.fuzz.search import PROFIT
from guardrails.fuzz.target import find_target


def on_a_node(finding: Finding) -> dict[str, Any]:
    """The finding's document; `confirmed` says whether the same property falls on anvil, `on_a_node` how."""
    target = find_target(finding.sequence.target)
    chain = target.chain("anvil")
    try:
        world = target.build(chain)
        if finding.property == PROFIT:
            world.run(finding.sequence.steps)
            profit, promised = target.profit(world), target.promised(world)
            confirmed = profit > (target.dust if promised is None else promised)
            seen = f"the thief gained {float(profit):,.2f} USD"
        else:
            world.invariants.extend(target.invariants(world))
            broken = broken_by(world, finding.sequence)
            confirmed = broken is not None and broken.name == finding.property
            seen = str(broken) if broken else "every property held"
    finally:
        chain.close()
    return {**finding.to_json(), "confirmed": confirmed, "on_a_node": seen}
