"""The real Venus bytecode (Compound V2) as the fuzz lab sees it: an empty WBTC market beside one of USDC.

    guardrails fuzz run tests/fuzz/targets/venus.py:VenusUnguarded
    guardrails fuzz run tests/fuzz/targets/venus.py:VenusGuarded

The search is told nothing of the attack that is known: it may call every function that changes state of the
markets, the comptroller, the oracle and the tokens, the administrator's too.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from guardrails import artifacts
from guardrails.chain import Chain, Contract
from guardrails.chain.abi import signature
from guardrails.deploy import Guarded, deploy
from guardrails.drill.upstream.venus import Venus, package
from guardrails.drill.upstream.venus_market import Asset, deploy_venus
from guardrails.fuzz import Invariant, Loan, Stage, Step, Target, World
from guardrails.fuzz.invariants import derive
from guardrails.fuzz.target import approve, ready
from guardrails.fuzz.world import THIEF, THIEF_CONTRACT
from guardrails.policy import Policy, load

POLICY = Path(__file__).with_name("venus.yaml")
DECIMALS = {"WBTC": 8, "USDC": 6}
DOLLARS = {"WBTC": 30_000, "USDC": 1}
COLLATERAL_PERCENT = {"WBTC": 70, "USDC": 80}
MARKETS = {symbol: f"v{symbol}" for symbol in DECIMALS}
LENDERS = ("alice", "bob")
LENT_BY_EACH = 5_000_000 * 10**6
OWN = {"WBTC": 10**8, "USDC": 30_000 * 10**6}
"""What the thief has besides what he can borrow."""

TOKEN_FUNCTIONS = (
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "approve(address,uint256)",
)


def _functions(path: str) -> list[str]:
    """Every function of a contract that changes state."""
    return [
        signature(entry)
        for entry in package(path).abi
        if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable")
    ]


def _all_functions() -> tuple[str, ...]:
    of = {
        "comptroller": _functions("Comptroller/Comptroller"),
        "unitroller": _functions("Comptroller/Unitroller"),
        "oracle": _functions("Oracle/VenusChainlinkOracle"),
        **dict.fromkeys(MARKETS.values(), _functions("Tokens/VTokens/VBep20Immutable")),
        **dict.fromkeys(DECIMALS, TOKEN_FUNCTIONS),
    }
    return tuple(f"{contract}.{function}" for contract, names in of.items() for function in names)


class VenusUnguarded(Target):
    """As it was deployed many times: WBTC freshly listed and empty, ten million USDC to be borrowed."""

    actions = _all_functions()

    def build(self, chain: Chain) -> World:
        stage = Stage(chain)
        policy = load(POLICY).resolve(lambda _: stage.actors["deployer"])
        for symbol, decimals in DECIMALS.items():
            stage.token(symbol, decimals, policy.asset(symbol).address)
            stage.fund(symbol, {THIEF: OWN[symbol]})
        stage.fund("USDC", dict.fromkeys(LENDERS, LENT_BY_EACH))
        assets = [Asset(s, stage.assets[s], DECIMALS[s], DOLLARS[s], COLLATERAL_PERCENT[s]) for s in DECIMALS]
        venus = deploy_venus(chain, stage.actors["deployer"], assets)
        for name, address in (
            ("governance", policy.governance),
            ("guardian", policy.guardians[0]),
            ("sentinel", policy.sentinels[0]),
        ):
            stage.actor(name, address)
        guarded = self.guard(stage, venus, policy)
        contracts: dict[str, Contract] = {MARKETS[s]: venus.market(s) for s in MARKETS}
        contracts |= {"unitroller": venus.unitroller, "oracle": venus.oracle}
        contracts |= {"comptroller": venus.comptroller, "protocol": venus.comptroller}
        if guarded is not None:
            contracts |= {**guarded.contracts, "guard": guarded.guard, "protocol": venus.comptroller}
        world = World(
            chain,
            actors=stage.actors,
            contracts=contracts | stage.contracts,
            assets=stage.assets,
            protected=MARKETS.values(),
            policy=policy if guarded else None,
            guarded=guarded,
        )
        approve(world, [*LENDERS, THIEF, THIEF_CONTRACT], list(MARKETS.values()))
        for lender in LENDERS:
            world.require(Step(lender, "vUSDC", "mint", (LENT_BY_EACH,)))
        world.do(Step.pause(86_400))
        return ready(world)

    def guard(self, stage: Stage, venus: Venus, policy: Policy) -> Guarded | None:
        """What stands between the markets and their comptroller: nothing."""

    def profit(self, world: World) -> Fraction:
        """In US dollars, by the market's own prices."""
        began = world.thief_began_with
        return sum(
            (
                Fraction(amount - began.get(symbol, 0), 10 ** DECIMALS[symbol]) * DOLLARS[symbol]
                for symbol, amount in world.holdings(THIEF).items()
            ),
            Fraction(0),
        )


class VenusGuarded(VenusUnguarded):
    """The same with a hub in the comptroller's hooks, as its administrator installs it; `venus.yaml`."""

    def guard(self, stage: Stage, venus: Venus, policy: Policy) -> Guarded:
        deployer = stage.actors["deployer"]
        member = policy.members[0].model_copy(update={"address": venus.comptroller_address})
        guarded = deploy(policy.model_copy(update={"members": (member,)}), venus.chain, deployer)
        install(venus, guarded.guard, deployer)
        return guarded

    def invariants(self, world: World) -> list[Invariant]:
        """All that the policy promises."""
        return derive(world)


def install(venus: Venus, hub: Contract, admin: str) -> Contract:
    """Puts a GuardedComptroller behind a market's Unitroller, before the comptroller that is there."""
    before = venus.unitroller.call("comptrollerImplementation")
    none = "0x" + "00" * 20
    artifact = artifacts.load("GuardedComptroller")
    made = Contract.deploy(venus.chain, artifact, hub.address, before, none, none, sender=admin)
    venus.unitroller.send("_setPendingImplementation", made.address, sender=admin)
    become = Contract(venus.chain, made.address, venus.comptroller.interface)
    become.send("_become", venus.comptroller_address, sender=admin)
    return made


def donation_attack(donation: int, loan: int, shares: int = 2) -> tuple[Step, ...]:
    """The attack that is known, by a flash loan: an empty market is left with few units of shares, a donation
    of WBTC makes each worth a part of it, one of them covers the `loan` of USDC, and rounding gives the
    donation back for the others. Both in smallest units.
    """
    minted = 1_000_000
    bought = 50 * minted  # the empty market's rate: 0.02 a share

    def call(target: str, function: str, *arguments: object) -> Step:
        return Step(THIEF, target, function, arguments)

    attack = Step.batch(
        THIEF,
        (
            call("vWBTC", "mint", minted),
            call("vWBTC", "redeem", bought - shares),
            call("comptroller", "enterMarkets", ["@vWBTC"]),
            call("WBTC", "transfer", "@vWBTC", donation),
            call("vUSDC", "borrow", loan),
            call("vWBTC", "redeemUnderlying", donation),
        ),
        loans=(Loan("WBTC", minted + donation),),
    )
    return (call("WBTC", "transfer", f"@{THIEF_CONTRACT}", shares), attack)  # what stays behind
