"""What is refused before anything is sent: nothing half-done."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from guardrails import artifacts
from guardrails.chain import Address, Chain, ChainError, Contract, Reverted, WrongChain
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.interface import CONTROLS, NEXT, controls_interface
from guardrails.deploy.record import Record
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy
from guardrails.policy.oracle import PRICE_SCALE
from guardrails.policy.units import format_number

DEV_CHAIN_IDS = (1337, 31337)
_DECIMALS = [
    {
        "type": "function",
        "name": "decimals",
        "stateMutability": "view",
        "inputs": [],
        "outputs": [{"type": "uint8", "name": ""}],
    }
]


_PRICE = [
    {
        "type": "function",
        "name": "price",
        "stateMutability": "view",
        "inputs": [],
        "outputs": [{"type": "uint256", "name": "price"}, {"type": "uint256", "name": "updatedAt"}],
    }
]


def check_chain(policy: Policy, chain: Chain, *, tokens: bool = True) -> None:
    """Raises where the chain is not the policy's, or its tokens are not what the policy says."""
    if policy.chain_id is not None and policy.chain_id != chain.chain_id:
        raise WrongChain(policy.chain_id, chain.chain_id, chain.name)
    if policy.placeholders and chain.chain_id not in DEV_CHAIN_IDS:
        raise GuardrailsError(
            f"{', '.join(policy.placeholders)}: still the placeholder of a starter file",
            "accounts",
            "Replace what is marked REPLACE.",
        )
    for asset in policy.assets if tokens else ():
        where = f"assets.{asset.symbol} ({asset.address})"
        found = token_decimals(chain, asset.address, where)
        if found != asset.decimals:
            raise GuardrailsError(
                f"the token has {found} decimals, the policy says {asset.decimals}",
                where,
                "Correct `decimals`, and with it every amount; or the address.",
            )


def token_decimals(chain: Chain, address: Address, where: str) -> int:
    """What the token says; GuardrailsError where there is none."""
    if not chain.code(address):
        raise GuardrailsError(
            "there is no contract at this address",
            where,
            f"Correct the address, or the network: this is chain {chain.chain_id}.",
        )
    try:
        return int(Contract(chain, address, _DECIMALS).call("decimals"))
    except ChainError as error:
        raise GuardrailsError(
            f"the contract does not answer decimals(): {error.what}", where, "Name a token with decimals()."
        ) from None


def check_prices(policy: Policy, chain: Chain) -> None:
    """Raises where a source gives no price, or the reference is not near what it gives now."""
    for asset in policy.assets:
        if asset.oracle is None:
            continue
        where, source = f"assets.{asset.symbol}.oracle", asset.oracle.source
        try:
            price, _ = Contract(chain, source, _PRICE).call("price")
        except ChainError as error:
            raise GuardrailsError(
                f"the source {source} gives no price: {error.what}",
                where,
                "Name a contract with price(), such as a ChainlinkSource; a feed alone is not one.",
            ) from None
        anchor = asset.oracle.anchor
        if abs(price - anchor) > anchor * asset.oracle.threshold:
            now = format_number(Fraction(price, PRICE_SCALE))
            raise GuardrailsError(
                f"the source says {now}: further than `threshold` from the reference, so unusable at once",
                f"{where}.reference",
                f"If {now} is right, write it; if not, name another source.",
            )


def check_metrics(policy: Policy, chain: Chain) -> None:
    """Raises where a breaker would watch or tell what is not there."""
    for breaker in policy.breakers:
        where, metric = f"breakers.{breaker.name}", breaker.metric.contract
        if metric is not None:
            try:
                Contract(chain, metric, artifacts.load("SuppliedMetric").abi).call("value")
            except ChainError as error:
                raise GuardrailsError(
                    f"the metric {metric} gives no value: {error.what}",
                    f"{where}.metric.contract",
                    "Name a contract with value(), which answers now.",
                ) from None
        if breaker.hook and breaker.hook.startswith("0x") and not chain.code(breaker.hook):
            raise GuardrailsError(
                "there is no contract at this address", f"{where}.hook", "Correct the address, or remove it."
            )


def check_sender(policy: Policy, chain: Chain, sender: Address) -> None:
    """Raises where the deployer cannot deploy."""
    if sender in (*policy.guardians, *policy.sentinels):
        raise GuardrailsError(
            f"the deployer {sender} holds a fast role in the policy",
            "roles",
            "Deploy from another account: the deployer is governance until it seals.",
        )
    if chain.balance(sender) == 0:
        raise ChainError(
            f"{sender} has no funds to pay for gas", chain.name, "Fund the account, or use another."
        )


def check_record(record: Record, plan: Blueprint, chain: Chain, sender: Address | None) -> None:
    """Raises where a record is of another deployment. `sender` None does not compare it."""
    where = str(record.path) if record.path else "the record"
    remedy = "Name another record with --record, or move this one away."
    if record.chain_id != chain.chain_id:
        raise ChainError(
            f"the record is of chain {record.chain_id}, this is chain {chain.chain_id}", where, remedy
        )
    if record.genesis != "0x" + chain.block(0).hash.hex():
        raise ChainError(
            "the record is of another chain with the same id: the genesis differs", where, remedy
        )
    latest = chain.block().number
    if record.last_block > latest:
        raise ChainError(
            f"the record has seen block {record.last_block}, this node only {latest}",
            where,
            "Wait until the node has caught up; if a development chain was restarted, remove the record.",
        )
    if record.policy != plan.policy.fingerprint:
        raise GuardrailsError(
            "the record is of another policy "
            f"({record.policy[:12]}… for {record.protocol}; this one is {plan.policy.fingerprint[:12]}…)",
            where,
            "A deployed policy is changed through governance (`guardrails override`), not deployed again; "
            "for another deployment name another record with --record.",
        )
    if sender is not None and record.sender != sender and not record.complete:
        raise GuardrailsError(
            f"the deployment was begun by {record.sender}, not by {sender}",
            where,
            f"Resume it with {record.sender}: only that account can configure until it is sealed.",
        )


def controls_of(chain: Chain, host: Address) -> dict[str, Address]:
    """The controls that a guarded contract delegates to, checked byte for byte."""
    if not chain.code(host):
        raise GuardrailsError(
            "there is no contract at this address",
            host,
            f"Correct the address, or the network: this is chain {chain.chain_id}.",
        )
    try:
        emergency = str(Contract(chain, host, controls_interface()).call("controls"))
    except ChainError as error:
        raise GuardrailsError(
            f"this contract does not inherit Guardrails: controls() fails ({error.what})",
            host,
            "Name a contract that inherits Guardrails, or a GuardrailHub.",
        ) from None
    return check_controls(chain, emergency)


def check_controls(chain: Chain, emergency: Address) -> dict[str, Address]:
    """Raises unless `emergency` is the EmergencyControls that this version ships, and what it names too."""
    found: dict[str, Address] = {}
    address = emergency
    for name in CONTROLS:
        _same_code(chain, name, address)
        found[name] = address
        if name in NEXT:
            address = str(Contract(chain, address, controls_interface()).call(NEXT[name]))
    return found


def _same_code(chain: Chain, name: str, address: Address) -> None:
    code = chain.code(address)
    if not artifacts.load(name).matches(code):
        what = "is not the one that this version ships" if code else "has no code"
        raise GuardrailsError(
            f"the contract at {address} {what}",
            name,
            "Leave --controls out to deploy the controls anew, or use the guardrails that deployed these.",
        )


def check_ready(guard: Contract, sender: Address, resuming: Path | None) -> None:
    """Raises where a contract that stands already cannot be configured by `sender`."""
    try:
        is_sealed, governance = guard.call("isSealed"), guard.call("governance")
    except Reverted as error:
        raise GuardrailsError(
            f"this contract has no guards: {error.what}", guard.address, "Name one that inherits Guardrails."
        ) from None
    if is_sealed:
        raise GuardrailsError(
            f"the contract is initialised already: sealed, governance {governance}",
            guard.address,
            "Compare it with `guardrails verify`; change it through `guardrails override`.",
        )
    if governance != sender:
        raise GuardrailsError(
            f"only {governance} can configure this contract, not {sender}",
            guard.address,
            "Deploy with that account, or build the contract with your own as its deployer.",
        )
