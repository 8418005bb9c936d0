// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host, HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title When an operation last opened again, whatever became of the record that closed it
contract ReopenedTest is EngineTest {
    function _reopened(uint16 operation, uint256 time) private view {
        assertEq(host.reopenedAt(operation), time);
    }

    /// @dev `_reopened` for TRADE, and 0 for its neighbours.
    function _tradeAlone(uint256 time) private view {
        _reopened(Op.TRADE, time);
        _reopened(Op.LIQUIDATE, 0);
        _reopened(Op.MINT, 0);
        _reopened(Op.DEPOSIT, 0);
        _reopened(Op.CUSTOM_4, 0);
    }

    function _exitOnlyWithTrade() private {
        uint256 closing = _rules() | uint256(Op.TRADE) << 72;
        vm.prank(governance);
        engine.setLevelRules(closing);
    }

    function test_NothingReopenedThatNeverWasClosed() public view {
        for (uint256 i; i < 16; ++i) {
            _reopened(uint16(1 << i), 0);
        }
    }

    function test_BeforeSealNothingHasOpened() public {
        Host fresh = new Host(controls, deployer);
        assertEq(fresh.reopenedAt(Op.TRADE), type(uint32).max);
        IEngine unsealed = IEngine(address(fresh));
        _configure(unsealed);
        _seal(unsealed);
        assertEq(fresh.reopenedAt(Op.TRADE), 0, "an opening, not a reopening");
    }

    function test_APauseThatRunsOut() public {
        _pause(guardian, Op.TRADE, 100);
        _tradeAlone(T0 + 100);
        skip(10 days);
        _tradeAlone(T0 + 100);
    }

    function test_AnyoneCleansUpAndTheEndStays() public {
        _pause(guardian, Op.TRADE | Op.DEPOSIT, 100);
        _pause(governance, Op.TRADE, 50);
        vm.warp(T0 + 100);
        engine.cleanUp(Rank.GUARDIAN);
        engine.cleanUp(Rank.GOVERNANCE);
        _reopened(Op.TRADE, T0 + 100);
        _reopened(Op.DEPOSIT, T0 + 100);
        _reopened(Op.WITHDRAW, 0);
    }

    function test_EveryOperationHasAnEndOfItsOwn() public {
        uint256[16] memory ends;
        for (uint256 i; i < 16; ++i) {
            uint16 operation = uint16(1 << i);
            if (operation & (Op.DEFENCE | Op.LIQUIDATE) != 0) continue; // these come with others
            _pause(governance, operation, 100);
            skip(1);
            _unpause(operation);
            ends[i] = _now();
            for (uint256 j; j < 16; ++j) {
                _reopened(uint16(1 << j), ends[j]);
            }
        }
    }

    function test_GovernanceUnpauses() public {
        _pause(guardian, Op.TRADE | Op.WITHDRAW, 1 days);
        skip(60);
        _unpause(Op.TRADE);
        _tradeAlone(T0 + 60);
        _reopened(Op.WITHDRAW, T0 + 1 days);
    }

    function test_ANewPauseOfOtherThingsForgetsNothing() public {
        _pause(governance, Op.TRADE, 60);
        vm.warp(T0 + 60);
        _pause(governance, Op.WITHDRAW, 1 days);
        _tradeAlone(T0 + 60);
        _reopened(Op.WITHDRAW, T0 + 60 + 1 days);
    }

    function test_ALevelThatRunsOutOrIsRaisedAnew() public {
        _exitOnlyWithTrade();
        _raise(guardian, Level.EXIT_ONLY, 100);
        _reopened(Op.TRADE, T0 + 100);
        skip(1 days);
        _raise(guardian, Level.THROTTLED, 100);
        _reopened(Op.TRADE, T0 + 100);
        _reopened(Op.DEPOSIT, T0 + 100);
        _reopened(Op.WITHDRAW, 0);
    }

    function test_ALevelThatRanOutIsCleanedUp() public {
        _exitOnlyWithTrade();
        _raise(guardian, Level.EXIT_ONLY, 100);
        vm.warp(T0 + 100 + GRACE);
        engine.cleanUp(Rank.GUARDIAN);
        assertFalse(engine.guardWord().anyLevel());
        _reopened(Op.TRADE, T0 + 100);
        _reopened(Op.LIQUIDATE, T0 + 100 + GRACE);
    }

    function test_GovernanceLowersALevel() public {
        _exitOnlyWithTrade();
        _raise(governance, Level.EXIT_ONLY, 0);
        _reopened(Op.TRADE, type(uint256).max);
        skip(60);
        _lower(Level.QUEUED);
        _reopened(Op.TRADE, T0 + 60);
        _reopened(Op.BORROW, type(uint256).max);
        _reopened(Op.WITHDRAW, 0);
    }

    function test_NewRulesOpenWhatTheOldClosed() public {
        _exitOnlyWithTrade();
        _raise(governance, Level.EXIT_ONLY, 0);
        bytes memory call = abi.encodeCall(engine.setLevelRules, (_rules()));
        _govern(call);
        _reopened(Op.TRADE, _now());
    }

    function test_NewRulesKeepTheEndOfALevelThatRanOut() public {
        _exitOnlyWithTrade();
        _raise(guardian, Level.EXIT_ONLY, 100);
        bytes memory call = abi.encodeCall(engine.setLevelRules, (_rules()));
        _govern(call);
        _reopened(Op.TRADE, T0 + 100);
    }

    function test_LiquidationReopensAfterItsGrace() public {
        _pause(guardian, Op.LIQUIDATE, 60);
        _reopened(Op.LIQUIDATE, T0 + 60 + GRACE);
        _unpause(Op.LIQUIDATE);
        _reopened(Op.LIQUIDATE, T0 + GRACE);
        vm.warp(T0 + GRACE);
        engine.cleanUp(Rank.GUARDIAN);
        _reopened(Op.LIQUIDATE, T0 + GRACE);
    }

    function test_TheLaterEndCounts() public {
        _pause(guardian, Op.TRADE, 100);
        _pause(governance, Op.TRADE, 50);
        _reopened(Op.TRADE, T0 + 100);
        vm.warp(T0 + 100);
        engine.cleanUp(Rank.GUARDIAN);
        _pause(governance, Op.TRADE, 60);
        _reopened(Op.TRADE, T0 + 160);
        skip(1 days);
        _exitOnlyWithTrade();
        _raise(guardian, Level.EXIT_ONLY, 200);
        _reopened(Op.TRADE, T0 + 1 days + 300);
    }

    /// @dev S53: what shadow mode let through has not reopened, neither by a live record nor by one that was ended.
    function test_S53_ShadowModeReopensNothing() public {
        bytes memory call = abi.encodeCall(engine.setShadow, (Guard.PAUSE, true));
        _govern(call);
        _pause(governance, Op.TRADE, 60);
        _reopened(Op.TRADE, 0);
        skip(10);
        _unpause(Op.TRADE);
        _reopened(Op.TRADE, 0);
        vm.prank(governance);
        engine.setShadow(Guard.PAUSE, false);
        _reopened(Op.TRADE, 0);
        _exitOnlyWithTrade();
        _raise(guardian, Level.EXIT_ONLY, 60);
        _reopened(Op.TRADE, _now() + 60);
        call = abi.encodeCall(engine.setShadow, (Guard.LEVEL, true));
        _govern(call);
        _reopened(Op.TRADE, 0);
    }

    function _shadow(Guard guard) private {
        bytes memory call = abi.encodeCall(engine.setShadow, (guard, true));
        _govern(call);
    }

    function _enforce(Guard guard) private {
        vm.prank(governance);
        engine.setShadow(guard, false);
    }

    /// @dev S53: nor by any way in which a record goes that was never enforced.
    function test_S53_APauseInShadowModeLeavesNoEnd() public {
        _shadow(Guard.PAUSE);
        _pause(governance, Op.TRADE | Op.MINT, 60);
        skip(60);
        engine.cleanUp(Rank.GOVERNANCE);
        _pause(governance, Op.TRADE, 60);
        skip(60);
        _pause(governance, Op.MINT, 60);
        skip(10);
        _unpause(Op.MINT);
        _enforce(Guard.PAUSE);
        _reopened(Op.TRADE, 0);
        _reopened(Op.MINT, 0);
    }

    function test_S53_ALevelInShadowModeLeavesNoEnd() public {
        _exitOnlyWithTrade();
        _shadow(Guard.LEVEL);
        _raise(guardian, Level.EXIT_ONLY, 60);
        skip(60 + GRACE);
        engine.cleanUp(Rank.GUARDIAN);
        skip(1 days);
        _raise(guardian, Level.EXIT_ONLY, 60);
        skip(1 days);
        _raise(guardian, Level.THROTTLED, 60);
        _raise(governance, Level.EXIT_ONLY, 0);
        skip(10);
        _lower(Level.THROTTLED);
        _raise(governance, Level.EXIT_ONLY, 0);
        bytes memory call = abi.encodeCall(engine.setLevelRules, (_rules()));
        _govern(call);
        _enforce(Guard.LEVEL);
        _reopened(Op.TRADE, 0);
    }

    /// @dev One guard in shadow mode hides nothing that the other one closed.
    function test_S53_TheOtherGuardCounts() public {
        _exitOnlyWithTrade();
        _shadow(Guard.LEVEL);
        uint256 end = _now() + 60;
        _pause(governance, Op.TRADE, 60);
        _reopened(Op.TRADE, end);
        vm.warp(end);
        engine.cleanUp(Rank.GOVERNANCE);
        _reopened(Op.TRADE, end);
        _enforce(Guard.LEVEL);
        _shadow(Guard.PAUSE);
        end = _now() + 60;
        _raise(guardian, Level.EXIT_ONLY, 60);
        vm.warp(end + GRACE);
        engine.cleanUp(Rank.GUARDIAN);
        _reopened(Op.TRADE, end);
        _raise(governance, Level.EXIT_ONLY, 0);
        skip(10);
        _lower(Level.NORMAL);
        _reopened(Op.TRADE, _now());
    }

    /// @dev S55
    function test_S55_AMemberOfAHubAsksTheHub() public {
        GuardrailHub hub = new GuardrailHub(controls, deployer);
        HubHost member = new HubHost(hub);
        IEngine hubEngine = IEngine(address(hub));
        _configure(hubEngine);
        _seal(hubEngine);
        vm.prank(guardian);
        hubEngine.pause(Op.TRADE, 100, "incident");
        assertEq(member.reopenedAt(Op.TRADE), T0 + 100);
        vm.warp(T0 + 100);
        hubEngine.cleanUp(Rank.GUARDIAN);
        assertEq(member.reopenedAt(Op.TRADE), T0 + 100);
        assertEq(member.reopenedAt(Op.MINT), 0);
    }
}
