// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice PENDING and SUSPECT claims wait; the other three are final.
enum ClaimState {
    NONE,
    PENDING,
    SUSPECT,
    PAID,
    RETURNED, // cancelled by governance: back to the protocol
    WITHDRAWN // cancelled by its owner
}

struct Claim {
    address owner;
    uint32 createdAt;
    uint32 readyAt;
    ClaimState state;
    address asset;
    uint256 amount;
}

/// @title SettlementCore: what was over the limit becomes a claim
abstract contract SettlementCore {
    error SettlementNotSet();
    error ClaimNotBacked(address asset, uint256 amount, uint256 missing);

    event ClaimCreated(
        uint256 indexed id, address indexed owner, address indexed asset, uint256 amount, uint256 readyAt
    );

    /// @custom:storage-location erc7201:guardrails.settlement
    struct SettlementLayout {
        mapping(uint256 id => Claim) claims;
        mapping(address asset => uint256) locked;
        uint128 count;
        uint32 delay;
        uint32 maxHold;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.settlement")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant SETTLEMENT_SLOT = 0xd7320eb5be6954dcab89400a2d82f3815d3104c0b3e35b284027f38ee70f0600;

    /// @dev The asset is already in this contract, beside what earlier claims lock: a claim that nothing stands behind
    /// would be paid from theirs.
    /// @return id from 1
    function _createClaim(address owner, address asset, uint256 amount) internal returns (uint256 id) {
        SettlementLayout storage l = _settlement();
        if (l.delay == 0) revert SettlementNotSet();
        id = ++l.count;
        uint256 readyAt = block.timestamp + l.delay;
        uint256 locked = l.locked[asset] += amount;
        uint256 held = IERC20(asset).balanceOf(address(this));
        if (held < locked) revert ClaimNotBacked(asset, amount, locked - held);
        l.claims[id] = Claim(owner, uint32(block.timestamp), uint32(readyAt), ClaimState.PENDING, asset, amount);
        emit ClaimCreated(id, owner, asset, amount, readyAt);
    }

    function _lockedInClaims(address asset) internal view returns (uint256) {
        return _settlement().locked[asset];
    }

    function _settlement() internal pure returns (SettlementLayout storage l) {
        assembly ("memory-safe") {
            l.slot := SETTLEMENT_SLOT
        }
    }
}
