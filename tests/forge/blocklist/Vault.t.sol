// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {BlocklistCore} from "../../../contracts/guards/blocklist/BlocklistCore.sol";
import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "../examples/VaultFixture.sol";

/// @title S39 on the vault, embedded and on a hub: who is blocked gets nothing out, and nobody else notices
abstract contract VaultBlocks is VaultFixture {
    function _block(address account) private returns (uint256 until) {
        vm.prank(guardian);
        return IBlocklist(guards).blockAccount(account, 1 days, "test");
    }

    function _expectBlocked(address account, uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(BlocklistCore.AccountIsBlocked.selector, account, until));
    }

    function test_S39_ABlockedOwnerWithAnAllowance() public {
        vm.prank(alice);
        vault.approve(bob, type(uint256).max);
        uint256 until = _block(alice);
        assertEq(vault.maxWithdraw(alice), 0);
        _expectBlocked(alice, until);
        vm.prank(bob);
        vault.withdraw(1, bob, alice);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.SharesNotRemovable.selector, alice));
        vm.prank(bob);
        vault.transferFrom(alice, bob, 1);
        _expectBlocked(alice, until);
        vm.prank(alice);
        vault.transfer(bob, 1);
        vm.warp(until);
        vm.prank(bob);
        vault.withdraw(1, bob, alice);
    }

    function test_S39_ABlockedReceiverAndABlockedSpender() public {
        uint256 until = _block(attacker);
        _expectBlocked(attacker, until);
        vm.prank(bob);
        vault.withdraw(1, attacker, bob);
        vm.prank(bob);
        vault.approve(attacker, type(uint256).max);
        _expectBlocked(attacker, until);
        vm.prank(attacker);
        vault.withdraw(1, bob, bob);
        withdraw(bob, 1);
        give(bob, 1);
        vm.prank(bob);
        vault.transfer(alice, 1);
    }

    function test_S39_AQueuedClaimOfABlockedOwner() public {
        withdraw(alice, 200 * ONE);
        uint256 id = lastClaim();
        skip(DELAY);
        uint256 until = _block(alice);
        _expectBlocked(alice, until);
        emergency().settle(id);
        vm.warp(until);
        emergency().settle(id);
        assertEq(token.balanceOf(alice), 200 * ONE);
    }

    /// S39: neither the vault itself nor its hub.
    function test_S39_TheProtocolItself() public {
        address[2] memory parts = [address(vault), guards];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBlocklist.CannotBeBlocked.selector, parts[i]));
            _block(parts[i]);
        }
    }

    /// On a hub the entry is the member's, and it is the member who says by which it was called.
    function test_ABlockedEntryIsClosedToAllAndAnotherIsNot() public {
        vm.prank(guardian);
        uint256 until = IBlocklist(guards).blockSelector(vault.redeem.selector, 1 hours, "test");
        vm.expectRevert(abi.encodeWithSelector(BlocklistCore.SelectorIsBlocked.selector, vault.redeem.selector, until));
        vm.prank(bob);
        vault.redeem(1e6, bob, bob);
        withdraw(bob, 1);
        vm.warp(until);
        vm.prank(bob);
        vault.redeem(1e6, bob, bob);
    }
}

/// forge-config: default.isolate = true
contract EmbeddedVaultBlocksTest is EmbeddedVault, VaultBlocks {
    function setUp() public override(VaultFixture) {
        super.setUp();
    }
}

/// forge-config: default.isolate = true
contract HubVaultBlocksTest is HubbedVault, VaultBlocks {
    function setUp() public override(VaultFixture) {
        super.setUp();
    }
}
