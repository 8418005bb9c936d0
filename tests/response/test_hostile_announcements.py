"""Governance may announce anything. Whoever watches it must still see the list, and be able to veto."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.chain import ChainError
from guardrails.response import announced, overrides, perform, prepare

from .conftest import Scene, Shell


def string(text: bytes) -> bytes:
    return len(text).to_bytes(32, "big") + text.ljust(-len(text) % 32 + len(text), b"\0")


def announce(scene: Scene, call: bytes) -> None:
    scene.guard.send("schedule", call, sender=scene.actors.governance)


def hostile_calls(scene: Scene) -> dict[str, bytes]:
    """By what is wrong with them; each is accepted by the contract."""
    unlock = scene.guard.encode("unlock", b"\1" * 32, "")[:4]
    head = b"\1" * 32 + (64).to_bytes(32, "big")
    return {
        "text that is no UTF-8": unlock + head + string(b"\xff\xfe"),
        "terminal codes": unlock + head + string(b"\x1b[2J\x1b[8m"),
        "markup": unlock + head + string(b"[/nope] [red]"),
        "arguments cut off": scene.guard.encode("setMinDepositAge", 0)[:20],
        "nothing but a selector": unlock,
    }


def test_no_announcement_hides_another_and_each_can_be_vetoed(scene: Scene) -> None:
    calls = hostile_calls(scene)
    for call in calls.values():
        announce(scene, call)
    honest = scene.guard.encode("setMinDepositAge", 0)
    announce(scene, honest)
    listed = announced(scene.guarded)
    assert [one.call for one in listed] == [*calls.values(), honest]
    texts = dict(zip(calls, (one.text for one in listed), strict=False))
    assert all(text.isprintable() for text in texts.values())
    assert texts["text that is no UTF-8"] == "0x" + calls["text that is no UTF-8"].hex()
    assert "\\x1b[2J" in texts["terminal codes"]
    for one in listed:
        action = overrides.veto(scene.guarded, one.id)
        outcome = perform(prepare(action, scene.guarded, scene.actors.guardian), scene.guarded)
        assert outcome.problems == ()
    assert announced(scene.guarded) == []


@pytest.mark.guardrails_backends("anvil")
def test_the_same_as_typed(shell: Shell) -> None:
    scene = shell.scene
    for call in hostile_calls(scene).values():
        announce(scene, call)
    shown = shell.run("override", "list").output
    assert "\x1b" not in shown
    assert shown.count("waiting") == 5
    guardian = scene.actors.guardian
    for one in announced(scene.guarded):
        shell.run("override", "veto", "0x" + one.id.hex(), "--account", guardian, "--execute")
    assert "Nothing is announced" in shell.run("override", "list").output


@pytest.mark.guardrails_backends("revm")
def test_a_node_that_shows_another_call_is_not_believed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(scene, scene.guard.encode("setMinDepositAge", 0))
    honest = type(scene.chain).logs

    def forged(self: Any, **options: Any) -> Any:
        return tuple(
            replace(log, data=log.data.replace(scene.guard.encode("setMinDepositAge", 0), b"\0" * 36))
            for log in honest(self, **options)
        )

    monkeypatch.setattr(type(scene.chain), "logs", forged)
    with pytest.raises(ChainError, match="of another call"):
        announced(scene.guarded)
