// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMetric} from "../../../contracts/guards/breaker/IMetric.sol";
import {CollateralRatioMetric} from "../../../contracts/guards/breaker/metrics/CollateralRatioMetric.sol";
import {LiquidityMetric} from "../../../contracts/guards/breaker/metrics/LiquidityMetric.sol";
import {RateMetric} from "../../../contracts/guards/breaker/metrics/RateMetric.sol";
import {RatioMetric} from "../../../contracts/guards/breaker/metrics/RatioMetric.sol";
import {SuppliedMetric} from "../../../contracts/guards/breaker/metrics/SuppliedMetric.sol";
import {UtilisationMetric} from "../../../contracts/guards/breaker/metrics/UtilisationMetric.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title Two books of a protocol
contract Books {
    uint256 public above;
    uint256 public below;

    function set(uint256 above_, uint256 below_) external {
        (above, below) = (above_, below_);
    }

    function pair() external view returns (uint256, uint256) {
        return (above, below);
    }
}

/// @title What each metric says, and when it says nothing
/// forge-config: default.isolate = true
contract MetricsTest is EngineTest {
    uint256 private constant MAX = type(uint256).max;

    bytes4 private constant ABOVE = bytes4(keccak256("above()"));
    bytes4 private constant BELOW = bytes4(keccak256("below()"));

    Books private books = new Books();

    function _says(IMetric metric, uint256 expected) private view {
        assertEq(metric.value(), expected);
    }

    // ---------------------------------------------------------------- liquidity

    function test_LiquidityIsTheBalanceLessWhatClaimsHold() public {
        LiquidityMetric all = new LiquidityMetric(IERC20(token), address(host), ISettlement(address(0)));
        LiquidityMetric own = new LiquidityMetric(IERC20(token), address(host), ISettlement(address(engine)));
        _deposit(bob, 5);
        _says(own, 5);
        _claimOf(alice);
        _says(all, 2 * LIMIT + 5);
        _says(own, 5);
    }

    /// A token that fell short of its claims (a rebase) leaves nothing, not an error.
    function test_LiquidityIsNeverNegative() public {
        LiquidityMetric own = new LiquidityMetric(IERC20(token), address(host), ISettlement(address(engine)));
        _claimOf(alice);
        _says(own, 0);
        vm.prank(address(host));
        token.transfer(bob, 1);
        _says(own, 0);
    }

    // ---------------------------------------------------------------- ratios

    function _utilisation() private returns (UtilisationMetric) {
        return new UtilisationMetric(address(books), ABOVE, BELOW);
    }

    function _collateral() private returns (CollateralRatioMetric) {
        return new CollateralRatioMetric(address(books), ABOVE, BELOW);
    }

    function test_UtilisationRoundsUp() public {
        UtilisationMetric metric = _utilisation();
        books.set(1, 2);
        _says(metric, 5000);
        books.set(1, 3);
        _says(metric, 3334);
        books.set(0, 3);
        _says(metric, 0);
        books.set(0, 0);
        _says(metric, 0);
        books.set(1, 0);
        _says(metric, MAX);
    }

    function test_CollateralRatioRoundsDown() public {
        CollateralRatioMetric metric = _collateral();
        books.set(3, 2);
        _says(metric, 15_000);
        books.set(2, 3);
        _says(metric, 6666);
        books.set(0, 3);
        _says(metric, 0);
        books.set(0, 0);
        _says(metric, MAX);
        books.set(1, 0);
        _says(metric, MAX);
    }

    function test_RatiosOfTheLargestNumbers() public {
        IMetric[2] memory metrics = [IMetric(_utilisation()), _collateral()];
        for (uint256 i = 0; i < 2; ++i) {
            books.set(MAX, MAX);
            _says(metrics[i], 10_000);
            books.set(MAX, 1);
            _says(metrics[i], MAX);
            books.set(MAX, 10_000);
            _says(metrics[i], MAX);
            books.set(1 << 255, 5000);
            _says(metrics[i], MAX);
            books.set((1 << 255) - 1, 5000);
            _says(metrics[i], MAX - 1);
        }
    }

    function test_ARatioNeedsBothItsNumbers() public {
        vm.expectRevert(abi.encodeWithSelector(RatioMetric.NoValue.selector, address(books), bytes4("nono")));
        new UtilisationMetric(address(books), "nono", BELOW);
        vm.expectRevert(abi.encodeWithSelector(RatioMetric.NoValue.selector, address(books), Books.pair.selector));
        new UtilisationMetric(address(books), ABOVE, Books.pair.selector);
        vm.expectRevert(abi.encodeWithSelector(RatioMetric.NoValue.selector, alice, ABOVE));
        new CollateralRatioMetric(alice, ABOVE, BELOW);
        CollateralRatioMetric metric = _collateral();
        vm.etch(address(books), "");
        vm.expectRevert(abi.encodeWithSelector(RatioMetric.NoValue.selector, address(books), ABOVE));
        metric.value();
    }

    // ---------------------------------------------------------------- rate

    function _rate(uint256 window) private returns (RateMetric) {
        address[] memory sources = new address[](2);
        (sources[0], sources[1]) = (address(this), alice);
        return new RateMetric(window, sources);
    }

    /// One event counts as one to the last second of the window after its own.
    function test_S38_AFadingEventCountsToItsLastSecond() public {
        RateMetric metric = _rate(60); // T0 is a multiple of it
        metric.count(1);
        vm.warp(T0 + 119);
        _says(metric, 1);
        vm.warp(T0 + 120);
        _says(metric, 0);
    }

    function test_RateCountsAndFades() public {
        RateMetric metric = _rate(100);
        uint256 start = _now() / 100 * 100 + 100;
        vm.warp(start);
        _says(metric, 0);
        metric.count(3);
        vm.prank(alice);
        metric.count(7);
        _says(metric, 10);
        vm.warp(start + 99);
        _says(metric, 10);
        vm.warp(start + 100);
        _says(metric, 10);
        vm.warp(start + 101);
        _says(metric, 10); // 9.9, rounded up
        metric.count(2);
        _says(metric, 12);
        vm.warp(start + 190);
        _says(metric, 3);
        vm.warp(start + 200);
        _says(metric, 2);
        vm.warp(start + 300);
        _says(metric, 0);
        metric.count(1);
        _says(metric, 1);
    }

    function test_RateOfAnEvenFlowIsExact() public {
        RateMetric metric = _rate(100);
        vm.warp(_now() / 100 * 100);
        for (uint256 i = 0; i < 50; ++i) {
            metric.count(1);
            skip(10);
        }
        _says(metric, 10);
        skip(5);
        _says(metric, 10);
    }

    function test_RateSaturatesAndRefusesStrangers() public {
        RateMetric metric = _rate(100);
        vm.warp(_now() / 100 * 100);
        metric.count(type(uint112).max - 1);
        metric.count(1);
        _says(metric, type(uint112).max);
        metric.count(MAX);
        _says(metric, type(uint112).max);
        vm.expectRevert(abi.encodeWithSelector(RateMetric.NotSource.selector, bob));
        vm.prank(bob);
        metric.count(1);
        assertTrue(metric.isSource(alice));
        assertFalse(metric.isSource(bob));
    }

    function test_RateWindowsAreBounded() public {
        assertEq(_rate(1).window(), 1);
        assertEq(_rate(30 days).window(), 30 days);
        vm.expectRevert(abi.encodeWithSelector(RateMetric.InvalidWindow.selector, 0));
        _rate(0);
        vm.expectRevert(abi.encodeWithSelector(RateMetric.InvalidWindow.selector, 30 days + 1));
        _rate(30 days + 1);
    }

    /// S10: counting costs the same after ten thousand events.
    function test_S10_CountingCostsTheSame() public {
        RateMetric metric = _rate(100);
        metric.count(1);
        vm.warp(_now() / 100 * 100 + 100);
        metric.count(1);
        uint256 before = gasleft();
        metric.count(1);
        uint256 first = before - gasleft();
        for (uint256 i = 0; i < 10_000; ++i) {
            metric.count(1);
        }
        before = gasleft();
        metric.count(1);
        assertApproxEqAbs(before - gasleft(), first, first / 100);
    }

    // ---------------------------------------------------------------- supplied

    function test_S38_ASuppliedNumberGrowsStale() public {
        SuppliedMetric metric = new SuppliedMetric(alice, 60);
        vm.expectRevert(abi.encodeWithSelector(SuppliedMetric.Stale.selector, 0, 60));
        metric.value();
        uint256 start = _now();
        vm.expectEmit(address(metric));
        emit SuppliedMetric.Supplied(0, 42);
        vm.prank(alice);
        metric.supply(42);
        assertEq(metric.suppliedAt(), start);
        vm.warp(start + 60);
        _says(metric, 42);
        vm.warp(start + 61);
        vm.expectRevert(abi.encodeWithSelector(SuppliedMetric.Stale.selector, start, 60));
        metric.value();
        vm.expectRevert(abi.encodeWithSelector(SuppliedMetric.NotSource.selector, bob));
        vm.prank(bob);
        metric.supply(1);
    }

    /// Zero was supplied: that is a value.
    function test_NothingSuppliedIsNotZero() public {
        SuppliedMetric metric = new SuppliedMetric(address(this), type(uint256).max - 2 * T0);
        vm.expectRevert(abi.encodeWithSelector(SuppliedMetric.Stale.selector, 0, metric.maxAge()));
        metric.value();
        metric.supply(0);
        _says(metric, 0);
    }
}
