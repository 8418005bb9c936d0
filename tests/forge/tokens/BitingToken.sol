// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ITokenHook} from "../mocks/Token.sol";

/// @notice What `transfer` and `transferFrom` give back.
enum Answer {
    TRUE,
    NOTHING, // as USDT
    FALSE_ON_FAILURE, // instead of a revert
    HUGE // 64 kB that begin with true
}

struct Bite {
    uint8 decimals;
    Answer answer;
    uint256 feeBps;
    bool refusesZero;
    bool refusesSecondApproval; // as USDT: only from zero, or to zero
    uint256 burnsGas; // in each transfer
    address hook; // told before and after each movement, as ERC-777 does
}

/// @title A token that bites where a row of the table says so
contract BitingToken {
    error Refused(address account);
    error ZeroAmount();
    error NotFromZero();

    Bite public bite;
    uint256 public percent = 100; // what a balance is of its shares
    mapping(address account => uint256) public shares;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address account => bool) public blocked;
    mapping(address account => uint256) public lies;
    bool public muted;

    constructor(Bite memory bite_) {
        bite = bite_;
    }

    function decimals() external view returns (uint8) {
        return bite.decimals;
    }

    function mint(address to, uint256 amount) external {
        shares[to] += amount * 100 / percent;
    }

    function rebase(uint256 percent_) external {
        percent = percent_;
    }

    function setBlocked(address account, bool isBlocked) external {
        blocked[account] = isBlocked;
    }

    /// @dev From now on `balanceOf(account)` is `amount`, whatever moves.
    function lie(address account, uint256 amount) external {
        lies[account] = amount;
    }

    /// @dev Transfers say true and move nothing.
    function mute() external {
        muted = true;
    }

    function balanceOf(address account) public view returns (uint256) {
        if (lies[account] != 0) return lies[account];
        return shares[account] * percent / 100;
    }

    function approve(address spender, uint256 amount) external {
        if (bite.refusesSecondApproval && amount != 0 && allowance[msg.sender][spender] != 0) revert NotFromZero();
        allowance[msg.sender][spender] = amount;
        _answer(true);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        if (allowance[from][msg.sender] < amount) return _fail(from);
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        Bite memory b = bite;
        if (muted) return _answer(true);
        if (amount == 0 && b.refusesZero) revert ZeroAmount();
        if (blocked[from]) return _fail(from);
        if (blocked[to]) return _fail(to);
        for (uint256 end = gasleft(); b.burnsGas != 0 && end - gasleft() < b.burnsGas;) {}
        if (b.hook != address(0)) ITokenHook(b.hook).onToken(from, to, amount, true);
        uint256 moved = amount * 100 / percent;
        if (shares[from] < moved) return _fail(from);
        shares[from] -= moved;
        shares[to] += moved - moved * b.feeBps / 10_000;
        if (b.hook != address(0)) ITokenHook(b.hook).onToken(from, to, amount, false);
        _answer(true);
    }

    function _fail(address account) private view {
        if (bite.answer != Answer.FALSE_ON_FAILURE) revert Refused(account);
        _answer(false);
    }

    function _answer(bool done) private view {
        if (bite.answer == Answer.NOTHING) return;
        uint256 size = bite.answer == Answer.HUGE ? 1 << 16 : 32;
        assembly {
            mstore(0, done)
            return(0, size)
        }
    }
}
