// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILevel} from "../../../contracts/guards/level/ILevel.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title What rules a level may have, and when they may change
contract LevelRulesTest is EngineTest {
    function _set(uint256 rules) private {
        vm.prank(governance);
        engine.setLevelRules(rules);
    }

    function _refused(uint256 rules, Level at) private {
        vm.expectRevert(abi.encodeWithSelector(ILevel.InvalidLevelRule.selector, at));
        _set(rules);
    }

    function test_TighterRulesCountAtOnce() public {
        uint256 tighter = _rules() | uint256(Op.DEPOSIT) << 48;
        vm.expectEmit();
        emit ILevel.LevelRulesSet(_rules(), tighter);
        _set(tighter);
        assertEq(engine.levelRules(), tighter);
        tighter = tighter - (uint256(1) << 40);
        _set(tighter);
        _set(tighter);
    }

    function test_MilderRulesWait() public {
        uint256[2] memory milder = [_rules() & ~(uint256(Op.BORROW) << 48), _rules() + (uint256(1) << 40)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setLevelRules.selector, DELAY)
            );
            _set(milder[i]);
            bytes memory call = abi.encodeCall(engine.setLevelRules, (milder[i]));
            _govern(call);
            assertEq(engine.levelRules(), milder[i]);
            _set(_rules());
        }
    }

    function test_ByGovernanceOnly() public {
        address[3] memory others = [attacker, sentinel, guardian];
        uint256 rules = _rules();
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.setLevelRules(rules);
        }
    }

    function test_RulesMustGrowWithTheLevel() public {
        uint256 rules = _rules();
        _refused(rules | uint256(Op.TRADE) << 24, Level.QUEUED);
        _refused(rules + (uint256(51) << 64), Level.QUEUED);
        _refused(rules | uint256(101) << 40, Level.THROTTLED);
        _refused(rules & ~(uint256(Op.BORROW) << 72), Level.EXIT_ONLY);
        _refused(rules & ~(uint256(Op.BORROW) << 96), Level.FROZEN);
        _refused(rules + (uint256(6) << 112), Level.FROZEN);
    }

    function test_OnlyFrozenClosesADefenceAndLiquidationWithIt() public {
        uint256 allFrozen = _rule(Level.FROZEN, Op.ALL, 0);
        _refused(_rule(Level.THROTTLED, Op.REPAY | Op.LIQUIDATE, 0) | allFrozen, Level.THROTTLED);
        _refused(_rule(Level.EXIT_ONLY, Op.ADD_COLLATERAL | Op.LIQUIDATE, 0) | allFrozen, Level.EXIT_ONLY);
        _refused(_rule(Level.FROZEN, Op.REPAY, 0), Level.FROZEN);
        _refused(_rule(Level.FROZEN, Op.ADD_COLLATERAL, 0), Level.FROZEN);
    }

    function test_NothingForNormalAndNothingBeyondFrozen() public {
        _refused(_rules() | 1, Level.NORMAL);
        _refused(_rules() | 1 << 23, Level.NORMAL);
        _refused(_rules() | 1 << 120, Level.NORMAL);
        _refused(_rules() | 1 << 255, Level.NORMAL);
    }

    /// Raising the level never opens an operation and never raises what is available, whatever the valid rules.
    function testFuzz_OnlyTighten_RaisingLoosensNothing(uint256 seed, uint8 low, uint8 high) public {
        low = uint8(bound(low, 1, 4));
        high = uint8(bound(high, low, 4));
        uint256 rules;
        uint256 closed;
        uint256 share = 100;
        for (uint256 i = 1; i < 5; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            closed |= random & (i == 4 ? Op.ALL : Op.ALL & ~Op.DEFENCE);
            if (closed & Op.DEFENCE != 0) closed |= Op.LIQUIDATE;
            share = share * (random >> 16 & 0xff) / 255;
            rules |= (closed | share << 16) << (24 * i);
        }
        bytes memory call = abi.encodeCall(engine.setLevelRules, (rules));
        if (rules != _rules()) _govern(call);
        _raise(governance, Level(low), 0);
        uint256 available = engine.available(address(token));
        bool[16] memory wasOpen;
        for (uint256 i; i < 16; ++i) {
            wasOpen[i] = engine.isOpen(uint16(1 << i));
        }
        _raise(governance, Level(high), 0);
        assertLe(engine.available(address(token)), available);
        for (uint256 i; i < 16; ++i) {
            assertTrue(wasOpen[i] || !engine.isOpen(uint16(1 << i)), "opened by raising");
        }
    }
}
