// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {BlocklistCore} from "../../../contracts/guards/blocklist/BlocklistCore.sol";
import {LendingFixture} from "../examples/LendingFixture.sol";

/// @title S39 on the lending market: a blocked borrower takes nothing out and becomes nobody's loss
/// forge-config: default.isolate = true
contract LendingBlocksTest is LendingFixture {
    function _block(address account) private returns (uint256 until) {
        vm.prank(guardian);
        return IBlocklist(guards).blockAccount(account, 1 days, "test");
    }

    function _expectBlocked(address account, uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(BlocklistCore.AccountIsBlocked.selector, account, until));
    }

    function test_S39_ABlockedBorrowerTakesNothingOut() public {
        uint256 until = _block(alice);
        _expectBlocked(alice, until);
        vm.prank(alice);
        market.borrow(1);
        _expectBlocked(alice, until);
        vm.prank(alice);
        market.removeCollateral(1);
        addCollateral(bob, 1 ether);
        vm.prank(bob);
        market.borrow(1);
        vm.warp(until);
        refreshPrice();
        vm.prank(alice);
        market.removeCollateral(1);
    }

    /// He and others may make his debt safer.
    function test_S39_ABlockedBorrowerAndOthersRepay() public {
        _block(alice);
        uint256 owed = market.debtOf(alice);
        addCollateral(alice, 1);
        fundDebt(alice, 10 * USD);
        vm.prank(alice);
        market.repay(alice, 10 * USD);
        fundDebt(bob, 10 * USD);
        vm.prank(bob);
        market.repay(alice, 10 * USD);
        assertApproxEqAbs(market.debtOf(alice), owed - 20 * USD, 1);
    }

    /// He is liquidated in his turn, by anyone who is not blocked himself.
    function test_S39_ABlockedBorrowerIsLiquidated() public {
        _block(alice);
        uint256 until = _block(attacker);
        setPrice(600);
        fundDebt(attacker, 1000 * USD);
        fundDebt(bob, 1000 * USD);
        _expectBlocked(attacker, until);
        vm.prank(attacker);
        market.liquidate(alice, 1000 * USD);
        vm.prank(bob);
        market.liquidate(alice, 1000 * USD);
        assertGt(weth.balanceOf(bob), 0);
    }
}
