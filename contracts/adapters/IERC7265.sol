// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What protocols written for ERC-7265, and their users, call on a circuit breaker: both forms of an outflow,
/// with and without the caller's choice to be refused. Its administration is the hub's own.
interface IERC7265 {
    event LockedFundsClaimed(address indexed asset, address indexed recipient);

    /// @notice `amount` of `token` came into the calling protocol.
    function onTokenInflow(address token, uint256 amount) external;

    /// @notice `amount` of `token`, which the calling protocol has transferred here, is to go to `recipient`.
    /// @param revertOnRateLimit over the limit, true refuses and false lets it wait
    function onTokenOutflow(address token, uint256 amount, address recipient, bool revertOnRateLimit) external;

    /// @notice The same; over the limit it waits.
    function onTokenOutflow(address token, uint256 amount, address recipient) external;

    function onNativeAssetInflow(uint256 amount) external;
    function onNativeAssetOutflow(address recipient, bool revertOnRateLimit) external payable;
    function onNativeAssetOutflow(address recipient) external payable;

    /// @notice Anyone pays out to `recipient` what waits of `asset` for him and is ready.
    function claimLockedFunds(address asset, address recipient) external;

    function lockedFunds(address recipient, address asset) external view returns (uint256);
    function isProtectedContract(address account) external view returns (bool);
    function isRateLimited() external view returns (bool);
    function isRateLimitTriggered(address asset) external view returns (bool);
    function isInGracePeriod() external view returns (bool);
    function isOperational() external view returns (bool);
}
