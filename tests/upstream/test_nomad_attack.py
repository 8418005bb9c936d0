"""All of the attack's withdrawals in the five main tokens, at their times, against the unguarded bridge."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from guardrails.chain import AnvilChain, Chain, RevmChain
from guardrails.drill.nomad_history import attack_withdrawals, totals
from guardrails.drill.upstream.nomad import build_nomad
from guardrails.drill.upstream.tokens import DECIMALS

BEFORE = 1_659_300_000
"""A day before the attack, Unix seconds."""


@pytest.fixture(params=["anvil", "revm"])
def chain_of_2022(request: pytest.FixtureRequest) -> Iterator[Chain]:
    chain: Chain = (
        AnvilChain.start(timestamp=BEFORE) if request.param == "anvil" else RevmChain(timestamp=BEFORE)
    )
    yield chain
    chain.close()


def test_every_withdrawal_is_paid_and_the_escrow_is_empty(chain_of_2022: Chain) -> None:
    chain = chain_of_2022
    deployer, attacker = chain.accounts[0], chain.accounts[1]
    attack = attack_withdrawals()
    taken = totals(attack)
    nomad = build_nomad(chain, deployer)
    nomad.fund_escrow(taken)
    recipients = {(w.symbol, w.recipient) for w in attack}
    before = {pair: nomad.escrow(pair[0], of=pair[1]) for pair in recipients}

    for nonce, withdrawal in enumerate(attack):
        if withdrawal.timestamp > chain.block().timestamp:
            chain.warp(withdrawal.timestamp)
        message = nomad.withdrawal_message(nonce, withdrawal.recipient, withdrawal.symbol, withdrawal.amount)
        nomad.process(message, sender=attacker)

    received = dict.fromkeys(DECIMALS, 0)
    for symbol, recipient in recipients:
        received[symbol] += nomad.escrow(symbol, of=recipient) - before[symbol, recipient]
    assert received == taken
    assert {symbol: nomad.escrow(symbol) for symbol in taken} == dict.fromkeys(taken, 0)
    assert chain.block().timestamp >= attack[-1].timestamp


def test_the_record_is_the_attack_that_is_known() -> None:
    attack = attack_withdrawals()
    known = [w.usd for w in attack if w.usd is not None]

    assert len(attack) == 375
    assert len(known) == 375
    assert sum(known, Decimal()) == pytest.approx(Decimal("159.57e6"), rel=Decimal("0.0001"))
    assert [w.timestamp for w in attack] == sorted(w.timestamp for w in attack)
    assert set(totals(attack)) == set(DECIMALS)
