"""A Safe 1.3.0: the real contracts, an account created by the real factory and driven by real signatures.

The transaction hash is EIP-712 typed data, computed and signed by eth-account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from guardrails.chain import Address, Chain, Contract, Receipt, Reverted

from . import packages
from .packages import PackagedContract

ZERO: Address = "0x" + "00" * 20
CALL = 0
INNER_CALL_FAILED = "GS013"

SAFE_TX = [
    {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "data", "type": "bytes"},
    {"name": "operation", "type": "uint8"},
    {"name": "safeTxGas", "type": "uint256"},
    {"name": "baseGas", "type": "uint256"},
    {"name": "gasPrice", "type": "uint256"},
    {"name": "gasToken", "type": "address"},
    {"name": "refundReceiver", "type": "address"},
    {"name": "nonce", "type": "uint256"},
]


def package(path: str) -> PackagedContract:
    """A contract of the Safe package, by its folder and name."""
    return packages.read(packages.SAFE, f"build/artifacts/contracts/{path}.json")


def owner_accounts(count: int = 3) -> list[LocalAccount]:
    """Signers for drills and tests. Their keys are public: never fund them on a real network."""
    return [Account.from_key(keccak(text=f"guardrails upstream safe owner {i}")) for i in range(count)]


@dataclass(frozen=True)
class SafeContracts:
    """What every Safe of a chain shares."""

    factory: Address
    singleton: Address
    fallback_handler: Address


def deploy_safe_contracts(chain: Chain, deployer: Address) -> SafeContracts:
    """Deploys the singleton, the proxy factory and the fallback handler."""

    def make(path: str) -> Address:
        return Contract.deploy(chain, package(path), sender=deployer).address

    return SafeContracts(
        factory=make("proxies/GnosisSafeProxyFactory.sol/GnosisSafeProxyFactory"),
        singleton=make("GnosisSafe.sol/GnosisSafe"),
        fallback_handler=make("handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler"),
    )


@dataclass(frozen=True)
class Safe:
    """One Safe whose owners' keys are at hand. `sender` pays for gas and needs no rights."""

    chain: Chain
    address: Address
    owners: tuple[LocalAccount, ...]
    threshold: int
    sender: Address

    @cached_property
    def contract(self) -> Contract:
        """The Safe's own interface (`getOwners`, `nonce`, …)."""
        return Contract(self.chain, self.address, package("GnosisSafe.sol/GnosisSafe").abi)

    def transaction(self, to: Address, data: bytes, *, value: int = 0) -> SignableMessage:
        """The typed data that the owners sign for the Safe's next call, `value` in wei."""
        message = {
            "to": to,
            "value": value,
            "data": data,
            "operation": CALL,
            "safeTxGas": 0,
            "baseGas": 0,
            "gasPrice": 0,
            "gasToken": ZERO,
            "refundReceiver": ZERO,
            "nonce": self.contract.call("nonce"),
        }
        domain = {"chainId": self.chain.chain_id, "verifyingContract": self.address}
        return encode_typed_data(domain, {"SafeTx": SAFE_TX}, message)

    def sign(self, message: SignableMessage, signers: Sequence[LocalAccount]) -> bytes:
        """The signatures as the Safe wants them: 65 bytes each, in ascending order of the owner's address."""
        in_order = sorted(signers, key=lambda owner: int(owner.address, 16))
        return b"".join(bytes(owner.sign_message(message).signature) for owner in in_order)

    def execute(
        self, to: Address, data: bytes, *, value: int = 0, signers: Sequence[LocalAccount] | None = None
    ) -> Receipt:
        """Has the Safe call `to`, signed by `signers` (default: as many owners as the threshold asks for).

        Raises Reverted: `GS020` when signatures are missing, `GS026` when one is not an owner's, and the
        target's own reason when the call itself fails.
        """
        if signers is None:
            signers = self.owners[: self.threshold]
        signatures = self.sign(self.transaction(to, data, value=value), signers)
        arguments = (to, value, data, CALL, 0, 0, 0, ZERO, ZERO, signatures)
        try:
            return self.contract.send("execTransaction", *arguments, sender=self.sender)
        except Reverted as refusal:
            if INNER_CALL_FAILED in str(refusal):
                self.chain.call(to, data, sender=self.address, value=value)
            raise


def create_safe(
    chain: Chain,
    contracts: SafeContracts,
    sender: Address,
    owners: Sequence[LocalAccount],
    threshold: int,
    salt: int = 0,
) -> Safe:
    """Creates a Safe of `threshold` of `owners` through the chain's factory; the same salt twice reverts."""
    singleton = Contract(chain, contracts.singleton, package("GnosisSafe.sol/GnosisSafe").abi)
    setup = singleton.encode(
        "setup", [o.address for o in owners], threshold, ZERO, b"", contracts.fallback_handler, ZERO, 0, ZERO
    )
    factory_path = "proxies/GnosisSafeProxyFactory.sol/GnosisSafeProxyFactory"
    factory = Contract(chain, contracts.factory, package(factory_path).abi)
    address = factory.call("createProxyWithNonce", contracts.singleton, setup, salt)
    factory.send("createProxyWithNonce", contracts.singleton, setup, salt, sender=sender)
    return Safe(chain, address, tuple(owners), threshold, sender)
