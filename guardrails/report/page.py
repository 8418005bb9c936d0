"""The templates of the reports: escaped unless marked, and a name that is missing is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def page(template: str, filters: dict[str, Callable[..., Any]], **values: object) -> str:
    """A template of this package with these values; `filters` by the names that it calls them."""
    environment = Environment(
        loader=PackageLoader("guardrails.report"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    return environment.get_template(template).render(**values)
