"""Every command with bad input: no traceback, a place, a remedy, the exit code; with --json a document."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from rich.text import Text

from guardrails.cli import COMMANDS, main
from guardrails.cli._output import table

NODE = ("--network", "http://127.0.0.1:9")
REASON = ("--reason", "r")
ID = "0x" + "ab" * 32

ON_A_CHAIN: dict[str, tuple[str, ...]] = {
    "plan": ("plan",),
    "apply": ("apply",),
    "verify": ("verify",),
    "pause": ("pause", "all", "--for", "1h", *REASON),
    "unpause": ("unpause", "all", *REASON),
    "lock": ("lock", "USDC", "--for", "1h", *REASON),
    "unlock": ("unlock", "USDC", *REASON),
    "block": ("block", "council", "--for", "1h", *REASON),
    "unblock": ("unblock", "council", *REASON),
    "clean-up-blocks": ("clean-up-blocks",),
    "cap cut": ("cap", "cut", "USDC", "supply", "--to", "1 USDC", "--for", "1h", *REASON),
    "cap lift": ("cap", "lift", "USDC", "supply", *REASON),
    "cap set": ("cap", "set", "USDC", "supply", "--to", "1 USDC"),
    "cap step": ("cap", "step", "USDC", "supply", "--to", "1 USDC"),
    "cap sync": ("cap", "sync", "USDC", "supply"),
    "cap revoke": ("cap", "revoke"),
    "oracle trip": ("oracle", "trip", "USDC", "--for", "1h", *REASON),
    "oracle reset": ("oracle", "reset", "USDC", "--to", "1"),
    "oracle tighten": ("oracle", "tighten", "USDC", "--max-age", "1h"),
    "oracle sync": ("oracle", "sync", "USDC"),
    "breaker check": ("breaker", "check", "cash"),
    "breaker beat": ("breaker", "beat", "cash"),
    "level": ("level", "frozen", "--for", "1h", *REASON),
    "limit": ("limit", "USDC", "--to", "1 USDC"),
    "heartbeat": ("heartbeat",),
    "override list": ("override", "list"),
    "override schedule": ("override", "schedule", "setExpiry", "1"),
    "override execute": ("override", "execute", ID),
    "override veto": ("override", "veto", ID),
    "claims list": ("claims", "list"),
    "claims hold": ("claims", "hold", "1", "--for", "1h", *REASON),
    "claims release": ("claims", "release", "1", *REASON),
    "claims cancel": ("claims", "cancel", "1", *REASON),
    "claims settle": ("claims", "settle", "1"),
}
"""Each command that asks a chain, as it is typed rightly."""

Type = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bridge_text: str) -> Type:
    monkeypatch.chdir(tmp_path)
    Path("guardrails.yaml").write_text(bridge_text)

    def run(*words: str) -> Result:
        result = CliRunner(mix_stderr=False).invoke(main, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output + result.stderr
        return result

    return run


@pytest.fixture
def bridge_text() -> str:
    text = (Path(__file__).parents[1] / "policy" / "bridge.yaml").read_text(encoding="utf-8")
    return text.replace("chain_id: 1\n", "")


def refused(typed: Type, *words: str, code: int, what: str) -> dict[str, str]:
    """The first problem; the same is said as text and as a document."""
    plain = typed(*words)
    assert plain.exit_code == code, (words, plain.output, plain.stderr)
    assert plain.stdout == ""
    assert what in plain.stderr
    result = typed(*words, "--json")
    assert result.exit_code == code
    assert result.stderr == ""
    document = json.loads(result.stdout)
    assert (document["ok"], document["exit_code"]) == (False, code)
    first: dict[str, str] = document["problems"][0]
    assert what in first["what"]
    assert first["where"]
    assert first["remedy"]
    return first


def test_no_command_is_left_out() -> None:
    named = {words[0] for words in ON_A_CHAIN.values()}
    assert named | {"init", "check", "schema", "drill", "fuzz"} == set(COMMANDS)


@pytest.mark.parametrize("name", ON_A_CHAIN)
def test_on_a_chain(typed: Type, name: str, bridge_text: str) -> None:
    words = (*ON_A_CHAIN[name], *NODE)
    refused(typed, *words, code=3, what="does not answer")
    refused(typed, *words, "--policy", "none.yaml", code=2, what="no such file")
    refused(typed, *words, "--policy", ".", code=2, what="directory")
    for text, what in (
        ("a: [1", "not valid YAML"),
        (bridge_text.replace("mode:", "mood:"), "unknown key `mood`"),
        (bridge_text.replace("window: 24h", "window: 24"), "no unit of time"),
        (bridge_text.replace("5_000_000 USDC", "5_000_000 USDT"), "`USDT` is not the unit"),
        (bridge_text.replace("holders: [guards]", "holders: [nobody]"), "`nobody` is not in `accounts`"),
    ):
        Path("bad.yaml").write_text(text)
        refused(typed, *words, "--policy", "bad.yaml", code=2, what=what)
    assert sorted(os.listdir()) == ["bad.yaml", "guardrails.yaml"], "nothing half-done"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("plan",), "Missing option '--network'"),
        (("plan", "--netwrk", "x"), "No such option: --netwrk"),
        (("paws", *NODE), "There is no command `paws`"),
        (("pause", "all", "--for", "1h", *NODE), "Missing option '--reason'"),
        (("pause", "--for", "1h", *REASON, *NODE), "Missing argument 'OPERATIONS...'"),
        (("pause", "WITHDRAWW", "--for", "1h", *REASON, *NODE), "`WITHDRAWW` is not a class of operation"),
        (("pause", "all", "--for", "1", *REASON, *NODE), "no unit of time"),
        (("pause", "all", "--for", "9999999999h", *REASON, *NODE), "does not fit 32 bits"),
        (("pause", "all", "--for", "9" * 5_000 + "h", *REASON, *NODE), "characters"),
        (("level", "high", *REASON, *NODE), "'high' is not one of"),
        (("level", "normal", *REASON, *NODE), "nothing is raised to it"),
        (("block", "--for", "1h", *REASON, *NODE), "Missing argument 'ACCOUNT"),
        (("cap", "cut", "USDC", "suply", "--to", "1 USDC", "--for", "1h", *REASON, *NODE), "is not one of"),
        (("cap", "cut", "USDC", "supply", "--for", "1h", *REASON, *NODE), "Missing option '--to'"),
        (("oracle", "reset", "USDC", "--to", "x", *NODE), "`x` is not a plain number"),
        (("oracle", "reset", "USDC", "--to", "0", *NODE), "`0` is no price"),
        (("claims", "hold", "x", "--for", "1h", *REASON, *NODE), "`x` is no claim number"),
        (("claims", "hold", "²", "--for", "1h", *REASON, *NODE), "`²` is no claim number"),
        (("claims", "hold", "0", "--for", "1h", *REASON, *NODE), "`0` is no claim number"),
        (("claims", "hold", "9-3", "--for", "1h", *REASON, *NODE), "`9-3` is no claim number"),
        (("claims", "hold", ",", "--for", "1h", *REASON, *NODE), "no claim is named"),
        (("claims", "release", "1-1001", *REASON, *NODE), "more than 1000 claims"),
        (("claims", "cancel", "1-99999999999999999999", *REASON, *NODE), "more than 1000 claims"),
        (("claims", "cancel", "1-600,1000-1400", *REASON, *NODE), "more than 1000 claims"),
        (("claims", "cancel", "1" * 5_000, *REASON, *NODE), "is no claim number"),
        (("claims", "settle", "0", *NODE), "0 is not in the range"),
        (("drill", "nomad", "--reaction", "soon"), "is not a duration"),
        (("drill", "nomad", "--policy", "none.yaml"), "no such file"),
        (
            ("drill", "nomad", "--policy", "guardrails.yaml", "--out", "guardrails.yaml/y"),
            "the folder cannot be made",
        ),
        (("check", "none.yaml"), "no such file"),
    ],
)
def test_what_is_typed_wrongly(typed: Type, words: tuple[str, ...], what: str) -> None:
    refused(typed, *words, code=2, what=what)


def test_a_network_that_is_none(typed: Type) -> None:
    refused(typed, "verify", "--network", "http://127.0.0.1:x/k3y", code=3, what="no HTTP address")
    assert "k3y" not in typed("verify", "--network", "https://[::1/k3y").stderr


def test_a_folder_that_cannot_be_written(typed: Type, tmp_path: Path) -> None:
    """`init` has no --json: it writes a file."""
    for name in ("no/such/folder/g.yaml", "x" * 300, "guardrails.yaml/g.yaml"):
        result = typed("init", name)
        assert result.exit_code == 2
        assert name in result.stderr
        assert "check that the folder exists" in result.stderr
    assert sorted(os.listdir(tmp_path)) == ["guardrails.yaml"]


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "{}",
        "[1]",
        "null",
        '{"version": 1, "entries": []}',
        '{"version": 1, "entries": [3]}',
        "\x00",
    ],
)
def test_a_record_that_is_none(typed: Type, tmp_path: Path, content: str) -> None:
    from guardrails.deploy import Record
    from guardrails.errors import GuardrailsError

    path = tmp_path / "record.json"
    path.write_text(content)
    with pytest.raises(GuardrailsError, match="no deployment record"):
        Record.load(path)


RECORD = {
    "version": 1,
    "policy": "p",
    "protocol": "v",
    "mode": "embedded",
    "chain_id": 1,
    "genesis": "0x00",
    "sender": "0x" + "1" * 40,
    "from_block": 0,
    "guard": "protocol",
    "contracts": {"protocol": "0x" + "2" * 40},
    "entries": [{"key": "seal", "kind": "seal", "status": "done", "nonce": 1, "address": None}],
    "complete": True,
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contracts", None),
        ("contracts", []),
        ("contracts", {"protocol": 7}),
        ("contracts", {"protocol": "0x12"}),
        ("contracts", {}),
        ("sender", "me"),
        ("chain_id", "1"),
        ("chain_id", True),
        ("from_block", -1),
        ("guard", 3),
        ("complete", "yes"),
        ("genesis", None),
        ("unknown", 1),
        ("entries", [{"key": "a", "kind": "b", "status": "sent"}]),
        ("entries", [{"key": "a", "kind": "b", "status": "done", "nonce": "1"}]),
        ("entries", [{"key": "a", "kind": "b", "status": "done", "address": "0x"}]),
        ("entries", [{"key": "a", "kind": "b", "status": "done", "tx_hash": 3}]),
    ],
)
def test_a_record_with_a_field_of_the_wrong_kind(tmp_path: Path, field: str, value: object) -> None:
    from guardrails.deploy import Record
    from guardrails.errors import GuardrailsError

    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD))
    assert Record.load(path) is not None
    path.write_text(json.dumps(RECORD | {field: value}))
    with pytest.raises(GuardrailsError, match="no deployment record"):
        Record.load(path)


def test_a_table_colours_what_we_wrote_and_shows_what_strangers_wrote() -> None:
    out = Console(width=60, no_color=True, file=StringIO())
    out.print(table(("ours", "theirs"), [(Text("guarded", style="green"), "[red]x[/]")]))
    assert isinstance(out.file, StringIO)
    printed = out.file.getvalue()
    assert "guarded" in printed
    assert "[green]" not in printed
    assert "[red]x[/]" in printed
