// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedExchange} from "../../../contracts/examples/exchange/GuardedExchange.sol";
import {HubExchange} from "../../../contracts/examples/exchange/HubExchange.sol";
import {Order} from "../../../contracts/examples/exchange/Orders.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Caps} from "../../../contracts/guards/caps/Caps.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {Oracle} from "../../../contracts/guards/oracle/Oracle.sol";
import {AnchorRule, PriceBackup, PriceRule} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {Source} from "../oracle/OracleHost.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {Token} from "./Tokens.sol";

/// @notice The exchange that the tests work on: WETH at 2,000 dollars, 20 % around a reference that moves by at most 20
/// % a day, closing at the last good price; at most 100 WETH in all and 50 an account. In 24 hours 100,000 dollars may
/// leave. Alice and bob have 10,000 dollars of margin each.
abstract contract ExchangeFixture is ExampleTest {
    uint256 internal constant USD = 1e6;
    uint256 internal constant MARK = 2000e18;
    uint256 internal constant GRACE = 2 hours;
    uint256 internal constant LAST_GOOD_AGE = 6 hours;

    address internal carol = makeAddr("carol");
    mapping(address account => uint256 key) internal keys;
    uint256 internal lastNonce;
    Token internal weth;
    Token internal usdc;
    Source internal source;
    GuardedExchange internal exchange;

    function setUp() public virtual {
        (weth, usdc, source) = (new Token(18), new Token(6), new Source());
        for (uint256 i; i < 4; ++i) {
            (address account, uint256 key) = makeAddrAndKey(["alice", "bob", "carol", "attacker"][i]);
            keys[account] = key;
        }
        source.set(MARK);
        deploy(usdc);
        addMargin(alice, 10_000 * USD);
        addMargin(bob, 10_000 * USD);
    }

    /// @dev Whether the exchange is the twin that shares its guards; every test runs with both.
    function onHub() internal pure virtual returns (bool) {
        return false;
    }

    function deploy(Token margin) internal {
        if (onHub()) {
            GuardrailHub hub = new GuardrailHub(controls, address(this));
            exchange = GuardedExchange(payable(address(new HubExchange(hub, address(margin), address(weth)))));
            hub.setMember(address(exchange), true);
            guards = address(hub);
        } else {
            exchange = new GuardedExchange(controls, address(this), address(margin), address(weth));
            guards = address(exchange);
        }
        rules().setLimit(address(margin), limitOf(10_000, 7, 0, 1));
        emergency().setLiquidationGrace(GRACE);
        oracle()
            .setOracle(
                address(weth),
                PriceRule(source, 1 hours, 2000, 0, Op.REPAY, 0, false),
                PriceBackup(IPriceSource(address(0)), 0, uint24(LAST_GOOD_AGE), 5000),
                AnchorRule(2000, 500, 1 hours, 0),
                MARK
            );
        caps().setCap(Exposure.OPEN_INTEREST, address(weth), 100 ether);
        caps().setCap(Exposure.ACCOUNT_OPEN_INTEREST, address(weth), 50 ether);
        configureAndSeal();
    }

    // ---------------------------------------------------------------- the guards

    function oracle() internal view returns (Oracle) {
        return Oracle(guards);
    }

    function caps() internal view returns (Caps) {
        return Caps(guards);
    }

    /// @dev The market is there, and the reference has followed: what it does in days, governance does at once.
    function setPrice(uint256 dollars) internal {
        source.set(dollars * 1e18);
        vm.prank(governance);
        oracle().resetOracle(address(weth), dollars * 1e18);
    }

    // ---------------------------------------------------------------- users

    function fund(Token token, address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(exchange), type(uint256).max);
    }

    function addMargin(address account, uint256 amount) internal {
        fund(usdc, account, amount);
        vm.prank(account);
        exchange.addMargin(amount);
    }

    function removeMargin(address account, uint256 amount) internal {
        vm.prank(account);
        exchange.removeMargin(amount);
    }

    function orderOf(address maker, int256 size, uint256 price) internal returns (Order memory) {
        return Order(maker, size, price, ++lastNonce, vm.getBlockTimestamp() + 1 hours);
    }

    function signed(Order memory order) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[order.maker], exchange.orders().hashOf(order));
        return abi.encodePacked(r, s, v);
    }

    function fill(address taker, Order memory order, uint256 amount) internal {
        bytes memory signature = signed(order);
        vm.prank(taker);
        exchange.trade(order, signature, amount);
    }

    /// @dev `taker` buys `size` of `maker`, or, below zero, sells to him, at `price`.
    function tradeAt(address taker, address maker, int256 size, uint256 price) internal {
        Order memory order = orderOf(maker, -size, price);
        fill(taker, order, uint256(size < 0 ? -size : size));
    }

    function trade(address taker, address maker, int256 size) internal {
        tradeAt(taker, maker, size, mark());
    }

    function closeAt(address taker, address maker, int256 size, uint256 price) internal {
        Order memory order = orderOf(maker, -size, price);
        bytes memory signature = signed(order);
        vm.prank(taker);
        exchange.close(order, signature, uint256(size < 0 ? -size : size));
    }

    function liquidate(address by, address account, uint256 amount) internal {
        vm.prank(by);
        exchange.liquidate(account, amount);
    }

    // ---------------------------------------------------------------- what is to be seen

    function mark() internal view returns (uint256 price) {
        (price,) = source.price();
    }

    function marginOf(address account) internal view returns (int256 margin) {
        (margin,,) = exchange.accounts(account);
    }

    function sizeOf(address account) internal view returns (int256 size) {
        (, size,) = exchange.accounts(account);
    }

    function entryOf(address account) internal view returns (int256 entry) {
        (,, entry) = exchange.accounts(account);
    }

    /// @dev The books of all who have traded, and the tokens.
    function checkConservation() internal view {
        address[4] memory all = [alice, bob, carol, attacker];
        (int256 margins, int256 entries, int256 sizes, int256 long) = (0, 0, 0, 0);
        for (uint256 i; i < all.length; ++i) {
            (int256 margin, int256 size, int256 entry) = exchange.accounts(all[i]);
            (margins, entries, sizes) = (margins + margin, entries + entry, sizes + size);
            if (size > 0) long += size;
            assertTrue(margin >= 0, "a margin below zero");
            assertTrue(size > 0 ? entry >= 0 : size < 0 ? entry <= 0 : entry == 0, "an entry of the wrong side");
        }
        assertEq(margins - entries + exchange.insurance(), exchange.cash(), "margins - entries + insurance = cash");
        assertEq(sizes, 0, "long = short");
        assertEq(exchange.openInterest(), long, "open interest");
        assertEq(exchange.totalMargin(), margins, "total margin");
        uint256 held = usdc.balanceOf(address(exchange));
        if (!onHub()) held -= emergency().lockedInClaims(address(usdc));
        assertEq(int256(held), exchange.cash(), "tokens less claims");
    }
}
