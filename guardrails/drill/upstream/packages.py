"""Reads compiled contracts out of the npm packages that their protocols publish.

Nothing is compiled and nothing is copied into this project: the bytecode is the publisher's. Two shapes of
file are in use: JSON (of truffle, waffle or hardhat), and typechain's ethers factories (JavaScript that holds
ABI and bytecode as literals).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from guardrails.errors import GuardrailsError

ENVIRONMENT_VARIABLE = "GUARDRAILS_NODE_MODULES"

WETH = "canonical-weth"
UNISWAP_V2_CORE = "@uniswap/v2-core"
UNISWAP_V2_PERIPHERY = "@uniswap/v2-periphery"
UNISWAP_V3_CORE = "@uniswap/v3-core"
UNISWAP_V3_PERIPHERY = "@uniswap/v3-periphery"
SAFE = "@gnosis.pm/safe-contracts"
AAVE_V3 = "@aave/core-v3"
NOMAD_CORE = "@nomad-xyz/contracts-core"
NOMAD_BRIDGE = "@nomad-xyz/contracts-bridge"
VENUS = "@venusprotocol/venus-protocol"
ALL = (
    WETH,
    UNISWAP_V2_CORE,
    UNISWAP_V2_PERIPHERY,
    UNISWAP_V3_CORE,
    UNISWAP_V3_PERIPHERY,
    SAFE,
    AAVE_V3,
    NOMAD_CORE,
    NOMAD_BRIDGE,
    VENUS,
)


class PackageError(GuardrailsError):
    """A protocol's npm package, or a contract in it, is missing or unreadable."""


@dataclass(frozen=True)
class PackagedContract:
    """One contract of a package: its ABI, and its creation code with the libraries' places still marked.

    `links` maps a library's name to the byte offsets at which its address belongs.
    """

    name: str
    abi: list[dict[str, Any]]
    code_hex: str
    links: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def bytecode(self) -> bytes:
        """The creation code. Raises PackageError while libraries are not linked."""
        if self.links:
            raise PackageError(
                f"not linked to its libraries {', '.join(sorted(self.links))}",
                self.name,
                "Call link() first.",
            )
        return bytes.fromhex(self.code_hex)

    def link(self, libraries: Mapping[str, str]) -> PackagedContract:
        """The same contract with each library's address (by the library's name) in its places."""
        code = self.code_hex
        for library, offsets in self.links.items():
            address = libraries[library].removeprefix("0x").lower()
            for offset in offsets:
                code = code[: 2 * offset] + address + code[2 * offset + 40 :]
        return PackagedContract(self.name, self.abi, code)


def node_modules() -> Path:
    """Where the protocols' packages are: $GUARDRAILS_NODE_MODULES, or the nearest `node_modules` upwards."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    start = Path.cwd()
    candidates = [Path(named)] if named else [folder / "node_modules" for folder in (start, *start.parents)]
    for candidate in candidates:
        if (candidate / NOMAD_BRIDGE).is_dir():
            return candidate
    raise PackageError(
        "the npm packages of the upstream protocols are not installed",
        str(candidates[0]),
        f"Run `make setup` in a checkout, or name the folder in {ENVIRONMENT_VARIABLE}.",
    )


def versions() -> dict[str, str]:
    """The installed version of every package in use, and of the optional native anvil."""
    root = node_modules()
    anvil = sorted(path.name for path in (root / "@foundry-rs").glob("anvil-*"))
    names = [*ALL, *(f"@foundry-rs/{name}" for name in anvil)]
    return {name: str(json.loads((root / name / "package.json").read_text())["version"]) for name in names}


def read(package: str, path: str) -> PackagedContract:
    """The contract at `path` inside `package`; PackageError when it is missing or of unknown shape."""
    return _read(node_modules() / package / path)


@cache
def _read(file: Path) -> PackagedContract:
    try:
        text = file.read_text()
    except OSError as error:
        raise PackageError("no such contract in the package", str(file), "Run `make setup` again.") from error
    if file.suffix == ".js":
        return _from_typechain(file, text)
    document = json.loads(text)
    links: dict[str, tuple[int, ...]] = {}
    if document.get("_format", "").startswith("hh-sol"):
        for libraries in document["linkReferences"].values():
            for library, places in libraries.items():
                links[library] = tuple(place["start"] for place in places)
    return PackagedContract(file.stem, document["abi"], document["bytecode"].removeprefix("0x"), links)


def _from_typechain(file: Path, text: str) -> PackagedContract:
    abi = re.search(r"^const _abi = (\[.*?^\]);", text, re.M | re.S)
    code = re.search(r'^const _bytecode = "0x([0-9a-f]+)"', text, re.M)
    if abi is None or code is None:
        raise PackageError("not a typechain factory with bytecode", str(file), "Check the package's version.")
    quoted = re.sub(r"^(\s*)(\w+):", r'\1"\2":', abi[1], flags=re.M)
    return PackagedContract(
        file.stem.removesuffix("__factory"), json.loads(re.sub(r",(\s*[\]}])", r"\1", quoted)), code[1]
    )
