"""What pyrevm's journal says of storage: it gives it in no other form than the text that Rust prints."""

from __future__ import annotations

import re
from typing import Final

from guardrails.chain.types import Address

_ACCOUNT: Final = re.compile(r"0x[0-9a-f]{40}: Account \{")
_SLOT: Final = re.compile(r"[{ ](\d+): StorageSlot \{")


def slots_in(journal: str, address: Address) -> tuple[int, ...]:
    """Those of an account, the least first."""
    begins = journal.find(f"{address.lower()}: Account {{")
    if begins < 0:
        return ()
    after = _ACCOUNT.search(journal, begins + 1)
    part = journal[begins : after.start() if after else len(journal)]
    return tuple(sorted(int(found) for found in _SLOT.findall(part)))
