// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title S45: a committee that cannot prove that it lives has no power, and can be replaced
contract HeartbeatTest is EngineTest {
    function _beat(address holder) private {
        vm.prank(holder);
        engine.heartbeat();
    }

    function _setHeartbeat(uint256 period) private {
        Powers memory p = _sentinelPowers();
        p.heartbeat = period;
        vm.prank(governance);
        engine.setRankLimits(Rank.SENTINEL, _pack(p));
    }

    function test_S38_S45_PowerEndsAtItsSecond() public {
        vm.warp(T0 + 1 days - 1);
        _pause(sentinel, Op.WITHDRAW, 60);
        vm.warp(T0 + 1 days);
        assertEq(uint256(engine.rankOf(sentinel)), uint256(Rank.NONE));
        _expectUnauthorised(sentinel, Rank.SENTINEL);
        _pause(sentinel, Op.WITHDRAW, 120);
        vm.warp(T0 + 1 days + 1);
        _expectUnauthorised(sentinel, Rank.SENTINEL);
        _beat(sentinel);
    }

    function test_S45_ABeatRenewsForAPeriod() public {
        skip(1000);
        vm.expectEmit();
        emit IRoles.Heartbeat(sentinel, T0 + 1000 + 1 days);
        _beat(sentinel);
        (Rank rank, uint256 aliveUntil) = engine.holderOf(sentinel);
        assertEq(uint256(rank), 1);
        assertEq(aliveUntil, T0 + 1000 + 1 days);
        vm.warp(aliveUntil - 1);
        _pause(sentinel, Op.WITHDRAW, 60);
    }

    function test_S45_ALapsedHolderIsReplacedOrGrantedAnew() public {
        skip(2 days);
        bytes memory call = abi.encodeCall(engine.setHolder, (sentinel, Rank.SENTINEL));
        _govern(call);
        _pause(sentinel, Op.WITHDRAW, 60);
        vm.prank(governance);
        engine.setHolder(sentinel, Rank.NONE);
        call = abi.encodeCall(engine.setHolder, (alice, Rank.SENTINEL));
        _govern(call);
        _pause(alice, Op.WITHDRAW, 60);
    }

    function test_OnlyHoldersBeat() public {
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _beat(attacker);
        vm.expectRevert(abi.encodeWithSelector(IRoles.InvalidRank.selector, Rank.GOVERNANCE));
        _beat(governance);
        _beat(guardian);
    }

    /// A heartbeat that governance shortens binds those who hold the rank already.
    function test_S45_AShorterHeartbeatBindsLivingHolders() public {
        skip(1000);
        _beat(sentinel);
        _setHeartbeat(2 hours);
        (, uint256 aliveUntil) = engine.holderOf(sentinel);
        assertEq(aliveUntil, T0 + 1000 + 2 hours);
        vm.warp(aliveUntil - 1);
        assertEq(uint256(engine.rankOf(sentinel)), 1);
        vm.warp(aliveUntil);
        assertEq(uint256(engine.rankOf(sentinel)), 0);
    }

    function test_S45_ALongerHeartbeatRevivesNobody() public {
        skip(1 days);
        Powers memory p = _sentinelPowers();
        p.heartbeat = 300 days;
        bytes memory call = abi.encodeCall(engine.setRankLimits, (Rank.SENTINEL, _pack(p)));
        _govern(call);
        assertEq(uint256(engine.rankOf(sentinel)), 0);
        _expectUnauthorised(sentinel, Rank.SENTINEL);
        _beat(sentinel);
    }

    function test_AHeartbeatOfZeroNeverLapses() public {
        Powers memory p = _sentinelPowers();
        p.heartbeat = 0;
        bytes memory call = abi.encodeCall(engine.setRankLimits, (Rank.SENTINEL, _pack(p)));
        vm.prank(governance);
        engine.schedule(call);
        skip(1 days - 1);
        _beat(sentinel);
        skip(1 days - 1);
        _beat(sentinel);
        skip(2);
        engine.execute(call);
        _beat(sentinel);
        (, uint256 aliveUntil) = engine.holderOf(sentinel);
        assertEq(aliveUntil, type(uint32).max);
        skip(3650 days);
        _pause(sentinel, Op.WITHDRAW, 60);
        _setHeartbeat(1 days);
        assertEq(uint256(engine.rankOf(sentinel)), 0, "the new heartbeat counts for him too");
    }
}
