"""The two kinds of trouble in the lab, which are never taken for one another."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import ClassVar

from guardrails.chain.errors import MissingBackend, NodeDown, NotMined, RpcError, WrongChain
from guardrails.errors import GuardrailsError

NODE = (MissingBackend, NodeDown, NotMined, RpcError, WrongChain)
"""Trouble with a node, for which neither the target nor the protocol can be blamed."""
_LIBRARIES = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
_NOT_THEIRS = ("<", str(Path(__file__).resolve().parents[1]), *_LIBRARIES)


class HarnessFault(GuardrailsError):
    """The target, a rule or the set-up is wrong: nothing is known of the protocol."""

    exit_code: ClassVar[int] = 2


class PropertyViolated(AssertionError):
    """The protocol broke what its policy promises. `name` is the property's."""

    def __init__(self, name: str, evidence: str) -> None:
        super().__init__(f"{name}: {evidence}")
        self.name = name
        self.evidence = evidence


def fault_of(error: Exception, target: str) -> GuardrailsError:
    """What a target raised, as people are told of it: trouble with a node as it is, all else a HarnessFault
    with its place, which is the deepest line of a file that is neither ours nor a library's."""
    if isinstance(error.__cause__, KeyboardInterrupt):  # pydantic wraps it where its serializers are at work
        raise error.__cause__
    if isinstance(error, (HarnessFault, *NODE)):
        return error
    if isinstance(error, GuardrailsError):
        return HarnessFault(error.what, error.where or target, error.remedy)
    place, trace = target, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_NOT_THEIRS):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = f"the target raised {type(error).__name__}: {error}"
    return HarnessFault(what, place, "Correct it; nothing is known of the protocol.")
