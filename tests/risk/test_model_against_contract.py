"""The contracts and the rational model take the same decisions and keep the same state, bit for bit."""

import json
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.chain import Contract, RevmChain
from guardrails.deploy.words import outflow_word
from guardrails.policy.asset import EncodedOutflow
from guardrails.policy.budget import SharedBudget
from guardrails.policy.encoding import EXEMPTION_BITS, LIMIT_BITS, scale_down
from guardrails.policy.operations import OverLimit
from guardrails.risk.config import LimiterConfig
from guardrails.risk.model import MAX_AMOUNT, Decision, RationalLimiter

ROOT = Path(__file__).parents[2]
ASSET = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
NEVER = 2**256 - 1
SETTINGS = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Compiled:
    name: str
    abi: list[dict[str, Any]]
    bytecode: str


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("limiter")
    source = "tests/risk/contracts/LimiterHarness.sol"
    command = [
        "tools/forge",
        "build",
        "--quiet",
        "--out",
        str(folder),
        "--cache-path",
        str(folder / "c"),
        source,
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    raw = json.loads((folder / "LimiterHarness.sol" / "LimiterHarness.json").read_text(encoding="utf-8"))
    return Compiled("LimiterHarness", raw["abi"], raw["bytecode"]["object"])


class Pair:
    """The contract and the model, given the same calls."""

    def __init__(self, chain: RevmChain, contract: Contract) -> None:
        self.chain, self.contract, self.sender = chain, contract, chain.accounts[0]
        self.now, self.tx = chain.block().timestamp + 1, 0
        self.model = RationalLimiter(LimiterConfig(0, 60, mode=OverLimit.UNSET), time=self.now)

    def send(self, name: str, *args: object) -> None:
        self.wait(1)
        self.contract.send(name, *args, sender=self.sender)

    def configure(self, config: LimiterConfig) -> None:
        self.send("setLimit", ASSET, word_of(config, shared=self.model.shared is not None))
        self.model.reconfigure(config, self.now)

    def share_budget(self, limit: int, window: int, rate: int) -> None:
        config = LimiterConfig(limit, window)
        self.send("setUnitRate", ASSET, rate)
        self.send("setLimit", self.contract.call("sharedBudget"), word_of(config, shared=False))
        self.model.shared = RationalLimiter(config, time=self.now)
        self.model.unit_rate = rate

    def transaction(self, amounts: list[int]) -> None:
        self.chain.warp(self.now)
        self.tx += 1
        expected = [self._step(amount) for amount in amounts]
        assert list(self.contract.call("run", ASSET, amounts, sender=self.sender)) == expected
        self.contract.send("run", ASSET, amounts, sender=self.sender)
        self.compare_state()

    def _step(self, amount: int) -> Decision:
        if amount >= 0:
            self.model.take_in(amount, self.now, self.tx)
            return Decision.PASS
        return self.model.pay_out(-amount, self.now, self.tx)

    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.chain.warp(self.now)

    def compare_state(self) -> None:
        word = int(self.contract.call("outflowWord", ASSET))
        assert Fraction(used_at(word, self.now), self.model.config.window) == self.model.used_at(self.now)
        assert Fraction(word >> 192 & (1 << 40) - 1, 256) == self.model.credit_end

    def compare_views(self, amount: int) -> None:
        assert self.contract.call("available", ASSET) == self.model.available(self.now)
        small = self.model.available(self.now, size=0)
        assert small is not None
        assert self.contract.call("availableForSmall", ASSET) == min(small, self.model.config.exemption)
        at = self.model.retry_at(amount, self.now)
        assert self.contract.call("retryAt", ASSET, amount) == (NEVER if at is None else at)


def used_at(word: int, now: int) -> int:
    """`used` of a raw word, refilled to `now`, read with the layout that the contract documents."""
    limit = (word >> 151 & 0xFFFFF) * 10 ** (word >> 171 & 31)
    return max((word & (1 << 119) - 1) - limit * (now - (word >> 119 & 0xFFFFFFFF)), 0)


def word_of(config: LimiterConfig, *, shared: bool) -> int:
    limit, exemption = scale_down(config.limit, LIMIT_BITS), scale_down(config.exemption, EXEMPTION_BITS)
    assert (limit.value, exemption.value) == (config.limit, config.exemption)
    encoded = EncodedOutflow(
        limit.mantissa,
        limit.exponent,
        config.window // 60,
        config.credit_tenths,
        config.reserve_tenths,
        exemption.mantissa,
        exemption.exponent,
        config.mode,
        0,
        0,
        0,
    )
    return outflow_word(encoded, shared=shared)


@pytest.fixture(scope="module")
def deployed(compiled: Compiled) -> tuple[RevmChain, Contract]:
    chain = RevmChain()
    return chain, Contract.deploy(chain, compiled, sender=chain.accounts[0])


def with_pair(deployed: tuple[RevmChain, Contract]) -> tuple[Pair, object]:
    chain, contract = deployed
    return Pair(chain, contract), chain.snapshot()


configs = st.builds(
    LimiterConfig,
    limit=st.sampled_from([1, 7, 999_983, 10**6, 5 * 10**12, 123_457 * 10**16]),
    window=st.sampled_from([60, 3_600, 86_400, 604_800]),
    credit_tenths=st.integers(0, 10),
    reserve_tenths=st.integers(0, 9),
    exemption=st.sampled_from([0, 1, 200, 10**4]),
    mode=st.just(OverLimit.LIMITED_QUEUE),
)
fractions_of_limit = st.one_of(
    st.fractions(-2, 2, max_denominator=1_000),
    st.sampled_from([Fraction(n, 10) for n in range(-15, 16)]),
)
transactions = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 60), st.integers(1, 2 * 86_400)),
        st.lists(st.tuples(fractions_of_limit, st.integers(-1, 1)), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=8,
)


def amounts_of(config: LimiterConfig, steps: list[tuple[Fraction, int]]) -> list[int]:
    return [int(share * config.limit) + nudge for share, nudge in steps]


@SETTINGS
@given(config=configs, script=transactions, share=st.sampled_from([100, 50, 33, 1, 0]))
def test_the_same_decisions_and_state(
    deployed: tuple[RevmChain, Contract],
    config: LimiterConfig,
    script: list[tuple[int, list[tuple[Fraction, int]]]],
    share: int,
) -> None:
    pair, before = with_pair(deployed)
    try:
        pair.configure(config)
        for number, (wait, steps) in enumerate(script):
            pair.wait(wait)
            if number == len(script) // 2:
                pair.send("setShare", share)
                pair.model.share = share
                pair.wait(1)
            pair.transaction(amounts_of(config, steps))
            pair.wait(1)
            pair.compare_views(abs(amounts_of(config, steps)[0]))
    finally:
        pair.chain.revert(before)


@SETTINGS
@given(first=configs, second=configs, script=transactions, wait=st.integers(1, 86_400))
def test_the_same_after_a_reconfiguration(
    deployed: tuple[RevmChain, Contract],
    first: LimiterConfig,
    second: LimiterConfig,
    script: list[tuple[int, list[tuple[Fraction, int]]]],
    wait: int,
) -> None:
    pair, before = with_pair(deployed)
    try:
        for config in (first, second):
            pair.configure(config)
            for pause, steps in script[:4]:
                pair.wait(pause)
                pair.transaction(amounts_of(config, steps))
            pair.wait(wait)
    finally:
        pair.chain.revert(before)


@SETTINGS
@given(
    config=configs,
    script=transactions,
    rate=st.sampled_from([1, 10**18, 3 * 10**17, 10**18 + 1, 7 * 10**24]),
    tightness=st.sampled_from([Fraction(1, 3), Fraction(1), Fraction(3)]),
)
def test_the_same_with_a_shared_budget(
    deployed: tuple[RevmChain, Contract],
    config: LimiterConfig,
    script: list[tuple[int, list[tuple[Fraction, int]]]],
    rate: int,
    tightness: Fraction,
) -> None:
    pair, before = with_pair(deployed)
    try:
        budget = scale_down(int(config.limit * rate * tightness) // 10**18, LIMIT_BITS).value
        pair.share_budget(budget, 3_600, rate)
        pair.configure(config)
        for wait, steps in script:
            pair.wait(wait)
            pair.transaction(amounts_of(config, steps))
            pair.wait(1)
            pair.compare_views(abs(amounts_of(config, steps)[0]))
            assert pair.model.shared is not None
            word = int(pair.contract.call("outflowWord", pair.contract.call("sharedBudget")))
            assert Fraction(used_at(word, pair.now), 3_600) == pair.model.shared.used_at(pair.now)
    finally:
        pair.chain.revert(before)


def test_the_same_at_the_extremes(deployed: tuple[RevmChain, Contract]) -> None:
    pair, before = with_pair(deployed)
    try:
        largest = scale_down((2**119 - 1) // (2 * 65_535 * 60), LIMIT_BITS).value
        pair.configure(LimiterConfig(largest, 65_535 * 60, 10, 9, 255 * 10**20))
        for amount in (MAX_AMOUNT + 5, -MAX_AMOUNT, -largest, 1 - MAX_AMOUNT, -1, largest):
            pair.wait(1)
            pair.transaction([amount])
            pair.compare_views(abs(amount))
        pair.wait(10 * 365 * 86_400)
        pair.compare_state()
        pair.transaction([-largest // 10])
    finally:
        pair.chain.revert(before)


def test_the_policy_s_budget_is_one_that_the_contract_accepts(deployed: tuple[RevmChain, Contract]) -> None:
    pair, before = with_pair(deployed)
    try:
        data = {"limit": "8_000_000 USD", "window": "24h", "assets": {"USDC": "1 USD"}}
        budget = SharedBudget.model_validate(data)
        address = pair.contract.call("sharedBudget")
        pair.send("setUnitRate", ASSET, budget.rate("USDC", 6))
        pair.wait(1)
        pair.send("setLimit", address, outflow_word(budget.encoded(), shared=False))
        assert pair.contract.call("available", address) == budget.units
    finally:
        pair.chain.revert(before)
