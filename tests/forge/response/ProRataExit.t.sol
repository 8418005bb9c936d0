// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProRataExit} from "../../../contracts/response/IProRataExit.sol";
import {ProRataExit} from "../../../contracts/response/ProRataExit.sol";
import {Token} from "../mocks/Token.sol";
import {ExitFixture} from "./ExitFixture.sol";

/// @title S36: who is paid what, when, and by whom the exit is governed
contract ProRataExitTest is ExitFixture {
    event SnapshotAnnounced(bytes32 indexed root, uint256 totalShares, uint256 opensAt, uint256 sweepAt, string source);
    event SharePaid(address indexed account, address indexed token, address receiver, uint256 amount);
    event Swept(address indexed token, address to, uint256 amount);

    // ---------------------------------------------------------------- payment

    /// S36: pro rata, rounded down, and a second claim pays nothing.
    function test_S36_EachIsPaidTheShareOnce() public {
        _open();
        other.mint(address(escrow), 5); // 10,005: dave's 1 of 1000 is 10.005
        vm.expectEmit(address(escrow));
        emit SharePaid(alice, address(good), alice, 1000);
        for (uint256 round; round < 2; ++round) {
            for (uint256 i; i < 4; ++i) {
                _claim(i);
            }
        }
        assertEq(good.balanceOf(alice), 1000);
        assertEq(good.balanceOf(bob), 2500);
        assertEq(good.balanceOf(carol), 6490);
        assertEq(good.balanceOf(dave), 10);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(other.balanceOf(bob), 2501);
        assertEq(other.balanceOf(dave), 10);
        assertEq(good.balanceOf(address(escrow)), 0);
        assertEq(escrow.totalPaidOf(address(good)), 10_000);
        assertEq(escrow.paidOf(bob, address(good)), 2500);
        assertEq(escrow.fundedOf(address(good)), 10_000);
        assertEq(escrow.fundedOf(address(other)), 10_005);
    }

    /// The published example of OpenZeppelin's StandardMerkleTree, with the root and the proofs that its page shows.
    function test_ATreeOfOpenZeppelinsLibraryIsUnderstood() public {
        address first = 0x1111111111111111111111111111111111111111;
        address second = 0x2222222222222222222222222222222222222222;
        bytes32 root = 0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77;
        bytes32[] memory proof = new bytes32[](1);
        vm.prank(governance);
        escrow.announce(root, 7.5e18, "");
        _fund(3000);
        skip(CHALLENGE);
        proof[0] = 0xb92c48e9d7abe27fd8dfd6b5dfdbfb1c9a463f80c712b66f3a5180a090cccafc;
        escrow.claim(first, 5e18, proof, _three());
        proof[0] = 0xeb02c421cfa48976e66dfb29120745909ea3a0f843456c263cf8f1253483e283;
        escrow.claim(second, 2.5e18, proof, _three());
        assertEq(good.balanceOf(first), 2000);
        assertEq(good.balanceOf(second), 1000);
    }

    function test_WhatArrivesLaterIsSharedLikeTheRest() public {
        _open();
        _claim(0);
        _fund(1000);
        assertEq(escrow.claimableOf(alice, 100, address(good)), 100);
        assertEq(escrow.claimableOf(bob, 250, address(good)), 2750);
        _claim(0);
        _claim(1);
        assertEq(good.balanceOf(alice), 1100);
        assertEq(good.balanceOf(bob), 2750);
        assertEq(escrow.fundedOf(address(good)), 11_000);
    }

    function test_OnlyTheNamedTokensAreClaimed() public {
        _open();
        escrow.claim(alice, 100, _proof(0), _one(address(other)));
        assertEq(other.balanceOf(alice), 1000);
        assertEq(good.balanceOf(alice), 0);
        _claim(0);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(good.balanceOf(alice), 1000);
    }

    /// S36: naming a token twice in one claim pays it once.
    function test_S36_ATokenNamedTwiceIsPaidOnce() public {
        _open();
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (address(good), address(good));
        escrow.claim(alice, 100, _proof(0), twice);
        assertEq(good.balanceOf(alice), 1000);
    }

    // ---------------------------------------------------------------- whom it refuses

    function test_RevertIf_ProofAccountOrSharesAreNotTheSnapshots() public {
        _open();
        _refusedLeaf(alice, 101, 0);
        _refusedLeaf(attacker, 100, 0);
        _refusedLeaf(alice, 100, 1);
        bytes32[] memory none = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotInSnapshot.selector, alice, 100));
        escrow.claim(alice, 100, none, _three());
    }

    function _refusedLeaf(address account, uint256 shares, uint256 proofOf) private {
        bytes32[] memory proof = _proof(proofOf);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotInSnapshot.selector, account, shares));
        escrow.claim(account, shares, proof, _three());
    }

    function test_RevertIf_ATokenIsNotListed() public {
        _open();
        Token stranger = new Token();
        stranger.mint(address(escrow), 100);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.TokenNotListed.selector, stranger));
        escrow.claim(alice, 100, _proof(0), _one(address(stranger)));
        assertEq(escrow.claimableOf(alice, 100, address(stranger)), 0);
    }

    /// S38: one second before the opening, and at it.
    function test_S38_OpensAtTheEndOfTheChallenge() public {
        _claimFails(0, _notOpen(0));
        assertEq(escrow.claimableOf(alice, 100, address(good)), 0);
        assertEq(escrow.claimableOf(alice, 0, address(good)), 0);
        vm.expectEmit(address(escrow));
        emit SnapshotAnnounced(_root(), TOTAL, T0 + CHALLENGE, T0 + CHALLENGE + PERIOD, "ipfs://snapshot");
        _announce();
        _fund(10_000);
        vm.warp(T0 + CHALLENGE - 1);
        _claimFails(0, _notOpen(T0 + CHALLENGE));
        vm.warp(T0 + CHALLENGE);
        _claim(0);
        assertEq(good.balanceOf(alice), 1000);
    }

    // ---------------------------------------------------------------- the statement

    function test_AnotherStatementWaitsTheWholeDelayAnew() public {
        _announce();
        skip(CHALLENGE - 1);
        sharesOf = [uint256(200), 250, 549, 1];
        _plant();
        _announce();
        _fund(10_000);
        skip(1);
        _claimFails(0, _notOpen(T0 + 2 * CHALLENGE - 1));
        skip(CHALLENGE - 1);
        _claim(0);
        assertEq(good.balanceOf(alice), 2000);
        assertEq(escrow.root(), _root());
    }

    function test_RevertIf_RestatedOnceOpen() public {
        _open();
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.AlreadyOpen.selector, T0 + CHALLENGE));
        vm.prank(governance);
        escrow.announce(bytes32(uint256(1)), TOTAL, "");
    }

    function test_RevertIf_ASnapshotSaysNothing() public {
        vm.startPrank(governance);
        vm.expectRevert(IProRataExit.InvalidSnapshot.selector);
        escrow.announce(bytes32(0), TOTAL, "");
        vm.expectRevert(IProRataExit.InvalidSnapshot.selector);
        escrow.announce(bytes32(uint256(1)), 0, "");
    }

    function test_RevertIf_NotTheOwner() public {
        _open();
        skip(PERIOD);
        vm.startPrank(attacker);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotOwner.selector, attacker));
        escrow.announce(bytes32(uint256(1)), TOTAL, "");
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotOwner.selector, attacker));
        escrow.sweep(address(good), attacker);
    }

    /// S36: leaves that sum to more than the total, or one above it, cannot take more than there is.
    function test_S36_LeavesThatSumToMoreAreCappedByWhatIsLeft() public {
        sharesOf = [uint256(800), 900, 1001, 1];
        _plant();
        _open();
        assertEq(escrow.claimableOf(carol, 1001, address(good)), 0, "above the total");
        assertEq(escrow.claimableOf(carol, 1000, address(good)), 10_000);
        _claim(0);
        _claim(1);
        assertEq(good.balanceOf(alice), 8000);
        assertEq(good.balanceOf(bob), 2000);
        _claimFails(2, abi.encodeWithSelector(IProRataExit.NotInSnapshot.selector, carol, 1001));
        assertEq(escrow.claimableOf(carol, 1001, address(good)), 0);
        _claim(3);
        assertEq(good.balanceOf(dave), 0);
        assertEq(escrow.totalPaidOf(address(good)), 10_000);
    }

    /// S36: one account in two leaves gets the larger share, not both.
    function test_S36_TwoLeavesOfOneAccountPayTheLarger() public {
        accounts[1] = alice;
        _plant();
        _open();
        _claim(0);
        assertEq(good.balanceOf(alice), 1000);
        _claim(1);
        assertEq(good.balanceOf(alice), 2500);
        _claim(0);
        assertEq(good.balanceOf(alice), 2500);
    }

    function test_AllSharesInOneLeaf() public {
        sharesOf = [TOTAL, uint256(0), 0, 0];
        _plant();
        _open();
        vm.expectCall(address(good), abi.encodeCall(good.transfer, (bob, 0)), 0);
        _claim(1);
        assertEq(good.balanceOf(bob), 0);
        _claim(0);
        assertEq(good.balanceOf(alice), 10_000);
    }

    // ---------------------------------------------------------------- what nobody claimed

    /// S38: what nobody claimed goes back at `sweepAt`, not a second before; the owner can take nothing earlier.
    function test_S38_NothingGoesBackBeforeItsTime() public {
        assertEq(escrow.sweepAt(), 0);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotSweepable.selector, 0));
        escrow.sweep(address(good), governance);
        _open();
        _claim(0);
        uint256 sweepAt = T0 + CHALLENGE + PERIOD;
        assertEq(escrow.sweepAt(), sweepAt);
        vm.warp(sweepAt - 1);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.NotSweepable.selector, sweepAt));
        escrow.sweep(address(good), governance);
        vm.warp(sweepAt);
        vm.expectEmit(address(escrow));
        emit Swept(address(good), keeper, 9000);
        vm.prank(governance);
        escrow.sweep(address(good), keeper);
        assertEq(good.balanceOf(keeper), 9000);
        // what was not swept is still paid, and nobody's share grew
        _claim(1);
        assertEq(good.balanceOf(bob), 0);
        assertEq(other.balanceOf(bob), 2500);
        good.mint(address(escrow), 100);
        _claim(1);
        assertEq(good.balanceOf(bob), 100);
    }

    function test_SweepTakesAnUnlistedTokenAndRefusesNoReceiver() public {
        _open();
        skip(PERIOD);
        Token stranger = new Token();
        stranger.mint(address(escrow), 7);
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidReceiver.selector, address(0)));
        escrow.sweep(address(stranger), address(0));
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidReceiver.selector, escrow));
        escrow.sweep(address(stranger), address(escrow));
        escrow.sweep(address(stranger), governance);
        assertEq(stranger.balanceOf(governance), 7);
    }
}
