"""The Nomad bridge, Ethereum side, as it stood on 2022-08-01: the real contracts, and the real mistake.

The Replica was initialised with `committedRoot = 0`. A message that was never proven has root 0 as well, so
`process` accepts any message whatsoever: `acceptableRoot(messages[hash]) == acceptableRoot(0) == true`. Each
upgradeable contract stands behind Nomad's own beacon and proxy, as on mainnet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from guardrails.chain import Address, Chain, Contract, Receipt

from . import nomad_message, packages, tokens
from .nomad_message import ETHEREUM, MOONBEAM
from .packages import PackagedContract

REMOTE_ROUTER: Address = "0xD3dfD3eDe74E0DCEBC1AA685e151332857efCe2d"
"""Nomad's BridgeRouter on Moonbeam, the sender of every message of the route."""

OPTIMISTIC_SECONDS = 1_800
NO_ROOT = bytes(32)


def core(name: str) -> PackagedContract:
    """A contract of Nomad's core (Home, Replica, XAppConnectionManager, beacons)."""
    return packages.read(packages.NOMAD_CORE, f"dist/src/factories/{name}__factory.js")


def bridge(name: str) -> PackagedContract:
    """A contract of Nomad's token bridge (BridgeRouter, TokenRegistry, BridgeToken)."""
    return packages.read(packages.NOMAD_BRIDGE, f"dist/src/factories/{name}__factory.js")


@dataclass(frozen=True)
class NomadDeployment:
    """A running bridge. `tokens` maps a symbol to the escrowed token; `owner` governs the bridge."""

    chain: Chain
    owner: Address
    home: Address
    replica: Address
    router: Address
    registry: Address
    connections: Address
    tokens: Mapping[str, Address]

    @cached_property
    def token_contracts(self) -> dict[str, Contract]:
        """The escrowed tokens, by symbol."""
        return tokens.attach_tokens(self.chain, dict(self.tokens))

    @cached_property
    def replica_contract(self) -> Contract:
        """The Replica behind its proxy."""
        return Contract(self.chain, self.replica, core("Replica").abi)

    @cached_property
    def router_contract(self) -> Contract:
        """The real, unguarded BridgeRouter behind its proxy."""
        return Contract(self.chain, self.router, bridge("BridgeRouter").abi)

    def details(self, symbol: str) -> bytes:
        """The details hash that an honest message carries for this token."""
        token = self.token_contracts[symbol]
        return nomad_message.details_hash(token.call("name"), token.call("symbol"), token.call("decimals"))

    def withdrawal_message(
        self,
        nonce: int,
        recipient: Address,
        symbol: str,
        amount: int,
        *,
        details: bytes = NO_ROOT,
        router: Address | None = None,
        fast: bool = False,
    ) -> bytes:
        """A message that pays `recipient` `amount` (smallest unit) of a token out of the escrow of `router`.

        `router` defaults to the real BridgeRouter; a guarded one behind the same Replica takes the same
        message. The details hash only matters to tokens born elsewhere. `fast` allows `preFill`.
        """
        body = nomad_message.transfer_body(
            token=self.tokens[symbol], recipient=recipient, amount=amount, details=details, fast=fast
        )
        return nomad_message.envelope(
            nonce=nonce, sender=REMOTE_ROUTER, recipient=router or self.router, body=body
        )

    def process_calldata(self, message: bytes) -> bytes:
        """The call to the Replica that executes a message."""
        return self.replica_contract.encode("process", message)

    def process(self, message: bytes, *, sender: Address, gas: int | None = None) -> Receipt:
        """Has the Replica execute a message, proven or not. Raises Reverted when its recipient refuses it."""
        return self.chain.send(self.replica, self.process_calldata(message), sender=sender, gas=gas)

    def fund_escrow(self, amounts: Mapping[str, int], *, to: Address | None = None) -> None:
        """Puts amounts (smallest unit, by symbol) into the escrow of the real router or another contract."""
        for symbol, amount in amounts.items():
            token = self.token_contracts[symbol]
            tokens.mint(token, symbol, to or self.router, amount, minter=self.owner)

    def escrow(self, symbol: str, *, of: Address | None = None) -> int:
        """What the real router, or another contract, holds of a token."""
        return int(self.token_contracts[symbol].call("balanceOf", of or self.router))

    def deposit(self, symbol: str, amount: int, recipient: Address, *, sender: Address) -> Receipt:
        """Sends a token to Moonbeam through the real router, as an honest user: approve, then `send`."""
        self.token_contracts[symbol].send("approve", self.router, amount, sender=sender)
        to = nomad_message.address_word(recipient)
        return self.router_contract.send(
            "send", self.tokens[symbol], amount, MOONBEAM, to, False, sender=sender
        )


class _Proxies:
    """Deploys implementations behind Nomad's beacon and proxy."""

    def __init__(self, chain: Chain, deployer: Address) -> None:
        self.chain = chain
        self.deployer = deployer
        self.controller = self.plain(core("UpgradeBeaconController"))

    def plain(self, contract: PackagedContract, *arguments: object) -> Contract:
        return Contract.deploy(self.chain, contract, *arguments, sender=self.deployer)

    def beacon(self, implementation: Contract) -> Contract:
        return self.plain(core("UpgradeBeacon"), implementation.address, self.controller.address)

    def proxied(self, contract: PackagedContract, *arguments: object) -> Contract:
        beacon = self.beacon(self.plain(contract, *arguments))
        proxy = self.plain(core("UpgradeBeaconProxy"), beacon.address, b"")
        return Contract(self.chain, proxy.address, contract.abi)


def build_nomad(
    chain: Chain, deployer: Address, token_addresses: Mapping[str, Address] | None = None
) -> NomadDeployment:
    """Deploys the whole Ethereum side and makes `deployer` its owner.

    Without `token_addresses` the five main tokens of the attack are deployed too. The escrow is empty
    afterwards; `fund_escrow` fills it.
    """
    if token_addresses is None:
        token_addresses = {s: t.address for s, t in tokens.deploy_tokens(chain, deployer).items()}
    make = _Proxies(chain, deployer)

    updaters = make.plain(core("UpdaterManager"), deployer)
    home = make.proxied(core("Home"), ETHEREUM)
    updaters.send("setHome", home.address, sender=deployer)
    home.send("initialize", updaters.address, sender=deployer)

    replica = make.proxied(core("Replica"), ETHEREUM)
    replica.send("initialize", MOONBEAM, deployer, NO_ROOT, OPTIMISTIC_SECONDS, sender=deployer)

    connections = make.plain(core("XAppConnectionManager"))
    connections.send("setHome", home.address, sender=deployer)
    connections.send("ownerEnrollReplica", replica.address, MOONBEAM, sender=deployer)

    registry = make.proxied(bridge("TokenRegistry"))
    token_beacon = make.beacon(make.plain(bridge("BridgeToken")))
    registry.send("initialize", token_beacon.address, connections.address, sender=deployer)
    router = make.proxied(bridge("BridgeRouter"))
    router.send("initialize", registry.address, connections.address, sender=deployer)
    registry.send("transferOwnership", router.address, sender=deployer)
    router.send("enrollRemoteRouter", MOONBEAM, nomad_message.address_word(REMOTE_ROUTER), sender=deployer)

    return NomadDeployment(
        chain=chain,
        owner=deployer,
        home=home.address,
        replica=replica.address,
        router=router.address,
        registry=registry.address,
        connections=connections.address,
        tokens=dict(token_addresses),
    )
