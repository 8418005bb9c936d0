// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A maker of the fuzz lab who agrees to every order, and does whatever anybody asks of it
contract Maker is IERC1271 {
    error CallFailed(bytes reason);

    function isValidSignature(bytes32, bytes memory) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }

    /// @notice Calls `target` in its own name.
    function act(address target, bytes calldata data) external {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) revert CallFailed(answer);
    }
}
