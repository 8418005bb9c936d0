"""The Nomad bridge pays on any message, because its Replica was initialised with root zero."""

from __future__ import annotations

import pytest

from guardrails.chain import Contract, Reverted
from guardrails.drill.upstream.build import Upstream
from guardrails.drill.upstream.nomad import NO_ROOT, OPTIMISTIC_SECONDS, core
from guardrails.drill.upstream.nomad_message import ETHEREUM, MOONBEAM, address_word

AMOUNT = 100 * 10**6
AFTER_FEE = AMOUNT * 9_995 // 10_000


def test_unproven_message_is_paid(protocols: Upstream, user: str) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", nomad.router, 2 * AMOUNT)

    nomad.process(nomad.withdrawal_message(1, user, "USDC", AMOUNT), sender=user)

    assert protocols.usdc.call("balanceOf", user) == AMOUNT
    assert nomad.escrow("USDC") == AMOUNT


def test_a_message_is_paid_once(protocols: Upstream, user: str) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", nomad.router, 2 * AMOUNT)
    message = nomad.withdrawal_message(1, user, "USDC", AMOUNT)

    nomad.process(message, sender=user)
    with pytest.raises(Reverted, match="!proven"):
        nomad.process(message, sender=user)
    nomad.process(nomad.withdrawal_message(2, user, "USDC", AMOUNT), sender=user)
    assert protocols.usdc.call("balanceOf", user) == 2 * AMOUNT


def test_a_replica_with_a_real_root_refuses_the_same_message(protocols: Upstream, user: str) -> None:
    nomad, chain = protocols.nomad, protocols.chain
    sound = Contract.deploy(chain, core("Replica"), ETHEREUM, sender=user)
    sound.send("initialize", MOONBEAM, user, b"\x01" * 32, OPTIMISTIC_SECONDS, sender=user)
    message = nomad.withdrawal_message(1, user, "USDC", AMOUNT)

    assert nomad.replica_contract.call("acceptableRoot", NO_ROOT) is True
    assert sound.call("acceptableRoot", NO_ROOT) is False
    with pytest.raises(Reverted, match="!proven"):
        sound.send("process", message, sender=user)


def test_the_escrow_is_the_limit(protocols: Upstream, user: str) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", nomad.router, AMOUNT)

    with pytest.raises(Reverted):
        nomad.process(nomad.withdrawal_message(1, user, "USDC", AMOUNT + 1), sender=user)
    assert nomad.escrow("USDC") == AMOUNT


def test_only_the_replica_and_the_remote_router_are_heard(protocols: Upstream, user: str) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", nomad.router, AMOUNT)
    message = nomad.withdrawal_message(1, user, "USDC", AMOUNT)
    sender, body = message[4:36], message[76:]

    with pytest.raises(Reverted, match="!replica"):
        nomad.router_contract.send("handle", MOONBEAM, 1, sender, body, sender=user)
    with pytest.raises(Reverted, match="!remote router"):
        nomad.process(message[:4] + address_word(user) + message[36:], sender=user)
    with pytest.raises(Reverted, match="Ownable"):
        nomad.router_contract.send("enrollRemoteRouter", MOONBEAM, address_word(user), sender=user)


def test_fast_liquidity_pays_the_recipient_first_and_the_provider_later(
    protocols: Upstream, user: str, provider: str
) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", nomad.router, AMOUNT)
    protocols.fund("USDC", provider, AMOUNT)
    protocols.usdc.send("approve", nomad.router, AMOUNT, sender=provider)
    message = nomad.withdrawal_message(1, user, "USDC", AMOUNT, fast=True)

    nomad.router_contract.send("preFill", MOONBEAM, 1, message[76:], sender=provider)
    assert protocols.usdc.call("balanceOf", user) == AFTER_FEE
    nomad.process(message, sender=user)

    assert protocols.usdc.call("balanceOf", user) == AFTER_FEE
    assert protocols.usdc.call("balanceOf", provider) == AMOUNT - AFTER_FEE + AMOUNT


def test_a_slow_message_cannot_be_prefilled(protocols: Upstream, user: str) -> None:
    nomad = protocols.nomad
    message = nomad.withdrawal_message(1, user, "USDC", AMOUNT)

    with pytest.raises(Reverted, match="!fast transfer"):
        nomad.router_contract.send("preFill", MOONBEAM, 1, message[76:], sender=user)


def test_a_deposit_goes_to_the_escrow_and_is_announced_with_its_details(
    protocols: Upstream, user: str
) -> None:
    nomad = protocols.nomad
    protocols.fund("USDC", user, AMOUNT)
    home = Contract(protocols.chain, nomad.home, core("Home").abi)

    receipt = nomad.deposit("USDC", AMOUNT, user, sender=user)

    assert nomad.escrow("USDC") == AMOUNT
    (dispatched,) = home.decode_logs(receipt, "Dispatch")
    expected = nomad.withdrawal_message(0, user, "USDC", AMOUNT, details=nomad.details("USDC"))
    assert bytes(dispatched["message"])[76:] == expected[76:]
