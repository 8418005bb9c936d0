"""The life of a governance override: announced, waited for, executed or vetoed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eth_utils.crypto import keccak

from guardrails.chain import Address, ChainError
from guardrails.chain.abi import decode_values, signature
from guardrails.chain.foreign import printable
from guardrails.deploy import Guarded
from guardrails.deploy.logs import all_logs
from guardrails.errors import GuardrailsError
from guardrails.policy import Rank
from guardrails.policy.address import is_hex_address
from guardrails.response import views
from guardrails.response.actions import Action

Status = Literal["waiting", "executable", "expired"]


@dataclass(frozen=True)
class Announced:
    """A call that waits; times in Unix seconds."""

    id: bytes
    call: bytes
    text: str
    executable_at: int
    expires_at: int
    status: Status


def announced(guarded: Guarded) -> list[Announced]:
    """Every announcement that was neither executed nor vetoed, oldest first."""
    guard, chain = guarded.guard, guarded.chain
    topic, _ = guard.interface.event("OverrideScheduled")
    latest = chain.block()
    logs = all_logs(chain, guard.address, topic, guarded.record.from_block, latest.number)
    calls = {entry["id"]: bytes(entry["call"]) for entry in guard.decode_logs(logs, "OverrideScheduled")}
    found = []
    for number, call in calls.items():
        if keccak(call) != number:
            raise ChainError(
                f"the node's log of 0x{number.hex()} is of another call", chain.name, "Ask another node."
            )
        executable_at, expires_at = guard.call("overrideOf", number)
        if not executable_at:
            continue
        status: Status = "waiting"
        if latest.timestamp >= expires_at:
            status = "expired"
        elif latest.timestamp >= executable_at:
            status = "executable"
        found.append(Announced(number, call, call_text(guarded, call), executable_at, expires_at, status))
    return found


def find(guarded: Guarded, number: bytes) -> Announced:
    """An announcement by its id; GuardrailsError where nothing of that id waits."""
    for one in announced(guarded):
        if one.id == number:
            return one
    raise GuardrailsError(
        f"nothing of the id 0x{number.hex()} waits",
        guarded.guard.address,
        "`guardrails override list` shows what does.",
    )


def schedule(guarded: Guarded, call: bytes, *, title: str | None = None) -> Action:
    """Announces a call of governance."""
    number = keccak(call)

    def check(guarded: Guarded, sender: Address, at: int) -> list[str]:
        executable_at, _ = guarded.guard.call("overrideOf", number)
        return [] if executable_at >= at and executable_at else ["it is not announced"]

    return Action(
        f"announce: {title or call_text(guarded, call)}",
        "schedule",
        (call,),
        f"0x{number.hex()} waits for its delay, then anyone can execute it",
        lambda guarded: {"override": _state(guarded, number)},
        check,
        Rank.GOVERNANCE,
    )


def execute(guarded: Guarded, number: bytes) -> Action:
    """Carries out an announced call; anyone may."""
    one = find(guarded, number)
    return Action(
        f"execute: {one.text}",
        "execute",
        (one.call,),
        f"0x{number.hex()} is executed",
        lambda guarded: {"override": _state(guarded, number)},
        lambda guarded, sender, at: _gone(guarded, number),
    )


def veto(guarded: Guarded, number: bytes) -> Action:
    """Withdraws an announcement."""
    one = find(guarded, number)
    return Action(
        f"veto: {one.text}",
        "veto",
        (number,),
        f"0x{number.hex()} no longer waits",
        lambda guarded: {"override": _state(guarded, number)},
        lambda guarded, sender, at: _gone(guarded, number),
        Rank.GUARDIAN,
    )


def call_text(guarded: Guarded, call: bytes) -> str:
    """A call in words: `setLimit(asset=0x…, config=…)`."""
    for name, entries in guarded.guard.interface.functions.items():
        if "(" not in name:
            continue
        [entry] = entries
        head, _ = guarded.guard.interface.function(signature(entry))
        if head == call[:4]:
            try:
                values = decode_values(entry["inputs"], call[4:])
            except ChainError:  # whoever announces can write anything; it must not hide the others
                break
            named = zip(entry["inputs"], values, strict=True)
            return f"{entry['name']}({', '.join(_argument(part['name'], value) for part, value in named)})"
    return f"0x{call.hex()}"


def encode_call(guarded: Guarded, function: str, texts: tuple[str, ...]) -> bytes:
    """Call data from arguments as people write them; GuardrailsError for what cannot be one."""
    _, entry = guarded.guard.interface.function(function)
    inputs = entry["inputs"]
    if len(texts) != len(inputs):
        names = ", ".join(f"{part['type']} {part['name']}" for part in inputs)
        raise GuardrailsError(
            f"{function} takes {len(inputs)} arguments, {len(texts)} were given",
            function,
            f"They are: {names}.",
        )
    values = [_argument_of(guarded, part, text) for part, text in zip(inputs, texts, strict=True)]
    return guarded.guard.encode(function, *values)


def _argument_of(guarded: Guarded, part: Mapping[str, Any], text: str) -> Any:
    """One argument; a struct is written as its fields in order, `(0x…, 3600, 1000)`."""
    if part["type"] != "tuple":
        return _value(guarded, str(part["type"]), text)
    fields, given = part["components"], [one.strip() for one in text.strip("() ").split(",")]
    if len(given) != len(fields):
        names = ", ".join(f"{one['type']} {one['name']}" for one in fields)
        raise GuardrailsError(
            f"`{text}` has {len(given)} fields instead of {len(fields)}",
            str(part["name"]),
            f"Write ({names}), in this order.",
        )
    return tuple(_argument_of(guarded, one, word) for one, word in zip(fields, given, strict=True))


def _value(guarded: Guarded, kind: str, text: str) -> Any:
    if kind.endswith("[]"):
        return [
            _value(guarded, kind[:-2], part.strip()) for part in text.strip("[]").split(",") if part.strip()
        ]
    try:
        if kind == "address":
            tokens = {asset.symbol: asset.address for asset in guarded.policy.assets}
            return guarded.policy.accounts.get(text) or tokens.get(text) or text
        if kind.startswith(("uint", "int")):
            return int(text.replace("_", ""), 0)
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
        if kind.startswith("bytes"):
            return bytes.fromhex(text.removeprefix("0x"))
    except (ValueError, KeyError):
        raise GuardrailsError(f"`{text}` is no {kind}", "arguments", "Correct the argument.") from None
    return text


def _argument(name: str, value: Any) -> str:
    if isinstance(value, bytes):
        value = "0x" + value.hex()
    elif isinstance(value, str) and not is_hex_address(value):
        value = repr(printable(value))
    elif isinstance(value, int) and not isinstance(value, bool) and value >= 1 << 64:
        value = hex(value)
    return f"{name}={value}" if name else str(value)


def _gone(guarded: Guarded, number: bytes) -> list[str]:
    executable_at, _ = guarded.guard.call("overrideOf", number)
    return [f"it still waits until {views.time_text(executable_at)}"] if executable_at else []


def _state(guarded: Guarded, number: bytes) -> str:
    executable_at, expires_at = guarded.guard.call("overrideOf", number)
    if not executable_at:
        return "not announced"
    return f"executable from {views.time_text(executable_at)} until {views.time_text(expires_at)}"
