"""S51: `guardrails fuzz bypass` shows each way out with its path, and ends with 1 where one is a bypass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["fuzz", "bypass", *map(str, arguments)])


def test_a_leak_is_shown_with_its_path(output_file: Path) -> None:
    done = _run(output_file, "--contract", "Helper")
    assert done.exit_code == 1
    shown = " ".join(done.stdout.split())
    assert "Helper (tests/fuzz/bypass/contracts/Leaky.sol): 1 bypass, 1 by design, 1 metered" in shown
    assert "bypass collectReward() sends a token (safeTransfer): to the caller, without a meter" in shown
    assert "Helper.collectReward → Helper._reward → Helper._send at tests/fuzz" in shown


def test_an_owner_is_named(output_file: Path) -> None:
    shown = " ".join(_run(output_file, "--contract", "OwnerSweep").stdout.split())
    assert "sweep(address, uint256) [only onlyOwner, without delay]" in shown


def test_a_clean_contract_ends_with_0(output_file: Path) -> None:
    done = _run(output_file, "--contract", "GuardedVault")
    assert done.exit_code == 0
    assert "GuardedVault (contracts/examples/vault/GuardedVault.sol): 1 by design, 2 metered" in done.stdout


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
def test_what_cannot_be_told_fails_when_that_is_wanted(
    output_file: Path, strict: tuple[str, ...], code: int
) -> None:
    done = _run(output_file, "--contract", "GuardedExchange", *strict)
    assert done.exit_code == code
    assert "cannot tell" in done.stdout


def test_a_contract_without_guards_is_said_in_one_line(output_file: Path) -> None:
    done = _run(output_file, "--contract", "Bare")
    assert done.exit_code == 1
    assert "It has no guards: all that leaves it is a bypass." in done.stdout


def test_without_a_name_every_guarded_contract_is_read(output_file: Path) -> None:
    done = _run(output_file, "--json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert document["ok"] is False
    names = [one["contract"] for one in document["contracts"]]
    assert {"GuardedVault", "Forgotten", "Shapes", "GuardrailHub"} <= set(names)
    assert "Bare" not in names
    vault = next(one for one in document["contracts"] if one["contract"] == "GuardedVault")
    verdicts = {entry["function"]: entry["verdict"] for entry in vault["entries"]}
    assert verdicts["withdraw(uint256, address, address)"] == "metered"
    assert verdicts["deposit(uint256, address)"] == "lets nothing out"


def test_clean_is_ok_in_json(output_file: Path) -> None:
    done = _run(output_file, "--contract", "Minimal", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ok"] is True


@pytest.mark.parametrize(
    ("name", "content", "what", "remedy"),
    [
        ("none", None, "there is no such file or folder", "forge build --ast"),
        ("A.sol", "contract A {}", "this is source", "forge build --ast"),
        ("A.json", '{"abi": []}', "no syntax tree", "forge build --ast"),
        ("B.json", "nonsense", "cannot be read as JSON", "forge build --ast"),
    ],
)
def test_bad_input_in_peoples_words(
    tmp_path: Path, name: str, content: str | None, what: str, remedy: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    done = _run(file, "--json")
    assert done.exit_code == 2
    [problem] = json.loads(done.stdout)["problems"]
    assert what in problem["what"]
    assert str(file) in problem["where"]
    assert remedy in problem["remedy"]


def test_where_nothing_is_guarded_one_has_to_say_what_to_read(output_file: Path, tmp_path: Path) -> None:
    output = json.loads(output_file.read_text())
    kept = "node_modules/@openzeppelin/contracts/token/ERC20/IERC20.sol"
    file = tmp_path / "output.json"
    file.write_text(json.dumps({"sources": {kept: output["sources"][kept]}}))
    done = _run(file)
    assert done.exit_code == 2
    assert "no contract here has guards: everything that leaves them is a bypass" in done.output


EXCHANGE = f"{Path(__file__).resolve().parents[3]}/examples/exchange/fuzz.py:Exchange"
LEAKY = "tests.fuzz.bypass.bypass_targets"


def test_a_target_is_tried_and_what_is_found_is_shown_with_its_steps() -> None:
    done = _run(f"{LEAKY}:HalfVault", "--tries", 8)
    assert done.exit_code == 1, done.output
    shown = " ".join(done.stdout.split())
    assert "succeeded; 1 bypass" in shown
    assert "bypass protocol.redeem(uint256,address,address) by" in shown
    assert "stays open protocol.mint(uint256,address) by" in shown
    assert "governance: guard.pause(65535, 86400, bypass search)" in shown


@pytest.mark.parametrize("name", ["NeverClosed", "EtherSweep", "Bare"])
def test_what_was_found_can_be_replayed_and_is_confirmed(tmp_path: Path, name: str) -> None:
    done = _run(f"{LEAKY}:{name}", "--tries", 10, "--out", tmp_path / "found")
    assert done.exit_code == 1, done.output
    files = sorted((tmp_path / "found").iterdir())
    assert files
    shown = done.stdout.replace("\n", "")
    for file in files:
        assert f"Written: {file}" in shown
    replayed = CliRunner().invoke(main, ["fuzz", "replay", str(files[0]), "--confirm"])
    assert replayed.exit_code == 1, replayed.output
    assert "not confirmed" not in replayed.output


def test_a_clean_target_ends_with_0_and_says_what_is_not_known() -> None:
    done = _run(EXCHANGE, "--tries", 2, "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["ok"], document["bypasses"], document["guarded"]) == (True, [], True)
    assert any("liquidate(" in name for name in document["never_succeeded"])
    shown = _run(EXCHANGE, "--tries", 2).stdout
    assert "no bypasses" in shown
    assert "Never succeeded, so nothing is known of them:" in shown


def test_what_only_stays_open_fails_when_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    from guardrails.fuzz.bypass.dynamic import Search
    from guardrails.fuzz.bypass.tried import Bypass, Tried
    from guardrails.fuzz.finding import Finding
    from guardrails.fuzz.step import Sequence

    finding = Finding("NoBypass", "USDC came in", Sequence("x", ()), 1)
    made = Tried(True, bypasses=[Bypass(finding, "protocol.mint()", "paused", False, False)])
    monkeypatch.setattr(Search, "run", lambda self: made)
    monkeypatch.setattr("guardrails.fuzz.bypass.tried.unconfirmed", lambda *_: [])
    assert _run(f"{LEAKY}:Shipped").exit_code == 0
    assert _run(f"{LEAKY}:Shipped", "--strict").exit_code == 1


def test_what_does_not_happen_on_anvil_is_the_labs_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardrails.fuzz.bypass.tried.unconfirmed", lambda *_: ["protocol.sweep(address)"])
    done = _run(f"{LEAKY}:EtherSweep", "--tries", 3, "--json")
    assert done.exit_code == 2
    [problem] = json.loads(done.stdout)["problems"]
    assert "protocol.sweep(address): what was found on revm does not happen on anvil" in problem["what"]


def test_a_target_without_guards_says_so_in_one_line() -> None:
    done = _run(f"{LEAKY}:Bare", "--tries", 20)
    assert done.exit_code == 1
    assert "It has no guards: all that leaves it is a bypass." in done.stdout


@pytest.mark.parametrize(
    ("target", "what"),
    [
        (f"{LEAKY}:NoCode", "there is an ABI but no code"),
        (f"{LEAKY}:Nobody", "there is no target 'Nobody'"),
        ("nowhere/at_all.py:Vault", "there is no such file"),
        ("examples/vault/fuzz.py", "the file has targets, but none is named"),
    ],
)
def test_a_target_that_cannot_be_used(target: str, what: str) -> None:
    done = _run(target, "--json")
    assert done.exit_code == 2
    assert what in json.loads(done.stdout)["problems"][0]["what"]
