// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../Guardrails.sol";
import {Exposure} from "../../guards/caps/CapWord.sol";
import {Side} from "../../guards/oracle/PriceTypes.sol";
import {Op} from "../../guards/Types.sol";
import {MarginBook} from "./MarginBook.sol";
import {Order, Orders} from "./Orders.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title GuardedExchange: margin trading of one underlying, in one margin token, with oracle, caps, level and lock
///
/// A taker fills a maker's signed order. Positions are marked at the price that the oracle guard lets through; an
/// account below its maintenance margin is taken over at that price by whoever has the margin for it. There is no
/// funding rate: the price of an order is free within a band around the mark, and nothing else ties them.
///
/// Guards: each entry by its operation. Closing is an operation of its own (REPAY), open below FROZEN: whoever has a
/// position can add margin to it or get out of it while trading is closed, and is liquidated only after the grace. What
/// leaves is metered; a claim that ends unpaid is margin again. A locked, too young or blocked margin does not trade,
/// since a bad trade would pay it to an accomplice; it can still be closed and liquidated.
/// After TRADE was closed for longer than `HALT`, it begins with an auction: for `AUCTION_TIME` orders are filled only
/// very near to the mark.
/// Caps bound the open interest, in all and of each account, when it grows. Liquidation asks none of them.
///
/// Trusts: what the oracle guard lets through; without its configuration nothing trades. Assumes: a margin token that
/// neither takes a fee (refused) nor rebases; the price counts whole margin tokens for a whole `underlying`.
/// Does not guard: losses beyond a margin before anyone liquidates. The insurance pays them, then all who leave.
contract GuardedExchange is Guardrails, MarginBook, ReentrancyGuardTransient {
    using SafeCast for uint256;

    error NotWholeAmount(uint256 expected, uint256 received);
    error SelfTrade(address account);
    error PriceOutsideBand(uint256 price, uint256 low, uint256 high, int256 bandBps);
    error NotReducing(address account, int256 before, int256 size);
    error MarginNotRemovable(address account);
    error NothingToTakeOver(address account);
    error PositionHealthy(address account, int256 equity, int256 required);

    event MarginAdded(address indexed account, uint256 amount);
    event MarginRemoved(address indexed account, uint256 amount, int256 paid, uint256 claimId);
    event InsuranceAdded(address indexed by, uint256 amount);
    event Traded(address indexed maker, address indexed taker, uint256 nonce, int256 size, int256 cost);
    event Liquidated(address indexed account, address indexed by, int256 size, uint256 price, int256 reward);

    /// @notice How far from the mark an order may be filled, in 1/10,000 of it; and in an auction.
    int256 public constant BAND_BPS = 500;
    int256 public constant AUCTION_BAND_BPS = 50;
    /// @notice An auction of so many seconds follows a time without trades that was longer than `HALT` at a reopening.
    uint256 public constant AUCTION_TIME = 15 minutes;
    uint256 public constant HALT = 5 minutes;

    address public immutable asset;
    address public immutable underlying;
    /// @notice Where makers cancel, and which they sign for.
    Orders public immutable orders = new Orders();

    /// @notice Unix seconds of the last trade outside an auction.
    uint256 public tradedAt;

    /// @param asset_ the margin token
    /// @param underlying_ what is traded: the asset of oracle and caps
    constructor(address controls_, address deployer, address asset_, address underlying_)
        Guardrails(controls_, deployer)
        MarginBook(IERC20Metadata(underlying_).decimals(), IERC20Metadata(asset_).decimals())
    {
        (asset, underlying) = (asset_, underlying_);
    }

    // ---------------------------------------------------------------- external: margin

    function addMargin(uint256 amount) external guarded(Op.ADD_COLLATERAL) nonReentrant {
        _payIn(msg.sender, _pull(amount));
        _noteDeposit(msg.sender);
        emit MarginAdded(msg.sender, amount);
    }

    /// @notice What is not needed for the open position. While the insurance is below zero less is paid than `amount`.
    function removeMargin(uint256 amount) external guarded(Op.REMOVE_COLLATERAL) nonReentrant {
        _requirePositionRemovable(positionOf(msg.sender), msg.sender, asset, amount);
        int256 paid = _takeOut(msg.sender, amount.toInt256());
        int256 size = accounts[msg.sender].size;
        if (size != 0) {
            uint256 price = _usePrice(underlying, Op.REMOVE_COLLATERAL, size > 0 ? Side.LOW : Side.HIGH);
            _requireMargin(msg.sender, price, true);
        }
        emit MarginRemoved(msg.sender, amount, paid, _payOut(asset, msg.sender, uint256(paid)));
    }

    /// @notice A gift to everybody who trades here.
    function addInsurance(uint256 amount) external guarded(Op.DEPOSIT) nonReentrant {
        int256 gift = _pull(amount);
        insurance += gift;
        cash += gift;
        emit InsuranceAdded(msg.sender, amount);
    }

    // ---------------------------------------------------------------- external: trades

    /// @notice The caller takes the other side of `amount` of `order`.
    function trade(Order calldata order, bytes calldata signature, uint256 amount)
        external
        guarded(Op.TRADE)
        nonReentrant
    {
        _requireFree(order.maker);
        _requireFree(msg.sender);
        bool auction = block.timestamp < auctionUntil();
        _match(order, signature, amount, Op.TRADE, auction ? AUCTION_BAND_BPS : BAND_BPS);
        if (!auction) tradedAt = block.timestamp;
    }

    /// @notice The same where it makes the positions of both smaller.
    function close(Order calldata order, bytes calldata signature, uint256 amount)
        external
        guarded(Op.REPAY)
        nonReentrant
    {
        (int256 maker, int256 taker) = (accounts[order.maker].size, accounts[msg.sender].size);
        _match(order, signature, amount, Op.REPAY, BAND_BPS);
        _requireReduced(order.maker, maker);
        _requireReduced(msg.sender, taker);
    }

    /// @notice Takes over up to `amount` of the position of an account that is below its maintenance margin, at the
    /// mark, for half the penalty. What its margin does not cover, the insurance pays.
    function liquidate(address account, uint256 amount) external guarded(Op.LIQUIDATE) nonReentrant {
        _requireOther(account);
        int256 held = accounts[account].size;
        int256 size = int256(Math.min(amount, uint256(_abs(held))));
        if (size == 0) revert NothingToTakeOver(account);
        uint256 price = _usePrice(underlying, Op.LIQUIDATE, held > 0 ? Side.HIGH : Side.LOW);
        (int256 equity, int256 required) = _standing(account, price, false);
        if (equity >= required) revert PositionHealthy(account, equity, required);

        if (held < 0) size = -size;
        int256 reward = _takeOver(account, size, price);
        _book(msg.sender, reward);
        _move(msg.sender, size, -_costOf(-size, price), price, price);
        emit Liquidated(account, msg.sender, size, price, reward);
    }

    // ---------------------------------------------------------------- external: views

    /// @notice Until when orders are filled in the narrow band only; 0 or the past when there is no auction.
    function auctionUntil() public view returns (uint256) {
        uint256 reopenedAt = _reopenedAt(Op.TRADE);
        bool auction = reopenedAt <= block.timestamp && reopenedAt > tradedAt + HALT;
        return auction ? reopenedAt + AUCTION_TIME : 0;
    }

    /// @notice The identity of an account's position, for locks of it alone.
    function positionOf(address account) public pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @notice False when anyone may liquidate `account` as soon as liquidation is open. Reverts without a price.
    function isHealthy(address account) external view returns (bool) {
        Side side = accounts[account].size > 0 ? Side.HIGH : Side.LOW;
        (int256 equity, int256 required) = _standing(account, _price(underlying, Op.LIQUIDATE, side), false);
        return equity >= required;
    }

    // ---------------------------------------------------------------- internal: guards

    function _outflowBase(address asset_) internal view virtual override returns (uint256) {
        return asset_ == asset ? uint256(totalMargin) : 0;
    }

    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool)
        internal
        virtual
        override
        nonReentrant
    {
        _payIn(owner, amount.toInt256());
    }

    // ---------------------------------------------------------------- private

    function _pull(uint256 amount) private returns (int256) {
        uint256 received = _takeIn(asset, msg.sender, amount);
        if (received != amount) revert NotWholeAmount(amount, received);
        return amount.toInt256();
    }

    function _requireOther(address account) private view {
        if (account == msg.sender) revert SelfTrade(account);
    }

    function _requireFree(address account) private {
        if (!_mayMove(account, asset)) revert MarginNotRemovable(account);
        _requirePositionRemovable(positionOf(account), account, asset, uint256(accounts[account].margin));
    }

    function _match(Order calldata order, bytes calldata signature, uint256 amount, uint16 operation, int256 band)
        private
    {
        _requireOther(order.maker);
        int256 size = orders.fill(order, signature, amount);
        uint256 low = _usePrice(underlying, operation, Side.LOW);
        uint256 high = _usePrice(underlying, operation, Side.HIGH);
        _requireInBand(order.price, low, high, band);
        int256 cost = -_costOf(-size, order.price);
        int256 before = openInterest;
        _trade(order.maker, size, cost, low, high);
        _trade(msg.sender, -size, -cost, low, high);
        if (openInterest > before) _requireUnderCap(Exposure.OPEN_INTEREST, underlying, uint256(openInterest));
        emit Traded(order.maker, msg.sender, order.nonce, size, cost);
    }

    function _requireInBand(uint256 price, uint256 low, uint256 high, int256 band) private pure {
        uint256 scaled = price * uint256(BPS);
        bool inside = scaled >= high * uint256(BPS - band) && scaled <= low * uint256(BPS + band);
        if (!inside) revert PriceOutsideBand(price, low, high, band);
    }

    /// @dev One side of a matched order.
    function _trade(address account, int256 size, int256 cost, uint256 low, uint256 high) private {
        int256 before = _abs(accounts[account].size);
        int256 next = _abs(_move(account, size, cost, low, high));
        if (next > before) _requireUnderAccountCap(Exposure.OPEN_INTEREST, underlying, account, uint256(next));
    }

    /// @param low the mark of what is long then, `high` of what is short
    function _move(address account, int256 size, int256 cost, uint256 low, uint256 high) private returns (int256 next) {
        int256 before = accounts[account].size;
        _book(account, _take(account, size, cost));
        next = before + size;
        if (next != 0) _requireMargin(account, next > 0 ? low : high, !_isLess(next, before));
    }

    function _requireReduced(address account, int256 before) private view {
        int256 size = accounts[account].size;
        if (!_isLess(size, before)) revert NotReducing(account, before, size);
    }
}
