// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracle} from "../../../contracts/guards/oracle/IOracle.sol";
import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {
    AnchorRule,
    Fault,
    PriceBackup,
    PriceRule,
    PriceState,
    Trip
} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {RolesCore} from "../../../contracts/guards/roles/RolesCore.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";

/// @title What an oracle can be configured to be, and by whom
contract ConfigurationTest is OracleTest {
    function _expectUnauthorised(address account, Rank required) private {
        vm.expectRevert(abi.encodeWithSelector(RolesCore.Unauthorised.selector, account, required));
    }

    function test_EachFunctionOfGovernanceIsGovernances() public {
        address[3] memory others = [guardian, sentinel, keeper];
        for (uint256 i; i < 3; ++i) {
            vm.startPrank(others[i]);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            host.setOracle(weth, rule, backup, follow, P);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            host.resetOracle(weth, P);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            host.tightenOracle(weth, 1, 400, 0);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            host.setSequencerFeed(address(source), 0);
            vm.stopPrank();
        }
    }

    function test_WhatWasSetIsRead() public {
        (rule.lastGoodUses, rule.capUses, rule.asksSequencer) = (Op.REDEEM, Op.BORROW, true);
        follow.tripAfter = 77;
        vm.expectEmit();
        emit IOracle.OracleSet(weth, rule, backup, follow);
        vm.expectEmit();
        emit IOracle.ReferenceSet(weth, P, P);
        _configure();
        assertTrue(host.loosened());
        (PriceRule memory r, PriceBackup memory b, AnchorRule memory a) = host.oracleOf(weth);
        assertEq(abi.encode(r, b, a), abi.encode(rule, backup, follow));
        vm.prank(governance);
        vm.expectEmit();
        emit IOracle.SequencerFeedSet(address(0), address(source), 1 days);
        host.setSequencerFeed(address(source), 1 days);
        assertTrue(host.loosened());
        (address feed, uint256 grace) = host.sequencerFeed();
        assertEq(feed, address(source));
        assertEq(grace, 1 days);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IOracle.GraceTooLong.selector, 1 days + 1, 1 days));
        host.setSequencerFeed(address(source), 1 days + 1);
    }

    function _invalid(PriceRule memory r, PriceBackup memory b, AnchorRule memory a) private {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IOracle.InvalidOracle.selector, weth));
        host.setOracle(weth, r, b, a, P);
    }

    function _valid(PriceRule memory r, PriceBackup memory b, AnchorRule memory a) private {
        vm.prank(governance);
        host.setOracle(weth, r, b, a, P);
    }

    function test_RevertIf_SourcesDoNotFit() public {
        (rule.deviationBps, backup.second) = (200, second);
        PriceRule memory r = rule;
        PriceBackup memory b = backup;
        _valid(r, b, follow);
        r.deviationBps = 0;
        _invalid(r, b, follow); // a second source that nobody asks
        (r.deviationBps, b.second) = (200, IPriceSource(address(0)));
        _invalid(r, b, follow); // asked, but not there
        b.second = IPriceSource(keeper);
        _invalid(r, b, follow); // no code
        b.second = source;
        _invalid(r, b, follow); // twice the same
        (b.second, r.source) = (second, IPriceSource(keeper));
        _invalid(r, b, follow);
        (r.source, r.maxAge) = (source, 0);
        _invalid(r, b, follow);
        r.maxAge = 1;
        _valid(r, b, follow);
    }

    function test_RevertIf_BandsDoNotFit() public {
        (rule.deviationBps, backup.second) = (9999, second);
        (rule.thresholdBps, backup.liquidationBps) = (9999, 9999);
        (follow.calmBps, follow.driftBps) = (9998, 9999);
        PriceRule memory r = rule;
        PriceBackup memory b = backup;
        AnchorRule memory a = follow;
        _valid(r, b, a);
        r.deviationBps = 10_000;
        _invalid(r, b, a);
        (r.deviationBps, r.thresholdBps) = (9999, 10_000);
        _invalid(r, b, a);
        (r.thresholdBps, b.liquidationBps) = (9999, 10_000);
        _invalid(r, b, a);
        (b.liquidationBps, a.calmBps) = (9999, 9999);
        _invalid(r, b, a);
        (a.calmBps, a.driftBps) = (9998, 10_000);
        _invalid(r, b, a);
    }

    /// Nothing is lent on a price that nobody confirms now.
    function test_RevertIf_LastGoodWouldLend() public {
        PriceRule memory r = rule;
        uint16[3] memory lends = [Op.BORROW, Op.REMOVE_COLLATERAL, Op.MINT];
        for (uint256 i; i < 3; ++i) {
            r.lastGoodUses = lends[i] | Op.REDEEM;
            _invalid(r, backup, follow);
        }
        (r.lastGoodUses, r.capUses) = (Op.REDEEM | Op.TRADE, Op.REDEEM | Op.BORROW);
        _invalid(r, backup, follow); // two policies for one operation
        r.capUses = type(uint16).max & ~(Op.REDEEM | Op.TRADE);
        _valid(r, backup, follow);
    }

    function test_TighteningIsImmediateAndOnlyTightens() public {
        _withSecond();
        PriceRule memory r = rule;
        (r.maxAge, r.thresholdBps, r.deviationBps) = (MAX_AGE - 1, 999, 199);
        vm.startPrank(governance);
        vm.expectEmit();
        emit IOracle.OracleTightened(weth, rule, r);
        host.tightenOracle(weth, MAX_AGE - 1, 999, 199);
        assertFalse(host.loosened());
        (PriceRule memory now_,,) = host.oracleOf(weth);
        assertEq(abi.encode(now_), abi.encode(r));
        bytes memory refusal = abi.encodeWithSelector(IOracle.NotTighter.selector, weth);
        vm.expectRevert(refusal);
        host.tightenOracle(weth, MAX_AGE, 999, 199);
        vm.expectRevert(refusal);
        host.tightenOracle(weth, MAX_AGE - 1, 1000, 199);
        vm.expectRevert(refusal);
        host.tightenOracle(weth, MAX_AGE - 1, 999, 200);
        host.tightenOracle(weth, MAX_AGE - 1, 999, 199);
        vm.expectRevert(abi.encodeWithSelector(IOracle.InvalidOracle.selector, weth));
        host.tightenOracle(weth, MAX_AGE - 1, 499, 199); // less than the drift
        vm.expectRevert(abi.encodeWithSelector(OracleCore.OracleNotConfigured.selector, keeper));
        host.tightenOracle(keeper, 0, 0, 0);
    }

    /// Narrowing makes a good price one in doubt. Where that puts the reference in its place, somebody trades at a
    /// price that governance stopped: it waits.
    function test_TighteningIsALooseningWhereTheReferenceStandsIn() public {
        rule.lastGoodUses = Op.REDEEM;
        _configure();
        vm.prank(governance);
        host.tightenOracle(weth, 1, 1000, 0);
        assertTrue(host.loosened());
        (rule.lastGoodUses, rule.capUses) = (0, Op.REDEEM);
        _configure();
        vm.prank(governance);
        host.tightenOracle(weth, 1, 1000, 0);
        assertFalse(host.loosened());
    }
}
