// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInsuranceEscrow} from "../../../contracts/response/IInsuranceEscrow.sol";
import {InsuranceEscrow} from "../../../contracts/response/InsuranceEscrow.sol";
import {MoneyTest} from "./MoneyTest.sol";

/// @title InsuranceEscrow: attested, challenged, never more than funded, once for each account
contract InsuranceEscrowTest is MoneyTest {
    uint256 private constant CHALLENGE = 3 days;
    uint256 private constant CLAIM = 60 days;
    uint256 private constant FUND = 1000;

    InsuranceEscrow private escrow;

    function setUp() public override {
        super.setUp();
        escrow = new InsuranceEscrow(token, incidents, governance, challenger, CHALLENGE, CLAIM);
        _fill(keeper, address(escrow), FUND);
        vm.prank(keeper);
        escrow.fund(FUND);
    }

    // ---------------------------------------------------------------- helpers

    function _root(uint256 forAlice, uint256 forBob) private view returns (bytes32) {
        return _node(_leaf(INCIDENT, alice, forAlice), _leaf(INCIDENT, bob, forBob));
    }

    function _propose(uint256 forAlice, uint256 forBob, uint256 total) private {
        vm.prank(governance);
        escrow.propose(INCIDENT, _root(forAlice, forBob), total);
    }

    function _open() private {
        _propose(600, 300, 900);
        vm.warp(T0 + CHALLENGE);
    }

    function _claimAlice() private {
        escrow.claim(INCIDENT, alice, 600, _proof(_leaf(INCIDENT, bob, 300)));
    }

    // ---------------------------------------------------------------- the whole way

    function test_ThoseWhoWereHurtArePaidAndTheRestIsFreeAgain() public {
        vm.expectEmit();
        emit IInsuranceEscrow.PayoutProposed(INCIDENT, _root(600, 300), 900, T0 + CHALLENGE, T0 + CHALLENGE + CLAIM);
        _propose(600, 300, 900);
        assertEq(escrow.available(), 100);
        vm.warp(T0 + CHALLENGE);
        vm.expectEmit();
        emit IInsuranceEscrow.PaidOut(INCIDENT, alice, alice, 600);
        vm.prank(keeper);
        _claimAlice();
        assertEq(token.balanceOf(alice), 600);
        assertEq(escrow.reserved(), 300);
        assertEq(escrow.available(), 100);
        vm.warp(T0 + CHALLENGE + CLAIM);
        vm.expectEmit();
        emit IInsuranceEscrow.PayoutClosed(INCIDENT, 300);
        escrow.close(INCIDENT);
        assertEq(escrow.available(), 400);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NoPayout.selector, INCIDENT));
        escrow.close(INCIDENT);
        assertEq(escrow.available(), 400);
    }

    function test_FundingCountsWhatArrives() public {
        token.setFee(100);
        _fill(alice, address(escrow), 200);
        vm.expectEmit();
        emit IInsuranceEscrow.Funded(alice, 99);
        vm.prank(alice);
        escrow.fund(100);
        assertEq(escrow.available(), FUND + 99);
    }

    // ---------------------------------------------------------------- proposing

    function test_OnlyGovernanceProposes() public {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.Unauthorised.selector, challenger));
        vm.prank(challenger);
        escrow.propose(INCIDENT, bytes32(uint256(1)), 1);
    }

    function test_AnIncidentNobodyAttestedPaysNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NotAttested.selector, OTHER));
        vm.prank(governance);
        escrow.propose(OTHER, bytes32(uint256(1)), 1);
    }

    function test_NeverMoreThanIsFundedIsProposed() public {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NotFunded.selector, FUND + 1, FUND));
        _propose(600, 401, FUND + 1);
        _propose(600, 400, FUND);
        incidents.set(OTHER, true);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NotFunded.selector, 1, 0));
        vm.prank(governance);
        escrow.propose(OTHER, bytes32(uint256(1)), 1);
    }

    function test_AnEmptyPayoutIsRefused() public {
        vm.startPrank(governance);
        vm.expectRevert(IInsuranceEscrow.EmptyPayout.selector);
        escrow.propose(INCIDENT, 0, 1);
        vm.expectRevert(IInsuranceEscrow.EmptyPayout.selector);
        escrow.propose(INCIDENT, bytes32(uint256(1)), 0);
    }

    function test_AnIncidentHasOnePayoutEvenAfterItClosed() public {
        _open();
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.PayoutExists.selector, INCIDENT));
        _propose(1, 1, 2);
        vm.warp(T0 + CHALLENGE + CLAIM);
        escrow.close(INCIDENT);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.PayoutExists.selector, INCIDENT));
        _propose(1, 1, 2);
    }

    // ---------------------------------------------------------------- challenging

    function test_TheChallengerOrGovernanceCancelsUntilItOpens() public {
        address[2] memory by = [challenger, governance];
        for (uint256 i; i < 2; ++i) {
            vm.warp(T0);
            _propose(600, 300, 900);
            vm.warp(T0 + CHALLENGE - 1);
            vm.expectEmit();
            emit IInsuranceEscrow.PayoutCancelled(INCIDENT, by[i]);
            vm.prank(by[i]);
            escrow.cancel(INCIDENT);
            assertEq(escrow.available(), FUND);
            vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NoPayout.selector, INCIDENT));
            _claimAlice();
        }
        vm.warp(T0);
        _propose(600, 300, 900);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.Unauthorised.selector, alice));
        vm.prank(alice);
        escrow.cancel(INCIDENT);
        vm.warp(T0 + CHALLENGE);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.ChallengeOver.selector, T0 + CHALLENGE));
        vm.prank(challenger);
        escrow.cancel(INCIDENT);
    }

    function test_NothingIsCancelledTwice() public {
        _propose(600, 300, 900);
        vm.startPrank(challenger);
        escrow.cancel(INCIDENT);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NoPayout.selector, INCIDENT));
        escrow.cancel(INCIDENT);
        assertEq(escrow.reserved(), 0);
    }

    // ---------------------------------------------------------------- claiming

    function test_ClaimsFromTheOpeningToTheEnd() public {
        _propose(600, 300, 900);
        uint256 opens = T0 + CHALLENGE;
        bytes memory closed = abi.encodeWithSelector(IInsuranceEscrow.NotOpen.selector, opens, opens + CLAIM);
        vm.warp(opens - 1);
        vm.expectRevert(closed);
        _claimAlice();
        vm.warp(opens + CLAIM);
        vm.expectRevert(closed);
        _claimAlice();
        vm.warp(opens + CLAIM - 1);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.StillOpen.selector, opens + CLAIM));
        escrow.close(INCIDENT);
        _claimAlice();
        vm.warp(opens);
        escrow.claim(INCIDENT, bob, 300, _proof(_leaf(INCIDENT, alice, 600)));
        assertEq(token.balanceOf(alice) + token.balanceOf(bob), 900);
    }

    function test_OnceForEachAccount() public {
        _open();
        _claimAlice();
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.AlreadyClaimed.selector, INCIDENT, alice));
        _claimAlice();
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.AlreadyClaimed.selector, INCIDENT, alice));
        vm.prank(alice);
        escrow.claimTo(INCIDENT, keeper, 600, _proof(_leaf(INCIDENT, bob, 300)));
    }

    function test_OnlyWhatTheRootSays() public {
        _open();
        bytes32[] memory proof = _proof(_leaf(INCIDENT, bob, 300));
        bytes4 invalid = IInsuranceEscrow.InvalidProof.selector;
        vm.expectRevert(abi.encodeWithSelector(invalid, INCIDENT, alice, 601));
        escrow.claim(INCIDENT, alice, 601, proof);
        vm.expectRevert(abi.encodeWithSelector(invalid, INCIDENT, keeper, 600));
        escrow.claim(INCIDENT, keeper, 600, proof);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NoPayout.selector, OTHER));
        escrow.claim(OTHER, alice, 600, proof);
    }

    /// @notice A list of another incident, whose leaves name that incident, is worth nothing under this one.
    function test_ALeafCountsForItsIncidentOnly() public {
        incidents.set(OTHER, true);
        vm.prank(governance);
        escrow.propose(OTHER, _root(600, 300), 900);
        vm.warp(T0 + CHALLENGE);
        bytes32[] memory proof = _proof(_leaf(INCIDENT, bob, 300));
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.InvalidProof.selector, OTHER, alice, 600));
        escrow.claim(OTHER, alice, 600, proof);
    }

    /// @notice A root that promises more than its total pays no more than the total, and leaves the rest of the escrow alone.
    function test_ARootThatPromisesTooMuch() public {
        _propose(600, 300, 700);
        vm.warp(T0 + CHALLENGE);
        _claimAlice();
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NotFunded.selector, 300, 100));
        escrow.claim(INCIDENT, bob, 300, _proof(_leaf(INCIDENT, alice, 600)));
        assertEq(escrow.available(), 300);
    }

    /// @notice S23, S39: an account that the token blocks keeps nobody else from being paid, and names another receiver.
    function test_ABlockedAccountStandsAlone() public {
        _open();
        token.setBlocked(alice, true);
        vm.expectRevert();
        _claimAlice();
        escrow.claim(INCIDENT, bob, 300, _proof(_leaf(INCIDENT, alice, 600)));
        vm.prank(alice);
        escrow.claimTo(INCIDENT, keeper, 600, _proof(_leaf(INCIDENT, bob, 300)));
        assertEq(token.balanceOf(keeper), 600);
        assertEq(escrow.reserved(), 0);
    }

    // ---------------------------------------------------------------- withdrawing

    function test_AWithdrawalIsAnnouncedAWholePeriodBefore() public {
        vm.prank(governance);
        vm.expectEmit();
        emit IInsuranceEscrow.WithdrawalAnnounced(400, T0 + CHALLENGE, T0 + CHALLENGE + 14 days);
        escrow.announceWithdrawal(400);
        bytes memory early =
            abi.encodeWithSelector(IInsuranceEscrow.NotWithdrawable.selector, T0 + CHALLENGE, T0 + CHALLENGE + 14 days);
        vm.startPrank(governance);
        vm.warp(T0 + CHALLENGE - 1);
        vm.expectRevert(early);
        escrow.withdraw();
        vm.warp(T0 + CHALLENGE + 14 days);
        vm.expectRevert(early);
        escrow.withdraw();
        vm.warp(T0 + CHALLENGE + 14 days - 1);
        vm.expectEmit();
        emit IInsuranceEscrow.Withdrawn(400);
        escrow.withdraw();
        assertEq(token.balanceOf(governance), 400);
        vm.expectRevert(IInsuranceEscrow.NothingAnnounced.selector);
        escrow.withdraw();
    }

    function test_AWithdrawalFromItsFirstSecond() public {
        vm.startPrank(governance);
        escrow.announceWithdrawal(FUND);
        vm.warp(T0 + CHALLENGE);
        escrow.withdraw();
        assertEq(token.balanceOf(governance), FUND);
    }

    function test_WhatIsReservedIsNotWithdrawn() public {
        vm.prank(governance);
        escrow.announceWithdrawal(101);
        _open();
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.NotFunded.selector, 101, 100));
        escrow.withdraw();
        escrow.announceWithdrawal(100);
        vm.warp(T0 + 2 * CHALLENGE);
        escrow.withdraw();
        _claimAlice();
    }

    function test_OnlyGovernanceWithdraws() public {
        vm.startPrank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.Unauthorised.selector, challenger));
        escrow.announceWithdrawal(1);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.Unauthorised.selector, challenger));
        escrow.withdraw();
    }

    /// @notice A token that shrinks balances cannot make the escrow's arithmetic fail.
    function test_ABalanceBelowWhatIsReserved() public {
        _open();
        vm.prank(address(escrow));
        token.transfer(keeper, 500);
        assertEq(escrow.available(), 0);
        escrow.claim(INCIDENT, bob, 300, _proof(_leaf(INCIDENT, alice, 600)));
        vm.expectRevert();
        _claimAlice();
    }

    function test_PeriodsAreBounded() public {
        uint256[2] memory wrong = [uint256(1 days - 1), 365 days + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.PeriodOutOfBounds.selector, wrong[i]));
            new InsuranceEscrow(token, incidents, governance, challenger, wrong[i], CLAIM);
            vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.PeriodOutOfBounds.selector, wrong[i]));
            new InsuranceEscrow(token, incidents, governance, challenger, CHALLENGE, wrong[i]);
        }
        new InsuranceEscrow(token, incidents, governance, challenger, 1 days, 365 days);
        new InsuranceEscrow(token, incidents, governance, challenger, 365 days, 1 days);
    }

    /// What it is funded with could never leave.
    function test_AnEscrowThatNobodyGovernsIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceEscrow.InvalidGovernance.selector, address(0)));
        new InsuranceEscrow(token, incidents, address(0), challenger, CHALLENGE, CLAIM);
        assertEq(
            new InsuranceEscrow(token, incidents, governance, address(0), CHALLENGE, CLAIM).challenger(), address(0)
        );
    }

    /// @notice Whatever is promised and whoever claims: paid at most the total and at most the list, the rest untouched.
    function testFuzz_NeverMoreThanFunded(uint256 forAlice, uint256 forBob, uint256 total, bool bobFirst) public {
        total = bound(total, 1, FUND);
        forAlice = bound(forAlice, 0, 2 * FUND);
        forBob = bound(forBob, 0, 2 * FUND);
        _propose(forAlice, forBob, total);
        vm.warp(T0 + CHALLENGE);
        for (uint256 i; i < 4; ++i) {
            bool isBob = (i % 2 == 0) == bobFirst;
            (address who, uint256 amount) = isBob ? (bob, forBob) : (alice, forAlice);
            bytes32 sibling = isBob ? _leaf(INCIDENT, alice, forAlice) : _leaf(INCIDENT, bob, forBob);
            try escrow.claim(INCIDENT, who, amount, _proof(sibling)) {} catch {}
        }
        uint256 first = bobFirst ? forBob : forAlice;
        uint256 second = bobFirst ? forAlice : forBob;
        uint256 paid = first <= total ? first : 0;
        if (second <= total - paid) paid += second;
        assertEq(token.balanceOf(alice) + token.balanceOf(bob), paid);
        assertLe(paid, total);
        assertEq(escrow.reserved(), total - paid);
        assertEq(escrow.available(), FUND - total);
    }
}
