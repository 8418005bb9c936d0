// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title TokenTry: calls of a token that may be hostile
///
/// A token in a list must not keep anybody from the others. So each call has a fixed gas, a revert is an answer, and
/// at most one word of what it returns is looked at. A caller who brings too little gas sees failures, never loses.
library TokenTry {
    /// @dev Gas of one call of a token: more than known transfers need, so that 32 hostile ones fit into a block.
    uint256 internal constant GAS = 500_000;

    /// @dev Gas of each look at the own balance around a transfer.
    uint256 internal constant LOOK_GAS = 100_000;

    /// @return done no revert, and true or nothing came back from a contract, as SafeERC20 judges it. Or something else
    /// came back, and the balance here is lower than before: known tokens pay and say false, and must not pay twice.
    function transfer(address token, address to, uint256 amount) internal returns (bool done) {
        (bool known, uint256 before) = _look(token, address(this), LOOK_GAS);
        bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
        bool success;
        assembly ("memory-safe") {
            success := call(GAS, token, 0, add(data, 32), mload(data), 0, 32)
            switch returndatasize()
            case 0 { done := and(success, gt(extcodesize(token), 0)) }
            default { done := and(success, and(gt(returndatasize(), 31), eq(mload(0), 1))) }
        }
        if (done || !success || !known) return done;
        uint256 held;
        (known, held) = _look(token, address(this), LOOK_GAS);
        return known && held < before;
    }

    /// @return held 0 where the token does not say
    function balanceOf(address token, address account) internal view returns (uint256 held) {
        (, held) = _look(token, account, GAS);
    }

    function _look(address token, address account, uint256 gas_) private view returns (bool known, uint256 held) {
        bytes memory data = abi.encodeCall(IERC20.balanceOf, (account));
        assembly ("memory-safe") {
            known := staticcall(gas_, token, add(data, 32), mload(data), 0, 32)
            known := and(known, gt(returndatasize(), 31))
            if known { held := mload(0) }
        }
    }
}
