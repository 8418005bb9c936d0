"""The accounts of a chain as a file, for a test that starts from them."""

from __future__ import annotations

import gzip
import json
from typing import Any, Final

from guardrails.chain import AnvilChain
from guardrails.fuzz.fork import ForkedAnvil

Account = dict[str, Any]
_PRECOMPILES: Final = 0x400


def state_of(chain: AnvilChain) -> dict[str, Account]:
    """Every account as it is now, as a genesis file has it; on a fork what is not as on the real chain."""
    dump = json.loads(gzip.decompress(bytes.fromhex(chain.request("anvil_dumpState").removeprefix("0x"))))
    state = {
        address: {
            "nonce": hex(found["nonce"]) if isinstance(found["nonce"], int) else found["nonce"],
            "balance": found["balance"],
            "code": found["code"],
            "storage": {_word(slot): _word(value) for slot, value in found["storage"].items()},
        }
        for address, found in sorted(dump["accounts"].items())
        if int(address, 16) >= _PRECOMPILES
    }
    if not isinstance(chain, ForkedAnvil):
        return state
    ours = {address: _beyond(chain, address, account) for address, account in state.items()}
    return {address: account for address, account in ours.items() if account is not None}


def _beyond(chain: ForkedAnvil, address: str, account: Account) -> Account | None:
    """Without the code and the storage that the real chain has, too; None where nothing else is left."""
    if chain.pinned("eth_getCode", address) != account["code"]:
        return account  # with all of its storage: mostly a contract that is new
    storage = {
        slot: value
        for slot, value in account["storage"].items()
        if _word(chain.pinned("eth_getStorageAt", address, hex(int(slot, 16)))) != value
    }
    asked = {"balance": "eth_getBalance", "nonce": "eth_getTransactionCount"}
    same = all(_word(chain.pinned(method, address)) == _word(account[name]) for name, method in asked.items())
    if same and not storage:
        return None
    return {name: value for name, value in account.items() if name != "code"} | {"storage": storage}


def _word(text: str) -> str:
    return f"0x{int(text, 16):064x}"
