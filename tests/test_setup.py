"""Set-up repairs itself, locks are exact, the compilers agree, and nothing names a registry or a machine."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent


def tool(name: str) -> ModuleType:
    """A program of tools/ as a module of its own, so that a test can change its constants."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / f"tools/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestSetup:
    @pytest.fixture
    def setup(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        module = tool("setup")
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "CACHE", tmp_path / ".cache")
        (tmp_path / "lock").write_text("one==1")
        return module

    def run_step(self, setup: ModuleType, tmp_path: Path, calls: list[str], fails: bool = False) -> None:
        def make() -> None:
            calls.append("made")
            if fails:
                raise setup.SetupError("the registry is away")
            (tmp_path / "proof").touch()

        setup.step("part", [tmp_path / "lock"], tmp_path / "proof", make)

    def test_a_step_is_done_once(self, setup: ModuleType, tmp_path: Path) -> None:
        calls: list[str] = []
        self.run_step(setup, tmp_path, calls)
        self.run_step(setup, tmp_path, calls)
        assert calls == ["made"]

    def test_a_changed_lock_or_a_lost_result_does_it_again(self, setup: ModuleType, tmp_path: Path) -> None:
        calls: list[str] = []
        self.run_step(setup, tmp_path, calls)
        (tmp_path / "lock").write_text("one==2")
        self.run_step(setup, tmp_path, calls)
        (tmp_path / "proof").unlink()
        self.run_step(setup, tmp_path, calls)
        assert len(calls) == 3

    def test_a_failed_step_leaves_no_stamp(self, setup: ModuleType, tmp_path: Path) -> None:
        calls: list[str] = []
        self.run_step(setup, tmp_path, calls)
        (tmp_path / "lock").write_text("one==2")
        with pytest.raises(setup.SetupError, match="registry is away"):
            self.run_step(setup, tmp_path, calls, fails=True)
        (tmp_path / "lock").write_text("one==1")  # back to what the first stamp was made from
        self.run_step(setup, tmp_path, calls)
        assert len(calls) == 3

    def test_a_step_without_its_result_is_an_error(self, setup: ModuleType, tmp_path: Path) -> None:
        with pytest.raises(setup.SetupError, match="proof is missing"):
            setup.step("part", [tmp_path / "lock"], tmp_path / "proof", lambda: None)

    def test_the_environment_of_another_checkout_is_left_alone(
        self, setup: ModuleType, tmp_path: Path
    ) -> None:
        (tmp_path / "theirs").mkdir()
        (tmp_path / ".venv").symlink_to(tmp_path / "theirs")
        with pytest.raises(setup.SetupError, match="link into another checkout"):
            setup.install_python(tmp_path / ".venv", tmp_path / "lock")
        assert list((tmp_path / "theirs").iterdir()) == []

    def test_a_failing_command_is_shown_with_its_output(self, setup: ModuleType) -> None:
        with pytest.raises(setup.SetupError, match=r"(?s)listing failed.*no-such-folder"):
            setup.run(["ls", "no-such-folder"], what="listing")

    def test_an_old_node_does_not_count(
        self, setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert setup.node_of_the_machine() is None
        for version, found in (("v17.9.1", False), ("v18.0.0", True), ("v24.1.0", True)):
            for name in ("node", "npm"):
                (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
                (tmp_path / name).chmod(0o755)
            assert (setup.node_of_the_machine() is not None) is found

    def test_the_second_run_does_nothing(self) -> None:
        done = subprocess.run(["python3.11", "tools/setup.py"], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_names_compare_as_registries_do(self, setup: ModuleType, tmp_path: Path) -> None:
        (tmp_path / "lock").write_text("Ruamel.YAML==1 \\\n  --hash=sha256:0\nmore_itertools==2\n")
        assert setup.locked_names(tmp_path / "lock") == {"ruamel-yaml", "more-itertools"}


class TestLocks:
    @pytest.fixture
    def locks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        module = tool("check_locks")
        for name in ("pyproject.toml", "package.json", "package-lock.json"):
            shutil.copy(ROOT / name, tmp_path)
        shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
        monkeypatch.setattr(module, "ROOT", tmp_path)
        return module

    def test_the_committed_locks_are_clean(self, locks: ModuleType) -> None:
        assert [
            fault for name in locks.NAMES for fault in locks.python_faults(name)
        ] + locks.npm_faults() == []

    def test_a_new_dependency_makes_the_lock_stale(self, locks: ModuleType, tmp_path: Path) -> None:
        project = tmp_path / "pyproject.toml"
        project.write_text(project.read_text().replace('"eth-abi>=5.2,<6"', '"eth-abi>=5.3,<6"'))
        assert any("dev.lock: stale" in fault for fault in locks.python_faults("dev"))

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            ("left-pad==1.0", "has no exact version or no hash"),
            ("--find" + "-links x", "names a place to fetch from"),
        ],
    )
    def test_a_line_without_hash_or_with_an_index(
        self, locks: ModuleType, tmp_path: Path, line: str, fault: str
    ) -> None:
        lock = tmp_path / "requirements/node.lock"
        lock.write_text(lock.read_text() + line + "\n")
        assert any(fault in found for found in locks.python_faults("node"))

    def test_npm_faults(self, locks: ModuleType, tmp_path: Path) -> None:
        lock = json.loads((tmp_path / "package-lock.json").read_text())
        entry = lock["packages"]["node_modules/solc"]
        del entry["integrity"]
        entry["resolved"] = "somewhere"
        (tmp_path / "package-lock.json").write_text(json.dumps(lock))
        package = json.loads((tmp_path / "package.json").read_text())
        package["dependencies"]["solc"] = "^0.8.37"
        (tmp_path / "package.json").write_text(json.dumps(package))
        found = "\n".join(locks.npm_faults())
        assert "no integrity hash" in found
        assert "names a place to fetch from" in found
        assert "solc is ^0.8.37; pin" in found
        assert "stale" in found


class TestHygiene:
    @pytest.mark.parametrize(
        "text",
        [
            "https://registry.npm" + "js.org/solc",
            "see https://py" + "pi.org/project/x",
            "--index" + "-url https://example.org",
            "open('/ro" + "ot/.ssh')",
            "cd /ho" + "me/alice/guardrails",
            "cp ../sha" + "red/data .",
        ],
    )
    def test_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "file").write_text(f"first line\n{text}\n")
        [fault] = tool("check_hygiene").faults(tmp_path / "file")
        assert fault.startswith(f"{tmp_path}/file:2: ")

    @pytest.mark.parametrize(
        "text", ["guardrails/work/x", "a/root/b", "~/.npmrc", "pypi", "the npm registry"]
    )
    def test_accepted(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "file").write_text(text)
        assert tool("check_hygiene").faults(tmp_path / "file") == []

    def test_the_repository_is_clean(self) -> None:
        module = tool("check_hygiene")
        assert [fault for path in module.committed_files() for fault in module.faults(path)] == []


class TestSettings:
    """One meaning of the compiler settings, however many tools have a file for them."""

    foundry = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]["default"]
    ape = YAML(typ="safe").load((ROOT / "ape-config.yaml").read_text())

    def test_ape_and_forge_compile_alike(self) -> None:
        solidity = self.ape["solidity"]
        assert solidity["evm_version"] == self.foundry["evm_version"] == self.ape["foundry"]["evm_version"]
        assert solidity["optimize"] is self.foundry["optimizer"] is True
        assert solidity["optimization_runs"] == self.foundry["optimizer_runs"]
        assert solidity["via_ir"] is self.foundry["via_ir"] is False
        remappings = [f"{line.replace('=', '/=', 1)}/" for line in solidity["import_remapping"]]
        assert remappings == self.foundry["remappings"]
        assert self.ape["contracts_folder"] == self.foundry["src"]

    def test_the_development_chains_run_the_same_evm(self) -> None:
        from guardrails.chain import anvil, revm

        assert self.foundry["evm_version"] == anvil.HARDFORK
        spec = revm.RevmChain.__init__.__kwdefaults__["spec"]
        assert spec.lower() == self.foundry["evm_version"]

    def test_the_compiler_is_the_one_that_npm_locks(self) -> None:
        package = json.loads((ROOT / "package.json").read_text())
        version = package["dependencies"]["solc"]
        assert self.ape["solidity"]["version"] == version
        for name, expected in (("solc", version), ("solc-0.7.6", "0.7.6")):
            answer = subprocess.run(
                [ROOT / "tools" / name, "--version"], capture_output=True, text=True, check=True
            )
            assert re.search(
                rf"^Version: {re.escape(expected)}\+commit\.[0-9a-f]{{8}}\.Linux", answer.stdout, re.M
            )

    @pytest.mark.parametrize("name", ["foundry.toml", "ape-config.yaml"])
    def test_every_setting_says_why(self, name: str) -> None:
        lines = (ROOT / name).read_text().splitlines()
        bare = [line for line in lines if line.strip() and "#" not in line and line.strip()[0] not in '[]{"']
        assert bare == []


def test_every_direct_dependency_has_its_licence_listed() -> None:
    module = tool("third_party")
    assert (ROOT / "THIRD_PARTY.md").read_text() == module.text()
    listed = set(re.findall(r"^\| (\S+) \|", module.text(), flags=re.M))
    package = json.loads((ROOT / "package.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=]", name)[0] for name in project["dependencies"]}
    wanted |= {re.split(r"[\[<>=]", name)[0] for name in project["optional-dependencies"]["dev"]}
    wanted |= {
        n for kind in ("dependencies", "devDependencies", "optionalDependencies") for n in package[kind]
    }
    assert wanted <= listed


def test_every_verb_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    verbs = set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.M))
    assert verbs == explained
    assert {"setup", "demo", "test", "lint", "prove", "bench-gas"} <= verbs


def test_the_wheel_carries_what_deploying_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("ape_guardrails-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert "guardrails/py.typed" in inside
    for source, packed in (
        ("guardrails/artifacts/data", "guardrails/artifacts/data"),
        ("contracts", "guardrails/_contracts"),
        ("data", "guardrails/_data"),
    ):
        here = {path.relative_to(ROOT / source) for path in (ROOT / source).rglob("*.*") if path.is_file()}
        assert {f"{packed}/{path}" for path in here if not path.name.startswith(".")} <= inside
    assert not [name for name in inside if "/tests/" in name or "node_modules" in name]


def test_ctrl_c_after_ape_was_imported_ends_the_run(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    body = (
        "import os, signal, ape\n\ndef test_a(): os.kill(os.getpid(), signal.SIGINT)\n\ndef test_b(): pass\n"
    )
    (tmp_path / "test_interrupted.py").write_text(body)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:ape_test",
        "-v",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 130, done.stdout
    assert "test_b" not in done.stdout
