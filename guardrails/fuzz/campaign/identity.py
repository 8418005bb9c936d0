"""What a campaign is of. Two workers with the same identity find the same from the same seed."""

from __future__ import annotations

import inspect
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from guardrails.fuzz.target import built, find_target

_LAB = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Identity:
    """Digests, in hex: of the policy ("" without one), of the target's source file, of all contracts' code
    and addresses in a world just built, and of the lab itself; and the version of the EVM."""

    policy: str
    target: str
    contracts: str
    lab: str
    evm: str

    def differences(self, other: Identity) -> list[str]:
        """`the policy was 5ba7e1f1860a and is 1234…`, one line for each that differs."""
        mine, its = asdict(self), asdict(other)
        return [
            f"the {name} was {mine[name][:12] or 'none'} and is {its[name][:12] or 'none'}"
            for name in mine
            if mine[name] != its[name]
        ]

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, str]) -> Identity:
        """ValueError where it is none."""
        names = {field.name for field in fields(cls)}
        if set(document) != names or not all(isinstance(value, str) for value in document.values()):
            raise ValueError("no identity")
        return cls(**document)


@cache
def identify(reference: str) -> Identity:
    """Builds the target once; HarnessFault where it cannot be built."""
    target = find_target(reference)
    code = sha256()
    with closing(target.chain()) as chain:
        world = built(target, chain)
        for name, contract in sorted(world.contracts.items()):
            code.update(f"{name} {contract.address} ".encode() + chain.code(contract.address))
    return Identity(
        policy=world.policy.fingerprint if world.policy else "",
        target=_digest([Path(inspect.getfile(type(target)))]),
        contracts=code.hexdigest(),
        lab=_digest(sorted(_LAB.rglob("*.py"))),
        evm=f"pyrevm {_version('pyrevm')}",
    )


def _digest(files: list[Path]) -> str:
    digest = sha256()
    for file in files:
        digest.update(f"{file.name} ".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of no known version"
