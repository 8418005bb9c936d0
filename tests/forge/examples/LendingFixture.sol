// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedLending} from "../../../contracts/examples/lending/GuardedLending.sol";
import {IPriceFeed} from "../../../contracts/guards/oracle/sources/IPriceFeed.sol";
import {Oracle} from "../../../contracts/guards/oracle/Oracle.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {Token} from "./Tokens.sol";

/// @notice A Chainlink feed whose operator is the test.
contract Feed is IPriceFeed {
    uint8 public constant decimals = 8;
    int256 private answer;
    uint256 private updatedAt;

    function set(int256 answer_, uint256 updatedAt_) external {
        (answer, updatedAt) = (answer_, updatedAt_);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, answer, updatedAt, updatedAt, 1);
    }
}

/// @notice The market that the tests work on: WETH at 2,000 dollars, 100,000 dollars lent to it, of which alice has
/// borrowed 5,000 on 10 WETH. In 24 hours 5 WETH and 10,000 dollars may leave. 5 % interest a year.
abstract contract LendingFixture is ExampleTest {
    uint256 internal constant USD = 1e6;
    uint256 internal constant CASH = 95_000 * USD;
    uint32 internal constant MAX_PRICE_AGE = 1 hours;
    uint96 internal constant FIVE_PERCENT = uint96(uint256(5e25) / 365 days);

    address internal treasury = makeAddr("treasury");
    Token internal weth;
    Token internal usdc;
    Feed internal feed;
    GuardedLending internal market;

    function setUp() public virtual {
        (weth, usdc, feed) = (new Token(18), new Token(6), new Feed());
        feed.set(2000e8, vm.getBlockTimestamp());
        market = deployMarket(weth, usdc);
        guards = address(market);
        rules().setLimit(address(weth), limitOf(50, 17, 0, 1));
        rules().setLimit(address(usdc), limitOf(10_000, 6, 0, 1));
        emergency().setLiquidationGrace(2 hours);
        configureAndSeal();
        setPrice(2000);
        fundDebt(treasury, 100_000 * USD);
        vm.prank(treasury);
        market.lend(100_000 * USD);
        addCollateral(alice, 10 ether);
        vm.prank(alice);
        market.borrow(5000 * USD);
        vm.prank(alice);
        usdc.transfer(address(0xdead), 5000 * USD);
        skip(DAY);
        refreshPrice();
    }

    function deployMarket(Token collateral, Token debt) internal returns (GuardedLending) {
        return new GuardedLending(
            controls,
            address(this),
            GuardedLending.Terms(address(collateral), address(debt), feed, treasury, MAX_PRICE_AGE, FIVE_PERCENT)
        );
    }

    /// @dev The market is there, and the reference has followed: what it does in days, governance does at once.
    function setPrice(uint256 dollars) internal {
        jumpTo(dollars);
        vm.prank(governance);
        oracle().resetOracle(address(weth), dollars * 1e18);
    }

    /// @dev The feed says so from one moment to the next.
    function jumpTo(uint256 dollars) internal {
        feed.set(int256(dollars * 1e8), vm.getBlockTimestamp());
    }

    function oracle() internal view returns (Oracle) {
        return Oracle(guards);
    }

    function refreshPrice() internal {
        (, int256 answer,,,) = feed.latestRoundData();
        feed.set(answer, vm.getBlockTimestamp());
    }

    function fundCollateral(address account, uint256 amount) internal {
        fund(weth, account, amount);
    }

    function fundDebt(address account, uint256 amount) internal {
        fund(usdc, account, amount);
    }

    function fund(Token token, address account, uint256 amount) private {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(market), type(uint256).max);
    }

    function addCollateral(address account, uint256 amount) internal {
        fundCollateral(account, amount);
        vm.prank(account);
        market.addCollateral(amount);
    }

    function collateralOf(address account) internal view returns (uint256 amount) {
        (amount,) = market.positions(account);
    }
}
