"""What ends a campaign although nobody stopped it."""

from __future__ import annotations

from typing import ClassVar

from guardrails.errors import GuardrailsError


class CampaignError(GuardrailsError):
    """The folder, the target or an option does not fit the campaign."""

    exit_code: ClassVar[int] = 2


class WorkerLost(GuardrailsError):
    """A process or a machine that searched is gone; what it had finished is kept."""

    exit_code: ClassVar[int] = 3


class MissingExtra(GuardrailsError):
    """A package that an option needs is not installed."""

    exit_code: ClassVar[int] = 2
