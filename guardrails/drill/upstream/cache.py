"""An anvil with the upstream chain on it, and a second one that forks it.

The state is kept under the hash of everything that it follows from: the versions of the packages and of
anvil, and this folder's sources. A changed builder or package makes a new state.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path

from guardrails.chain import AnvilChain
from guardrails.chain.types import DEV_TIMESTAMP

from . import packages
from .build import Upstream, attach, build_upstream

DEFAULT_FOLDER = Path(".cache/upstream")


def start_upstream(folder: Path = DEFAULT_FOLDER) -> Upstream:
    """Starts an anvil that holds the upstream chain, from the kept state or by building it.

    Close `upstream.chain` when done. States and addresses are kept in `folder`.
    """
    key = state_key()
    state, addresses = folder / f"{key}.state.json", folder / f"{key}.addresses.json"
    if not addresses.is_file():
        return _build(state, addresses)
    # Without a timestamp a loaded chain takes this machine's clock and refuses to go back to its own.
    chain = AnvilChain.start(load_state=state, timestamp=DEV_TIMESTAMP)
    try:
        chain.warp(chain.block().timestamp + 1)
        chain.mine()
        return attach(chain, json.loads(addresses.read_text()))
    except BaseException:
        chain.close()
        raise


def fork_upstream(upstream: Upstream) -> Upstream:
    """Starts a second anvil that forks the first, which has to stay up. Close its `chain` when done."""
    if not isinstance(upstream.chain, AnvilChain):
        raise TypeError("only a running anvil can be forked")
    chain = AnvilChain.start(fork_url=upstream.chain.url)
    try:
        return attach(chain, upstream.addresses())
    except BaseException:
        chain.close()
        raise


def state_key() -> str:
    """Names the state that this code would build with the installed packages and anvil."""
    digest = sha256(json.dumps(packages.versions(), sort_keys=True).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _build(state: Path, addresses: Path) -> Upstream:
    chain = AnvilChain.start()
    try:
        upstream = build_upstream(chain)
        dump = gzip.decompress(bytes.fromhex(chain.request("anvil_dumpState").removeprefix("0x")))
        _write(state, dump)
        _write(addresses, json.dumps(upstream.addresses(), indent=2).encode())
        return upstream
    except BaseException:
        chain.close()
        raise


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: several test processes may build the same state at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(name, path)
