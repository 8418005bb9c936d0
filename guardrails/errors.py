"""The one family of errors that people get to see.

Every error says what is wrong, where, and what to do about it. The command line prints the three without a
traceback and ends with `exit_code`: 2 bad input, 1 checked and found wrong, 3 trouble with a chain or
network.
"""

from __future__ import annotations

from typing import ClassVar


class GuardrailsError(Exception):
    """A failure that a person can act on.

    `what` is one sentence, `where` a place such as `guardrails.yaml:12:5` or a contract's address, `remedy`
    what to do next.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, where: str | None = None, remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  {self.remedy}" if self.remedy else text
