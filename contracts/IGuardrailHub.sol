// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Exposure} from "./guards/caps/CapWord.sol";
import {Side} from "./guards/oracle/PriceTypes.sol";
import {Decision} from "./guards/Types.sol";

/// @notice What a member of a hub calls; see `GuardrailHub`.
interface IGuardrailHub {
    error NotMember(address caller);
    error MemberHasNoCode(address member);
    error NoBaseSource(address asset);

    event MemberSet(address indexed member, bool isMember);
    event BaseSourceSet(address indexed asset, address indexed source);

    /// @return entered false where somebody is blocked: ask `enterAs`. A closed operation reverts with the guard's own
    /// error
    function enter(uint16 operation) external returns (bool entered);

    /// @param sender who called the member, and by which of its functions
    function enterAs(uint16 operation, address sender, bytes4 selector) external;
    function meterIn(address asset, uint256 amount) external;

    /// @return REFUSE where somebody is blocked: nothing was metered, ask `meterOutTo`. What may not leave reverts
    function meterOut(address asset, address account, uint256 amount) external returns (Decision);

    /// @notice The same for a payment to `to`; PASS or QUEUE.
    function meterOutTo(address asset, address account, address to, uint256 amount) external returns (Decision);

    function noteDeposit(address account) external;

    /// @notice For members whose positions have identities of their own; asked before `meterOut`.
    function requirePositionRemovable(bytes32 position, address account, address asset, uint256 amount) external;

    /// @notice Whether what `account` has of `asset` may change hands inside the calling member, where nothing is paid
    /// out. As `isRemovable`, but what shadow mode lets pass is reported; members only, while there may be something to.
    function mayMove(address account, address asset) external returns (bool);

    /// @notice Reverts where `wanted` is over the cap in force. The number is the calling member's: what several members
    /// hold of one asset is under one cap only if they supply their sum.
    /// @param account zero, or with an account's `kind` the account that `wanted` is about
    function requireUnderCap(Exposure kind, address asset, address account, uint256 wanted) external;

    /// @notice Pulls `amount` of `asset` from the calling member and creates a claim of `owner` for what arrived.
    function queueClaim(address owner, address asset, uint256 amount) external returns (uint256 claimId);

    /// @notice The price of `asset` for `operation`, times 1e18; members only where it is not an ordinary answer.
    function usePrice(address asset, uint16 operation, Side side) external returns (uint256 price);

    function isMember(address account) external view returns (bool);
    function isOpen(uint16 operation) external view returns (bool);

    /// @notice When `operation`, a single one, last opened again: in the future while it is closed, 0 where it never was.
    function reopenedAt(uint16 operation) external view returns (uint256 time);

    function available(address asset) external view returns (uint256);
    function requireNotLockedDown(address account, address to) external view;
    function isLockedDown(address account, address to) external view returns (bool);
    function isRemovable(address account, address asset) external view returns (bool);
    function priceOf(address asset, uint16 operation, Side side) external view returns (uint256 price);
}
