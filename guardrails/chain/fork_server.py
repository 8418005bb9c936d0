"""A fork's cache as a node on this machine: revm's own fetching and anvil's `--fork-url` speak to it.

In a process of its own: revm keeps Python's lock while it fetches. `python -m guardrails.chain.fork_server`
takes the port, the block and the file as arguments, the node's address from the environment.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from guardrails.chain.answers import read_block, reading
from guardrails.chain.errors import ChainError, NodeDown, RpcError
from guardrails.chain.fork_cache import ForkCache
from guardrails.chain.process import ChildProcess, free_port
from guardrails.chain.rpc import HttpTransport
from guardrails.chain.types import Block

_URL: Final = "GUARDRAILS_FORK_URL"
_START_SECONDS: Final = 30.0
_MOST_BYTES: Final = 1 << 20


class ForkServer:
    """The running server; `url` is what a fork is told. ChainError where cache and node give no block."""

    def __init__(self, url: str, block: int, cache: Path) -> None:
        checked = ForkCache(url, block, cache)  # here, so that its errors reach the caller
        self.pin = checked.pin
        checked.close()
        port = free_port()
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "guardrails.chain.fork_server",
            str(port),
            str(block),
            cache,
        ]
        # An address may hold a key: not among the arguments, which all can see.
        self._process = ChildProcess(command, environment={_URL: url})
        self.url = f"http://127.0.0.1:{port}"
        self._await(port)

    def block(self, number: int) -> Block:
        """A block before the fork."""
        node = HttpTransport(self.url)
        try:
            raw = node.request("eth_getBlockByNumber", hex(number), False)
            with reading("eth_getBlockByNumber", "fork"):
                return read_block(raw)
        finally:
            node.close()

    def close(self) -> None:
        self._process.end()

    def _await(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.alive:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        said = self._process.output().strip()
        self._process.end()
        raise NodeDown(f"the fork's cache does not answer: {said or 'no word'}", "fork", "Try again.")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cache: ForkCache
    lock = threading.Lock()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = json.loads(self.rfile.read(min(length, _MOST_BYTES)))
        with self.lock:
            said: Any = [_reply(self.cache, one) for one in asked] if isinstance(asked, list) else None
            if said is None:
                said = _reply(self.cache, asked)
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        return None


def _reply(cache: ForkCache, asked: Any) -> dict[str, Any]:
    head = {"jsonrpc": "2.0", "id": asked.get("id")}
    try:
        return head | {"result": cache.answer(str(asked["method"]), list(asked.get("params") or []))}
    except RpcError as error:
        return head | {"error": {"code": error.code or -32000, "message": error.message}}
    except (ChainError, ValueError, KeyError) as error:
        return head | {"error": {"code": -32000, "message": str(error)}}


def main(port: str, block: str, cache: str) -> None:
    """Serves until it is ended."""
    _Handler.cache = ForkCache(os.environ[_URL], int(block), Path(cache))
    ThreadingHTTPServer(("127.0.0.1", int(port)), _Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
