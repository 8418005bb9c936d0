"""`ape run emergency pause WITHDRAW --for 2h --reason … --network … [--account … --execute]`.

The emergency commands of `guardrails`, for those who have Ape at hand: dry run unless --execute is given.
"""

from guardrails.cli import COMMANDS
from guardrails.cli._lazy import LazyGroup

NAMES = ("pause", "unpause", "lock", "unlock", "level", "limit", "override", "heartbeat", "claims")

cli = LazyGroup("emergency", table={name: COMMANDS[name] for name in NAMES}, help=__doc__)
