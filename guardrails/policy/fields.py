"""The types of a policy's fields: each parses what people write and tells the JSON schema its text form."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from guardrails.policy.address import checksum, is_hex_address
from guardrails.policy.operations import Operation
from guardrails.policy.problems import did_you_mean
from guardrails.policy.units import (
    AMOUNT_PATTERN,
    BOUND_PATTERN,
    DURATION_PATTERN,
    PERCENT_PATTERN,
    Amount,
    UnitError,
    format_duration,
    format_number,
    format_percent,
    parse_amount,
    parse_duration,
    parse_number,
    parse_percent,
)

APE_PREFIX: Final = "ape:"
UNLIMITED: Final = "unlimited"
_ZERO = "0x" + "0" * 40
_UINT32_MAX = 2**32 - 1


class Strict(BaseModel):
    """A part of the policy: unknown keys are refused, and nothing changes after it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _duration(value: object) -> int:
    seconds = value if isinstance(value, int) and not isinstance(value, bool) else parse_duration(value)
    if not 0 <= seconds <= _UINT32_MAX:
        raise UnitError(f"`{value}` does not fit 32 bits of seconds", "write less than 136 years")
    return seconds


def _percent(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else parse_percent(value)


def _amount(value: object) -> Amount:
    return value if isinstance(value, Amount) else parse_amount(value)


def _limit(value: object) -> Amount | Fraction | str:
    if isinstance(value, Amount | Fraction):
        return value
    text = str(value).strip()
    if text == UNLIMITED:
        return UNLIMITED
    return parse_percent(text) if text.endswith("%") else parse_amount(text)


def _cap(value: object) -> Amount | str:
    if isinstance(value, Amount):
        return value
    text = str(value).strip()
    return UNLIMITED if text == UNLIMITED else parse_amount(text)


def _price(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    text = str(value).strip()
    if text.startswith("-"):
        raise UnitError(f"`{text}` is negative", "write the price of one whole token in USD")
    price = parse_number(text)
    if price == 0:
        raise UnitError(
            "a price of 0 says that losing the asset costs nothing", "leave price_usd out if unknown"
        )
    return price


def _reference(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    text = str(value).strip()
    if text.startswith("-"):
        raise UnitError(f"`{text}` is negative", "write what one whole asset costs")
    price = parse_number(text)
    if price == 0:
        raise UnitError("a reference of 0 accepts no price", "write what one whole asset costs")
    return price


def _account(value: object) -> str:
    text = str(value)
    if text.startswith(APE_PREFIX):
        if len(text) == len(APE_PREFIX):
            raise UnitError("`ape:` names no account", "write ape:<alias>, as `ape accounts list` shows it")
        return text
    return _address(text)


def _address(value: object) -> str:
    text = str(value)
    if not is_hex_address(text):
        raise UnitError(f"`{text}` is not an address", "write 0x and 40 hexadecimal digits")
    if text == _ZERO:
        raise UnitError("this is the zero address", "write the address that is meant")
    right = checksum(text)
    if text != right:
        raise UnitError(f"`{text}` has no valid checksum (EIP-55)", f"if the digits are right, write {right}")
    return text


def _holder(value: object) -> str:
    if not isinstance(value, str):
        raise UnitError("this is no account", "write an alias of `accounts:`, or an address")
    text = value
    return _account(text) if text.startswith(("0x", APE_PREFIX)) else text


def _place(value: object) -> str:
    if not isinstance(value, str):
        raise UnitError("this is no contract", "write `protocol`, the artifact of a member, or an address")
    return _address(value) if value.startswith("0x") else value


def _function(value: object) -> str:
    text = str(value)
    if not re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}", text):
        raise UnitError(f"`{text}` is not a function", "write its name alone, e.g. totalBorrowed")
    return text


def _bound(value: object) -> Amount:
    if isinstance(value, Amount):
        return value
    text = str(value).strip()
    if text.endswith("%"):
        return Amount(parse_number(text[:-1].strip()), "%")
    return parse_amount(text) if text[-1:].isalpha() else Amount(parse_number(text), "")


def _identifier(value: object) -> str:
    text = str(value)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.+-]{0,31}", text):
        raise UnitError(
            f"`{text}` is not a name", "use up to 32 letters, digits, `_`, `-`, `.`, beginning with a letter"
        )
    return text


def _operation(value: object) -> str:
    text = str(value)
    if text not in Operation.__members__:
        raise UnitError(f"`{text}` is not a class of operation", did_you_mean(text, Operation.__members__))
    return text


def _operations(value: object) -> object:
    if value == "all" or value == ["all"] or value == ("all",):
        return tuple(Operation.__members__)
    if isinstance(value, str):
        raise UnitError(f"`{value}` is not a list", f"write [{value}], or all")
    return value


def _text(pattern: str, *examples: str) -> WithJsonSchema:
    schema: dict[str, Any] = {"type": "string", "pattern": pattern, "examples": list(examples)}
    return WithJsonSchema(schema)


_ADDRESS_PATTERN = "^0x[0-9a-fA-F]{40}$"
_OPERATION_NAME = Annotated[
    str, BeforeValidator(_operation), WithJsonSchema({"enum": list(Operation.__members__)})
]

Seconds = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(format_duration),
    _text(DURATION_PATTERN, "24h", "1h30m", "90d"),
]
Percent = Annotated[
    Fraction,
    BeforeValidator(_percent),
    PlainSerializer(format_percent),
    _text(PERCENT_PATTERN, "10 %", "50 %"),
]
Money = Annotated[
    Amount,
    BeforeValidator(_amount),
    PlainSerializer(str),
    _text(AMOUNT_PATTERN, "5_000_000 USDC", "0.5 WETH"),
]
LimitValue = Annotated[
    Amount | Fraction | str,
    BeforeValidator(_limit),
    PlainSerializer(lambda v: format_percent(v) if isinstance(v, Fraction) else str(v)),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"pattern": AMOUNT_PATTERN}, {"pattern": PERCENT_PATTERN}, {"const": UNLIMITED}],
            "examples": ["5_000_000 USDC", "10 %", UNLIMITED],
        }
    ),
]
CapValue = Annotated[
    Amount | str,
    BeforeValidator(_cap),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"pattern": AMOUNT_PATTERN}, {"const": UNLIMITED}],
            "examples": ["10_000_000 USDC", UNLIMITED],
        }
    ),
]
PriceUsd = Annotated[
    Fraction,
    BeforeValidator(_price),
    PlainSerializer(format_number),
    WithJsonSchema({"type": ["number", "string"], "exclusiveMinimum": 0, "examples": [1.00, "1_200"]}),
]
Price = Annotated[
    Fraction,
    BeforeValidator(_reference),
    PlainSerializer(format_number),
    WithJsonSchema({"type": ["number", "string"], "exclusiveMinimum": 0, "examples": ["3_000", 0.05]}),
]
TokenAddress = Annotated[
    str, BeforeValidator(_address), _text(_ADDRESS_PATTERN, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")
]
Account = Annotated[str, BeforeValidator(_account), _text(f"{_ADDRESS_PATTERN}|^ape:.+$")]
Holder = Annotated[str, BeforeValidator(_holder), WithJsonSchema({"type": "string", "examples": ["council"]})]
Name = Annotated[
    str, BeforeValidator(_identifier), _text("^[A-Za-z][A-Za-z0-9_.+-]{0,31}$", "USDC", "my-vault")
]
Place = Annotated[
    str,
    BeforeValidator(_place),
    WithJsonSchema({"type": "string", "examples": ["protocol", "GuardedVault", "0x…"]}),
]
FunctionName = Annotated[
    str, BeforeValidator(_function), _text("^[A-Za-z_$][A-Za-z0-9_$]{0,63}$", "totalBorrowed")
]
Bound = Annotated[
    Amount,
    BeforeValidator(_bound),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "pattern": f"{AMOUNT_PATTERN}|{BOUND_PATTERN}",
            "examples": ["500_000 USDC", "150 %", "1_000"],
        }
    ),
]
Operations = Annotated[
    tuple[_OPERATION_NAME, ...],
    BeforeValidator(_operations),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "all"},
                {"type": "array", "uniqueItems": True, "items": {"enum": list(Operation.__members__)}},
            ]
        }
    ),
]
