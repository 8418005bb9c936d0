// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedExchange} from "../../../contracts/examples/exchange/GuardedExchange.sol";
import {Order, Orders} from "../../../contracts/examples/exchange/Orders.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";

/// @notice A maker that is a contract: it has signed what it was told.
contract ContractMaker is IERC1271 {
    bytes32 private _signed;

    function sign(bytes32 hash) external {
        _signed = hash;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        return hash == _signed ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function act(address to, bytes calldata data) external {
        (bool done,) = to.call(data);
        require(done);
    }
}

/// @title Orders: filled by anyone, at their price, to their size, until they end
/// forge-config: default.isolate = true
contract ExchangeOrdersTest is ExchangeFixture {
    event OrderCancelled(address indexed maker, uint256 indexed nonce);

    function _spent(address maker, uint256 nonce, uint256 left) private {
        vm.expectRevert(abi.encodeWithSelector(Orders.OrderSpent.selector, maker, nonce, left));
    }

    function _fill(address taker, Order memory order, bytes memory signature, uint256 amount) private {
        vm.prank(taker);
        exchange.trade(order, signature, amount);
    }

    function test_AnOrderIsFilledInPartsAndNotReplayed() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        Orders orders = exchange.orders();
        vm.prank(alice);
        vm.expectEmit();
        emit GuardedExchange.Traded(bob, alice, order.nonce, -4 ether, -int256(8000 * USD));
        exchange.trade(order, signature, 4 ether);
        assertEq(orders.filled(bob, order.nonce), 4 ether);
        _spent(bob, order.nonce, 6 ether);
        _fill(alice, order, signature, 6 ether + 1);
        _fill(alice, order, signature, 6 ether);
        _spent(bob, order.nonce, 0);
        _fill(alice, order, signature, 1);
        assertEq(sizeOf(alice), 10 ether);
        Order memory smaller = Order(bob, -9 ether, MARK, order.nonce, order.expiry);
        bytes memory other = signed(smaller);
        _spent(bob, order.nonce, 0);
        _fill(alice, smaller, other, 1);
        Order memory larger = Order(bob, 11 ether, MARK, order.nonce, order.expiry);
        other = signed(larger);
        _fill(alice, larger, other, 1 ether);
        assertEq(sizeOf(bob), -9 ether, "a nonce shares what is filled");
        vm.expectRevert(Orders.NothingToTrade.selector);
        _fill(alice, larger, other, 0);
    }

    function test_AnOrderExpires() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        vm.warp(order.expiry - 1);
        _fill(alice, order, signature, 1 ether);
        vm.warp(order.expiry);
        _fill(alice, order, signature, 1 ether);
        vm.warp(order.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(Orders.OrderExpired.selector, order.expiry));
        _fill(alice, order, signature, 1 ether);
    }

    /// @dev Cancelling is open while everything else is closed.
    function test_AnOrderIsCancelled() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        Orders orders = exchange.orders();
        _fill(alice, order, signature, 1 ether);
        pause(type(uint16).max, 1 hours);
        vm.prank(alice);
        orders.cancelOrder(order.nonce); // her own of that number
        vm.expectEmit();
        emit OrderCancelled(bob, order.nonce);
        vm.prank(bob);
        orders.cancelOrder(order.nonce);
        vm.prank(governance);
        emergency().unpause(type(uint16).max, "over");
        _spent(bob, order.nonce, 0);
        _fill(alice, order, signature, 1 ether);
        Order memory next = orderOf(bob, -1 ether, MARK);
        fill(alice, next, 1 ether);
    }

    function test_OnlyTheMakerSigns() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        order.price = MARK + 1;
        vm.expectRevert(abi.encodeWithSelector(Orders.InvalidSignature.selector, bob));
        _fill(alice, order, signature, 1 ether);
        order.price = MARK;
        order.maker = carol;
        vm.expectRevert(abi.encodeWithSelector(Orders.InvalidSignature.selector, carol));
        _fill(alice, order, signature, 1 ether);
        order.maker = bob;
        _fill(alice, order, signature, 1 ether);
    }

    function test_AnOrderIsForOneExchange() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        deploy(usdc);
        addMargin(alice, 10_000 * USD);
        addMargin(bob, 10_000 * USD);
        vm.expectRevert(abi.encodeWithSelector(Orders.InvalidSignature.selector, bob));
        _fill(alice, order, signature, 1 ether);
    }

    function test_OnlyTheExchangeFills() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        Orders orders = exchange.orders();
        assertEq(orders.exchange(), address(exchange));
        vm.expectRevert(abi.encodeWithSelector(Orders.NotExchange.selector, bob));
        vm.prank(bob);
        orders.fill(order, signature, 1 ether);
    }

    function test_NobodyTradesWithHimself() public {
        Order memory order = orderOf(bob, -10 ether, MARK);
        bytes memory signature = signed(order);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.SelfTrade.selector, bob));
        _fill(bob, order, signature, 1 ether);
        trade(bob, alice, 1 ether);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.SelfTrade.selector, bob));
        exchange.close(order, signature, 1 ether);
    }

    function test_AContractMakes() public {
        ContractMaker maker = new ContractMaker();
        usdc.mint(address(maker), 5000 * USD);
        maker.act(address(usdc), abi.encodeCall(usdc.approve, (address(exchange), 5000 * USD)));
        maker.act(address(exchange), abi.encodeCall(exchange.addMargin, (5000 * USD)));
        Order memory order = orderOf(address(maker), 2 ether, MARK);
        vm.expectRevert(abi.encodeWithSelector(Orders.InvalidSignature.selector, address(maker)));
        _fill(alice, order, "", 2 ether);
        maker.sign(exchange.orders().hashOf(order));
        _fill(alice, order, "", 2 ether);
        assertEq(sizeOf(address(maker)), 2 ether);
    }
}
