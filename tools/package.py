"""The two packages that users install, into out/packages: the wheel, and the contracts as an npm tarball.

python tools/package.py [FOLDER]     (`make package`)

Nothing is fetched: the wheel is built by the hatchling that is installed, the tarball by npm from files.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class PackageError(Exception):
    """A package that cannot be built; the message says why."""


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    manifest = json.loads((ROOT / "contracts/package.json").read_text())
    if project["version"] != manifest["version"]:
        raise PackageError(
            f"pyproject.toml says {project['version']}, contracts/package.json {manifest['version']}: "
            "one release has one version"
        )
    return str(project["version"])


def build_wheel(into: Path) -> Path:
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)], ROOT)
    return into / f"ape_guardrails-{version()}-py3-none-any.whl"


def build_tarball(into: Path) -> Path:
    """From a copy, because the licence lies outside contracts/ and npm packs what is inside."""
    npm = shutil.which("npm", path=f"{ROOT / '.venv/bin'}:{os.environ['PATH']}")
    if npm is None:
        raise PackageError("npm is missing; run `make setup`")
    with tempfile.TemporaryDirectory() as temporary:
        stage = Path(temporary) / "contracts"
        shutil.copytree(ROOT / "contracts", stage, ignore=shutil.ignore_patterns(".*"))
        shutil.copy(ROOT / "LICENSE", stage)
        cache = ["--cache", str(Path(temporary) / "npm")]
        run([npm, "pack", "--offline", "--silent", *cache, "--pack-destination", str(into)], stage)
    return into / f"guardrails-contracts-{version()}.tgz"


def main() -> int:
    into = Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "out/packages"
    into.mkdir(parents=True, exist_ok=True)
    try:
        version()
        for path in (build_wheel(into), build_tarball(into)):
            print(f"{path.stat().st_size:>9,} bytes  {path}")
    except PackageError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
