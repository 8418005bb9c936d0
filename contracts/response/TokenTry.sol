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

    /// @return done as SafeERC20 judges it: no revert, and either true or nothing came back from a contract
    function transfer(address token, address to, uint256 amount) internal returns (bool done) {
        bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
        assembly ("memory-safe") {
            done := call(GAS, token, 0, add(data, 32), mload(data), 0, 32)
            switch returndatasize()
            case 0 { done := and(done, gt(extcodesize(token), 0)) }
            default { done := and(done, and(gt(returndatasize(), 31), eq(mload(0), 1))) }
        }
    }

    /// @return held 0 where the token does not say
    function balanceOf(address token, address account) internal view returns (uint256 held) {
        bytes memory data = abi.encodeCall(IERC20.balanceOf, (account));
        assembly ("memory-safe") {
            let done := staticcall(GAS, token, add(data, 32), mload(data), 0, 32)
            if and(done, gt(returndatasize(), 31)) { held := mload(0) }
        }
    }
}
