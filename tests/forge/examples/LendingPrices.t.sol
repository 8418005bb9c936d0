// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {Fault, PriceState, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Decision, Guard, Op} from "../../../contracts/guards/Types.sol";
import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {LendingFixture} from "./LendingFixture.sol";

/// @title Prices that a lending market does not believe
/// forge-config: default.isolate = true
contract LendingPriceTest is LendingFixture {
    function _refuses(uint16 operation, Fault fault, uint256 dollars) private {
        vm.expectRevert(
            abi.encodeWithSelector(OracleCore.PriceUnusable.selector, address(weth), operation, fault, dollars * 1e18)
        );
    }

    /// @dev S49: a price that has jumped lends nothing and lets no collateral of a debtor go; all that heals goes on.
    function test_S49_AJumpClosesBorrowingAndRemovalOnly() public {
        jumpTo(2401);
        fundDebt(alice, 100 * USD);
        vm.startPrank(alice);
        _refuses(Op.BORROW, Fault.REFERENCE, 2401);
        market.borrow(1);
        _refuses(Op.REMOVE_COLLATERAL, Fault.REFERENCE, 2401);
        market.removeCollateral(1);
        market.repay(alice, 100 * USD);
        vm.stopPrank();
        addCollateral(alice, 1 ether);
        addCollateral(bob, 2 ether);
        vm.prank(bob);
        market.removeCollateral(1 ether); // no debt, no price
        jumpTo(2400);
        vm.prank(alice);
        market.borrow(1);
    }

    /// @dev S49: liquidation goes on at a price within half of the reference, tripped or not, and stops below it.
    function test_S49_LiquidationGoesOnAtASanePrice() public {
        addCollateral(bob, 4 ether);
        vm.prank(bob);
        market.borrow(5900 * USD);
        fundDebt(attacker, 2000 * USD);
        jumpTo(1000);
        oracle().syncReference(address(weth));
        assertEq(uint256(oracle().referenceOf(address(weth)).trip), uint256(Trip.TRIPPED));
        vm.prank(attacker);
        market.liquidate(bob, 100 * USD);
        assertEq(weth.balanceOf(attacker), 0.105 ether);
        jumpTo(999);
        vm.prank(attacker);
        _refuses(Op.LIQUIDATE, Fault.TRIPPED, 999);
        market.liquidate(bob, 100 * USD);
        vm.prank(alice);
        _refuses(Op.BORROW, Fault.TRIPPED, 999);
        market.borrow(1);
    }

    /// @dev S46, S47: neither steps nor patience make a thief's price the market's.
    function test_S46_StepsAndPatienceBuyNothing() public {
        uint256 dollars = 2000;
        oracle().syncReference(address(weth));
        for (uint256 i; i < 40; ++i) {
            skip(15);
            dollars += 20;
            jumpTo(dollars);
            oracle().syncReference(address(weth));
        }
        addCollateral(attacker, 1 ether);
        for (uint256 i; i < 60; ++i) {
            skip(12 hours);
            jumpTo(dollars);
            oracle().syncReference(address(weth));
            vm.prank(attacker);
            _refuses(Op.BORROW, Fault.TRIPPED, dollars);
            market.borrow(1);
        }
        assertLe(oracle().referenceOf(address(weth)).anchor, 2003e18);
    }

    function test_TheMarketFollowsAnHonestPrice() public {
        for (uint256 i; i < 20; ++i) {
            skip(6 hours);
            jumpTo(2000 + i * 40);
            oracle().syncReference(address(weth));
        }
        assertEq(oracle().referenceOf(address(weth)).anchor, 2760e18);
        vm.prank(alice);
        market.borrow(1);
    }

    function test_S53_InShadowTheJumpIsReportedOnly() public {
        vm.prank(governance);
        oracle().setShadow(Guard.ORACLE, true);
        jumpTo(2401);
        vm.prank(alice);
        vm.expectEmit();
        emit GuardStorage.GuardDecision(
            Guard.ORACLE, Decision.REFUSE, address(0), address(weth), 2401e18, Op.BORROW, true
        );
        market.borrow(USD);
        assertEq(usdc.balanceOf(alice), USD);
    }

    function test_RevertIf_TheMarketIsDeployedWithoutAPrice() public {
        feed.set(0, block.timestamp);
        vm.expectRevert();
        deployMarket(weth, usdc);
        feed.set(1, block.timestamp);
        market = deployMarket(weth, usdc);
        guards = address(market);
        PriceState memory state = oracle().referenceOf(address(weth));
        assertEq(state.anchor, 1e10);
        assertEq(state.anchoredAt, block.timestamp);
    }
}
