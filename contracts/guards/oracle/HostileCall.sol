// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Reads a foreign contract that may revert, burn its gas, or return too little or too much.
library HostileCall {
    error TooLittleGas(address target);

    /// @dev Gas of one read. A feed behind a proxy takes about 20,000, a long mean of a pool 100,000.
    uint256 internal constant GAS = 500_000;

    /// @dev A caller who sends little gas could make a good feed look dead and so choose what takes its place. A read
    /// that failed for want of gas leaves at most GAS / 63 for each contract that it went through; where less than GAS
    /// / 8 is left, this reverts.
    /// @param words how many of the first three words must have come
    /// @return done false where there is no answer
    function read(address target, bytes4 selector, uint256 words)
        internal
        view
        returns (bool done, uint256 first, uint256 second, uint256 third)
    {
        assembly ("memory-safe") {
            let out := mload(0x40)
            mstore(out, selector)
            done := staticcall(GAS, target, out, 4, out, 96)
            if gt(mul(32, words), returndatasize()) { done := 0 }
            if done {
                first := mload(out)
                second := mload(add(out, 32))
                third := mload(add(out, 64))
            }
        }
        if (!done && gasleft() < GAS / 8) revert TooLittleGas(target);
    }
}
