"""The 2-of-3 Safe does what two owners signed, and nothing else."""

from __future__ import annotations

import pytest
from eth_account import Account

from guardrails.chain import Reverted
from guardrails.drill.upstream.build import Upstream
from guardrails.drill.upstream.safe import CALL, ZERO

AMOUNT = 10**18
SIGNATURES_MISSING = "GS020"
NOT_AN_OWNER = "GS026"


def test_two_of_three_owners_execute(protocols: Upstream, user: str) -> None:
    safe, weth = protocols.safe, protocols.weth
    protocols.fund("WETH", safe.address, AMOUNT)

    safe.execute(weth.address, weth.encode("transfer", user, AMOUNT), signers=safe.owners[1:])

    assert weth.call("balanceOf", user) == AMOUNT
    assert weth.call("balanceOf", safe.address) == 0


def test_one_of_three_is_refused(protocols: Upstream, user: str) -> None:
    safe, weth = protocols.safe, protocols.weth
    protocols.fund("WETH", safe.address, AMOUNT)

    with pytest.raises(Reverted, match=SIGNATURES_MISSING):
        safe.execute(weth.address, weth.encode("transfer", user, AMOUNT), signers=safe.owners[:1])
    assert weth.call("balanceOf", safe.address) == AMOUNT


def test_a_stranger_does_not_count_as_the_second_owner(protocols: Upstream, user: str) -> None:
    safe, weth = protocols.safe, protocols.weth
    stranger = Account.from_key(b"\x07" * 32)

    with pytest.raises(Reverted, match=NOT_AN_OWNER):
        safe.execute(weth.address, weth.encode("transfer", user, 0), signers=(safe.owners[0], stranger))


def test_signatures_serve_once(protocols: Upstream, user: str) -> None:
    safe, weth = protocols.safe, protocols.weth
    protocols.fund("WETH", safe.address, 2 * AMOUNT)
    data = weth.encode("transfer", user, AMOUNT)
    signatures = safe.sign(safe.transaction(weth.address, data), safe.owners[:2])
    arguments = (weth.address, 0, data, CALL, 0, 0, 0, ZERO, ZERO, signatures)

    safe.contract.send("execTransaction", *arguments, sender=user)
    with pytest.raises(Reverted, match=NOT_AN_OWNER):
        safe.contract.send("execTransaction", *arguments, sender=user)
    assert weth.call("balanceOf", user) == AMOUNT


def test_refusal_of_the_target_is_told(protocols: Upstream) -> None:
    pool = protocols.uniswap_v3.pool

    with pytest.raises(Reverted, match="AI"):
        protocols.safe.execute(pool.address, pool.encode("initialize", 2**96))


def test_owners_and_threshold_are_the_chains(protocols: Upstream) -> None:
    safe = protocols.safe

    assert list(safe.contract.call("getOwners")) == [owner.address for owner in safe.owners]
    assert safe.contract.call("getThreshold") == safe.threshold == 2
