"""Section by section: what a policy may not say, and that the error points at the very place."""

import pytest

from guardrails.policy import PolicyError, Problem, loads

# (text to replace, replacement, where the error points, what it says, what the remedy says)
FAULTS = [
    # keys
    ("mode: embedded", "mood: embedded", "mood", "unknown key `mood`", "did you mean `mode`"),
    ("window: 24h\n", "windw: 24h\n", "windw", "unknown key `windw`", "did you mean `window`"),
    ("kind: bridge}", "kind: bridge, sort: x}", "sort", "unknown key `sort`", "`name`, `kind`"),
    ("settlement: {delay: 24h,", "settlement: {", "settlement:", "`settlement` needs `delay`", "How long"),
    ("lock: {min_deposit_age: 10m}", "lock:", "lock:", "`lock` has no value", "remove the line"),
    ("shadow: []", "shadow: pause", "pause", "`shadow`: should be a valid list", "write a list"),
    ("shadow: []", "shadow: [paus]", "paus]", "`paus` is not known", "did you mean `pause`"),
    ("shadow: []", "shadow: [pause, pause]", "[pause, pause", "stands twice", "once"),
    ("version: 1", "version: 2", "2\n", "`2` is not known as `version`", "did you mean `1`|known here: `1`"),
    ("kind: bridge}", "kind: brige}", "brige", "`brige` is not known", "did you mean `bridge`"),
    ("chain_id: 1", "chain_id: 0", "0\n", "`chain_id`", ""),
    ("name: a-bridge", "name: a bridge", "a bridge", "is not a name", "letters"),
    # units
    ("window: 24h\n", "window: 24\n", "24\n", "no unit of time", "24h"),
    ("window: 24h\n", "window: 0m\n", "0m", "limits nothing", "24h"),
    ("window: 24h\n", "window: 90s\n", "90s", "whole minutes", "1m"),
    ("window: 24h\n", "window: 65536m\n", "65536m", "window is over", "shorter"),
    ("delay: 24h,", "delay: 24 hours,", "24 hours", "not a duration", "1h30m"),
    ("inflow_credit: 50 %", "inflow_credit: 110 %", "110 %", "over 100 %", "0 % to 100 %"),
    ("inflow_credit: 50 %", "inflow_credit: 55 %", "55 %", "not a multiple of 10 %", "50 %"),
    ("inflow_credit: 50 %", "inflow_credit: 0.5", "0.5", "not a percentage", "10 %"),
    ("reserve: 20 %", "reserve: 100 %", "100 %", "over 90 %", "at most 90 %"),
    ("limit: 5_000_000 USDC", "limit: -5 USDC", "-5", "negative", "zero or more"),
    ("limit: 5_000_000 USDC", "limit: 5_000_000", "5_000_000", "no unit", "USDC"),
    (
        "limit: 5_000_000 USDC",
        "limit: 5_000_000 WETH",
        "5_000_000 WETH",
        "not the unit of this asset",
        "USDC",
    ),
    ("limit: 5_000_000 USDC", "limit: 5_000_000 ETH", "5_000_000 ETH", "not the unit of this asset", "USDC"),
    ("limit: 2_000.5 ETH", "limit: 2_000.5 eth", "2_000.5 eth", "not the unit of this asset", "WETH"),
    ("limit: 5_000_000 USDC", "limit: 5_000_000.0000001 USDC", "5_000_000.0", "6 decimals", "5_000_000 USDC"),
    ("limit: 5_000_000 USDC", "limit: 1_234_567.89 USDC", "1_234_567.89", "short form", "1_234_560 USDC"),
    ("exemption: 10_000 USDC", "exemption: 1_234 USDC", "1_234 USDC", "short form", "1_230 USDC"),
    ("exemption: 10_000 USDC", "exemption: 6_000_000 USDC", "6_000_000 USDC", "over the limit", "far below"),
    ("      exemption: 10_000 USDC\n", "", "20 %\n      over", "no size of small", "exemption"),
    ("price_usd: 1.00", "price_usd: -1", "-1", "negative", "USD"),
    ("price_usd: 1.00", "price_usd: 0", "0\n", "price of 0", "leave price_usd out"),
    ("decimals: 6", "decimals: six", "six", "`decimals`", "whole number"),
    ("decimals: 6", "decimals: -1", "-1", "`decimals`", ""),
    # relative limits
    ("limit: 5_000_000 USDC", "limit: 10 %", "10 %", "needs `base`", "base:"),
    ("reserve: 20 %", "base_growth: 5 %", "5 %", "belongs to a relative limit", "limit: 10 %"),
    # addresses and assets
    (
        "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        '"0xa0b8',
        "no valid checksum",
        "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
    ),
    ("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0xA0b8", '"0xA0b8"', "not an address", "40 hexadecimal"),
    ("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0x" + "0" * 40, '"0x000', "zero address", "meant"),
    (
        "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
        "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        '"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"\n    decimals: 18',
        "is already asset number 1",
        "keep one",
    ),
    # settlement and budget
    ("delay: 24h,", "delay: 0s,", "0s, max", "settles at once", "24h"),
    ("max_hold: 14d", "max_hold: 12h", "12h}", "shorter than the delay", "24h"),
    ("max_hold: 14d", "max_hold: 91d", "91d", "contracts accept", "90d"),
    ("USDC: 1 USD", "USDC: 1 EUR", "1 EUR", "not the budget's unit", "USD"),
    ("USDC: 1 USD", "USD: 1 USD", "1 USD,", "`USD` is not an asset", "did you mean `USDC`"),
    ("USDC: 1 USD", "USDC: 0 USD", "0 USD", "leaves USDC out", "remove the line"),
    ("WETH: 1_200 USD", "WETH: 0.0000000000001 USD", "0.0000000000001 USD", "finer", "round it up"),
    ("limit: 6_000_000 USD", "limit: 6_000_000.01 USD", "6_000_000.01", "short form", "6_000_000 USD"),
    # roles
    (
        "holders: [guards]",
        "holders: []",
        "[]\n    max_pause: 24h",
        "given to nobody",
        "remove the whole role",
    ),
    ("holders: [guards]", "holders: [guard]", "guard]", "not in `accounts`", "did you mean `guards`"),
    (
        "holders: [guards]",
        "holders: [council]",
        "council]",
        "guardian and governance are the same",
        "of their own",
    ),
    (
        "holders: [watcher]",
        "holders: [guards]",
        "guards]\n    max_pause: 1h",
        "sentinel and guardian are the same",
        "own",
    ),
    ("holders: [guards]", "holders: [guards, guards]", "[guards, g", "same account stands twice", "once"),
    ("operations: [WITHDRAW, BORROW]", "operations: [WITHDRW]", "WITHDRW", "not a class", "`WITHDRAW`"),
    ("operations: [WITHDRAW, BORROW]", "operations: WITHDRAW", "WITHDRAW\n", "not a list", "[WITHDRAW]"),
    ("operations: all", "operations: [BORROW]", "[WITHDRAW, BORROW]", "that the guardian may not", "within"),
    ("max_pause: 24h", "max_pause: 80h", "80h", "longer than budget (3d)", "at most 3d"),
    ("budget: 6h", "budget: 31d", "31d", "longer than period", "at most 30d"),
    ("max_pause: 1h", "max_pause: 0s", "0s\n    budget: 6h", "takes the role's power away", "24h"),
    ("heartbeat: 7d", "heartbeat: 0s", "0s\n    operations", "never lapses", "30d"),
    ("heartbeat: 7d", "heartbeat: 30m", "1h\n    budget", "would lapse", "at most 30m"),
    ("max_level: queued", "max_level: frosen", "frosen", "not known", "did you mean `frozen`"),
    ("max_locks: 20", "max_locks: 65536", "65536", "`max_locks`", ""),
    # levels, delays
    ("queued: {share: 0 %}", "queued: {share: 60 %}", "60 %", "raising would loosen", "at most 50 %"),
    (
        "frozen: {share: 0 %, close: all}",
        "frozen: {share: 0 %}",
        "frozen",
        "raising would loosen",
        "at least",
    ),
    ("close: [DEPOSIT, BORROW]", "close: [REPAY]", "[REPAY]", "could not save themselves", "frozen only"),
    ("share: 50 %}", "share: 50.5 %}", "50.5 %", "finer than one percent", "whole"),
    ("liquidation_grace: 1h", "liquidation_grace: 25h", "25h", "contracts accept", "24h"),
    (
        "setLimit: 72h",
        "setLimits: 72h",
        "setLimits",
        "not a function with a delay",
        "did you mean `setLimit`",
    ),
    ("setLimit: 72h", "setMember: 72h", "72h", "`setMember` is a function of a hub", "mode: hub"),
    ("setLimit: 72h", "setBaseSource: 0s", "0s", "`setBaseSource` is a function of a hub", "remove the line"),
    ("setLimit: 72h", "setMembr: 72h", "setMembr", "not a function with a delay", "did you mean `setMember`"),
    ("expiry: 14d", "expiry: 0s", "0s, delays", "never be executed", "14d"),
    ("default_delay: 48h", "default_delay: 366d", "366d", "contracts accept", "365d"),
    ("min_deposit_age: 10m", "min_deposit_age: 31d", "31d", "contracts accept", "30d"),
]


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        loads(text, "p.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "at", "what", "remedy"), FAULTS, ids=[fault[1][:40] or fault[0] for fault in FAULTS]
)
def test_a_fault_is_named_at_its_place(
    bridge_text: str, old: str, new: str, at: str, what: str, remedy: str
) -> None:
    assert bridge_text.count(old) >= 1, "the change has to touch the text"
    text = bridge_text.replace(old, new, 1)
    found = [p for p in problems_of(text) if what in p.what]
    assert found, problems_of(text)
    after = text.find(at, bridge_text.index(old))
    offset = after if after >= 0 else text.index(at)
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    assert found[0].where == f"p.yaml:{line}:{column}", (found[0], at)
    assert any(part in found[0].remedy for part in remedy.split("|"))


def test_the_unchanged_text_is_valid(bridge_text: str) -> None:
    assert loads(bridge_text).protocol.name == "a-bridge"


def test_all_faults_are_listed_at_once_in_the_order_of_the_file(bridge_text: str) -> None:
    text = bridge_text
    for old, new in [
        ("kind: bridge", "kind: brige"),
        ("limit: 5_000_000 USDC", "limt: 5_000_000 USDC"),
        ("decimals: 18", "decimals: x"),
        ("holders: [guards]", "holders: []"),
        ("share: 50 %", "share: 150 %"),
    ]:
        text = text.replace(old, new, 1)
    found = problems_of(text)
    lines = [int(problem.where.split(":")[1]) for problem in found]
    assert lines == sorted(lines)
    whats = " | ".join(problem.what for problem in found)
    for part in ("`brige`", "needs `limit`", "`limt`", "`decimals`", "given to nobody", "over 100 %"):
        assert part in whats
    assert len(found) == 6


def test_an_error_prints_what_where_and_remedy(bridge_text: str) -> None:
    with pytest.raises(PolicyError, match=r"p\.yaml:3:1: unknown key `mood`\n  did you mean `mode`\?"):
        loads(bridge_text.replace("mode:", "mood:"), "p.yaml")


def test_a_second_asset_of_the_same_symbol(bridge_text: str) -> None:
    first = bridge_text[bridge_text.index("  - symbol: USDC") : bridge_text.index("  - symbol: WETH")]
    text = bridge_text.replace("settlement:", first + "settlement:")
    whats = [(problem.what, problem.where) for problem in problems_of(text)]
    address = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    assert whats == [
        ("symbol USDC is already asset number 1", "p.yaml:29:13"),
        (f"address {address} is already asset number 1", "p.yaml:30:14"),
    ]


def test_two_names_of_one_address_are_one_account(bridge_text: str) -> None:
    text = bridge_text.replace(
        'guards: "0x8617E340B3D01FA5F11F306F4090FD50E238070D"',
        'guards: "0x52908400098527886E0F7030069857D2E4169EE7"',
    )
    assert "guardian and governance are the same account" in problems_of(text)[0].what
