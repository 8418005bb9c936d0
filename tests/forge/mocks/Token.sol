// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

interface ITokenHook {
    /// @param before true ahead of the movement, as ERC-777's `tokensToSend`
    function onToken(address from, address to, uint256 amount, bool before) external;
}

/// @title An ERC-20 that can do what real tokens do: take a fee, block an account, call back, waste gas
contract Token is ERC20 {
    error Blocked(address account);

    uint256 public feeBps;
    mapping(address account => bool) public blocked;
    mapping(address account => bool) public wastesGas;
    address public hook;

    constructor() ERC20("Token", "TKN") {}

    function mint(address to, uint256 amount) external {
        super._update(address(0), to, amount);
    }

    function setFee(uint256 bps) external {
        feeBps = bps;
    }

    function setBlocked(address account, bool isBlocked) external {
        blocked[account] = isBlocked;
    }

    /// @dev Receiving by `account` burns all gas of the call.
    function setWastesGas(address account) external {
        wastesGas[account] = true;
    }

    /// @dev `to` is told of every movement, before and after it.
    function setHook(address to) external {
        hook = to;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        if (wastesGas[to]) {
            assembly {
                invalid()
            }
        }
        if (hook != address(0)) ITokenHook(hook).onToken(from, to, amount, true);
        uint256 fee = amount * feeBps / 10_000;
        if (fee != 0) super._update(from, address(this), fee);
        super._update(from, to, amount - fee);
        if (hook != address(0)) ITokenHook(hook).onToken(from, to, amount, false);
    }
}
