// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Claim, ClaimState} from "./SettlementCore.sol";

interface ISettlement {
    error ClaimNotWaiting(uint256 id, ClaimState state);
    error ClaimNotReady(uint256 id, uint256 readyAt);
    error NotClaimOwner(uint256 id, address caller);
    error InvalidSettlement(uint256 delay, uint256 maxHold);

    event ClaimHeld(uint256 indexed id, address indexed by, uint256 readyAt, string reason);
    event ClaimReleased(uint256 indexed id, uint256 readyAt, string reason);
    event ClaimPaid(uint256 indexed id, address indexed owner, address indexed asset, uint256 amount);
    event ClaimReturned(
        uint256 indexed id, address indexed owner, address indexed asset, uint256 amount, string reason
    );
    event ClaimWithdrawn(uint256 indexed id, address indexed owner, address indexed asset, uint256 amount);
    event ClaimSkipped(uint256 indexed id, ClaimState state);
    event SettlementSet(uint256 previousDelay, uint256 previousMaxHold, uint256 delay, uint256 maxHold);

    function claim(uint256 id) external view returns (Claim memory);

    /// @notice Claims have the ids 1 to `claimCount`.
    function claimCount() external view returns (uint256);

    /// @notice What waiting claims have locked of `asset`; it does not belong to the protocol's own assets.
    function lockedInClaims(address asset) external view returns (uint256);

    /// @return delay seconds that a claim waits
    /// @return maxHold seconds after its creation up to which a fast rank can hold it
    function settlement() external view returns (uint256 delay, uint256 maxHold);

    /// @notice Anyone pays a claim out to its owner once it is ready.
    function settle(uint256 id) external;

    /// @notice The owner gives his claim up; what he gets for it is the host's choice (shares again, for a vault).
    function withdrawClaim(uint256 id) external;

    /// @notice Marks claims as suspect and holds them until `until`, never earlier than before; cut to `maxHold` after
    /// their creation for a fast rank. Skips what is no longer waiting.
    function hold(uint256[] calldata ids, uint256 until, string calldata reason) external;

    /// @notice Governance lets suspect claims go their ordinary way; a loosening. Skips what is not suspect.
    function release(uint256[] calldata ids, string calldata reason) external;

    /// @notice Governance returns suspect claims to the protocol; waits its delay like a loosening. Skips what is not
    /// suspect.
    function cancel(uint256[] calldata ids, string calldata reason) external;

    /// @notice A longer delay is immediate, all else a loosening. The delay concerns claims that are created later and
    /// releases, the hold what is held later.
    function setSettlement(uint256 delay, uint256 maxHold) external;
}
