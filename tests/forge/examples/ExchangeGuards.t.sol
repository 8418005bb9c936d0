// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedExchange} from "../../../contracts/examples/exchange/GuardedExchange.sol";
import {MarginBook} from "../../../contracts/examples/exchange/MarginBook.sol";
import {Order} from "../../../contracts/examples/exchange/Orders.sol";
import {Blocklist} from "../../../contracts/guards/blocklist/Blocklist.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {AnchorRule, Fault, PriceBackup, PriceRule} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Guard, Level, Op} from "../../../contracts/guards/Types.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";
import {CallbackToken, FeeToken, Reentrant} from "./Tokens.sol";

/// @title The guards of an exchange: what each closes, and what goes on meanwhile
/// @dev Carol holds 10 WETH, bought at 2,000 dollars with 2,000 of margin; bob has 5, and the attacker is
/// short the same.
/// forge-config: default.isolate = true
contract ExchangeGuardsTest is ExchangeFixture {
    uint16 private constant ALL_OF_IT =
        Op.DEPOSIT | Op.ADD_COLLATERAL | Op.REMOVE_COLLATERAL | Op.TRADE | Op.REPAY | Op.LIQUIDATE;

    function setUp() public override {
        super.setUp();
        skip(DAY);
        addMargin(carol, 2000 * USD);
        addMargin(attacker, 4000 * USD);
        trade(carol, attacker, 10 ether);
        trade(bob, attacker, 5 ether);
        oracle().syncReference(address(weth));
        fund(usdc, alice, 1000 * USD);
    }

    // ---------------------------------------------------------------- each entry by its operation

    /// @dev At its own price: a mark may not be there.
    function tradeAnyway(uint256 price) external {
        tradeAt(alice, bob, 1 ether, price);
    }

    function closeAnyway(uint256 price) external {
        closeAt(bob, attacker, -0.1 ether, price);
    }

    function liquidateAnyway() external {
        liquidate(alice, carol, 1 ether);
    }

    /// @dev Calls every entry; those of `closed` are refused as closed, the others pass.
    function _entries(uint16 closed, uint256 price) private {
        _expect(closed, Op.TRADE);
        this.tradeAnyway(price);
        _expect(closed, Op.REPAY);
        this.closeAnyway(price);
        _expect(closed, Op.ADD_COLLATERAL);
        vm.prank(alice);
        exchange.addMargin(1);
        _expect(closed, Op.REMOVE_COLLATERAL);
        vm.prank(alice);
        exchange.removeMargin(1);
        _expect(closed, Op.DEPOSIT);
        vm.prank(alice);
        exchange.addInsurance(1);
        _expect(closed, Op.LIQUIDATE);
        this.liquidateAnyway();
    }

    function _expect(uint16 closed, uint16 operation) private {
        if (closed & operation != 0) vm.expectPartialRevert(GateCore.OperationClosed.selector);
    }

    function test_S23_EachEntryIsClosedByItsOwnOperation() public {
        setPrice(1850);
        _entries(0, 1850e18);
        uint16[6] memory operations =
            [Op.TRADE, Op.REMOVE_COLLATERAL, Op.DEPOSIT, Op.LIQUIDATE, Op.REPAY, Op.ADD_COLLATERAL];
        for (uint256 i; i < operations.length; ++i) {
            uint256 state = vm.snapshotState();
            pause(operations[i], 1 hours);
            _entries(operations[i] & Op.DEFENCE != 0 ? operations[i] | Op.LIQUIDATE : operations[i], 1850e18);
            vm.revertToState(state);
        }
    }

    /// @dev Up to QUEUED everything goes on, at EXIT_ONLY nobody gets in and everybody out, at FROZEN nothing moves.
    function test_S25_EachLevelClosesWhatItSays() public {
        setPrice(1850);
        uint16[4] memory closed = [0, 0, Op.TRADE | Op.DEPOSIT, ALL_OF_IT];
        for (uint256 i; i < 4; ++i) {
            vm.prank(governance);
            emergency().raiseLevel(Level(i + 1), 0, "test");
            _entries(closed[i], 1850e18);
        }
    }

    function test_S34_LiquidationWaitsForTheGrace() public {
        setPrice(1890);
        pause(Op.ADD_COLLATERAL, 1 hours);
        skip(1 hours + GRACE - 1);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        this.liquidateAnyway();
        skip(1);
        liquidate(alice, carol, 1 ether);
    }

    // ---------------------------------------------------------------- S46, S47, S49: the price

    function _refuses(uint16 operation, Fault fault, uint256 price) private {
        vm.expectRevert(
            abi.encodeWithSelector(OracleCore.PriceUnusable.selector, address(weth), operation, fault, price)
        );
    }

    /// @dev S49: what opens a position or takes margin out is closed. Adding margin, closing at the last good price, and
    /// liquidation at a sane price go on; margin without a position needs no price.
    function _doubted(Fault fault, uint256 price) private {
        _refuses(Op.TRADE, fault, price);
        this.tradeAnyway(price);
        _refuses(Op.REMOVE_COLLATERAL, fault, price);
        removeMargin(carol, 1);
        removeMargin(alice, 1);
        addMargin(carol, 1);
        closeAt(carol, attacker, -0.1 ether, MARK);
        closeAt(carol, attacker, -0.1 ether, 1900e18);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, 1900e18 - 1, MARK, MARK, int256(500))
        );
        this.closeAnyway(1900e18 - 1);
        checkConservation();
    }

    function test_S49_APriceThatJumpsClosesOpeningAndRemoval() public {
        source.set(2400e18);
        removeMargin(bob, 1);
        source.set(2401e18);
        _doubted(Fault.REFERENCE, 2401e18);
        oracle().syncReference(address(weth));
        _doubted(Fault.TRIPPED, 2401e18);
        source.set(MARK);
        _refuses(Op.TRADE, Fault.TRIPPED, MARK);
        this.tradeAnyway(MARK);
    }

    function test_S49_AFeedThatIsStaleDeadOrOfTheFutureDoesTheSame() public {
        uint256 time = vm.getBlockTimestamp();
        source.setAt(MARK, time - 1 hours - 1);
        _doubted(Fault.STALE, MARK);
        source.setAt(MARK, time + 1);
        _doubted(Fault.FUTURE, MARK);
        source.set(0);
        _doubted(Fault.NO_PRICE, 0);
        _refuses(Op.LIQUIDATE, Fault.NO_PRICE, 0);
        this.liquidateAnyway();
        source.setAt(MARK, time - 1 hours);
        removeMargin(alice, 1);
        this.tradeAnyway(MARK);
    }

    /// @dev S49: within half of the reference, tripped or not; beyond it stops.
    function test_S49_LiquidationAtASanePriceOnly() public {
        source.set(1000e18);
        oracle().syncReference(address(weth));
        liquidate(alice, carol, 1 ether);
        source.set(1000e18 - 1);
        _refuses(Op.LIQUIDATE, Fault.TRIPPED, 1000e18 - 1);
        this.liquidateAnyway();
        checkConservation();
    }

    function test_TheLastGoodPriceClosesForAWhileOnly() public {
        source.set(0);
        skip(LAST_GOOD_AGE);
        closeAt(carol, attacker, -0.1 ether, MARK);
        skip(1);
        _refuses(Op.REPAY, Fault.NO_PRICE, 0);
        this.closeAnyway(MARK);
    }

    /// @dev S46: a thief who holds the price up for a block finds neither a trade at it nor a profit to take out.
    function test_S46_AManipulatedPricePaysNobody() public {
        source.set(4000e18);
        _refuses(Op.TRADE, Fault.REFERENCE, 4000e18);
        this.tradeAnyway(4000e18);
        _refuses(Op.REMOVE_COLLATERAL, Fault.REFERENCE, 4000e18);
        removeMargin(carol, 1);
        _refuses(Op.LIQUIDATE, Fault.REFERENCE, 4000e18);
        liquidate(alice, attacker, 10 ether);
        source.set(2300e18); // within the threshold: it pays neither before the other side has closed
        vm.expectPartialRevert(MarginBook.Undermargined.selector);
        removeMargin(carol, 1);
    }

    /// @dev Where a policy caps instead of refusing: what is long counts at the lower of price and reference, what is
    /// short at the higher, and in liquidation the other way round.
    function test_ADoubtfulPriceCountsAgainstWhoAsks() public {
        PriceRule memory rule =
            PriceRule(source, 1 hours, 100, 0, 0, Op.TRADE | Op.REMOVE_COLLATERAL | Op.LIQUIDATE, false);
        PriceBackup memory backup = PriceBackup(IPriceSource(address(0)), 0, 0, 0);
        vm.prank(governance);
        oracle().setOracle(address(weth), rule, backup, AnchorRule(100, 50, 1 hours, 0), MARK);
        source.set(2050e18);
        (address long, address short) = (makeAddr("long"), makeAddr("short"));
        (, keys[short]) = makeAddrAndKey("short");
        addMargin(long, 200 * USD);
        addMargin(short, 255 * USD - 1);
        _undermargined(short, 205 * USD - 1, 205 * USD);
        this.tradeBetween(long, short);
        addMargin(short, 1);
        uint256 state = vm.snapshotState();
        this.tradeBetween(long, short);
        _undermargined(long, 200 * USD - 1, 200 * USD);
        removeMargin(long, 1);
        _undermargined(short, 205 * USD - 1, 205 * USD);
        removeMargin(short, 1);
        addMargin(long, 1);
        addMargin(short, 1);
        removeMargin(long, 1);
        removeMargin(short, 1);
        source.set(3000e18);
        assertTrue(exchange.isHealthy(short));
        vm.expectPartialRevert(GuardedExchange.PositionHealthy.selector);
        liquidate(alice, short, 1 ether);
        source.set(1000e18);
        assertTrue(exchange.isHealthy(long));
        vm.expectPartialRevert(GuardedExchange.PositionHealthy.selector);
        liquidate(alice, long, 1 ether);
        vm.revertToState(state);
        source.set(1950e18); // a long position is marked there now
        _undermargined(long, 150 * USD, 195 * USD);
        this.tradeBetween(long, short);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, 1899e18, 1950e18, MARK, int256(500))
        );
        this.tradeAnyway(1899e18);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, 2048e18, 1950e18, MARK, int256(500))
        );
        this.tradeAnyway(2048e18);
    }

    function _undermargined(address account, uint256 equity, uint256 required) private {
        vm.expectRevert(abi.encodeWithSelector(MarginBook.Undermargined.selector, account, equity, required));
    }

    function tradeBetween(address long, address short) external {
        tradeAt(long, short, 1 ether, MARK);
    }

    // ---------------------------------------------------------------- lock, age, blocklist

    /// @dev A locked margin neither leaves nor is traded away; it is added to, closed and liquidated.
    function test_S40_ALockedAccountTradesNothingAway() public {
        addMargin(carol, 1000 * USD);
        lockAccount(carol, 1 hours);
        _lockedIn(carol, abi.encodeWithSelector(GuardedExchange.MarginNotRemovable.selector, carol));
        vm.expectPartialRevert(LockCore.Locked.selector);
        removeMargin(carol, 1);
        addMargin(carol, 1);
        closeAt(carol, attacker, -0.1 ether, MARK);
        setPrice(1750);
        liquidate(alice, carol, 1 ether);
        skip(1 hours);
        setPrice(2000);
        trade(carol, bob, -1 ether);
    }

    /// @dev Both sides are asked.
    function _lockedIn(address account, bytes memory refusal) private {
        vm.expectRevert(refusal);
        this.openWith(account, bob);
        vm.expectRevert(refusal);
        this.openWith(bob, account);
    }

    function openWith(address taker, address maker) external {
        trade(taker, maker, -1 ether);
    }

    function test_S40_APositionIsLockedAlone() public {
        bytes32 subject = emergency().positionSubject(exchange.positionOf(carol));
        vm.prank(guardian);
        emergency().lock(subject, 1 hours, 1, "test");
        uint256 until = vm.getBlockTimestamp() + 1 hours;
        bytes memory refusal = abi.encodeWithSelector(LockCore.Locked.selector, subject, until);
        _lockedIn(carol, refusal);
        addMargin(carol, 1000 * USD);
        vm.expectRevert(refusal);
        removeMargin(carol, 1);
        removeMargin(alice, 1);
        skip(1 hours);
        removeMargin(carol, 1);
    }

    /// @dev A thief's margin that has just come is neither taken out nor lost to an accomplice.
    function test_AYoungMarginDoesNotTrade() public {
        vm.prank(governance);
        emergency().setMinDepositAge(10 minutes);
        addMargin(carol, 1000 * USD);
        _lockedIn(carol, abi.encodeWithSelector(GuardedExchange.MarginNotRemovable.selector, carol));
        vm.expectPartialRevert(LockCore.DepositTooYoung.selector);
        removeMargin(carol, 1);
        closeAt(carol, attacker, -0.1 ether, MARK);
        skip(10 minutes);
        removeMargin(carol, 1);
        trade(carol, bob, -1 ether);
    }

    function test_ABlockedAccountClosesOnly() public {
        vm.prank(governance);
        Blocklist(guards).blockAccount(carol, 1 hours, "test");
        vm.expectPartialRevert(GuardedExchange.MarginNotRemovable.selector);
        this.openWith(bob, carol);
        closeAt(carol, attacker, -0.1 ether, MARK);
        addMargin(carol, 1);
    }

    // ---------------------------------------------------------------- halts and auctions

    function _halt(uint256 duration) private {
        pause(Op.TRADE, duration);
        skip(duration);
    }

    function _inAuction(bool auction) private {
        (uint256 band, uint256 top) = auction ? (uint256(50), uint256(2010e18)) : (uint256(500), uint256(2100e18));
        uint256 state = vm.snapshotState();
        this.tradeAnyway(top);
        vm.revertToState(state);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedExchange.PriceOutsideBand.selector, top + 1, MARK, MARK, int256(band))
        );
        this.tradeAnyway(top + 1);
    }

    function test_AfterAHaltTradingBeginsWithAnAuction() public {
        assertEq(exchange.auctionUntil(), 0);
        _inAuction(false);
        uint256 traded = vm.getBlockTimestamp();
        assertEq(exchange.tradedAt(), traded);
        pause(Op.TRADE, 5 minutes + 1);
        assertEq(exchange.auctionUntil(), 0, "still closed");
        skip(5 minutes + 1);
        uint256 reopened = vm.getBlockTimestamp();
        assertEq(exchange.auctionUntil(), reopened + 15 minutes);
        _inAuction(true);
        this.tradeAnyway(2010e18);
        assertEq(exchange.tradedAt(), traded, "a trade in the auction does not end it");
        vm.warp(reopened + 15 minutes - 1);
        _inAuction(true);
        vm.warp(reopened + 15 minutes);
        _inAuction(false);
        this.tradeAnyway(2100e18);
        assertEq(exchange.tradedAt(), reopened + 15 minutes);
        assertEq(exchange.auctionUntil(), 0);
    }

    function test_AShortHaltNeedsNoAuction() public {
        _halt(5 minutes);
        assertEq(exchange.auctionUntil(), 0);
        _inAuction(false);
        this.tradeAnyway(MARK);
        _halt(5 minutes);
        _inAuction(false);
    }

    function test_NeitherUnpausingNorCleaningUpSkipsTheAuction() public {
        pause(Op.TRADE, 10 hours);
        skip(1 hours);
        vm.prank(governance);
        emergency().unpause(Op.TRADE, "over");
        assertEq(exchange.auctionUntil(), vm.getBlockTimestamp() + 15 minutes);
        _inAuction(true);
        skip(1 hours);
        this.tradeAnyway(MARK);
        vm.prank(governance);
        emergency().raiseLevel(Level.EXIT_ONLY, 0, "test");
        skip(1 hours);
        vm.prank(governance);
        emergency().lowerLevel(Level.NORMAL, "over");
        _inAuction(true);
    }

    /// @dev A pause of other things is no halt, and closing knows no auction.
    function test_OnlyAHaltOfTradingIsOne() public {
        pause(Op.REMOVE_COLLATERAL, 1 hours);
        skip(1 hours);
        _inAuction(false);
        _halt(1 hours);
        closeAt(carol, attacker, -0.1 ether, 1900e18);
    }

    function test_S53_AHaltInShadowModeIsNone() public {
        vm.prank(governance);
        oracle().setShadow(Guard.PAUSE, true);
        pause(Op.TRADE, 1 hours);
        _inAuction(false);
        skip(1 hours);
        _inAuction(false);
    }

    // ---------------------------------------------------------------- outflow, claims, tokens

    /// @dev Over the limit margin waits as a claim; given up, or returned, it is margin again.
    function test_S13_AClaimThatEndsIsMarginAgain() public {
        addMargin(bob, 90_000 * USD);
        removeMargin(bob, 80_000 * USD);
        vm.prank(bob);
        vm.expectEmit();
        emit GuardedExchange.MarginRemoved(bob, 5000 * USD, int256(5000 * USD), 1);
        exchange.removeMargin(5000 * USD);
        removeMargin(bob, 5000 * USD);
        checkConservation();
        vm.prank(bob);
        emergency().withdrawClaim(1);
        assertEq(marginOf(bob), int256(15_000 * USD));
        checkConservation();
        returnClaim(2);
        assertEq(marginOf(bob), int256(20_000 * USD));
        checkConservation();
    }

    function test_AFeeIsRefused() public {
        FeeToken taking = new FeeToken();
        deploy(taking);
        taking.mint(alice, 100);
        vm.startPrank(alice);
        taking.approve(address(exchange), 100);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.NotWholeAmount.selector, 100, 99));
        exchange.addMargin(100);
    }

    function test_S18_NoEntryIsEnteredFromACallback() public {
        CallbackToken token = new CallbackToken();
        deploy(token);
        Reentrant thief = new Reentrant(token);
        token.mint(address(thief), 100 ether);
        thief.act(address(token), abi.encodeCall(token.approve, (address(exchange), 100 ether)));
        Order memory order = orderOf(bob, 1 ether, MARK);
        bytes[6] memory calls = [
            abi.encodeCall(exchange.addMargin, (1)),
            abi.encodeCall(exchange.removeMargin, (1)),
            abi.encodeCall(exchange.addInsurance, (1)),
            abi.encodeCall(exchange.trade, (order, "", 1)),
            abi.encodeCall(exchange.close, (order, "", 1)),
            abi.encodeCall(exchange.liquidate, (bob, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            thief.prepare(address(exchange), calls[i]);
            thief.act(address(exchange), abi.encodeCall(exchange.addMargin, (2)));
            _wasRefused(thief);
            thief.prepare(address(exchange), calls[i]);
            thief.act(address(exchange), abi.encodeCall(exchange.removeMargin, (1)));
            _wasRefused(thief);
        }
        assertEq(exchange.cash(), 6);
    }

    /// @dev Nor does a claim end inside one.
    function test_S18_NoClaimEndsInACallback() public {
        CallbackToken token = new CallbackToken();
        deploy(token);
        Reentrant thief = new Reentrant(token);
        token.mint(address(thief), 20_000 ether);
        thief.act(address(token), abi.encodeCall(token.approve, (address(exchange), 20_000 ether)));
        thief.act(address(exchange), abi.encodeCall(exchange.addMargin, (19_000 ether)));
        thief.act(address(exchange), abi.encodeCall(exchange.removeMargin, (9000 ether)));
        thief.prepare(guards, abi.encodeCall(emergency().withdrawClaim, (1)));
        thief.act(address(exchange), abi.encodeCall(exchange.addMargin, (1)));
        _wasRefused(thief);
        assertEq(exchange.cash(), 10_000 ether + 1);
    }

    function _wasRefused(Reentrant thief) private view {
        assertTrue(thief.entered());
        assertEq(
            thief.refusal(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }
}
