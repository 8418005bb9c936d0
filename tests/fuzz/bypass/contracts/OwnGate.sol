// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Minimal} from "../../../../contracts/examples/Minimal.sol";

/// @notice Real guards, and a gate of one's own beside them that has the name of theirs. Only read, never run.
contract OwnGate is Minimal {
    bool public open;

    modifier guardedByMe(uint16) {
        require(open);
        _;
    }

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function leave(uint256 amount) external guardedByMe(2) {
        _payOut(token, msg.sender, amount);
    }
}
