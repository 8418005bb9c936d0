// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a hub knows of its members. The controls read it too: in an embedded protocol it is empty.
abstract contract HubStorage {
    /// @custom:storage-location erc7201:guardrails.hub
    struct HubLayout {
        mapping(address account => bool) members;
        mapping(uint256 claimId => address) queuedBy;
        mapping(address asset => address) baseSources;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.hub")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant HUB_SLOT = 0x532508131989de58b1d887f79ff84f55a91cafcd26619f14c27decb9a3f87f00;

    function _hub() internal pure returns (HubLayout storage l) {
        assembly ("memory-safe") {
            l.slot := HUB_SLOT
        }
    }
}
