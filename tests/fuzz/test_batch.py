"""Call data by hand is what eth_abi makes, and what it refuses is refused."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi import decode, encode
from eth_abi.exceptions import DecodingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.chain.abi import decode_values, encode_arguments
from guardrails.chain.errors import BadArgument, ChainError
from guardrails.chain.plain import decode_plain, encode_plain
from guardrails.chain.types import checksum
from guardrails.fuzz.batch import encode_attack

_addresses = st.binary(min_size=20, max_size=20).map(lambda raw: checksum("0x" + raw.hex()))
_numbers = st.integers(0, 2**256 - 1)
_calls = st.lists(st.tuples(_addresses, _numbers, st.binary(max_size=100), st.booleans()), max_size=4)
_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "uint256": _numbers,
    "uint8": st.integers(0, 255),
    "int256": st.integers(-(2**255), 2**255 - 1),
    "int24": st.integers(-(2**23), 2**23 - 1),
    "bool": st.booleans(),
    "address": _addresses,
    "bytes": st.binary(max_size=70),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes32": st.binary(min_size=32, max_size=32),
    "string": st.text(max_size=40),
    "uint256[]": st.lists(_numbers, max_size=3),
    "address[]": st.lists(_addresses, max_size=3),
    "bytes4[]": st.lists(st.binary(min_size=4, max_size=4), max_size=3),
    "string[]": st.lists(st.text(max_size=5), max_size=3),
    "uint8[2]": st.lists(st.integers(0, 255), min_size=2, max_size=2),
}
_READ = sorted(kind for kind in _KINDS if not kind.endswith("]"))


@given(st.lists(st.tuples(_addresses, _numbers), max_size=3), _calls, _calls)
def test_a_batch_by_hand_is_what_eth_abi_makes(loans: Any, calls: Any, callback: Any) -> None:
    call = "(address,uint256,bytes,bool)[]"
    wanted = encode(["(address,uint256)[]", call, call], [loans, calls, callback])
    assert encode_attack(b"1234", loans, calls, callback) == b"1234" + wanted


def test_a_batch_refuses_a_number_above_256_bits() -> None:
    encode_attack(b"1234", [("0x" + "11" * 20, 2**256 - 1)], [], [])
    with pytest.raises(BadArgument):
        encode_attack(b"1234", [("0x" + "11" * 20, 2**256)], [], [])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_plain_arguments_are_what_eth_abi_makes(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(_KINDS)), max_size=4))
    values = [data.draw(_KINDS[kind]) for kind in kinds]
    entry = {"name": "f", "inputs": [{"type": kind, "name": "x"} for kind in kinds]}
    assert encode_arguments(entry, values) == encode(kinds, values)
    wanted = tuple(tuple(value) if isinstance(value, list) else value for value in values)
    assert decode_values(entry["inputs"], encode(kinds, values)) == wanted
    assert [type(value) for value in decode_values(entry["inputs"], encode(kinds, values))] == [
        type(value) for value in wanted
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_is_read_by_hand_is_what_eth_abi_reads(data: st.DataObject) -> None:
    """A byte is changed, or the end cut off: what is amiss is left to eth_abi, all else is as it reads it."""
    kinds = data.draw(st.lists(st.sampled_from(_READ), min_size=1, max_size=3))
    raw = bytearray(encode(kinds, [data.draw(_KINDS[kind]) for kind in kinds]))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.sampled_from((0, 1, 31, 32, 33, 64, 96, 255)))
    cut = bytes(raw[: len(raw) - data.draw(st.sampled_from((0, 0, 1, 31, 32)))])
    found = decode_plain([{"type": kind} for kind in kinds], cut)
    try:
        wanted = decode(kinds, cut)
    except (DecodingError, UnicodeDecodeError, OverflowError):
        assert found is None
    else:
        assert found in (
            None,
            tuple(checksum(v) if k == "address" else v for k, v in zip(kinds, wanted, strict=True)),
        )


@pytest.mark.parametrize(("kind", "value"), [("int8", -1), ("bytes4", b"abcd"), ("bool", True)])
def test_words_need_no_eth_abi(kind: str, value: Any) -> None:
    inputs = [{"type": "uint256"}, {"type": kind}]
    assert encode_plain(inputs, [1, value]) == encode(["uint256", kind], [1, value])
    assert decode_plain(inputs, encode(["uint256", kind], [1, value])) == (1, value)


@pytest.mark.parametrize(("kind", "value"), [("bytes", b"ab"), ("string", "ab"), ("bool[]", [True])])
def test_what_has_a_length_is_for_eth_abi(kind: str, value: Any) -> None:
    assert encode_plain([{"type": kind}], [value]) is None
    assert decode_plain([{"type": kind}], encode([kind], [value])) is None


@pytest.mark.parametrize("kind", ["bytes", "bytes4"])
def test_bytes_may_be_hex_text(kind: str) -> None:
    entry = {"name": "f", "inputs": [{"type": kind, "name": "x"}]}
    assert encode_arguments(entry, ["0x01020304"]) == encode([kind], [b"\1\2\3\4"])
    assert encode_arguments(entry, ["0x0102"]) == encode([kind], [b"\1\2"])


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("uint8", 255, 256),
        ("uint8", 0, -1),
        ("uint256", 2**256 - 1, 2**256),
        ("int8", 127, 128),
        ("int8", -128, -129),
        ("int256", -(2**255), -(2**255) - 1),
        ("bool", True, 1),
        ("uint256", 1, True),
        ("uint256", 1, "1"),
        ("address", "0x" + "22" * 20, "0x22"),
        ("address", "0x" + "22" * 20, 1),
        ("string", "one", 1),
        ("string", "one", b"one"),
        ("bytes4", b"1234", b"12345"),
        ("bytes", b"1", 1),
        ("uint8[]", [255], [256]),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, good: Any, bad: Any) -> None:
    entry = {"name": "f", "inputs": [{"type": kind, "name": "x"}]}
    assert encode_arguments(entry, [good]) == encode([kind], [good])
    with pytest.raises((BadArgument, AttributeError)):
        encode_arguments(entry, [bad])


@pytest.mark.parametrize(
    ("kind", "last", "beyond"),
    [
        ("uint8", 255, 256),
        ("bool", 1, 2),
        ("address", 2**160 - 1, 2**160),
        ("int8", 127, 128),
        ("int8", 2**256 - 128, 2**256 - 129),
    ],
)
def test_a_word_out_of_its_range_is_no_value(kind: str, last: int, beyond: int) -> None:
    parameters = [{"type": "uint256", "name": "a"}, {"type": kind, "name": "b"}]
    first = (7).to_bytes(32, "big")
    assert decode_values(parameters, first + last.to_bytes(32, "big"))[0] == 7
    with pytest.raises(ChainError):
        decode_values(parameters, first + beyond.to_bytes(32, "big"))
    with pytest.raises(ChainError):
        decode_values(parameters, first + last.to_bytes(32, "big")[:31])
