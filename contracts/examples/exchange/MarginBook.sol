// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

/// @notice What one account has at stake.
/// @param margin what is its own, in the smallest unit of the margin token: what it brought and what it has realised;
/// never below zero
/// @param size in the smallest unit of the underlying; positive when long, negative when short
/// @param entry what `size` cost, in the smallest unit of the margin token; negative when short
struct Account {
    int256 margin;
    int256 size;
    int256 entry;
}

/// @title MarginBook: who holds which position, what it cost, and whose money is here
///
/// Profit and loss are zero-sum: what one side of a trade pays, the other gets. So after every call
///
///     sum of margins - sum of entries + insurance = cash,    sum of sizes = 0
///
/// and without open positions the margins and the insurance are the cash. An entry that is left over is a profit that
/// somebody has realised and a loss that somebody has not.
/// All is rounded against the account that asks for something: who closes, who must be covered, who leaves.
/// Assumes: sizes and prices whose product is far below 2 ** 255; beyond, a trade reverts.
abstract contract MarginBook {
    error InsufficientMargin(address account, int256 margin);
    error InsufficientCash(int256 amount, int256 cash);
    error Undermargined(address account, int256 equity, int256 required);

    /// @notice Of the notional value: what opening a position needs (ten times), and below which it is liquidated.
    int256 public constant INITIAL_BPS = 1000;
    int256 public constant MAINTENANCE_BPS = 500;
    /// @notice Of the notional value that is taken over: half for the liquidator, half for the insurance.
    int256 public constant PENALTY_BPS = 200;
    int256 internal constant BPS = 10_000;

    /// @dev Smallest units of the underlying, times a price, that are the smallest unit of the margin token.
    int256 private immutable _PRICE_UNIT;

    mapping(address account => Account) public accounts;
    int256 public totalMargin;
    /// @notice The margin token's smallest units that are here by these books: no donations, no claims.
    int256 public cash;
    /// @notice Pays losses that a margin did not cover. Below zero it is what is missing: each who leaves bears his
    /// share of it.
    int256 public insurance;
    /// @notice All long positions, which is all short ones.
    int256 public openInterest;

    /// @param underlyingDecimals plus 18 must not be less than `marginDecimals`
    constructor(uint256 underlyingDecimals, uint256 marginDecimals) {
        _PRICE_UNIT = int256(10 ** (underlyingDecimals + 18 - marginDecimals));
    }

    /// @dev Adds to the position of `account`; what closes is realised, but not yet booked.
    /// @param cost what `size` costs it: positive when it buys
    /// @return realised profit, or loss below zero
    function _take(address account, int256 size, int256 cost) internal returns (int256 realised) {
        Account storage a = accounts[account];
        (int256 held, int256 entry) = (a.size, a.entry);
        if (held != 0 && (held > 0) != (size > 0)) {
            int256 closed = _abs(size) < _abs(held) ? _abs(size) : _abs(held);
            int256 spent = _partOf(cost, closed, _abs(size));
            int256 closedEntry = _partOf(entry, closed, _abs(held));
            realised = -spent - closedEntry;
            (entry, cost) = (entry - closedEntry, cost - spent);
        }
        int256 next = held + size;
        (a.size, a.entry) = (next, entry + cost);
        if (held > 0) openInterest -= held;
        if (next > 0) openInterest += next;
    }

    /// @dev Changes the margin of `account`, which must suffice.
    function _book(address account, int256 change) internal {
        int256 margin = accounts[account].margin + change;
        if (margin < 0) revert InsufficientMargin(account, margin);
        accounts[account].margin = margin;
        totalMargin += change;
    }

    function _payIn(address account, int256 amount) internal {
        _book(account, amount);
        cash += amount;
    }

    /// @dev Takes `amount` of the margin of `account`, and with it its share of what is missing.
    /// @return paid what it gets for it
    function _takeOut(address account, int256 amount) internal returns (int256 paid) {
        int256 total = totalMargin;
        _book(account, -amount);
        paid = amount;
        if (insurance < 0) {
            int256 share = _partOf(amount, -insurance, total);
            if (share > amount) share = amount;
            insurance += share;
            paid -= share;
        }
        if (paid > cash) revert InsufficientCash(paid, cash);
        cash -= paid;
    }

    /// @dev Takes `size` from the position of `account`, and of its margin as large a part.
    /// @return reward what the liquidator gets
    function _takeOver(address account, int256 size, uint256 price) internal returns (int256 reward) {
        Account storage a = accounts[account];
        int256 backing = a.margin * size / a.size;
        int256 proceeds = -_costOf(-size, price);
        int256 realised = _take(account, -size, -proceeds);
        int256 rest = backing + realised;
        if (rest < 0) {
            _book(account, -backing);
            insurance += rest;
            return 0;
        }
        int256 penalty = SignedMath.min(_partOf(_abs(proceeds), PENALTY_BPS, BPS), rest);
        _book(account, realised - penalty);
        reward = penalty / 2;
        insurance += penalty - reward;
    }

    /// @param opens opening, and taking margin out, need more, and profits count only when they are realised
    /// @param price at which the account fares worse
    function _requireMargin(address account, uint256 price, bool opens) internal view {
        (int256 equity, int256 required) = _standing(account, price, opens);
        if (equity < required) revert Undermargined(account, equity, required);
    }

    /// @return equity the margin, with profit and loss as if the position were closed at `price`
    /// @return required what it must not be below
    function _standing(address account, uint256 price, bool opens)
        internal
        view
        returns (int256 equity, int256 required)
    {
        Account storage a = accounts[account];
        int256 closing = _costOf(-a.size, price);
        int256 profit = -closing - a.entry;
        equity = a.margin + (opens && profit > 0 ? int256(0) : profit);
        required = _partOf(_abs(closing), opens ? INITIAL_BPS : MAINTENANCE_BPS, BPS);
    }

    /// @return cost of `size` at `price`: more for a purchase, less for a sale
    function _costOf(int256 size, uint256 price) internal view returns (int256 cost) {
        return _partOf(size, int256(price), _PRICE_UNIT);
    }

    /// @dev `value * part / whole`, rounded up.
    /// @param whole above zero
    function _partOf(int256 value, int256 part, int256 whole) internal pure returns (int256 result) {
        int256 product = value * part;
        result = product / whole;
        if (product % whole > 0) ++result;
    }

    /// @dev Whether `size` is a part of `before`, or nothing of it.
    function _isLess(int256 size, int256 before) internal pure returns (bool) {
        return _abs(size) < _abs(before) && (size == 0 || (size > 0) == (before > 0));
    }

    function _abs(int256 value) internal pure returns (int256) {
        return value < 0 ? -value : value;
    }
}
