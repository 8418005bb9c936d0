"""The contracts install in three ways: from the wheel (Ape), from the npm tarball (Foundry), and by path."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from .conftest import ROOT, Project, user

SITE = ".venv/lib/python3.11/site-packages"


def shown(language: str, heading: str) -> str:
    """The block that docs/install.md shows under a heading: what is tested is what is written there."""
    text = (ROOT / "docs/install.md").read_text()
    [section] = [part for part in re.split(r"^## ", text, flags=re.MULTILINE) if part.startswith(heading)]
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def install_wheel(wheel: Path, into: Path) -> None:
    words = ["-q", "--no-deps", "--no-index", "--no-compile", "--target", str(into), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "install", *words], check=True, capture_output=True)


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.sol") if path.is_file()}


def test_an_ape_project_compiles_against_the_wheel(project: Project, wheel: Path) -> None:
    install_wheel(wheel, project.folder / SITE)
    project.add("Till.sol", "contracts")
    project.write("ape-config.yaml", shown("yaml", "An Ape project"))
    ape = {"APE_DATA_FOLDER": str(project.folder / ".ape"), "SOLCX_BINARY_PATH": str(project.solc.parent)}
    project.run("ape", "compile", environment=user(project.folder) | ape)
    manifest = json.loads((project.folder / ".build/__local__.json").read_text())
    till = manifest["contractTypes"]["Till"]
    assert len(till["runtimeBytecode"]["bytecode"]) > 2 * 3000
    assert {"deposit", "withdraw", "controls"} <= {entry.get("name") for entry in till["abi"]}


def test_the_installed_package_is_whole(wheel: Path, tmp_path: Path) -> None:
    """It runs without the checkout, and ships every contract as it is here."""
    install_wheel(wheel, tmp_path)
    program = (
        "import guardrails; from guardrails import artifacts; "
        "print(guardrails.__file__); print(len(artifacts.names()), artifacts.load('GuardrailHub').name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=user(tmp_path) | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    where, found = done.stdout.splitlines()
    assert Path(where).is_relative_to(tmp_path)
    data = list((ROOT / "guardrails/artifacts/data").glob("*.json"))
    assert found == f"{len(data)} GuardrailHub"
    shipped = tmp_path / "guardrails/_contracts"
    assert names(shipped) == names(ROOT / "contracts")
    for one in names(shipped):
        assert (shipped / one).read_bytes() == (ROOT / "contracts" / one).read_bytes()


def test_a_foundry_project_tests_against_the_tarball(project: Project, tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        archive.extractall(project.folder / "unpacked", filter="data")
    (project.folder / "unpacked/package").rename(project.folder / "node_modules/guardrails-contracts")
    project.add("Till.sol", "src")
    project.add("Till.t.sol", "test")
    said = project.forge("test", settings=shown("toml", "A Foundry or Hardhat project"))
    assert "[PASS] test_WithinTheLimitItPaysAndOverItItQueues" in said


def test_a_project_compiles_by_path(project: Project) -> None:
    beside = ROOT / "contracts"
    project.allow(project.folder, beside)
    project.add("Member.sol", "src")
    project.forge("build", settings=shown("toml", "By path").replace("../guardrails/contracts", str(beside)))
    built = json.loads((project.folder / "out/Member.sol/Member.json").read_text())
    assert len(built["deployedBytecode"]["object"]) > 2 * 500


def test_the_tarball_holds_the_contracts_and_nothing_else(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        held = {member.name.removeprefix("package/") for member in archive.getmembers()}
    assert held == names(ROOT / "contracts") | {"LICENSE", "README.md", "package.json"}


def test_one_release_has_one_version(
    packager: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((ROOT / "contracts/package.json").read_text())
    assert packager.version() == manifest["version"]
    assert f"version: {manifest['version']}\n" in shown("yaml", "An Ape project")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "contracts/package.json").write_text(json.dumps(manifest | {"version": "9.9.9"}))
    monkeypatch.setattr(packager, "ROOT", tmp_path)
    with pytest.raises(packager.PackageError, match=r"9\.9\.9"):
        packager.version()


def test_the_manifest_asks_for_the_openzeppelin_that_is_tested() -> None:
    manifest = json.loads((ROOT / "contracts/package.json").read_text())
    tested = json.loads((ROOT / "package.json").read_text())["dependencies"]["@openzeppelin/contracts"]
    assert manifest["peerDependencies"] == {"@openzeppelin/contracts": f"^{tested}"}
    assert manifest["license"] == "MIT"
