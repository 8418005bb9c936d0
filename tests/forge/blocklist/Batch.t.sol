// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlocklist, Skipped} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {BlocklistTest} from "./BlocklistTest.sol";

/// @title Many accounts at once: what cannot be blocked is left out and named
contract BatchTest is BlocklistTest {
    function _batch(address by, address[] memory accounts, uint256 duration) private returns (uint256) {
        vm.prank(by);
        return engine.blockAccounts(accounts, duration, "case 7");
    }

    function _expectSkipped(address account, Skipped why) private {
        vm.expectEmit();
        emit IBlocklist.AccountSkipped(account, Rank.GUARDIAN, guardian, why);
    }

    function _strangers(uint256 count) private pure returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint256 i; i < count; ++i) {
            accounts[i] = address(uint160(0x1000 + i));
        }
    }

    function test_WhatCannotBeBlockedIsLeftOutAndNamed() public {
        address[] memory accounts = new address[](7);
        accounts[0] = address(engine);
        accounts[1] = alice;
        accounts[2] = governance;
        accounts[3] = alice;
        accounts[4] = bob;
        accounts[5] = attacker;
        accounts[6] = keeper;
        _expectSkipped(address(engine), Skipped.PROTECTED);
        vm.expectEmit();
        emit IBlocklist.AccountBlocked(alice, Rank.GUARDIAN, guardian, _now() + 60, "case 7");
        _expectSkipped(governance, Skipped.PROTECTED);
        _expectSkipped(alice, Skipped.ALREADY);
        vm.expectEmit();
        emit IBlocklist.AccountBlocked(bob, Rank.GUARDIAN, guardian, _now() + 60, "case 7");
        vm.expectEmit();
        emit IBlocklist.AccountBlocked(attacker, Rank.GUARDIAN, guardian, _now() + 60, "case 7");
        _expectSkipped(keeper, Skipped.RANK_BUDGET);
        assertEq(_batch(guardian, accounts, 60), 3);
        assertEq(engine.accountBlockedUntil(keeper), 0);
        _act(keeper, Op.TRADE);
        _expectBlocked(attacker, _now() + 60);
        _act(attacker, Op.TRADE);
    }

    function test_AnAccountWhoseSecondsAreSpentIsLeftOut() public {
        _block(guardian, alice, 2 days);
        skip(2 days);
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (alice, bob);
        _expectSkipped(alice, Skipped.SUBJECT_BUDGET);
        assertEq(_batch(guardian, accounts, 1 days + 1), 1);
        assertEq(_batch(guardian, accounts, 1 days), 1);
        assertEq(engine.accountBlockedUntil(alice), _now() + 1 days);
    }

    /// A live block is extended, and one that lasts as long is left out without a charge.
    function test_ALiveBlockIsExtendedOnly() public {
        _block(guardian, alice, 60);
        address[] memory accounts = new address[](1);
        accounts[0] = alice;
        assertEq(_batch(guardian, accounts, 60), 0);
        assertEq(_batch(guardian, accounts, 61), 1);
        assertEq(_batch(guardian, accounts, 61), 0);
        assertEq(_batch(guardian, accounts, 62), 1);
        _expectSkipped(alice, Skipped.RANK_BUDGET);
        assertEq(_batch(guardian, accounts, 63), 0);
    }

    function test_TheListIsBoundedAndTheDurationIsChecked() public {
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.TooManyAccounts.selector, 101, 100));
        _batch(governance, _strangers(101), 60);
        assertEq(_batch(governance, _strangers(100), 60), 100);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 2 days + 1, 2 days));
        _batch(guardian, _strangers(1), 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 90 days));
        _batch(governance, _strangers(1), 0);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _batch(attacker, _strangers(1), 60);
        assertEq(_batch(governance, new address[](0), 60), 0);
    }
}
