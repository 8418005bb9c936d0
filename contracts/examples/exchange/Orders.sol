// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

/// @notice What a maker signs (EIP-712; a contract answers by EIP-1271).
/// @param size what he buys at most, or, below zero, sells, in the smallest unit of the underlying
/// @param price for one whole underlying, in whole margin tokens, times 1e18
/// @param nonce of his choice; all orders of one nonce share what is filled of it
/// @param expiry Unix seconds; the last at which it may be filled
struct Order {
    address maker;
    int256 size;
    uint256 price;
    uint256 nonce;
    uint256 expiry;
}

/// @title Orders: each is filled at its price, at most to its size, until it expires or is cancelled
///
/// A part of its exchange that has an address of its own, which is what makers sign for and where they cancel.
/// Trusts: the exchange, which deploys it, to trade what it says is filled.
/// Does not guard: a maker against an order that he forgot. It is good until it expires.
contract Orders is EIP712 {
    using SafeCast for uint256;
    using SignedMath for int256;

    error NotExchange(address caller);
    error NothingToTrade();
    error OrderExpired(uint256 expiry);
    error OrderSpent(address maker, uint256 nonce, uint256 left);
    error InvalidSignature(address maker);

    event OrderCancelled(address indexed maker, uint256 indexed nonce);

    bytes32 private constant ORDER_TYPEHASH =
        keccak256("Order(address maker,int256 size,uint256 price,uint256 nonce,uint256 expiry)");

    address public immutable exchange = msg.sender;

    /// @notice How much of the orders of a nonce is filled, in the smallest unit of the underlying; the largest
    /// uint256 where they were cancelled.
    mapping(address maker => mapping(uint256 nonce => uint256)) public filled;

    constructor() EIP712("GuardedExchange", "1") {}

    /// @notice Always possible.
    function cancelOrder(uint256 nonce) external {
        filled[msg.sender][nonce] = type(uint256).max;
        emit OrderCancelled(msg.sender, nonce);
    }

    /// @notice The exchange fills `amount` of `order`.
    /// @return size what the maker buys, or, below zero, sells
    function fill(Order calldata order, bytes calldata signature, uint256 amount) external returns (int256 size) {
        if (msg.sender != exchange) revert NotExchange(msg.sender);
        if (amount == 0) revert NothingToTrade();
        if (block.timestamp > order.expiry) revert OrderExpired(order.expiry);
        uint256 before = filled[order.maker][order.nonce];
        uint256 most = order.size.abs();
        uint256 left = before < most ? most - before : 0;
        if (amount > left) revert OrderSpent(order.maker, order.nonce, left);
        filled[order.maker][order.nonce] = before + amount;
        if (!SignatureChecker.isValidSignatureNowCalldata(order.maker, hashOf(order), signature)) {
            revert InvalidSignature(order.maker);
        }
        return order.size > 0 ? amount.toInt256() : -amount.toInt256();
    }

    /// @notice What the maker of `order` signs.
    function hashOf(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }
}
