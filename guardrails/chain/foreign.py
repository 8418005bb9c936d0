"""Text that others wrote (a node, a contract, whoever announced a call), made safe to show and to log."""

from __future__ import annotations

import re

MOST = 500
_URL = re.compile(r"\b(https?|wss?)://(?:[^\s/@]*@)?([^\s/@?#'\",)\]}]+)[^\s'\",)\]}]*", re.IGNORECASE)
_URL_PATH = re.compile(r"(with url: )[^\s'\",)]+", re.IGNORECASE)


def printable(text: str) -> str:
    """Escapes what steers a terminal or turns the direction of writing; cuts what is long."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: MOST + 1])
    return safe if len(safe) <= MOST else f"{safe[:MOST]}…"


def without_secrets(text: str) -> str:
    """Addresses of nodes keep scheme and host alone: user, path and query may hold a key."""
    return _URL_PATH.sub(r"\1/…", _URL.sub(r"\1://\2/…", text))
