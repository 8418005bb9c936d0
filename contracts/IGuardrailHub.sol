// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Decision} from "./guards/Types.sol";

/// @notice What a member of a hub calls; see `GuardrailHub`.
interface IGuardrailHub {
    error NotMember(address caller);
    error MemberHasNoCode(address member);

    event MemberSet(address indexed member, bool isMember);
    event BaseSourceSet(address indexed asset, address indexed source);

    function enter(uint16 operation) external;
    function meterIn(address asset, uint256 amount) external;
    function meterOut(address asset, address account, uint256 amount) external returns (Decision);
    function noteDeposit(address account) external;

    /// @notice Pulls `amount` of `asset` from the calling member and creates a claim of `owner` for what arrived.
    function queueClaim(address owner, address asset, uint256 amount) external returns (uint256 claimId);

    function isMember(address account) external view returns (bool);
    function isOpen(uint16 operation) external view returns (bool);
    function available(address asset) external view returns (uint256);
    function isRemovable(address account, address asset) external view returns (bool);
}

/// @notice What a hub calls on its members.
interface IHubMember {
    /// @notice A claim of this member ended without being paid; `amount` of `asset` was sent back before the call.
    function onClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) external;

    /// @notice What the relative limit of `asset` is a share of, by the member's own accounting.
    function outflowBase(address asset) external view returns (uint256);
}
