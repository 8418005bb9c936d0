"""The contracts of these tests, compiled once and kept until a source changes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tools.compiler import compiled

ROOT = Path(__file__).resolve().parents[3]
OURS = "tests/fuzz/bypass/contracts"
CODE = ["abi", "evm.bytecode.object", "evm.deployedBytecode"]


def compiled_file() -> Path:
    """The standard-json output of the leaky contracts, the shapes, the examples and the guards."""
    paths = sorted((ROOT / OURS).glob("*.sol")) + sorted((ROOT / "contracts/examples").rglob("*.sol"))
    paths += [ROOT / "contracts/adapters/ERC7265Adapter.sol", ROOT / "contracts/GuardrailHub.sol"]
    paths += [ROOT / "contracts/controls/EmergencyControls.sol"]
    sources = {str(path.relative_to(ROOT)): path.read_text() for path in paths}
    closure = sorted((ROOT / "contracts").rglob("*.sol"))
    digest = hashlib.sha256("".join([*CODE, *sources.values(), *(p.read_text() for p in closure)]).encode())
    kept = ROOT / f".cache/fuzz-bypass/{digest.hexdigest()[:16]}.json"
    if not kept.is_file():
        wanted = {"*": {"": ["ast"]}, f"{OURS}/Leaky.sol": {"*": CODE}}
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob("*.json"):
            old.unlink(missing_ok=True)
        written = kept.with_suffix(f".{id(wanted)}")
        written.write_text(json.dumps(compiled(sources, wanted)))
        written.rename(kept)
    return kept
