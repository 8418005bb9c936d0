"""Contracts come whole out of the packages, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.drill.upstream import packages
from guardrails.drill.upstream.aave_v3 import package as aave
from guardrails.drill.upstream.nomad import bridge, core
from guardrails.drill.upstream.packages import PackageError

LIBRARY = "0x" + "ab" * 20


def test_a_typechain_factory_gives_abi_and_bytecode() -> None:
    router = bridge("BridgeRouter")

    assert router.name == "BridgeRouter"
    assert router.bytecode[-2:] == b"\x003"  # the length of solc's metadata, the last word of its output
    assert {"handle", "preFill", "send"} <= {entry.get("name") for entry in router.abi}
    assert core("Replica").abi[0]["inputs"][0]["name"] == "_localDomain"


def test_a_library_goes_to_each_of_its_places() -> None:
    configurator = aave("protocol/pool/PoolConfigurator")
    with pytest.raises(PackageError, match="ConfiguratorLogic"):
        _ = configurator.bytecode

    linked = configurator.link({"ConfiguratorLogic": LIBRARY})

    assert (
        linked.bytecode.count(bytes.fromhex("ab" * 20)) == len(configurator.links["ConfiguratorLogic"]) == 4
    )
    assert len(linked.code_hex) == len(configurator.code_hex)


def test_a_missing_contract_is_named() -> None:
    with pytest.raises(PackageError, match=r"Nothing__factory\.js"):
        bridge("Nothing")


def test_missing_packages_are_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(packages.ENVIRONMENT_VARIABLE, str(tmp_path))

    with pytest.raises(PackageError, match="make setup"):
        packages.node_modules()


def test_every_package_tells_its_version() -> None:
    versions = packages.versions()

    assert versions[packages.NOMAD_CORE] == "1.1.0-rc.0"
    assert set(packages.ALL) < set(versions)
