"""The words that a machine is written in: Hypothesis' own, and Wake's `weight`, `max_times` and `period`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from guardrails.chain import MissingBackend
from guardrails.errors import GuardrailsError
from guardrails.fuzz.errors import HarnessFault, PropertyViolated

try:
    from hypothesis import stateful
    from hypothesis.errors import HypothesisException
    from hypothesis.stateful import Bundle, consumes, multiple, precondition
except ImportError as error:
    raise MissingBackend(
        "Hypothesis is not installed",
        "guardrails.fuzz",
        "Install the extra: pip install 'ape-guardrails[fuzz]'.",
    ) from error

_Rule = TypeVar("_Rule", bound=Callable[..., Any])

WEIGHT = 100
"""Of a rule that says nothing else."""

__all__ = ["bundle", "consumes", "initialize", "invariant", "multiple", "precondition", "rule"]

bundle = Bundle
"""A place for values that rules give (`target=`) and take: `deposits = bundle("deposits")`."""


def rule(
    *,
    weight: int = WEIGHT,
    max_times: int | None = None,
    target: Bundle[Any] | None = None,
    targets: Sequence[Bundle[Any]] = (),
    **strategies: Any,
) -> Callable[[_Rule], _Rule]:
    """A rule is chosen with a probability in proportion to `weight`, in one example at most `max_times`.

    All else as in Hypothesis: strategies of its arguments, and the bundles that take what it returns.
    """
    if weight < 1 or (max_times is not None and max_times < 0):
        raise HarnessFault(
            f"a rule of weight {weight}, at most {max_times} times, never runs", None, "Give 1 or more."
        )
    places = _places(target, targets)

    def mark(function: _Rule) -> _Rule:
        told: Any = telling(function)
        told.weight, told.max_times = weight, max_times
        decorate: Any = stateful.rule(**places, **strategies)
        return decorate(told)  # type: ignore[no-any-return]

    return mark


def initialize(
    *, target: Bundle[Any] | None = None, targets: Sequence[Bundle[Any]] = (), **strategies: Any
) -> Callable[[_Rule], _Rule]:
    """A rule that runs once, before all others; as in Hypothesis."""
    places = _places(target, targets)

    def mark(function: _Rule) -> _Rule:
        decorate: Any = stateful.initialize(**places, **strategies)
        return decorate(telling(function))  # type: ignore[no-any-return]

    return mark


def _places(target: Bundle[Any] | None, targets: Sequence[Bundle[Any]]) -> dict[str, Any]:
    """As Hypothesis takes them: one, several or none."""
    places: dict[str, Any] = {"targets": tuple(targets)} if targets else {}
    if target is not None:
        places["target"] = target
    return places


def invariant(*, period: int = 1) -> Callable[[_Rule], _Rule]:
    """Checked after every `period`-th step; what the policy promises is checked after each besides."""
    if period < 1:
        raise HarnessFault(f"an invariant with a period of {period}", None, "Give 1 or more.")

    def mark(function: _Rule) -> _Rule:
        told = telling(function)

        @functools.wraps(function)
        def when_due(self: Any) -> None:
            if self.taken % period == 0:
                told(self)

        decorate: Any = stateful.invariant()
        return decorate(when_due)  # type: ignore[no-any-return]

    return mark


def telling(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, of which an `assert` is a broken property of the function's name, and every other
    exception a fault of the harness that names the function and the line."""

    @functools.wraps(function)
    def told(self: Any, **arguments: Any) -> Any:
        try:
            return function(self, **arguments)
        except (PropertyViolated, HypothesisException, GuardrailsError):
            raise
        except AssertionError as broken:
            raise self.broken(function.__name__, _said(broken)) from broken
        except Exception as error:
            place = f"{_innermost(error, function)} in {function.__qualname__}"
            what = f"a rule raised {type(error).__name__}: {error}"
            raise HarnessFault(what, place, "Correct the machine; the protocol is not to blame.") from error

    return told


def _said(broken: AssertionError) -> str:
    """The assertion's own text, without what pytest makes of it."""
    text = str(broken).split("\nassert ")[0]
    return text if text and not text.startswith("assert ") else "its assertion does not hold"


def _innermost(error: Exception, function: Callable[..., Any]) -> str:
    """`file:line`: the deepest line of the function's own file."""
    file = inspect.getsourcefile(function) or "?"
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == inspect.getfile(function):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{file}:{line}"
