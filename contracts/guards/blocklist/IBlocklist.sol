// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

/// @notice Why `blockAccounts` left an account out.
enum Skipped {
    PROTECTED, // the protocol itself, governance, the zero address, a member of the hub
    ALREADY, // the rank blocks it as long or longer
    SUBJECT_BUDGET, // the rank's seconds on this account are spent
    RANK_BUDGET // the rank has no block left in this period
}

interface IBlocklist {
    error CannotBeBlocked(address account);
    error TooManyAccounts(uint256 count, uint256 maximum);
    error NoOperations(Rank rank);
    error AccountNotBlocked(address account);
    error SelectorNotBlocked(bytes4 selector);
    error BlocksMayBeLive(uint256 horizon);

    event AccountBlocked(address indexed account, Rank indexed rank, address indexed by, uint256 until, string reason);
    event AccountSkipped(address indexed account, Rank indexed rank, address indexed by, Skipped why);
    event AccountUnblocked(address indexed account, string reason);
    event SelectorBlocked(
        bytes4 indexed selector, Rank indexed rank, address indexed by, uint16 operations, uint256 until, string reason
    );
    event SelectorUnblocked(bytes4 indexed selector, string reason);
    event BlocksCleanedUp(address indexed by);

    /// @notice Closes the protocol to `account` for `duration` seconds, as a caller, as the one whose position pays,
    /// and as a receiver; his claims wait. Extends the caller's rank's block, never shortens one. A fast rank pays for
    /// it as for a lock: `maxLock` at a time, `maxLocks` together with its locks, its budget of seconds on the account.
    function blockAccount(address account, uint256 duration, string calldata reason) external returns (uint256 until);

    /// @notice The same for up to MAX_ACCOUNTS_AT_ONCE accounts. Those that cannot be blocked are left out, each with
    /// an event that says why.
    /// @return count how many were blocked
    function blockAccounts(address[] calldata accounts, uint256 duration, string calldata reason)
        external
        returns (uint256 count);

    /// @notice Closes the entry `selector` to everybody for `duration` seconds, as far as it enters an operation that
    /// the caller's rank may close. A fast rank pays for it from its budget, as for a pause.
    function blockSelector(bytes4 selector, uint256 duration, string calldata reason) external returns (uint256 until);

    /// @notice Governance ends all blocks of `account`; a loosening.
    function unblockAccount(address account, string calldata reason) external;

    /// @notice Governance ends all blocks of `selector`; a loosening.
    function unblockSelector(bytes4 selector, string calldata reason) external;

    /// @notice Anyone ends the search for blocks once none is live; users then pay less gas.
    function cleanUpBlocks() external;

    /// @return until 0 or the past where the account is not blocked
    function accountBlockedUntil(address account) external view returns (uint256 until);

    /// @return until 0 or the past where `selector` is not blocked as an entry to `operation`
    function selectorBlockedUntil(bytes4 selector, uint16 operation) external view returns (uint256 until);

    /// @return horizon nothing is blocked from this time on
    function blockHorizon() external view returns (uint256 horizon);
}
