// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Breaker} from "../../../contracts/guards/breaker/Breaker.sol";
import {IBreaker, Threshold} from "../../../contracts/guards/breaker/IBreaker.sol";
import {IBreakerHook} from "../../../contracts/guards/breaker/IBreakerHook.sol";
import {IMetric} from "../../../contracts/guards/breaker/IMetric.sol";
import {IGuarded, RankHolder} from "../../../contracts/response/RankHolder.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {BreakerFixture} from "./BreakerFixture.sol";

/// @title A protocol that follows the stages, or misbehaves when it is told
contract Follower is IBreakerHook {
    enum Manner {
        NOTE,
        REVERT,
        BURN,
        REENTER,
        BOMB
    }

    Manner private _manner;
    uint256 public told;
    uint256 public gasGiven;

    constructor(Manner manner) {
        _manner = manner;
    }

    function onStage(uint8 previous, uint8 stage) external {
        gasGiven = gasleft();
        if (_manner == Manner.REVERT) revert("no");
        if (_manner == Manner.REENTER) Breaker(msg.sender).check();
        if (_manner == Manner.BOMB) {
            assembly {
                revert(0, 20000)
            }
        }
        while (_manner == Manner.BURN) {}
        told = uint256(previous) << 8 | stage;
    }
}

/// @title Several thresholds, what the protocol reads, and whom the breaker tells
contract StagesTest is BreakerFixture {
    function _four() private pure returns (Threshold[] memory list) {
        list = new Threshold[](4);
        for (uint256 i = 0; i < 4; ++i) {
            // above 100, 200, 300, 400; haircut 1, 2, 3, 4 %; slippage half of it
            uint128 bound = uint128(100 * (i + 1));
            uint16 bps = uint16(100 * (i + 1));
            list[i] = Threshold(true, Level(i == 3 ? 4 : i), 0, 0, 0, bps, bps / 2, bound, bound - 50);
        }
    }

    function _stageIs(uint256 stage, uint256 level) private view {
        assertEq(breaker.stage(), stage, "stage");
        assertEq(breaker.haircutBps(), 100 * stage, "haircut");
        assertEq(breaker.slippageBps(), 50 * stage, "slippage");
        assertEq(uint256(breaker.wantedLevel()), level, "wanted");
    }

    function test_EachThresholdHasItsStageAndLevel() public {
        _use(_four(), Rank.GUARDIAN);
        assertEq(breaker.thresholdCount(), 4);
        _stageIs(0, 0);
        uint256[5] memory levels = [uint256(0), 0, 1, 2, 4];
        for (uint256 i = 1; i < 5; ++i) {
            metric.supply(100 * i + 1);
            if (i > 1) {
                vm.expectEmit(address(breaker));
                emit IBreaker.StageChanged(uint8(i - 1), uint8(i), Level(levels[i]));
            }
            assertEq(uint256(breaker.check()), levels[i]);
            _stageIs(i, levels[i]);
            assertEq(_level(), levels[i]);
        }
    }

    /// Before it halts anything: the first stage takes a haircut and leaves the level alone.
    function test_TheFirstStageHaltsNothing() public {
        _use(_four(), Rank.GUARDIAN);
        _find(101);
        _stageIs(1, 0);
        assertEq(_level(), 0);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days);
    }

    function test_AJumpTripsSeveralAndAFallClearsSome() public {
        _use(_four(), Rank.GUARDIAN);
        _find(401);
        for (uint256 i = 0; i < 4; ++i) {
            assertTrue(breaker.watchOf(i).tripped);
        }
        _find(250);
        _stageIs(2, 1);
        assertEq(_level(), 4); // what was raised ends by itself, or by governance
        _find(151);
        _stageIs(2, 1);
        _find(150);
        _stageIs(1, 0);
    }

    function test_TheHookIsToldOfEachChangeAndOfNothingElse() public {
        Follower follower = new Follower(Follower.Manner.NOTE);
        breaker = _new(_four(), address(follower), Level.NORMAL);
        vm.expectCall(address(follower), abi.encodeCall(IBreakerHook.onStage, (0, 3)), 1);
        vm.expectCall(address(follower), abi.encodeCall(IBreakerHook.onStage, (3, 1)), 1);
        _find(301);
        _find(302);
        assertEq(follower.told(), 3);
        assertLe(follower.gasGiven(), 100_000);
        assertGt(follower.gasGiven(), 99_000);
        _find(60);
        assertEq(follower.told(), 3 << 8 | 1);
    }

    function test_AHookThatFailsDoesNotHinderTheTrip() public {
        for (uint256 manner = 1; manner < 5; ++manner) {
            uint256 state = vm.snapshotState();
            Follower follower = new Follower(Follower.Manner(manner));
            breaker = _new(_four(), address(follower), Level.NORMAL);
            _grant(address(breaker), Rank.GUARDIAN);
            metric.supply(401);
            vm.expectEmit(address(breaker));
            emit IBreaker.HookFailed(4);
            breaker.check{gas: breaker.CHECK_GAS() + 1000}();
            assertEq(_level(), 4);
            assertEq(breaker.stage(), 4);
            vm.revertToState(state);
        }
    }

    function test_TooLittleGasIsRefused() public {
        _use(_four(), Rank.GUARDIAN);
        uint256 enough = breaker.CHECK_GAS();
        metric.supply(401);
        vm.expectPartialRevert(IBreaker.NotEnoughGas.selector);
        breaker.check{gas: enough}();
        breaker.check{gas: enough + 1000}();
        assertEq(_level(), 4);
    }

    // ---------------------------------------------------------------- configuration

    function _refused(Threshold[] memory list, uint256 index) private {
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidThreshold.selector, index));
        _new(list, address(0), Level.NORMAL);
    }

    function test_OneToFourThresholds() public {
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidThresholdCount.selector, 0));
        _new(new Threshold[](0), address(0), Level.NORMAL);
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidThresholdCount.selector, 5));
        _new(new Threshold[](5), address(0), Level.NORMAL);
        assertEq(_new(new Threshold[](4), address(0), Level.NORMAL).thresholdCount(), 4);
    }

    function test_SeverityOnlyGrows() public {
        Threshold[] memory list = _four();
        list[2].level = Level.NORMAL;
        _refused(list, 2);
        list = _four();
        list[3].haircutBps = 299;
        _refused(list, 3);
        list = _four();
        list[1].slippageBps = 49;
        _refused(list, 1);
        list = _four();
        (list[1].haircutBps, list[1].slippageBps, list[1].level) = (100, 50, Level.NORMAL);
        assertEq(_new(list, address(0), Level.NORMAL).threshold(1).haircutBps, 100);
    }

    function test_TheHysteresisIsOnTheSafeSide() public {
        Threshold memory t = _threshold(Level.QUEUED);
        t.clear = uint128(BOUND + 1);
        _refused(_one(t), 0);
        t.clear = uint128(BOUND);
        _new(_one(t), address(0), Level.NORMAL);
        t.above = false;
        _new(_one(t), address(0), Level.NORMAL);
        t.clear = uint128(BOUND - 1);
        _refused(_one(t), 0);
    }

    function test_TimesAndSharesAreBounded() public {
        Threshold memory t = _threshold(Level.QUEUED);
        (t.grace, t.calm, t.cooldown) = (30 days, 30 days, 30 days);
        (t.haircutBps, t.slippageBps) = (10_000, 10_000);
        _new(_one(t), address(0), Level.NORMAL);
        t.grace++;
        _refused(_one(t), 0);
        (t.grace, t.calm) = (t.grace - 1, t.calm + 1);
        _refused(_one(t), 0);
        (t.calm, t.cooldown) = (t.calm - 1, t.cooldown + 1);
        _refused(_one(t), 0);
        (t.cooldown, t.haircutBps) = (t.cooldown - 1, 10_001);
        _refused(_one(t), 0);
        (t.haircutBps, t.slippageBps) = (10_000, 10_001);
        _refused(_one(t), 0);
    }

    function _timed(address protocol, uint256 duration, uint256 downAfter) private returns (Breaker) {
        return new Breaker(
            IGuarded(protocol), IMetric(metric), IBreakerHook(address(0)), duration, downAfter, Level.NORMAL, _four()
        );
    }

    function test_TheTimesOfTheBreakerAreBounded() public {
        address to = address(engine);
        assertEq(_timed(to, 2, 0).duration(), 2);
        assertEq(_timed(to, 30 days, 30 days).downAfter(), 30 days);
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidTiming.selector, 1, 0));
        _timed(to, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidTiming.selector, 30 days + 1, 0));
        _timed(to, 30 days + 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IBreaker.InvalidTiming.selector, 2, 30 days + 1));
        _timed(to, 2, 30 days + 1);
        vm.expectRevert(abi.encodeWithSelector(RankHolder.ProtocolHasNoCode.selector, alice));
        _timed(alice, 2, 0);
    }
}
