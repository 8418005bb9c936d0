"""JSON-RPC over one HTTP connection that is kept: faster than a fresh one, and no web3 to import."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Sequence
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic_core import from_json

from guardrails.chain.errors import NodeDown, RpcError
from guardrails.chain.foreign import printable, without_secrets

MOST_BYTES = 256 << 20
"""No answer is larger; what is would fill the memory."""
_ORDERS = ("eth_send", "evm_", "anvil_")


class Transport(Protocol):
    """Something that answers JSON-RPC; raises `RpcError` with the node's own data, `NodeDown` if silent."""

    def request(self, method: str, *params: Any) -> Any: ...

    def close(self) -> None: ...


class HttpTransport:
    """`timeout` in seconds, for one answer."""

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:  # a port that is none, brackets that do not close
            parts, host, port = urlsplit(""), None, None
        if parts.scheme not in ("http", "https") or not host:
            raise NodeDown(
                f"{without_secrets(url)!r} is no HTTP address of a node",
                "the RPC address",
                "Give one such as http://127.0.0.1:8545.",
            )
        self.url = url
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port = host, port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._ids = count(1)
        self._lock = threading.Lock()

    def request(self, method: str, *params: Any) -> Any:
        answer = self._post({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
        return result_of(answer, method, self._place())

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """One request for many calls, answers in their order; the first error is raised when all have run."""
        if not calls:
            return []
        ids = [next(self._ids) for _ in calls]
        answers = self._post(
            [
                {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
                for number, (method, params) in zip(ids, calls, strict=True)
            ]
        )
        if not isinstance(answers, list):
            result_of(answers, "batch", self._place())
            raise NodeDown("the node does not answer batches", self._place(), "Use a node that does.")
        by_id = {answer.get("id"): answer for answer in answers if isinstance(answer, dict)}
        return [
            result_of(by_id.get(number), method, self._place())
            for number, (method, _) in zip(ids, calls, strict=True)
        ]

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _post(self, body: Any) -> Any:
        payload = json.dumps(body).encode()
        orders = any(
            part["method"].startswith(_ORDERS) for part in (body if isinstance(body, list) else [body])
        )
        with self._lock:
            reused = self._connection is not None
            try:
                raw = self._exchange(payload)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                # Most likely an idle connection that the node closed. Ask a question again, never an order.
                self._drop()
                if not reused or orders:
                    raise self._down(error) from error
                try:
                    raw = self._exchange(payload)
                except (OSError, http.client.HTTPException) as again:
                    self._drop()
                    raise self._down(again) from again
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                raise self._down(error) from error
        try:
            return from_json(raw)  # refuses deep nesting, which the json module may not survive
        except ValueError as error:
            raise NodeDown(
                f"the node does not answer in JSON: {raw[:80]!r}", self._place(), "Check the RPC address."
            ) from error

    def _exchange(self, payload: bytes) -> bytes:
        if self._connection is None:
            self._connection = self._kind(self._host, self._port, timeout=self._timeout)
        self._connection.request("POST", self._path, payload, {"Content-Type": "application/json"})
        raw = self._connection.getresponse().read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise http.client.HTTPException(f"an answer of more than {MOST_BYTES >> 20} MiB")
        return raw

    def _down(self, error: Exception) -> NodeDown:
        return NodeDown(
            f"the node does not answer ({type(error).__name__}: {printable(str(error))})",
            self._place(),
            "Start the node, or correct the RPC address.",
        )

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _place(self) -> str:
        """Without path and query, which may hold a key."""
        return f"{self._host}:{self._port}" if self._port else str(self._host)


def result_of(answer: Any, method: str, place: str) -> Any:
    """The result in a node's answer; raises what the answer says instead."""
    if not isinstance(answer, dict):
        raise NodeDown(f"no answer to {method}", place, "Check the RPC address.")
    if (error := answer.get("error")) is not None:
        if not isinstance(error, dict):
            error = {"message": str(error)}
        code = error.get("code")
        known = code if isinstance(code, int) else None
        raise RpcError(str(error.get("message")), known, error.get("data"), place)
    return answer.get("result")
