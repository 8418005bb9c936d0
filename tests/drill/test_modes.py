"""The bridge with its guards inside and the one that asks a hub: the real Replica sees no difference."""

from __future__ import annotations

import pytest

from guardrails.chain import Contract, Reverted, RevmChain
from guardrails.deploy import Guarded, deploy
from guardrails.drill.bridge import bound_to
from guardrails.drill.flows import ATTACK_BEGINS
from guardrails.drill.nomad_history import Withdrawal, attack_withdrawals, totals
from guardrails.drill.upstream.nomad import REMOTE_ROUTER, NomadDeployment, build_nomad
from guardrails.drill.upstream.nomad_message import MOONBEAM, address_word
from guardrails.policy import Policy

FIRST = 40


def guarded_bridge(chain: RevmChain, nomad: NomadDeployment, policy: Policy, mode: str) -> Guarded:
    governance, guardian, watcher = chain.accounts[1:4]
    accounts = {"council": governance, "guardians": guardian, "watcher": watcher}
    constructor = {
        "connections_": nomad.connections,
        "remoteDomain_": str(MOONBEAM),
        "remoteRouter_": "0x" + address_word(REMOTE_ROUTER).hex(),
    }
    data = bound_to(policy, nomad.tokens, accounts).model_dump(mode="json", exclude_none=True)
    data["mode"] = mode
    if mode == "hub":
        data["members"] = [{"artifact": "HubBridge", "constructor": constructor}]
    else:
        data["protocol"] |= {"artifact": "GuardedBridge", "constructor": constructor}
    return deploy(Policy.model_validate(data), chain, nomad.owner)


def replayed(mode: str, policy: Policy, withdrawals: list[Withdrawal]) -> list[object]:
    chain = RevmChain(timestamp=int(ATTACK_BEGINS.timestamp()) - 86_400)
    nomad = build_nomad(chain, chain.accounts[0])
    bridge = guarded_bridge(chain, nomad, policy, mode)
    nomad.fund_escrow(totals(attack_withdrawals()), to=bridge.address)
    seen: list[object] = []
    for nonce, withdrawal in enumerate(withdrawals):
        if withdrawal.timestamp > chain.block().timestamp:
            chain.warp(withdrawal.timestamp)
        message = nomad.withdrawal_message(
            nonce, withdrawal.recipient, withdrawal.symbol, withdrawal.amount, router=bridge.address
        )
        receipt = nomad.process(message, sender=chain.accounts[5])
        claims = bridge.guard.decode_logs(receipt, "ClaimCreated")
        paid = nomad.escrow(withdrawal.symbol, of=withdrawal.recipient)
        seen.append((len(claims), paid, [claim["amount"] for claim in claims]))
    escrow = Contract(chain, bridge.address, bridge.protocol.interface)
    seen.append([escrow.call("escrow", token) for token in nomad.tokens.values()])
    return seen


def test_embedded_and_hub_decide_alike(demo_policy: Policy) -> None:
    withdrawals = attack_withdrawals()[:FIRST]

    embedded = replayed("embedded", demo_policy, withdrawals)

    assert embedded == replayed("hub", demo_policy, withdrawals)
    assert {entry[0] for entry in embedded[:-1]} == {0, 1}  # type: ignore[index]


@pytest.mark.parametrize("mode", ["embedded", "hub"])
def test_a_message_refused_by_a_pause_stays_with_the_replica(demo_policy: Policy, mode: str) -> None:
    chain = RevmChain(timestamp=int(ATTACK_BEGINS.timestamp()) - 86_400)
    nomad = build_nomad(chain, chain.accounts[0])
    bridge = guarded_bridge(chain, nomad, demo_policy, mode)
    nomad.fund_escrow({"USDC": 10**9}, to=bridge.address)
    user = chain.accounts[6]
    message = nomad.withdrawal_message(1, user, "USDC", 10**6, router=bridge.address)
    bridge.guard.send("pause", 2, 3_600, "test", sender=chain.accounts[2])

    with pytest.raises(Reverted):
        nomad.process(message, sender=user)
    chain.warp(chain.block().timestamp + 3_600)
    nomad.process(message, sender=user)
    assert nomad.escrow("USDC", of=user) == 10**6
    with pytest.raises(Reverted, match="!proven"):
        nomad.process(message, sender=user)
