// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {Decision, Guard} from "../../../contracts/guards/Types.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "./VaultFixture.sol";

/// @notice What both examples are asked in the lock's shadow mode.
abstract contract ShadowedLock is ExampleTest {
    function shadowTheLock() internal {
        vm.prank(governance);
        emergency().setShadow(Guard.LOCK, true);
    }

    function expectReport(address account, address asset) internal {
        vm.expectEmit(guards);
        emit GuardStorage.GuardDecision(Guard.LOCK, Decision.REFUSE, account, asset, 0, 0, true);
    }
}

/// @title S53: shares that a live lock would keep move in shadow mode, and that is reported
abstract contract VaultShadow is VaultFixture, ShadowedLock {
    function test_S53_LockedSharesMoveAndAreReported() public {
        shadowTheLock();
        lockAccount(bob, 1 hours);
        expectReport(bob, address(token));
        vm.prank(bob);
        vault.transfer(alice, 1);
        assertEq(vault.balanceOf(alice), 800e24 + 1);
    }

    function test_S53_ADepositThatWouldMakeSomebodyWaitIsReported() public {
        vm.prank(governance);
        emergency().setMinDepositAge(1 days);
        shadowTheLock();
        fund(attacker, ONE);
        expectReport(bob, address(token));
        vm.prank(attacker);
        vault.deposit(ONE, bob);
        assertEq(vault.balanceOf(bob), 201e24);
    }
}

/// forge-config: default.isolate = true
contract EmbeddedVaultShadowTest is VaultShadow, EmbeddedVault {}

/// forge-config: default.isolate = true
contract HubVaultShadowTest is VaultShadow, HubbedVault {}

/// @title S53: a margin that a live lock would keep trades in shadow mode, and that is reported of either side
/// forge-config: default.isolate = true
contract ExchangeShadowTest is ExchangeFixture, ShadowedLock {
    function test_S53_ALockedMarginTradesAndIsReported() public {
        addMargin(carol, 1000 * USD);
        shadowTheLock();
        lockAccount(carol, 1 hours);
        expectReport(carol, address(usdc));
        this.openWith(carol, bob);
        expectReport(carol, address(usdc));
        this.openWith(bob, carol);
        assertEq(sizeOf(carol), 0, "there and back");
    }

    /// @dev `taker` sells a tenth to `maker`.
    function openWith(address taker, address maker) external {
        trade(taker, maker, -0.1 ether);
    }
}

/// forge-config: default.isolate = true
contract ExchangeShadowOnAHubTest is ExchangeShadowTest {
    function onHub() internal pure override returns (bool) {
        return true;
    }
}
