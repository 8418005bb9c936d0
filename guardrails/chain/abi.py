"""ABI encoding and decoding; a function's codecs are looked up once, which is half of eth_abi's time."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from eth_abi.decoding import ContextFramesBytesIO, TupleDecoder
from eth_abi.encoding import TupleEncoder
from eth_abi.exceptions import DecodingError, EncodingError
from eth_abi.registry import registry as shared_registry
from eth_utils.crypto import keccak

from guardrails.chain.errors import BadArgument, ChainError, explain_revert
from guardrails.chain.foreign import printable
from guardrails.chain.types import Address, checksum

AbiEntry = Mapping[str, Any]

# Ape makes the shared registry's decoders lenient, for everybody in the process.
_REGISTRY: Any = cast(Any, shared_registry).copy()

_WORDS = {"address": (0, 2**160), "bool": (0, 2)}
_INTEGER = re.compile(r"(u?)int(\d*)")

_new_encoder: Any = TupleEncoder  # eth_abi types none of the three
_new_decoder: Any = TupleDecoder
_new_stream: Any = ContextFramesBytesIO


def type_of(parameter: AbiEntry) -> str:
    """The canonical type: `tuple[]` becomes `(uint256,address)[]`."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(type_of(part) for part in parameter["components"]) + ")" + kind[len("tuple") :]


def signature(entry: AbiEntry) -> str:
    """`transfer(address,uint256)`."""
    return f"{entry['name']}({','.join(type_of(part) for part in entry.get('inputs', ()))})"


def encoder(types: Sequence[str]) -> Callable[[Sequence[Any]], bytes]:
    return _encoder(tuple(types))


def decoder(types: Sequence[str]) -> Callable[[bytes], tuple[Any, ...]]:
    return _decoder(tuple(types))


@lru_cache(maxsize=4_096)
def _encoder(types: tuple[str, ...]) -> Callable[[Sequence[Any]], bytes]:
    encode = _new_encoder(encoders=[_REGISTRY.get_encoder(kind) for kind in types])

    def run(values: Sequence[Any]) -> bytes:
        return bytes(encode(values))

    return run


@lru_cache(maxsize=4_096)
def _decoder(types: tuple[str, ...]) -> Callable[[bytes], tuple[Any, ...]]:
    decode = _new_decoder(decoders=[_REGISTRY.get_decoder(kind) for kind in types])

    def run(data: bytes) -> tuple[Any, ...]:
        return tuple(decode(_new_stream(data)))

    return run


def encode_arguments(entry: AbiEntry, arguments: Sequence[Any]) -> bytes:
    """The arguments of a function or constructor; a struct may be a mapping, bytes may be hex text."""
    inputs = entry.get("inputs", ())
    name = entry.get("name", "constructor")
    if len(arguments) != len(inputs):
        raise BadArgument(
            f"{name} takes {len(inputs)} arguments, {len(arguments)} given",
            None,
            f"Its parameters: {', '.join(type_of(i) + ' ' + i.get('name', '') for i in inputs) or 'none'}.",
        )
    if (plain := _plain_words(inputs, arguments)) is not None:
        return plain
    values = [_to_abi(value, part, str(part["type"])) for value, part in zip(arguments, inputs, strict=True)]
    try:
        return encoder([type_of(part) for part in inputs])(values)
    except EncodingError as error:
        raise BadArgument(f"{name} cannot take these arguments: {error}", None, "Correct them.") from error


def _plain_words(inputs: Sequence[AbiEntry], arguments: Sequence[Any]) -> bytes | None:
    """A word for each, where all are numbers, truth values and addresses; None where eth_abi must look at
    them. For such it takes ten times as long, which is a third of a fuzzer's time.
    """
    words = []
    for part, value in zip(inputs, arguments, strict=True):
        kind = part["type"]
        if type(value) is int:
            low, high = _range(kind)
            if not low <= value < high:
                return None
            words.append(value.to_bytes(32, "big", signed=low < 0))
        elif kind == "address" and isinstance(value, str):
            words.append(address_word(value))
        elif kind == "bool" and type(value) is bool:
            words.append(value.to_bytes(32, "big"))
        else:
            return None
    return b"".join(words)


def _plain_values(parameters: Sequence[AbiEntry], data: bytes) -> tuple[Any, ...] | None:
    """The same the other way; None also for a word that is out of the range of its type."""
    if len(data) < 32 * len(parameters):
        return None
    values: list[Any] = []
    for at, part in enumerate(parameters):
        kind = part["type"]
        low, high = _WORDS.get(kind) or _range(kind)
        value = int.from_bytes(data[32 * at : 32 * at + 32], "big", signed=low < 0)
        if not low <= value < high:
            return None
        if kind == "address":
            values.append(checksum(f"0x{value:040x}"))
        else:
            values.append(value == 1 if kind == "bool" else value)
    return tuple(values)


@lru_cache(maxsize=256)
def _range(kind: str) -> tuple[int, int]:
    """The integers of a type: at least the first, below the second; none of a type that has none."""
    match = _INTEGER.fullmatch(kind)
    if match is None:
        return 0, 0
    bits = int(match[2] or 256)
    half: int = 2 ** (bits - 1)
    return (0, 2 * half) if match[1] else (-half, half)


@lru_cache(maxsize=4_096)
def address_word(address: Address) -> bytes:
    """32 bytes; raises BadArgument for what is no address."""
    return bytes.fromhex(checksum(address)[2:]).rjust(32, b"\0")


def decode_values(parameters: Sequence[AbiEntry], data: bytes) -> tuple[Any, ...]:
    """Checksummed addresses, bytes, integers; structs as named tuples."""
    if (plain := _plain_values(parameters, data)) is not None:
        return plain
    try:
        values = decoder([type_of(part) for part in parameters])(data)
    except (DecodingError, UnicodeDecodeError) as error:  # Solidity does not ask whether a string is UTF-8
        shown = data.hex() if len(data) <= 96 else f"{data[:96].hex()}… ({len(data)} bytes)"
        raise ChainError(
            f"0x{shown} is not ({', '.join(type_of(part) for part in parameters)})",
            None,
            "Check that the address holds the contract that this ABI describes.",
        ) from error
    return tuple(
        _from_abi(value, part, str(part["type"])) for value, part in zip(values, parameters, strict=True)
    )


def decode_log(entry: AbiEntry, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
    """An event's arguments by name; an indexed string, bytes, array or struct is its hash."""
    indexed = [part for part in entry["inputs"] if part["indexed"]]
    plain = decode_values([part for part in entry["inputs"] if not part["indexed"]], data)
    hashes = topics if entry.get("anonymous") else topics[1:]
    if len(hashes) != len(indexed):
        raise ChainError(
            f"a log of {entry['name']} has {len(hashes)} indexed arguments, not {len(indexed)}",
            None,
            "Check that the address holds the contract that this ABI describes; or ask another node.",
        )
    from_topics = iter([_decode_topic(part, topic) for part, topic in zip(indexed, hashes, strict=True)])
    from_data = iter(plain)
    return {
        part["name"] or f"_{index}": next(from_topics if part["indexed"] else from_data)
        for index, part in enumerate(entry["inputs"])
    }


def describe_error(entries: Mapping[bytes, AbiEntry], data: bytes) -> str | None:
    """`Name(arg=…)` for an error that is in `entries` (by selector), else what `explain_revert` says."""
    entry = entries.get(data[:4])
    if entry is None:
        return explain_revert(data)
    try:
        values = decode_values(entry["inputs"], data[4:])
    except ChainError:
        return explain_revert(data)
    named = zip(entry["inputs"], values, strict=True)
    return f"{entry['name']}({', '.join(_argument(part['name'], value) for part, value in named)})"


def selector(entry: AbiEntry) -> bytes:
    return keccak(text=signature(entry))[:4]


def _argument(name: str, value: Any) -> str:
    text = "0x" + value.hex() if isinstance(value, bytes) else printable(str(value))
    return f"{name}={text}" if name else text


def _decode_topic(parameter: AbiEntry, topic: bytes) -> Any:
    kind = str(parameter["type"])
    if kind in ("string", "bytes") or kind.endswith("]") or kind.startswith("tuple"):
        return topic
    return decode_values([parameter], topic)[0]


def _element(kind: str) -> str:
    return kind[: kind.rindex("[")]


def _to_abi(value: Any, parameter: AbiEntry, kind: str) -> Any:
    if kind.endswith("]"):
        return [_to_abi(item, parameter, _element(kind)) for item in value]
    if kind == "tuple":
        parts = parameter["components"]
        values = [value[part["name"]] for part in parts] if isinstance(value, Mapping) else value
        return tuple(_to_abi(v, part, str(part["type"])) for v, part in zip(values, parts, strict=True))
    if kind == "address":
        return checksum(value if isinstance(value, str) else value.address)
    if kind.startswith("bytes") and isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    return value


def _from_abi(value: Any, parameter: AbiEntry, kind: str) -> Any:
    if kind.endswith("]"):
        return tuple(_from_abi(item, parameter, _element(kind)) for item in value)
    if kind == "tuple":
        parts = parameter["components"]
        make = _struct(tuple(part["name"] for part in parts))
        return make(*(_from_abi(v, part, str(part["type"])) for v, part in zip(value, parts, strict=True)))
    return checksum(value) if kind == "address" else value


@lru_cache(maxsize=1_024)
def _struct(names: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Struct", names, rename=True)
