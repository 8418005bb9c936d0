// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Who holds which rank, and who changes that
contract RolesTest is EngineTest {
    function _rank(address account) private view returns (uint256) {
        return uint256(engine.rankOf(account));
    }

    function _holder(address account, Rank rank) private {
        vm.prank(governance);
        engine.setHolder(account, rank);
    }

    function test_RanksOfTheActors() public view {
        assertEq(_rank(governance), 3);
        assertEq(_rank(guardian), 2);
        assertEq(_rank(sentinel), 1);
        assertEq(_rank(attacker), 0);
        (Rank rank, uint256 aliveUntil) = engine.holderOf(guardian);
        assertEq(uint256(rank), 2);
        assertEq(aliveUntil, T0 + 30 days);
    }

    /// S32: whatever the guardian does first, its removal succeeds at once.
    function test_S32_RemovalIsImmediateWhateverTheGuardianDid() public {
        _pause(guardian, Op.ALL, 1 days);
        vm.prank(guardian);
        engine.heartbeat();
        bytes memory removal = abi.encodeCall(engine.setHolder, (guardian, Rank.NONE));
        vm.expectRevert(abi.encodeWithSignature("NotScheduled(bytes32)", keccak256(removal)));
        vm.prank(guardian);
        engine.veto(keccak256(removal));
        vm.expectEmit();
        emit IRoles.HolderSet(guardian, Rank.GUARDIAN, Rank.NONE, 0);
        _holder(guardian, Rank.NONE);
        assertEq(_rank(guardian), 0);
        _expectUnauthorised(guardian, Rank.SENTINEL);
        _pause(guardian, Op.ALL, 60);
        _expectUnauthorised(guardian, Rank.SENTINEL);
        vm.prank(guardian);
        engine.heartbeat();
    }

    function test_GrantingWaits() public {
        Rank[2] memory ranks = [Rank.SENTINEL, Rank.GUARDIAN];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setHolder.selector, DELAY));
            _holder(guardian, ranks[i]);
        }
        bytes memory call = abi.encodeCall(engine.setHolder, (alice, Rank.SENTINEL));
        _govern(call);
        assertEq(_rank(alice), 1);
    }

    function test_NobodyElseSetsHolders() public {
        address[4] memory others = [attacker, sentinel, guardian, deployer];
        for (uint256 i; i < 4; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.setHolder(sentinel, Rank.NONE);
        }
    }

    function test_ARankCannotBeGivenToGovernanceNorGovernanceAsARank() public {
        bytes memory call = abi.encodeCall(engine.setHolder, (alice, Rank.GOVERNANCE));
        vm.startPrank(governance);
        engine.schedule(call);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoles.InvalidRank.selector, Rank.GOVERNANCE));
        engine.execute(call);
        vm.expectRevert(abi.encodeWithSelector(IRoles.HolderIsGovernance.selector, governance));
        engine.setHolder(governance, Rank.NONE);
    }

    function test_APromotedHolderKeepsOneRank() public {
        bytes memory call = abi.encodeCall(engine.setHolder, (sentinel, Rank.GUARDIAN));
        _announce(call);
        vm.expectEmit();
        emit IRoles.HolderSet(sentinel, Rank.SENTINEL, Rank.GUARDIAN, T0 + DELAY + 30 days);
        _execute(call);
        assertEq(_rank(sentinel), 2);
    }

    function test_GovernanceChangesByAnAnnouncedCallOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setGovernance.selector, DELAY));
        vm.prank(governance);
        engine.setGovernance(alice);
        bytes memory call = abi.encodeCall(engine.setGovernance, (alice));
        _announce(call);
        vm.expectEmit();
        emit IEngine.GovernanceSet(governance, alice);
        _execute(call);
        assertEq(_rank(alice), 3);
        assertEq(_rank(governance), 0);
        _expectUnauthorised(governance, Rank.GOVERNANCE);
        vm.prank(governance);
        engine.setHolder(guardian, Rank.NONE);
    }

    /// Nobody, a holder of a rank, and the protocol itself cannot govern.
    function test_WhoCannotBeGovernance() public {
        address[4] memory unfit = [address(0), guardian, sentinel, address(engine)];
        for (uint256 i; i < 4; ++i) {
            bytes memory call = abi.encodeCall(engine.setGovernance, (unfit[i]));
            vm.prank(governance);
            engine.schedule(call);
            skip(DELAY);
            vm.expectRevert(abi.encodeWithSelector(IEngine.InvalidGovernance.selector, unfit[i]));
            engine.execute(call);
        }
    }

    function test_LimitsTightenAtOnceAndLoosenLater() public {
        Powers memory p = _guardianPowers();
        RankLimits previous = _pack(p);
        (p.maxPause, p.budget, p.period, p.cooldown) = (1, 2, 31 days, 7 hours);
        (p.heartbeat, p.maxLock, p.maxLocks, p.operations, p.maxLevel) = (29 days, 1, 1, Op.WITHDRAW, 1);
        vm.expectEmit();
        emit IRoles.RankLimitsSet(Rank.GUARDIAN, previous, _pack(p));
        _limits(Rank.GUARDIAN, p);
        assertEq(RankLimits.unwrap(engine.rankLimits(Rank.GUARDIAN)), RankLimits.unwrap(_pack(p)));
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setRankLimits.selector, DELAY));
        _limits(Rank.GUARDIAN, _guardianPowers());
    }

    /// Each field alone, one unit either way: one direction waits, the other does not.
    function test_EachFieldOfTheLimitsHasItsDirection() public {
        for (uint256 i; i < 9; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setRankLimits.selector, DELAY)
            );
            _limits(Rank.SENTINEL, _moved(i, true));
            uint256 state = vm.snapshotState();
            _limits(Rank.SENTINEL, _moved(i, false));
            vm.revertToState(state);
        }
        Powers memory p = _sentinelPowers();
        p.heartbeat = 0;
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setRankLimits.selector, DELAY));
        _limits(Rank.SENTINEL, p);
    }

    /// @param wider in the direction that gives the rank more
    function _moved(uint256 field, bool wider) private pure returns (Powers memory p) {
        p = _sentinelPowers();
        if (field == 0) p.maxPause = wider ? p.maxPause + 1 : p.maxPause - 1;
        if (field == 1) p.budget = wider ? p.budget + 1 : p.budget - 1;
        if (field == 2) p.period = wider ? p.period - 1 : p.period + 1;
        if (field == 3) p.cooldown = wider ? p.cooldown - 1 : p.cooldown + 1;
        if (field == 4) p.heartbeat = wider ? p.heartbeat + 1 : p.heartbeat - 1;
        if (field == 5) p.maxLock = wider ? p.maxLock + 1 : p.maxLock - 1;
        if (field == 6) p.maxLocks = wider ? p.maxLocks + 1 : p.maxLocks - 1;
        if (field == 7) p.operations = wider ? p.operations | Op.TRADE : Op.WITHDRAW;
        if (field == 8) p.maxLevel = wider ? 3 : 1;
    }

    function test_LimitsOfFastRanksOnly() public {
        Rank[2] memory others = [Rank.NONE, Rank.GOVERNANCE];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRoles.InvalidRank.selector, others[i]));
            _limits(others[i], _guardianPowers());
        }
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setRankLimits(Rank.GUARDIAN, RankLimits.wrap(0));
    }

    /// Times that 32 bits could not hold for long would make a pause end before it begins.
    function test_LimitsThatCannotHoldAreRefused() public {
        for (uint256 i; i < 8; ++i) {
            Powers memory p = _guardianPowers();
            if (i == 0) p.maxPause = p.budget + 1;
            if (i == 1) p.budget = p.period + 1;
            if (i == 2) p.period = 365 days + 1;
            if (i == 3) p.cooldown = 365 days + 1;
            if (i == 4) p.heartbeat = 365 days + 1;
            if (i == 5) p.maxLock = 365 days + 1;
            if (i == 6) p.maxLevel = 5;
            if (i == 7) p.maxLevel = 4 + (1 << 8);
            _refusedLimits(_pack(p));
        }
        Powers memory most = Powers(365 days, 365 days, 365 days, 365 days, 365 days, 365 days, 65_535, Op.ALL, 4);
        bytes memory call = abi.encodeCall(engine.setRankLimits, (Rank.GUARDIAN, _pack(most)));
        _govern(call);
        _closedUntil(Op.TRADE, _pause(guardian, Op.TRADE, 365 days));
    }

    function _refusedLimits(RankLimits limits) private {
        uint256 state = vm.snapshotState();
        bytes memory call = abi.encodeCall(engine.setRankLimits, (Rank.GUARDIAN, limits));
        vm.startPrank(governance);
        engine.schedule(call);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoles.InvalidRankLimits.selector, Rank.GUARDIAN));
        engine.execute(call);
        vm.stopPrank();
        vm.revertToState(state);
    }

    function _limits(Rank rank, Powers memory p) private {
        vm.prank(governance);
        engine.setRankLimits(rank, _pack(p));
    }
}
