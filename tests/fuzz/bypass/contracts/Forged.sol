// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Contracts that have the names of the guards and do nothing of what those do. Only read, never run.

abstract contract GateCore {
    modifier guarded(uint16) {
        _;
    }

    function _enter(uint16) internal {}
}

abstract contract Guardrails is GateCore {
    function _payOut(address asset, address, address to, uint256 amount) internal virtual returns (uint256) {
        IERC20(asset).transfer(to, amount);
        return 0;
    }

    function _governed(bool) internal virtual {}

    function _meterOut(address, address, uint256, uint256) internal virtual {}
}

contract Forged is Guardrails {
    address public token;

    function withdraw(uint256 amount) external guarded(2) {
        _payOut(token, msg.sender, msg.sender, amount);
    }

    function enter(uint256 amount) external {
        _enter(2);
        IERC20(token).transfer(msg.sender, amount);
    }

    function sweep(address to) external {
        _governed(true);
        IERC20(token).transfer(to, 1);
    }

    function byHand(uint256 amount) external {
        _meterOut(token, msg.sender, amount, 0);
        IERC20(token).transfer(msg.sender, amount);
    }
}
