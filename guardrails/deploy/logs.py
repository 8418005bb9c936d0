"""Every event of a kind that a contract has emitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guardrails.chain import Address, Chain, Contract, Log, RpcError


def events(contract: Contract, chain: Chain, event: str, from_block: int) -> list[Mapping[str, Any]]:
    """The arguments of every such event since then."""
    topic, _ = contract.interface.event(event)
    latest = chain.block().number
    logs = all_logs(chain, contract.address, topic, from_block, latest)
    return list(contract.decode_logs(logs, event))


def all_logs(chain: Chain, address: Address, topic: bytes, first: int, last: int) -> list[Log]:
    """Logs of a range, in halves where the node refuses it as too long."""
    try:
        return list(chain.logs(address=address, topics=[topic], from_block=first, to_block=last))
    except RpcError:
        if first >= last:
            raise
        middle = (first + last) // 2
        return [
            *all_logs(chain, address, topic, first, middle),
            *all_logs(chain, address, topic, middle + 1, last),
        ]
