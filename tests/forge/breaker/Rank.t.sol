// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Threshold} from "../../../contracts/guards/breaker/IBreaker.sol";
import {ILevel} from "../../../contracts/guards/level/ILevel.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {RankHolder} from "../../../contracts/response/RankHolder.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {BreakerFixture} from "./BreakerFixture.sol";

/// @title What a breaker can do is what its rank may do: level, time, budget, heartbeat
contract BreakerRankTest is BreakerFixture {
    function setUp() public override {
        super.setUp();
        _use(_one(_threshold(Level.QUEUED)), Rank.SENTINEL);
    }

    function _notRaised(Level wanted, Level reached, bytes memory error) private {
        vm.expectEmit(address(breaker));
        emit RankHolder.LevelNotRaised(wanted, reached, error);
    }

    function _noRank() private pure returns (bytes memory) {
        return abi.encodeWithSelector(RankHolder.NoFastRank.selector);
    }

    /// While the number stays beyond the level is renewed, when half of its time is left and not before.
    function test_S38_RenewedBeforeItEnds() public {
        _trip();
        uint256 start = _now();
        assertEq(_until(Rank.SENTINEL), start + DURATION);
        vm.warp(start + DURATION / 2);
        breaker.check();
        assertEq(_until(Rank.SENTINEL), start + DURATION);
        vm.warp(start + DURATION / 2 + 1);
        breaker.check();
        assertEq(_until(Rank.SENTINEL), start + DURATION / 2 + 1 + DURATION);
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 4 hours - DURATION - DURATION / 2 - 1);
    }

    function test_NotRenewedOnceItCleared() public {
        _trip();
        uint256 start = _now();
        _find(0);
        vm.warp(start + CALM);
        _find(0);
        vm.warp(start + DURATION);
        breaker.check();
        assertEq(_level(), 0);
    }

    /// S28: however long the number stays beyond, a rank's budget holds; the rest of it is used to the second.
    function test_S28_TheBudgetHoldsAndItsEndIsReported() public {
        _trip();
        uint256 start = _now();
        for (uint256 i = 0; i < 20; ++i) {
            skip(20 minutes);
            if (_now() >= start + 4 hours) break;
            breaker.check();
        }
        assertEq(_until(Rank.SENTINEL), start + 4 hours);
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 0);
        vm.warp(start + 4 hours - 1);
        breaker.check();
        assertEq(_level(), 2);
        vm.warp(start + 4 hours);
        assertEq(_level(), 0);
        bytes memory cooling = abi.encodeWithSelector(IRoles.CoolingDown.selector, start + 5 hours);
        _notRaised(Level.QUEUED, Level.NORMAL, cooling);
        breaker.check();
        vm.warp(start + 5 hours);
        _notRaised(Level.QUEUED, Level.NORMAL, abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        assertEq(uint256(breaker.check()), 2);
        assertEq(breaker.stage(), 1);
        for (uint256 i = 0; i < 13; ++i) {
            breaker.beat();
            skip(12 hours);
        }
        vm.warp(start + 4 hours + 7 days - 1);
        breaker.beat();
        breaker.check();
        assertEq(_level(), 0);
        skip(1);
        breaker.check();
        assertEq(_level(), 2);
    }

    /// Another holder of the rank has used up most of the budget. What its pause covers costs nothing again.
    function test_TheRestOfABudgetIsUsed() public {
        _use(_one(_threshold(Level.QUEUED)), Rank.GUARDIAN);
        uint256 start = _now();
        _pause(guardian, Op.WITHDRAW, 1 days);
        vm.warp(start + 1 days - 1);
        _pause(guardian, Op.WITHDRAW, 1 days);
        vm.warp(start + 2 days - 2);
        _pause(guardian, Op.WITHDRAW, 1 days - 30 minutes);
        uint256 pausedUntil = start + 3 days - 2 - 30 minutes;
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 30 minutes + 2);
        vm.warp(pausedUntil - 2 * PATIENCE);
        _trip();
        assertEq(_until(Rank.GUARDIAN), pausedUntil + 30 minutes + 2);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 0);
    }

    function test_NoLevelAboveTheRanks() public {
        Threshold memory t = _threshold(Level.FROZEN);
        t.grace = 0;
        _use(_one(t), Rank.SENTINEL);
        metric.supply(BOUND + 1);
        _notRaised(Level.FROZEN, Level.QUEUED, "");
        breaker.check();
        assertEq(_level(), 2);
        uint256 left = engine.pauseBudgetLeft(Rank.SENTINEL);
        skip(1);
        metric.supply(BOUND + 1);
        _notRaised(Level.FROZEN, Level.QUEUED, "");
        breaker.check();
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), left);
    }

    function test_ARankThatMayRaiseNothing() public {
        Powers memory p = _sentinelPowers();
        p.maxLevel = 0;
        vm.prank(governance);
        engine.setRankLimits(Rank.SENTINEL, _pack(p));
        _find(BOUND + 1);
        skip(PATIENCE);
        metric.supply(BOUND + 1);
        _notRaised(
            Level.QUEUED, Level.NORMAL, abi.encodeWithSelector(ILevel.LevelOutOfBounds.selector, Level.NORMAL, 0)
        );
        breaker.check();
        assertEq(_level(), 0);
    }

    /// A shorter `maxPause` than the breaker's duration shortens the raise, it does not forbid it.
    function test_NoLongerThanTheRankMay() public {
        Powers memory p = _sentinelPowers();
        p.maxPause = 10 minutes;
        vm.prank(governance);
        engine.setRankLimits(Rank.SENTINEL, _pack(p));
        _trip();
        assertEq(_until(Rank.SENTINEL), _now() + 10 minutes);
    }

    function test_WithoutARankItOnlyReports() public {
        vm.prank(governance);
        engine.setHolder(address(breaker), Rank.NONE);
        _find(BOUND + 1);
        skip(PATIENCE);
        metric.supply(BOUND + 1);
        _notRaised(Level.QUEUED, Level.NORMAL, _noRank());
        breaker.check();
        assertEq(_level(), 0);
        assertEq(breaker.stage(), 1);
    }

    /// Governance's levels do not end by themselves: a breaker that was made governance raises nothing.
    function test_AsGovernanceItRaisesNothing() public {
        breaker = _new(_one(_threshold(Level.QUEUED)), address(0), Level.NORMAL);
        _govern(abi.encodeCall(engine.setGovernance, (address(breaker))));
        _find(BOUND + 1);
        skip(PATIENCE);
        metric.supply(BOUND + 1);
        _notRaised(Level.QUEUED, Level.NORMAL, _noRank());
        breaker.check();
        assertEq(_level(), 0);
    }

    function test_UnderGovernancesLevelNoBudgetIsSpent() public {
        _raise(governance, Level.QUEUED, 0);
        _trip();
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 4 hours);
        _lower(Level.THROTTLED);
        breaker.check();
        assertEq(_level(), 2);
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 3 hours);
    }

    /// Another holder of the same rank raised less for longer: that is not enough.
    function test_ALowerLevelOfItsRankDoesNotHinder() public {
        _use(_one(_threshold(Level.QUEUED)), Rank.GUARDIAN);
        _raise(guardian, Level.THROTTLED, 1 days);
        _trip();
        assertEq(_level(), 2);
    }

    /// S33: a protocol that reports success and raises nothing is found out.
    function test_S33_TheEffectCounts() public {
        _find(BOUND + 1);
        skip(PATIENCE);
        metric.supply(BOUND + 1);
        vm.mockCall(address(engine), abi.encodeWithSelector(engine.raiseLevel.selector), "");
        _notRaised(Level.QUEUED, Level.NORMAL, "");
        breaker.check();
        vm.clearMockedCalls();
        breaker.check();
        assertEq(_level(), 2);
    }

    function test_ALowerLevelOfGovernanceDoesNotHinder() public {
        _raise(governance, Level.THROTTLED, 0);
        _trip();
        assertEq(_level(), 2);
    }

    /// To overrule a breaker governance revokes its rank; lowering alone is undone by the next check.
    function test_GovernanceOverrulesByRevoking() public {
        _trip();
        _lower(Level.NORMAL);
        breaker.check();
        assertEq(_level(), 2);
        vm.prank(governance);
        engine.setHolder(address(breaker), Rank.NONE);
        _lower(Level.NORMAL);
        breaker.check();
        assertEq(_level(), 0);
    }

    /// S45: anyone keeps it alive; one that lapsed is not revived by its own call.
    function test_S45_TheHeartbeatByAnyone() public {
        (, uint256 aliveUntil) = engine.holderOf(address(breaker));
        vm.warp(aliveUntil - 1);
        vm.prank(attacker);
        breaker.beat();
        (, uint256 renewed) = engine.holderOf(address(breaker));
        assertEq(renewed, aliveUntil - 1 + 1 days);
        vm.warp(renewed);
        vm.expectRevert(abi.encodeWithSelector(IEngine.Unauthorised.selector, address(breaker), Rank.SENTINEL));
        breaker.beat();
    }
}
