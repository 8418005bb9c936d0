"""The numbers that tell one state from another: what is held, what views say, and of the thief above all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from guardrails.chain import Address, ChainError, Contract
from guardrails.chain.abi import AbiEntry
from guardrails.fuzz.world import THIEF, World

_MOST_VIEWS, _MOST_OF_THE_THIEF = 24, 24
_BALANCE, _SUPPLY = "balanceOf(address)", "totalSupply()"
OF_THE_THIEF = "thief: "


@dataclass(frozen=True, slots=True)
class Quantity:
    """A `word` of what a view answers. A name that begins with + or - is a record when it grows or shrinks;
    `of_the_thief`: how far he is with something."""

    name: str
    address: Address
    data: bytes
    word: int = 0
    of_the_thief: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a contract that holds an asset behind its shares: the places of what it holds, of the supply, and of
    what the thief has of both."""

    name: str
    held: int
    supply: int
    assets: tuple[int, ...]
    shares: tuple[int, ...]


def quantities_of(world: World) -> tuple[list[Quantity], list[Shares]]:
    """What is read of every state, in the order in which it is read."""
    found = [*_held(world), *list(_views(world))[:_MOST_VIEWS]]
    found += [one for one in _supplies(world) if one not in found]
    found += list(_said_of_the_thief(world))[:_MOST_OF_THE_THIEF]
    return found, list(_shares(world, found))


def _held(world: World) -> Iterator[Quantity]:
    tokens = {c.address: n for n, c in world.contracts.items() if _BALANCE in c.interface.functions}
    for address, name in tokens.items():
        token = world.contracts[name]
        for account in world.accounts_of(THIEF):
            yield Quantity(f"+ thief's {name}", address, token.encode(_BALANCE, account), 0, True)
        for place in world.protected:
            yield Quantity(f"- protected {name}", address, token.encode(_BALANCE, place))


def _supplies(world: World) -> Iterator[Quantity]:
    for name, contract in _protected(world):
        if _SUPPLY in contract.interface.functions:
            yield Quantity(f"{name}.{_SUPPLY}", contract.address, contract.encode(_SUPPLY))


def _protected(world: World) -> Iterator[tuple[str, Contract]]:
    """By the name `protocol` where it is that."""
    for name in map(world.name_of, world.protected):
        yield name, world.contracts[name]


def _views(world: World) -> Iterator[Quantity]:
    """Numbers without arguments, of what holds the money first; constants are no state."""
    done: set[tuple[Address, str]] = set()
    first = [name for name, _ in _protected(world)]
    for contract_name in _in_order(world, (*first, "protocol", "guard")):
        contract = world.contracts[contract_name]
        for name, entries in contract.interface.functions.items():
            entry, place = entries[0], (contract.address, name)
            if "(" not in name or place in done or entry["inputs"] or name.split("(")[0].isupper():
                continue
            if _numbers(entry)[:1] == [0]:
                done.add(place)
                yield Quantity(f"{contract_name}.{name}", contract.address, contract.encode(name))


def _said_of_the_thief(world: World) -> Iterator[Quantity]:
    """What views of one address say of him, every number of it."""
    done: set[tuple[Address, str]] = set()
    for contract_name in _in_order(world, (*(name for name, _ in _protected(world)), "protocol")):
        contract = world.contracts[contract_name]
        for name, entries in contract.interface.functions.items():
            entry, place = entries[0], (contract.address, name)
            if "(" not in name or place in done or name == _BALANCE:
                continue
            if [part["type"] for part in entry["inputs"]] != ["address"]:
                continue
            done.add(place)
            data = contract.encode(name, world.address(THIEF))
            for word in _numbers(entry):
                title = f"{OF_THE_THIEF}{contract_name}.{name}[{word}]"
                yield Quantity(title, contract.address, data, word, True)


def _in_order(world: World, first: tuple[str, ...]) -> list[str]:
    """All contracts but the assets, these first."""
    names = [name for name in dict.fromkeys(first) if name in world.contracts]
    return [*names, *(n for n in world.contracts if n not in names and n not in world.assets)]


def _numbers(entry: AbiEntry) -> list[int]:
    """Which words of what a view answers are numbers; of what has no fixed place only those before it."""
    found = list[int]()
    if entry["stateMutability"] != "view":
        return found
    for at, part in enumerate(entry["outputs"]):
        kind = str(part["type"])
        if kind in ("string", "bytes") or kind.startswith("tuple") or kind.endswith("]"):
            break
        if kind.startswith(("uint", "int", "bool")):
            found.append(at)
    return found


def _shares(world: World, quantities: list[Quantity]) -> Iterator[Shares]:
    at = {(one.address, one.data): i for i, one in enumerate(quantities) if one.word == 0}

    def held_by_thief(token: Contract) -> tuple[int, ...]:
        places = [at.get((token.address, token.encode(_BALANCE, a))) for a in world.accounts_of(THIEF)]
        return tuple(i for i in places if i is not None)

    several = len(world.protected) > 1
    for name, contract in _protected(world):
        if not {_BALANCE, _SUPPLY} <= set(contract.interface.functions):
            continue
        supply = at[contract.address, contract.encode(_SUPPLY)]
        behind = _named_by(contract) & {asset.address for asset in world.assets.values()}
        for symbol, asset in world.assets.items():
            if behind and asset.address not in behind:
                continue
            held = at[asset.address, asset.encode(_BALANCE, contract.address)]
            title = f"{symbol} of {name}" if several else symbol
            yield Shares(title, held, supply, held_by_thief(asset), held_by_thief(contract))


def _named_by(contract: Contract) -> set[Address]:
    """What its views without arguments name: the asset behind the shares, if it has one for all."""
    found = set[Address]()
    for name, (entry, *_) in contract.interface.functions.items():
        alone = not entry["inputs"] and [part["type"] for part in entry["outputs"]] == ["address"]
        if "(" in name and alone and entry["stateMutability"] == "view":
            with suppress(ChainError):
                found.add(contract.call(name))
    return found
