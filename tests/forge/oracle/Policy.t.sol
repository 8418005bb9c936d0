// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {Fault, Side, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Decision, Guard, Op} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";
import {Source} from "./OracleHost.sol";

/// @title What each operation does with a price in doubt: refuse, the last good one, or the worse one
contract PolicyTest is OracleTest {
    function _expectDecision(Decision decision, uint16 operation, uint256 price, bool shadow) private {
        vm.expectEmit();
        emit GuardStorage.GuardDecision(Guard.ORACLE, decision, address(0), weth, price, operation, shadow);
    }

    // ---------------------------------------------------------------- liquidation at a sane price

    /// S49: tripped, liquidation goes on within the wider band of the reference.
    function test_S49_LiquidationGoesOnNearTheReference() public {
        _syncAt(P * 2);
        source.set(P * 12 / 10);
        _passes(Op.LIQUIDATE);
        source.set(P * 12 / 10 + 1);
        _refuses(Op.LIQUIDATE, Fault.TRIPPED);
        source.set(P * 8 / 10);
        _passes(Op.LIQUIDATE);
        source.set(P * 8 / 10 - 1);
        _refuses(Op.LIQUIDATE, Fault.TRIPPED);
        source.set(P);
        _refuses(Op.BORROW, Fault.TRIPPED);
        _refuses(Op.REMOVE_COLLATERAL, Fault.TRIPPED);
        _refuses(Op.LIQUIDATE | Op.BORROW, Fault.TRIPPED);
    }

    /// S49: a crash that two sources agree on does not stop liquidations, but it stops borrowing.
    function test_S49_LiquidationGoesOnAtWhatTwoSourcesSay() public {
        _withSecond();
        second.set(P / 2);
        source.set(P / 2);
        _gets(Op.LIQUIDATE, Side.HIGH, P / 2);
        _refuses(Op.BORROW, Fault.REFERENCE);
        _sync();
        _trip(Trip.TRIPPED);
        _gets(Op.LIQUIDATE, Side.HIGH, P / 2);
        _refuses(Op.BORROW, Fault.TRIPPED);
        second.set(P / 3);
        _refuses(Op.LIQUIDATE, Fault.DEVIATION);
        second.set(0);
        _refuses(Op.LIQUIDATE, Fault.NO_SECOND);
    }

    /// S49: sources that differ, and a second one that is gone, leave liquidation to the reference.
    function test_S49_LiquidationWithoutAgreementAsksTheReference() public {
        _withSecond();
        second.set(P / 2);
        _gets(Op.LIQUIDATE, Side.HIGH, P);
        _refuses(Op.BORROW, Fault.DEVIATION);
        second.misbehave(Source.Manner.REVERT);
        _gets(Op.LIQUIDATE, Side.HIGH, P);
        source.set(P * 13 / 10);
        _refuses(Op.LIQUIDATE, Fault.NO_SECOND);
    }

    function test_S49_LiquidationNeverHasAStalePrice() public {
        source.setAt(P, T0);
        skip(MAX_AGE + 1);
        _refuses(Op.LIQUIDATE, Fault.STALE);
        source.setAt(P, _now() + 1);
        _refuses(Op.LIQUIDATE, Fault.FUTURE);
    }

    // ---------------------------------------------------------------- last good

    function test_LastGoodGoesOnAtTheReferenceToItsSecond() public {
        rule.lastGoodUses = Op.REDEEM | Op.LIQUIDATE;
        _configure();
        source.misbehave(Source.Manner.REVERT);
        _expectDecision(Decision.PASS, Op.REDEEM, P, false);
        host.use(weth, Op.REDEEM, Side.HIGH);
        _gets(Op.REDEEM | Op.LIQUIDATE, Side.LOW, P);
        _refuses(Op.BORROW, Fault.NO_PRICE);
        _refuses(Op.REDEEM | Op.BORROW, Fault.NO_PRICE);
        vm.warp(T0 + LAST_GOOD_AGE - 1);
        _gets(Op.REDEEM, Side.LOW, P);
        vm.warp(T0 + LAST_GOOD_AGE);
        _gets(Op.REDEEM, Side.LOW, P);
        vm.warp(T0 + LAST_GOOD_AGE + 1);
        _refuses(Op.REDEEM, Fault.NO_PRICE);
    }

    function test_LastGoodCountsFromTheLastGoodPrice() public {
        rule.lastGoodUses = Op.REDEEM;
        _configure();
        skip(LAST_GOOD_AGE);
        _sync();
        source.set(P * 2);
        skip(LAST_GOOD_AGE);
        _gets(Op.REDEEM, Side.HIGH, P);
        _sync(); // a trip is no good price
        skip(1);
        _refuses(Op.REDEEM, Fault.TRIPPED);
    }

    // ---------------------------------------------------------------- cap

    function test_TheCapIsTheWorseOfPriceAndReference() public {
        rule.capUses = Op.BORROW;
        _configure();
        source.set(P * 3);
        _expectDecision(Decision.PASS, Op.BORROW, P, false);
        host.use(weth, Op.BORROW, Side.LOW);
        _gets(Op.BORROW, Side.LOW, P);
        _gets(Op.BORROW, Side.HIGH, P * 3);
        source.set(P / 3);
        _gets(Op.BORROW, Side.LOW, P / 3);
        _gets(Op.BORROW, Side.HIGH, P);
        _refuses(Op.REMOVE_COLLATERAL, Fault.REFERENCE);
    }

    function test_TheCapCountsTheSecondSourceToo() public {
        (rule.capUses, rule.deviationBps, backup.second) = (Op.BORROW, 200, second);
        _configure();
        second.set(P * 3 / 4);
        _gets(Op.BORROW, Side.LOW, P * 3 / 4);
        _gets(Op.BORROW, Side.HIGH, P);
        second.set(P * 5 / 4);
        _gets(Op.BORROW, Side.LOW, P);
        _gets(Op.BORROW, Side.HIGH, P * 5 / 4);
        second.set(0);
        source.set(P + 1e18);
        _gets(Op.BORROW, Side.LOW, P);
        _gets(Op.BORROW, Side.HIGH, P + 1e18);
    }

    function test_WithoutAFreshPriceThereIsNothingToCap() public {
        rule.capUses = Op.BORROW;
        _configure();
        source.setAt(P, T0);
        skip(MAX_AGE + 1);
        _refuses(Op.BORROW, Fault.STALE);
        source.set(0);
        _refuses(Op.BORROW, Fault.NO_PRICE);
    }

    // ---------------------------------------------------------------- S50

    /// S50: the feed of one asset dies and another's trips; the third notices nothing.
    function test_S50_OneBadFeedClosesOnlyWhatDependsOnIt() public {
        Source[2] memory others = [new Source(), new Source()];
        address[2] memory assets = [makeAddr("wbtc"), makeAddr("link")];
        for (uint256 i; i < 2; ++i) {
            others[i].set(P);
            rule.source = others[i];
            vm.prank(governance);
            host.setOracle(assets[i], rule, backup, follow, P);
        }
        source.misbehave(Source.Manner.BURN);
        others[0].set(P * 2);
        host.syncReference(assets[0]);
        vm.expectRevert(
            abi.encodeWithSelector(OracleCore.PriceUnusable.selector, assets[0], Op.BORROW, Fault.TRIPPED, P * 2)
        );
        host.use(assets[0], Op.BORROW, Side.LOW);
        _refuses(Op.BORROW, Fault.NO_PRICE);
        assertEq(host.use(assets[1], Op.BORROW, Side.LOW), P);
        assertEq(uint256(host.referenceOf(assets[1]).trip), uint256(Trip.NORMAL));
    }

    // ---------------------------------------------------------------- shadow

    function _shadow() private {
        vm.prank(governance);
        host.setShadow(Guard.ORACLE, true);
    }

    function test_S53_InShadowTheSourceIsUsedAndTheRefusalReported() public {
        _shadow();
        source.set(P * 2);
        _expectDecision(Decision.REFUSE, Op.BORROW, P * 2, true);
        assertEq(host.use(weth, Op.BORROW, Side.LOW), P * 2);
        assertEq(host.priceOf(weth, Op.BORROW, Side.LOW), P * 2);
        source.setAt(P, T0);
        skip(MAX_AGE + 1);
        _expectDecision(Decision.REFUSE, Op.BORROW, P, true);
        host.use(weth, Op.BORROW, Side.LOW);
        source.set(P);
        vm.recordLogs();
        host.use(weth, Op.BORROW, Side.LOW);
        assertEq(vm.getRecordedLogs().length, 0, "an ordinary price is not worth an event");
    }

    function test_S53_InShadowACapIsReportedAndNotApplied() public {
        rule.capUses = Op.BORROW;
        _configure();
        _shadow();
        source.set(P * 2);
        _expectDecision(Decision.PASS, Op.BORROW, P * 2, true);
        assertEq(host.use(weth, Op.BORROW, Side.LOW), P * 2);
    }

    function test_S53_ShadowModeMakesUpNoPrice() public {
        _shadow();
        source.set(0);
        _refuses(Op.BORROW, Fault.NO_PRICE);
    }
}
