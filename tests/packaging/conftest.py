"""The packages, built once, and clean projects that know nothing of this checkout but its compiler."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent / "project"


@pytest.fixture(scope="session")
def packager() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_package", ROOT / "tools/package.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make package` fills."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, "tools/package.py", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def wheel(packages: Path, packager: ModuleType) -> Path:
    return packages / f"ape_guardrails-{packager.version()}-py3-none-any.whl"


@pytest.fixture(scope="session")
def tarball(packages: Path, packager: ModuleType) -> Path:
    return packages / f"guardrails-contracts-{packager.version()}.tgz"


def user(home: Path) -> dict[str, str]:
    """The environment of one who has not this checkout: no path into it, a home of his own."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TMPDIR") if key in os.environ}
    return kept | {"HOME": str(home), "FOUNDRY_OFFLINE": "true", "FOUNDRY_DISABLE_NIGHTLY_WARNING": "1"}


class Project:
    """A folder with OpenZeppelin in its node_modules, and a compiler that reads inside it alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.solc = folder / "solcx/solc-v0.8.37"
        shutil.copytree(
            ROOT / "node_modules/@openzeppelin/contracts",
            folder / "node_modules/@openzeppelin/contracts",
            ignore=shutil.ignore_patterns("build"),
        )
        self.allow(folder)

    def allow(self, *folders: Path) -> None:
        """Without `--allow-paths` tools/solc would find this checkout's own node_modules."""
        self.solc.parent.mkdir(exist_ok=True)
        allowed = ",".join(map(str, folders))
        self.solc.write_text(
            '#!/bin/sh\ncase " $* " in *" --allow-paths "*) ;; '
            f'*" --standard-json "*) set -- "$@" --allow-paths "{allowed}" ;; esac\n'
            f'exec "{ROOT / "tools/solc"}" "$@"\n'
        )
        self.solc.chmod(0o755)

    def add(self, sample: str, folder: str) -> None:
        (self.folder / folder).mkdir(exist_ok=True)
        shutil.copy(SAMPLES / sample, self.folder / folder)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def run(self, program: str, *words: str, environment: dict[str, str]) -> str:
        done = subprocess.run(
            [Path(sys.executable).with_name(program), *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def forge(self, *words: str, settings: str) -> str:
        """`settings` as docs/install.md has them; the compiler of the checkout is added."""
        self.write("foundry.toml", settings + f'solc = "{self.solc}"\noffline = true\n')
        return self.run("forge", *words, environment=user(self.folder))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
