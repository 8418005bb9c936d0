"""The calls through which an asset can leave, by what the compiler says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eth_utils.crypto import keccak

from guardrails.fuzz.bypass.trees import Node, Trees, nodes
from guardrails.fuzz.bypass.values import Whose


class Kind(StrEnum):
    """What a call does."""

    TOKEN = "sends a token"
    ETH = "sends ETH"
    APPROVAL = "approves a spender"
    PULL = "moves tokens between accounts that are not named here"
    CALL = "makes a call whose content is not seen here"
    DELEGATE = "runs code of another contract as its own"
    DESTROY = "destroys the contract"
    FOREIGN = "calls another contract"
    POINTER = "calls a function that is a value"
    METERED = "pays through the limiter"
    INFLOW = "takes a token in"


@dataclass(frozen=True, slots=True)
class Sink:
    """`target` is whom it favours: receiver, spender, or the contract called. `name` is what is called."""

    kind: Kind
    target: Whose
    name: str


LIBRARIES = re.compile(r"^(SafeERC20|SafeTransferLib|TransferHelper|Address|ERC1967Utils)(Upgradeable)?$")
"""Libraries whose functions are known by their names; every other one is read like the contract itself."""


def _selectors(*signatures: str) -> frozenset[str]:
    return frozenset(keccak(text=one)[:4].hex() for one in signatures)


SENDS = _selectors(
    *("transfer(address,uint256)", "send(address,uint256,bytes)", "transferAndCall(address,uint256)"),
    *("transferAndCall(address,uint256,bytes)", "transfer(address,uint256,bytes)"),
)
MOVES = _selectors(
    *("transferFrom(address,address,uint256)", "safeTransferFrom(address,address,uint256)"),
    "safeTransferFrom(address,address,uint256,bytes)",
    "safeTransferFrom(address,address,uint256,uint256,bytes)",
    "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
    *("transferFromAndCall(address,address,uint256)", "transferFromAndCall(address,address,uint256,bytes)"),
)
APPROVES = _selectors(
    *("approve(address,uint256)", "increaseAllowance(address,uint256)", "setApprovalForAll(address,bool)"),
    *("approveAndCall(address,uint256)", "approveAndCall(address,uint256,bytes)"),
    *("authorizeOperator(address)", "approve(address,address,uint160,uint48)"),
)
BURNS = _selectors("burn(uint256)", "burn(address,uint256)", "burnFrom(address,uint256)")


def of_selector(selector: str, name: str, values: Sequence[Whose]) -> Sink | None:
    """A call of another contract's function; None where nothing of this contract's leaves by it."""
    if selector in BURNS:
        return Sink(Kind.TOKEN, Whose.NOTHING, name)
    if selector in SENDS:
        return _sent(values[0], name)
    if selector in MOVES:
        return moved(values[0], values[1], name)
    if selector in APPROVES:
        return _approved(values[0], values[-1], name)
    return Sink(Kind.FOREIGN, Whose.UNKNOWN, name)


def of_library(name: str, values: Sequence[Whose]) -> Sink | bool | None:
    """The same of a library that is known by name; False where its body has to be read."""
    if name == "sendValue":
        return Sink(Kind.ETH, values[0], name)
    if "ETH" in name:
        return Sink(Kind.ETH, values[0], name)
    if name in ("functionDelegateCall", "upgradeToAndCall", "upgradeBeaconToAndCall", "changeAdmin"):
        return None if values[0] is Whose.THIS else Sink(Kind.DELEGATE, values[0], name)
    if name.startswith("functionStaticCall"):
        return None
    if name.startswith("functionCall"):
        return Sink(Kind.CALL, values[0], name)
    if re.match(r"^(try)?[sS]afeTransfer(All)?From|^transferFromAndCall", name):
        return moved(values[1], values[2], name)
    if re.match(r"^(try|force)?[sS]afeTransfer|^transferAndCall", name):
        return _sent(values[1], name)
    if "Decrease" in name or "decrease" in name:
        return None
    if "pprov" in name or "ncreaseAllowance" in name:
        return _approved(values[1], values[-1], name)
    return False


def moved(source: Whose, to: Whose, name: str) -> Sink | None:
    """What the caller gives to somebody is not the contract's; what comes in becomes so."""
    if source is Whose.SENDER and to is not Whose.THIS:
        return None
    if to is Whose.THIS:
        return Sink(Kind.INFLOW, to, name)
    return Sink(Kind.TOKEN if source is Whose.THIS else Kind.PULL, to, name)


def _sent(to: Whose, name: str) -> Sink | None:
    return None if to is Whose.THIS else Sink(Kind.TOKEN, to, name)


def _approved(spender: Whose, amount: Whose, name: str) -> Sink | None:
    return None if amount is Whose.NOTHING else Sink(Kind.APPROVAL, spender, name)


def mentioned(function: Node, trees: Trees) -> frozenset[str]:
    """Selectors that a function's body names: what it encodes for a low-level call."""
    found: set[str] = set()
    for node in nodes(function):
        if node["nodeType"] == "MemberAccess":
            declared = trees.declared.get(node.get("referencedDeclaration") or -1)
            found.add(str((declared or {}).get("functionSelector", "")))
        elif node["nodeType"] == "YulLiteral" and str(node.get("value", "")).startswith("0x"):
            found.add(str(node["value"])[2:10])
        elif node["nodeType"] == "Literal" and node.get("kind") == "string":
            found.add(keccak(text=str(node.get("value") or ""))[:4].hex())
        elif node["nodeType"] == "Literal" and str(node.get("value", "")).startswith("0x"):
            found.add(str(node["value"])[2:10].lower())
    return frozenset(found)


def raw(function: Node, trees: Trees, target: Whose) -> Sink:
    """A low-level call, by what is encoded in the function that makes it."""
    selectors = mentioned(function, trees)
    if selectors & (SENDS | MOVES | BURNS):
        return Sink(Kind.TOKEN, target, "call")
    if selectors & APPROVES:
        return Sink(Kind.APPROVAL, target, "call")
    return Sink(Kind.CALL, target, "call")


def assembly(block: Node, function: Node, trees: Trees) -> list[Sink]:
    """What inline assembly calls."""
    if "AST" not in block:  # compilers before 0.6 kept the text alone
        return [Sink(Kind.CALL, Whose.UNKNOWN, "assembly")]
    found = []
    for node in nodes(block):
        if node["nodeType"] != "YulFunctionCall":
            continue
        name, given = node["functionName"]["name"], node["arguments"]
        if name in ("delegatecall", "callcode"):
            found.append(Sink(Kind.DELEGATE, Whose.UNKNOWN, f"assembly {name}"))
        elif name == "selfdestruct":
            found.append(Sink(Kind.DESTROY, Whose.UNKNOWN, "assembly selfdestruct"))
        elif name == "call" and not _is_zero(given[2]):
            found.append(Sink(Kind.ETH, Whose.UNKNOWN, "assembly call"))
        elif name in ("create", "create2") and not _is_zero(given[0]):
            found.append(Sink(Kind.ETH, Whose.UNKNOWN, f"assembly {name}"))
        if name == "call":
            made = raw(function, trees, Whose.UNKNOWN)
            found.append(Sink(made.kind, made.target, "assembly call"))
    return found


def _is_zero(node: Node) -> bool:
    return node["nodeType"] == "YulLiteral" and int(str(node["value"]), 0) == 0
