"""The peers' published packages, each fetched alone and checked against its locked hash.

Their dependency trees (one of them reaches into a git host) are not wanted: one file of each is compiled.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEERS = ROOT / ".cache/peers"


def packages() -> dict[str, str]:
    """`name@version` of each peer with its integrity hash, as npm states it."""
    locked: dict[str, str] = json.loads((HERE / "peers.json").read_text())
    return locked


def fetch(package: str, integrity: str, into: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, package],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        (archive,) = Path(folder).glob("*.tgz")
        digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != integrity:
            raise SystemExit(f"{package} is not what was locked: {digest}, expected {integrity}")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        into.parent.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "package").rename(into)


def ensure() -> None:
    """Have every peer under `.cache/peers/<name>`; does nothing when they are there."""
    for package, integrity in packages().items():
        name, _, version = package.rpartition("@")
        marker = PEERS / name / f".{version}"
        if not marker.exists():
            fetch(package, integrity, PEERS / name)
            marker.touch()


if __name__ == "__main__":
    ensure()
