// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IResumeGate} from "./IResume.sol";

/// @title ResumeCore: "may the protocol resume?"
abstract contract ResumeCore {
    /// @custom:storage-location erc7201:guardrails.resume
    struct ResumeLayout {
        address gate;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.resume")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant RESUME_SLOT = 0xd186f1e3d401f3ca4f537c6ab6e0f00c8ff01a24fba489f9f2a8fdbacc1e1400;

    /// @dev Before anything that ends a restriction: reverts as the gate does.
    function _requireResumable() internal view {
        address gate = _resume().gate;
        if (gate != address(0)) IResumeGate(gate).requireAll();
    }

    function _resume() internal pure returns (ResumeLayout storage l) {
        assembly ("memory-safe") {
            l.slot := RESUME_SLOT
        }
    }
}
