// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedExchange} from "../../../contracts/examples/exchange/GuardedExchange.sol";
import {MarginBook} from "../../../contracts/examples/exchange/MarginBook.sol";
import {CapsCore} from "../../../contracts/guards/caps/CapsCore.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";

/// @title What a guarded exchange accepts and refuses: margin, trades, closing, caps
/// forge-config: default.isolate = true
contract ExchangeTest is ExchangeFixture {
    function _undermargined(address account, uint256 equity, uint256 required) private {
        vm.expectRevert(abi.encodeWithSelector(MarginBook.Undermargined.selector, account, equity, required));
    }

    function _account(address account, uint256 margin, int256 size, int256 entry) private view {
        assertEq(marginOf(account), int256(margin), "margin");
        assertEq(sizeOf(account), size, "size");
        assertEq(entryOf(account), entry, "entry");
    }

    // ---------------------------------------------------------------- margin

    function test_MarginComesAndGoes() public {
        fund(usdc, carol, 500 * USD);
        vm.prank(carol);
        vm.expectEmit();
        emit GuardedExchange.MarginAdded(carol, 500 * USD);
        exchange.addMargin(500 * USD);
        assertEq(exchange.totalMargin(), int256(20_500 * USD));
        assertEq(exchange.outflowBase(address(usdc)), 20_500 * USD);
        assertEq(exchange.outflowBase(address(weth)), 0);
        vm.prank(carol);
        vm.expectEmit();
        emit GuardedExchange.MarginRemoved(carol, 500 * USD, int256(500 * USD), 0);
        exchange.removeMargin(500 * USD);
        assertEq(usdc.balanceOf(carol), 500 * USD);
        vm.expectRevert(abi.encodeWithSelector(MarginBook.InsufficientMargin.selector, carol, int256(-1)));
        removeMargin(carol, 1);
        checkConservation();
    }

    function test_AProfitIsRealisedAtTheCloseAndNotBefore() public {
        addMargin(carol, 10_000 * USD);
        trade(alice, bob, 10 ether);
        _account(alice, 10_000 * USD, 10 ether, int256(20_000 * USD));
        _account(bob, 10_000 * USD, -10 ether, -int256(20_000 * USD));
        setPrice(2200);
        _undermargined(alice, 2200 * USD - 1, 2200 * USD);
        removeMargin(alice, 7800 * USD + 1);
        removeMargin(alice, 7800 * USD);
        trade(alice, carol, -10 ether);
        _account(alice, 4200 * USD, 0, 0);
        removeMargin(alice, 4200 * USD);
        assertEq(usdc.balanceOf(alice), 12_000 * USD);
        checkConservation();
        trade(bob, carol, 10 ether);
        _account(bob, 8000 * USD, 0, 0);
        _account(carol, 10_000 * USD, 0, 0);
        assertEq(exchange.openInterest(), 0);
        assertEq(exchange.totalMargin(), exchange.cash(), "all closed: the margins are the cash");
        checkConservation();
    }

    function test_ALossIsTakenIntoAccountWhenMarginLeaves() public {
        trade(alice, bob, 10 ether);
        setPrice(2100); // bob: 10,000 - 1,000, and a tenth of 21,000
        _undermargined(bob, 2100 * USD - 1, 2100 * USD);
        removeMargin(bob, 6900 * USD + 1);
        removeMargin(bob, 6900 * USD);
        checkConservation();
    }

    // ---------------------------------------------------------------- opening

    function test_TenTimesTheMarginAndNotOneUnitMore() public {
        addMargin(carol, 2000 * USD);
        _undermargined(carol, 2000 * USD - 1, 2000 * USD);
        this.tradeExternally(carol, alice, 10 ether + 1);
        trade(carol, alice, 10 ether);
        checkConservation();
        addMargin(attacker, 2000 * USD);
        vm.expectPartialRevert(MarginBook.Undermargined.selector);
        this.tradeExternally(bob, attacker, 10 ether + 1e12);
        trade(bob, attacker, 10 ether);
        assertEq(sizeOf(attacker), -10 ether);
        checkConservation();
    }

    function tradeExternally(address taker, address maker, int256 size) external {
        trade(taker, maker, size);
    }

    function test_AnUnrealisedProfitOpensNothing() public {
        addMargin(attacker, 50_000 * USD);
        trade(alice, bob, 10 ether);
        setPrice(2200);
        trade(alice, attacker, 35 ether); // 99,000 dollars
        _undermargined(alice, 10_000 * USD, 10_120 * USD);
        this.tradeExternally(alice, attacker, 1 ether);
        _undermargined(bob, 8000 * USD, 8140 * USD); // an unrealised loss counts
        this.tradeExternally(bob, attacker, -27 ether);
        trade(bob, attacker, -26 ether);
        checkConservation();
    }

    function test_AFlipNeedsTheInitialMarginOfWhatItOpens() public {
        addMargin(attacker, 50_000 * USD);
        addMargin(carol, 1000 * USD);
        trade(carol, alice, 5 ether);
        _undermargined(carol, 1000 * USD, 1000 * USD + 200);
        this.tradeExternally(carol, attacker, -10 ether - 1e12);
        trade(carol, attacker, -10 ether);
        _account(carol, 1000 * USD, -5 ether, -int256(10_000 * USD));
        _account(attacker, 50_000 * USD, 10 ether, int256(20_000 * USD));
        assertEq(exchange.openInterest(), 10 ether);
        setPrice(2110); // to a smaller position on the other side: opened anew, though maintenance would be 422
        _undermargined(carol, 450 * USD, 844 * USD);
        this.tradeExternally(carol, attacker, 9 ether);
        addMargin(carol, 394 * USD);
        trade(carol, attacker, 9 ether);
        _account(carol, 844 * USD, 4 ether, int256(8440 * USD));
        checkConservation();
    }

    // ---------------------------------------------------------------- closing

    function test_AReductionLeavesTheMaintenanceMarginOrNothing() public {
        addMargin(carol, 2000 * USD);
        trade(carol, alice, 10 ether);
        setPrice(1890); // equity 900, required 945
        vm.expectPartialRevert(MarginBook.Undermargined.selector);
        this.tradeExternally(carol, bob, -0.1 ether);
        trade(carol, bob, -1 ether); // 900 against 850.50
        _account(carol, 1890 * USD, 9 ether, int256(18_000 * USD));
        trade(carol, bob, -9 ether);
        _account(carol, 900 * USD, 0, 0);
        checkConservation();
    }

    function test_AnAccountThatIsUnderWaterCannotCloseOnItsOwn() public {
        addMargin(carol, 2000 * USD);
        trade(carol, alice, 10 ether);
        setPrice(1799);
        vm.expectRevert(abi.encodeWithSelector(MarginBook.InsufficientMargin.selector, carol, -int256(10 * USD)));
        this.tradeExternally(carol, bob, -10 ether);
        setPrice(1800);
        trade(carol, bob, -10 ether);
        _account(carol, 0, 0, 0);
        checkConservation();
    }

    function test_CloseMakesBothPositionsSmaller() public {
        addMargin(carol, 10_000 * USD);
        trade(alice, bob, 10 ether);
        closeAt(alice, bob, -4 ether, MARK);
        _account(alice, 10_000 * USD, 6 ether, int256(12_000 * USD));
        closeAt(bob, alice, 6 ether, MARK);
        _account(bob, 10_000 * USD, 0, 0);
        trade(alice, bob, 10 ether);
        trade(carol, bob, 10 ether);
        _refusesToClose(alice, -20 ether, bob, alice, 10 ether, -10 ether);
        _refusesToClose(alice, -11 ether, bob, alice, 10 ether, -1 ether);
        _refusesToClose(alice, 1 ether, bob, bob, -20 ether, -21 ether);
        _refusesToClose(alice, -1 ether, carol, carol, 10 ether, 11 ether);
        _refusesToClose(attacker, 1 ether, alice, attacker, 0, 1 ether);
        checkConservation();
    }

    function _refusesToClose(address taker, int256 size, address maker, address who, int256 before, int256 then)
        private
    {
        if (taker == attacker) addMargin(attacker, 1000 * USD);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.NotReducing.selector, who, before, then));
        this.closeExternally(taker, maker, size, MARK);
    }

    function closeExternally(address taker, address maker, int256 size, uint256 price) external {
        closeAt(taker, maker, size, price);
    }

    function test_RoundingIsAgainstWhoTradesAndWhoCloses() public {
        tradeAt(alice, bob, 1, MARK + 1); // less than the smallest unit of a dollar: the taker pays one
        _account(alice, 10_000 * USD, 1, 1);
        _account(bob, 10_000 * USD, -1, -1);
        tradeAt(alice, bob, 2, MARK); // one unit for all three
        _account(alice, 10_000 * USD, 3, 2);
        tradeAt(bob, alice, 1, MARK); // bob takes, and pays one unit for what had cost 2/3
        _account(bob, 10_000 * USD - 1, -2, -2);
        _account(alice, 10_000 * USD, 2, 1);
        checkConservation();
    }

    // ---------------------------------------------------------------- the band

    function test_ThePriceOfAnOrderIsWithinTheBand() public {
        tradeAt(alice, bob, 1 ether, 2100e18);
        tradeAt(bob, alice, 1 ether, 1900e18);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, 2100e18 + 1, MARK, MARK, int256(500))
        );
        this.tradeExternallyAt(alice, bob, 2100e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, 1900e18 - 1, MARK, MARK, int256(500))
        );
        this.tradeExternallyAt(alice, bob, 1900e18 - 1);
        trade(alice, bob, 1 ether);
        vm.expectPartialRevert(GuardedExchange.PriceOutsideBand.selector);
        this.closeExternally(bob, alice, 1 ether, 1900e18 - 1);
        closeAt(bob, alice, 1 ether, 1900e18);
        checkConservation();
    }

    function tradeExternallyAt(address taker, address maker, uint256 price) external {
        tradeAt(taker, maker, 1 ether, price);
    }

    // ---------------------------------------------------------------- caps

    function test_OpenInterestUpToTheCaps() public {
        addMargin(alice, 10_000 * USD);
        addMargin(bob, 30_000 * USD);
        addMargin(carol, 30_000 * USD);
        addMargin(attacker, 30_000 * USD);
        _overCap(Exposure.ACCOUNT_OPEN_INTEREST, 50 ether + 1e12, 50 ether);
        this.tradeExternally(alice, bob, 50 ether + 1e12);
        trade(alice, bob, 50 ether);
        trade(carol, attacker, 50 ether - 1e12);
        _overCap(Exposure.OPEN_INTEREST, 100 ether + 1e12, 100 ether);
        this.bothHalves();
        trade(carol, attacker, 1e12);
        assertEq(exchange.openInterest(), 100 ether);
        trade(alice, attacker, -1 ether); // passes a position on: no growth
        checkConservation();
    }

    /// @dev The total goes over before an account does.
    function bothHalves() external {
        vm.prank(governance);
        caps().setCap(Exposure.OPEN_INTEREST, address(weth), 100 ether);
        trade(carol, attacker, 1e12);
        address dave = makeAddr("dave");
        (, keys[dave]) = makeAddrAndKey("dave");
        addMargin(dave, 1000 * USD);
        addMargin(makeAddr("erin"), 1000 * USD);
        trade(makeAddr("erin"), dave, 1e12);
    }

    function _overCap(Exposure kind, uint256 wanted, uint256 cap) private {
        vm.expectRevert(abi.encodeWithSelector(CapsCore.CapExceeded.selector, kind, address(weth), wanted, cap));
    }

    /// @dev A cap that was lowered refuses growth, and nothing that shrinks.
    function test_OverALoweredCapPositionsShrink() public {
        trade(alice, bob, 10 ether);
        vm.startPrank(governance);
        caps().setCap(Exposure.ACCOUNT_OPEN_INTEREST, address(weth), 1 ether);
        caps().setCap(Exposure.OPEN_INTEREST, address(weth), 1 ether);
        vm.stopPrank();
        _overCap(Exposure.ACCOUNT_OPEN_INTEREST, 11 ether, 1 ether);
        this.tradeExternally(alice, bob, 1 ether);
        trade(alice, bob, -1 ether);
        closeAt(bob, alice, 9 ether, MARK);
        assertEq(exchange.openInterest(), 0);
    }
}
