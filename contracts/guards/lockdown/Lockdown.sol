// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILockdown} from "./ILockdown.sol";
import {LockdownCore} from "./LockdownCore.sol";

/// @title Lockdown: a user closes his own account, so that a stolen key cannot empty it at once
///
/// Guards: what leaves the position of an account that its owner locked down, except to his safe address, until a
/// delay that he chose has passed. The safe address can stop a lift, so a thief with the key alone never gets through
/// while somebody answers there.
/// Trusts: nobody. No rank locks an account down or lifts a lockdown; it hinders nobody else.
/// Assumes: the host asks wherever assets, shares or credit leave a position, allowances included.
/// Does not guard: repaying and being liquidated, which stay possible; allowances given before the lift, which count
/// again after it; an owner who names a thief's address as safe.
abstract contract Lockdown is ILockdown, LockdownCore {
    uint256 public constant MIN_LIFT_DELAY = 1 hours;
    uint256 public constant MAX_LIFT_DELAY = 30 days;

    // ---------------------------------------------------------------- external

    function lockDown(uint256 delay, address safe) external virtual {
        if (delay < MIN_LIFT_DELAY || delay > MAX_LIFT_DELAY || safe == msg.sender) {
            revert InvalidLockdown(delay, MAX_LIFT_DELAY, safe);
        }
        if (_isOn(msg.sender)) revert AlreadyLockedDown(msg.sender);
        _lockdown().accounts[msg.sender] = AccountLockdown(safe, uint32(delay), 0, true);
        emit AccountLockedDown(msg.sender, delay, safe);
    }

    function beginLift() external virtual returns (uint256 until) {
        if (!_isOn(msg.sender)) revert NotLockedDown(msg.sender);
        AccountLockdown storage own = _lockdown().accounts[msg.sender];
        if (own.liftsAt != 0) revert LiftHasBegun(msg.sender, own.liftsAt);
        until = block.timestamp + own.delay;
        own.liftsAt = uint32(until);
        emit LiftBegun(msg.sender, until);
    }

    function stopLift(address account) external virtual {
        AccountLockdown storage own = _lockdown().accounts[account];
        if (msg.sender != account && msg.sender != own.safe) revert NotOwnerNorSafe(msg.sender);
        if (!_isOn(account) || own.liftsAt == 0) revert NoLiftToStop(account);
        own.liftsAt = 0;
        emit LiftStopped(account, msg.sender);
    }

    function lockdownOf(address account)
        external
        view
        virtual
        returns (bool isOn, uint256 until, uint256 delay, address safe)
    {
        AccountLockdown storage own = _lockdown().accounts[account];
        return (_isOn(account), _lockedDownUntil(account, address(0)), own.delay, own.safe);
    }

    // ---------------------------------------------------------------- private

    function _isOn(address account) private view returns (bool) {
        return _isLockedDown(account, address(0));
    }
}
