"""`guardrails check`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main

POLICY = Path(__file__).parents[1] / "policy" / "bridge.yaml"


def run(*args: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(main, ["check", *args])


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    path = tmp_path / "guardrails.yaml"
    path.write_text(POLICY.read_text(encoding="utf-8").replace("inflow_credit: 50 %", "inflow_credit: 60 %"))
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "guardrails.yaml"
    text = POLICY.read_text(encoding="utf-8").replace("mode: embedded", "mood: embedded")
    path.write_text(text.replace("decimals: 18", "decimals: x"))
    return path


@pytest.mark.parametrize(
    "sentence",
    [
        "a-bridge (bridge, embedded, chain 1)",
        "USDC: at most 5_000_000 USDC in 24h",
        "Recent deposits add at most 50 % of the limit",
        "Small withdrawals, up to 10_000 USDC each, have 20 % of the limit to themselves.",
        "WETH: at most 2_000.5 WETH in 12h",
        "USDC: a claim, paid after 24h. A suspect claim can be held up to 14d.",
        "WETH: refused.",
        "All together: at most 6_000_000 USD in 24h (1 USDC = 1 USD, 1 WETH = 1_200 USD).",
        "governance: council (0x52908400098527886E0F7030069857D2E4169EE7)",
        "One pause lasts at most 1h; all together 6h in any 30d.",
        "Closes WITHDRAW, BORROW; raises the level up to queued.",
        "exit_only: 0 % of each limit is left; closed: DEPOSIT, BORROW.",
        "Every loosening is announced 2d before it can be executed, and lapses 14d later.",
        "setLimit: after 3d.",
        "unpause: at once.",
        "After a pause, liquidation stays closed 1h longer.",
        "From 24h on, claims that nobody stopped leave too",
    ],
)
def test_the_policy_in_plain_words(sentence: str) -> None:
    result = run(str(POLICY))
    assert result.exit_code == 0, result.output
    assert sentence in result.output


def test_caps_in_plain_words(tmp_path: Path) -> None:
    caps = """    caps:
      supply: 10_000_000 USDC
      account_borrow: unlimited
      borrow: 8_000_000 USDC
      corridors:
        supply: {floor: 5_000_000 USDC, ceiling: 20_000_000 USDC, up: 10 %, down: 20 %, interval: 24h}
        borrow: {floor: 1 USDC, ceiling: 9_000_000 USDC, up: 5 %, down: 20 %, interval: 1h,
                 follows: {source: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", base: 7_000_000 USDC,
                           target: 30 %, max_age: 2h}}
    outflow:
      limit: 5_000_000"""
    text = POLICY.read_text(encoding="utf-8").replace("    outflow:\n      limit: 5_000_000", caps)
    gate = '"0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"'
    path = tmp_path / "p.yaml"
    path.write_text(f"{text}resume_gate: {gate}\n")
    output = run(str(path)).output
    for sentence in (
        "USDC: at most 10_000_000 USDC supplied in all.",
        "USDC: without limit borrowed by one account.",
        "It has a corridor, but nobody moves it",
        "Only between 5_000_000 USDC and 20_000_000 USDC, and by at most 10 % up and 20 % down in 24h.",
        "It follows 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48: 7_000_000 USDC at a volatility of 30 %",
        f"Before a restriction is ended, {gate[1:-1]} is asked; it can refuse.",
    ):
        assert sentence in output
    path.write_text(f"{text}risk_steward: {gate}\n")
    output = run(str(path)).output
    assert "The risk steward moves it." in output
    assert f"risk steward: {gate[1:-1]}. Moves caps inside their corridors only." in output
    assert "How much there may be" not in run(str(POLICY)).output


def test_prices_in_plain_words(tmp_path: Path) -> None:
    source, other = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
    least = f'source: "{source}", max_age: 1h, reference: 3_000, threshold: 10 %, drift: 5 %'
    more = (
        f'second_source: "{other}", deviation: 2 %, trip_after: 10m, calm: 1 %, calm_time: 1h, '
        "last_good_uses: [WITHDRAW], last_good_age: 4h, cap_uses: [BORROW], liquidation: 20 %, "
        "asks_sequencer: true"
    )
    text = POLICY.read_text(encoding="utf-8")
    path = tmp_path / "p.yaml"

    def words(oracle: str, rest: str = "") -> str:
        head = "    outflow:\n      limit: 2_000.5"
        path.write_text(text.replace(head, f"    oracle: {{{oracle}}}\n{head}") + rest)
        return run(str(path)).output

    short = words(least)
    for sentence in (
        f"WETH: the price of {source}, up to 1h old, within 10 % of the reference.",
        "The reference starts at 3_000 and follows good prices by at most 5 % a day.",
        "A price beyond that is refused there and then, and trips at first sight.",
        "Only governance ends a trip.",
        "In doubt nobody is liquidated: no second source, and no `liquidation` band.",
    ):
        assert sentence in short
    long = words(f"{least}, {more}", f'sequencer: {{feed: "{other}", grace: 1h}}\n')
    for sentence in (
        f"{other} has to agree within 2 %.",
        "trips when seen 10m long.",
        "A trip ends 1h after it is back within 1 %.",
        "In doubt, WITHDRAW goes on at the reference, for 4h after its last good price.",
        "In doubt, BORROW goes on at the worse, for the user, of price and reference.",
        "Liquidation goes on at a fresh price within 20 % of the reference.",
        f"While {other} says that the sequencer is down, and 1h after it,",
    ):
        assert sentence in long
    assert "nobody is liquidated" not in long
    assert "When a price may be used" not in run(str(POLICY)).output


def test_the_loss_table() -> None:
    lines = run(str(POLICY)).output.splitlines()
    head = next(i for i, line in enumerate(lines) if "contained after" in line)
    rows = [line.split() for line in lines[head + 1 : head + 8]]
    assert [row[0] for row in rows] == ["1m", "5m", "15m", "30m", "1h", "4h", "24h"]
    assert rows[4] == ["1h", "7,708,334", "2,168", "$7.82", "M"]
    assert rows[6] == ["24h", "12,500,000", "6,002", "$15.00", "M", "*"]


def test_a_relative_and_an_unlimited_asset_read_plainly(tmp_path: Path) -> None:
    text = POLICY.read_text(encoding="utf-8")
    relative = "limit: 10 %\n      base: 50_000_000 USDC\n      base_growth: 5 %"
    text = text.replace("limit: 5_000_000 USDC", relative).replace("limit: 2_000.5 ETH", "limit: unlimited")
    path = tmp_path / "p.yaml"
    path.write_text(text)
    output = run(str(path)).output
    assert "USDC: at most 10 % of the base in 24h" in output
    assert "The base starts at 50_000_000 USDC, so the limit at 5_000_000 USDC." in output
    assert "WETH: unlimited." in output
    assert "unbounded" in output


def test_json_holds_everything_without_floats(changed: Path) -> None:
    document = json.loads(run(str(changed), "--json").output, parse_float=pytest.fail)
    assert document["ok"] is True
    assert len(document["fingerprint"]) == 64
    first = document["worst_case_loss"][0]
    assert first["seconds_to_containment"] == 60
    assert first["assets"]["USDC"]["units"] == str(8_000_000 * 10**6 + -(-5_000_000 * 10**6 // 1_440))
    assert first["usd"] == "7505208.34"
    assert document["policy"]["assets"][0]["outflow"]["limit"] == "5_000_000 USDC"
    assert [warning["place"] for warning in document["warnings"]] == ["assets.USDC.outflow.inflow_credit"]


def test_warnings_are_printed_and_fail_only_when_strict(changed: Path) -> None:
    result = run(str(changed))
    assert result.exit_code == 0
    assert "1 warning\n" in result.output
    assert "scenario S2" in result.output
    assert run(str(changed), "--strict").exit_code == 1
    assert run(str(changed), "--strict", "--json").exit_code == 1
    assert run(str(POLICY), "--strict").exit_code == 0


def test_bad_input_is_listed_with_places_and_exit_code_2(broken: Path) -> None:
    result = run(str(broken))
    assert result.exit_code == 2
    assert f"{broken}:3:1: unknown key `mood`\n  did you mean `mode`?" in result.stderr
    assert f"{broken}:23:15: `decimals`" in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_bad_input_as_json(broken: Path) -> None:
    result = run(str(broken), "--json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert document["ok"] is False
    assert [problem["where"] for problem in document["problems"]] == [f"{broken}:3:1", f"{broken}:23:15"]
    assert all(problem["what"] and problem["remedy"] for problem in document["problems"])


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    assert "guardrails init" in result.stderr


HEAVY = (
    "ape",
    "web3",
    "eth_abi",
    "eth_utils",
    "numpy",
    "pyrevm",
    "matplotlib",
    "jinja2",
    "httpx",
    "guardrails.chain",
)


def test_check_imports_nothing_heavy() -> None:
    """What makes 0.5 s possible: `bench` measures the time, this pins the cause."""
    code = (
        "import sys; from guardrails.cli import main\n"
        f"main(['check', {str(POLICY)!r}], standalone_mode=False)\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_breakers_in_plain_words(tmp_path: Path) -> None:
    breakers = """breakers:
  - name: cash
    metric: {liquidity: {asset: USDC}}
    duration: 1h
    thresholds:
      - {below: 2_000 USDC, clear: 3_000 USDC, level: throttled}
      - {below: 500 USDC, clear: 3_000 USDC, level: queued, grace: 2m, calm: 3m, cooldown: 1h, haircut: 1 %}
  - name: lent
    metric: {utilisation: {borrowed: owedToUs, supplied: allOfIt}}
    role: guardian
    duration: 12h
    down_after: 2h
    down_level: exit_only
    hook: protocol
    thresholds: [{above: 80.5 %, clear: 70 %, level: normal, slippage: 2 %}]
"""
    path = tmp_path / "p.yaml"
    path.write_text(POLICY.read_text(encoding="utf-8") + breakers)
    output = run(str(path)).output
    for sentence in (
        "Circuit breakers",
        "cash: watches how much USDC protocol holds, less what waits in claims.",
        "It holds the role of a sentinel.",
        "Under 2_000 USDC, at the first check: raises the level to throttled.",
        "It clears when the number is 3_000 USDC or more.",
        "Under 500 USDC for 2m: raises the level to queued, asks for a haircut of 1 %.",
        "is 3_000 USDC or more, uncontradicted for 3m; then not again for 1h.",
        "the level is renewed, 1h at a time,",
        "as far as the budget of the sentinel goes.",
        "Without a value it raises nothing.",
        "lent: watches owedToUs() over allOfIt() of protocol.",
        "Over 80.5 %, at the first check: asks for a slippage bound of 2 %.",
        "It clears when the number is 70 % or less.",
        "Without a value for 2h it raises the level to exit_only.",
        "protocol is told of every change.",
        "`beat` at least every 7d (sentinel).",
        "`beat` at least every 90d (guardian).",
    ):
        assert sentence in output
    assert "Circuit breakers" not in run(str(POLICY)).output


@pytest.mark.parametrize(
    ("metric", "bounds", "words"),
    [
        ("collateral_ratio: {backing: a, owed: b}", "150 %", "watches a() over b() of protocol."),
        ("rate: {window: 1h}", "150", "watches what protocol counted in 1h."),
        ("supplied: {source: watcher, max_age: 1h}", "9", "the number that watcher supplies, up to 1h old."),
        (
            'contract: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"',
            "9",
            "watches value() of 0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2.",
        ),
    ],
)
def test_the_number_of_a_breaker_in_plain_words(tmp_path: Path, metric: str, bounds: str, words: str) -> None:
    path = tmp_path / "p.yaml"
    one = f"{{below: {bounds}, clear: {bounds}, level: queued}}"
    breaker = f"breakers: [{{name: x, metric: {{{metric}}}, duration: 1h, thresholds: [{one}]}}]\n"
    path.write_text(POLICY.read_text(encoding="utf-8") + breaker)
    assert words in run(str(path)).output


BESIDE = """attestation:
  reporters: [council, watcher]
  quorum: 2
  max_level: queued
  max_duration: 12h
  max_hold: 7d
  validity: 24h
  bonds: {minimum: 10_000 USDC, max_slash: 50 %, slashed_to: council, challenge_period: 3d}
beacons:
  max_age: 1h
  peers:
    - chain_id: 10
      beacon: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
      gateway: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
      max_level: exit_only
      max_duration: 6h
      budget: 24h
"""


def test_attestation_and_beacons_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    text = POLICY.read_text(encoding="utf-8")
    path.write_text(text + BESIDE)
    output = run(str(path)).output
    for sentence in (
        "Incidents that reporters attest",
        "2 of council, watcher sign an incident within 24h.",
        "Then the level is raised up to queued, for up to 12h,",
        "by the role of a guardian that the contract holds.",
        "Claims that they name are held for up to 7d.",
        "Each has 10_000 USDC at stake; of a false report governance takes up to 50 %,",
        "3d after it rejected it, for council.",
        "Reporters are named, and the quorum lowered, 2d after it is announced.",
        "Other chains",
        "The beacon holds the role of a guardian; messages count for 1h.",
        "Chain 10, 0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2, through "
        "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48:",
        "raises here up to exit_only, for up to 6h a message, 24h in all,",
    ):
        assert sentence in output
    less = BESIDE[: BESIDE.index("  bonds")].replace("max_hold: 7d", "max_hold: 0s")
    path.write_text(text + less + "beacons: {max_age: 1h}\n")
    output = run(str(path)).output
    assert "Reporters have nothing at stake." in output
    assert "Claims that they name" not in output
    assert "No peer yet: nothing is heard or told." in output
    holds = less.replace("max_hold: 0s", "max_hold: 1d").replace("12h", "0s").replace("queued", "normal")
    path.write_text(text + holds)
    output = run(str(path)).output
    assert "Then the level" not in output
    assert "Other chains" not in output
