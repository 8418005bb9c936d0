// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface ILockdown {
    error InvalidLockdown(uint256 delay, uint256 maximum, address safe);
    error AlreadyLockedDown(address account);
    error NotLockedDown(address account);
    error LiftHasBegun(address account, uint256 until);
    error NoLiftToStop(address account);
    error NotOwnerNorSafe(address caller);

    event AccountLockedDown(address indexed account, uint256 delay, address indexed safe);
    event LiftBegun(address indexed account, uint256 until);
    event LiftStopped(address indexed account, address indexed by);

    /// @notice The caller locks down his own account: nothing leaves it but to `safe`, until he lifts that.
    /// @param delay seconds that a lift will take, 1 hour to 30 days
    /// @param safe where his assets may go meanwhile, best an address of another key; zero for nowhere. It cannot be
    /// changed while locked down
    function lockDown(uint256 delay, address safe) external;

    /// @notice The caller begins to lift his lockdown; it ends after his delay.
    function beginLift() external returns (uint256 until);

    /// @notice The owner of `account`, or its safe address, stops a lift that somebody began with a stolen key.
    function stopLift(address account) external;

    /// @return isOn whether `account` is locked down now
    /// @return until when a lift that has begun ends it; the largest time where none has
    /// @return delay seconds that a lift takes
    /// @return safe where its assets may go
    function lockdownOf(address account) external view returns (bool isOn, uint256 until, uint256 delay, address safe);
}
