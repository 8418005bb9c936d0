// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level} from "../guards/Types.sol";

interface IFrozenExit {
    error ExitDurationOutOfBounds(uint256 duration, uint256 maximum);
    error ExitNotOpen(uint256 openUntil);
    error NotFrozen(Level level);
    error TooManyExitTokens(uint256 count, uint256 maximum);
    error InvalidExitShares(uint256 shares, uint256 supply);
    error InvalidExitReceiver(address receiver);
    error NothingOwed(address account, address token);

    event ExitSet(uint256 previous, uint256 until);
    event Exited(address indexed account, address indexed receiver, uint256 shares);
    event ExitPaid(address indexed account, address indexed token, address receiver, uint256 amount);
    event ExitOwed(address indexed account, address indexed token, uint256 amount);
    event ExitCollected(address indexed account, address indexed token, address receiver, uint256 amount);

    /// @notice Governance lets users leave pro rata for `duration` seconds from now, while the level is FROZEN. Sooner
    /// is immediate (0 ends it), later a loosening.
    function setExit(uint256 duration) external;

    /// @notice Burns `shares` of the caller and pays their part of everything that is left, token by token. A token
    /// that fails is owed to the caller instead (`ExitOwed`).
    function exitProRata(uint256 shares, address receiver) external;

    /// @notice Pays the caller what an exit owes it of `token`.
    function collectExit(address token, address receiver) external;

    /// @notice Unix seconds; the exit is closed at this time, and while the level is not FROZEN.
    function exitOpenUntil() external view returns (uint256);

    /// @notice What exits of `account` could not pay of `token` and owe.
    function exitOwed(address account, address token) external view returns (uint256);
}
