"""The Solidity against the rational model, in scripts of flows, levels, syncs and changes (S1, S2, S5, S11).

On revm Hypothesis draws the scripts; on anvil, where a transaction is a real one, a few seeded ones run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.chain import Chain, Contract, RevmChain
from guardrails.policy.operations import OverLimit
from guardrails.risk.config import LimiterConfig
from tests.outflow.conftest import Compiled
from tests.outflow.pair import Pair

LIMITS = [(1, 0), (7, 0), (999_983, 0), (1_000, 18), (123_457, 16)]


def draw_config(draw: Callable[[int], int]) -> tuple[int, int, LimiterConfig]:
    mantissa, exponent = LIMITS[draw(len(LIMITS))]
    config = LimiterConfig(
        mantissa * 10**exponent,
        [60, 3_600, 86_400, 604_800][draw(4)],
        credit_tenths=draw(11),
        reserve_tenths=draw(10),
        exemption=[0, 1, 200][draw(3)],
        mode=OverLimit.LIMITED_QUEUE,
    )
    return mantissa, exponent, config


def draw_amount(draw: Callable[[int], int], pair: Pair) -> int:
    limit, sign = pair.model.config.limit, 1 if draw(2) else -1
    available = pair.model.available(pair.now + 1) or 0
    return sign * [draw(2 * limit + 2), available, available + 1, limit // 3, 1, 10 * limit][draw(6)]


def play(pair: Pair, draw: Callable[[int], int], steps: int) -> None:
    """One script. `draw(n)` is a number below n."""
    pair.configure(*draw_config(draw))
    relative = False
    for _ in range(steps):
        if draw(3):
            pair.wait(draw(pair.model.config.window) if draw(2) else draw(120))
        action = draw(12)
        if action == 0:
            pair.configure(*draw_config(draw))
            relative = False
            pair.send("setRelativeLimit", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", 0, 0, 0)
        elif action == 1:
            pair.set_share([100, 50, 33, 1, 0][draw(5)])
        elif action == 2:
            pair.follow(10 * pair.model.config.limit + 10, 1_000, [0, 1_000, 10_000][draw(3)])
            relative = True
        elif action == 3 and relative:
            pair.sync(draw(30 * pair.model.config.limit + 30))
        else:
            pair.transact([draw_amount(draw, pair) for _ in range(1 + draw(4))])
        pair.compare()
        pair.compare_views(1 + draw(2 * pair.model.config.limit + 1))


@contextmanager
def fresh(chain: Chain, host: Contract) -> Iterator[Pair]:
    before = chain.snapshot()
    yield Pair(chain, host, chain.block().timestamp)
    chain.revert(before)


@pytest.fixture(scope="module")
def on_revm(host_code: Compiled) -> tuple[RevmChain, Contract]:
    chain = RevmChain()
    return chain, Contract.deploy(chain, host_code, sender=chain.accounts[0])


@settings(max_examples=150, deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_any_script_on_revm(on_revm: tuple[RevmChain, Contract], seed: random.Random) -> None:
    with fresh(*on_revm) as pair:
        play(pair, seed.randrange, 15)


@pytest.mark.guardrails_backends("anvil")
@pytest.mark.parametrize("seed", range(4))
def test_seeded_scripts_on_anvil(chain: Chain, host_code: Compiled, seed: int) -> None:
    host = Contract.deploy(chain, host_code, sender=chain.accounts[0])
    play(Pair(chain, host, chain.block().timestamp), random.Random(seed).randrange, 15)


def test_a_flash_loan_under_a_level_leaves_no_trace(on_revm: tuple[RevmChain, Contract]) -> None:
    """S1, with the weights of a level."""
    with fresh(*on_revm) as pair:
        pair.configure(1_000, 18, LimiterConfig(1_000 * 10**18, 86_400, credit_tenths=5))
        pair.set_share(25)
        pair.transact([-250 * 10**18, 250 * 10**18])
        pair.compare()
        assert pair.model.used_at(pair.now) == 0
        pair.compare_views(250 * 10**18)


def test_hourly_syncs_starve_nobody(on_revm: tuple[RevmChain, Contract]) -> None:
    """S8: a limit of ten units keeps its fractions through every sync."""
    with fresh(*on_revm) as pair:
        pair.configure(10, 0, LimiterConfig(10, 86_400))
        pair.follow(100, 1_000, 0)
        pair.transact([-10])
        for _ in range(24):
            pair.sync(100)
            pair.compare()
        pair.compare_views(9)
        assert pair.model.available(pair.now) == 10
