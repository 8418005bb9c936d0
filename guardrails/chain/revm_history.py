"""The blocks and logs of an in-process chain, one block a transaction, with anvil's rules for their times."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from guardrails.chain.types import Address, Block, Log


class History:
    """What happened so far. `warped_to`: the time that the next block was set to, if it was."""

    def __init__(self, genesis: Block) -> None:
        self.blocks = [genesis]
        self.logs: list[Log] = []
        self.warped_to: int | None = None

    @property
    def latest(self) -> Block:
        return self.blocks[-1]

    @property
    def next_timestamp(self) -> int:
        """Of the next block: a second after the last, or what it was set to."""
        earliest = self.latest.timestamp + 1
        return earliest if self.warped_to is None else max(earliest, self.warped_to)

    @property
    def timestamp_of_a_call(self) -> int:
        """A call sees the latest block, but the time that was set."""
        return self.latest.timestamp if self.warped_to is None else self.warped_to

    def append(self, tx_hash: bytes) -> Block:
        latest, timestamp = self.blocks[-1], self.next_timestamp
        number = latest.number + 1
        block = Block(number, timestamp, digest(latest.hash, f"{number} {timestamp} ".encode(), tx_hash))
        self.blocks.append(block)
        self.warped_to = None
        return block

    def find(
        self, address: Address | None, topics: Sequence[bytes | None], first: int, last: int
    ) -> tuple[Log, ...]:
        return tuple(
            log
            for log in self.logs
            if first <= log.block_number <= last
            and (address is None or log.address == address)
            and len(log.topics) >= len(topics)
            and all(t is None or t == found for t, found in zip(topics, log.topics, strict=False))
        )

    def mark(self) -> tuple[int, int]:
        """A point to come back to."""
        return len(self.blocks), len(self.logs)

    def back_to(self, mark: tuple[int, int]) -> None:
        del self.blocks[mark[0] :]
        del self.logs[mark[1] :]
        self.warped_to = None


def digest(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()
