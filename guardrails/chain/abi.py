"""ABI encoding and decoding; a function's codecs are looked up once, which is half of eth_abi's time."""

from __future__ import annotations

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
from guardrails.chain.plain import decode_plain, encode_plain
from guardrails.chain.types import checksum

AbiEntry = Mapping[str, Any]

# Ape makes the shared registry's decoders lenient, for everybody in the process.
_REGISTRY: Any = cast(Any, shared_registry).copy()

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
    if (plain := encode_plain(inputs, arguments)) is not None:
        return plain
    values = [_to_abi(value, part, str(part["type"])) for value, part in zip(arguments, inputs, strict=True)]
    try:
        return encoder([type_of(part) for part in inputs])(values)
    except EncodingError as error:
        raise BadArgument(f"{name} cannot take these arguments: {error}", None, "Correct them.") from error


def decode_values(parameters: Sequence[AbiEntry], data: bytes) -> tuple[Any, ...]:
    """Checksummed addresses, bytes, integers; structs as named tuples."""
    if (plain := decode_plain(parameters, data)) is not None:
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
