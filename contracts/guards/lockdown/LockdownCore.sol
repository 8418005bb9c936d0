// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title LockdownCore: "may this leave an account whose owner locked it down?"
///
/// What a protocol asks where assets leave a position: one storage read, which other accounts' lockdowns do not touch.
abstract contract LockdownCore {
    /// @param until the largest time where no lift has begun
    error LockedDown(address account, address to, uint256 until);

    struct AccountLockdown {
        address safe;
        uint32 delay;
        /// @dev when a lift that has begun ends the lockdown; 0 where none has
        uint32 liftsAt;
        bool isOn;
    }

    /// @custom:storage-location erc7201:guardrails.lockdown
    struct LockdownLayout {
        mapping(address account => AccountLockdown) accounts;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.lockdown")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LOCKDOWN_SLOT = 0x1492b12ab0fabc78dc86f220334a720b6a7820e5172ee4f121ba11913dd42900;

    /// @dev Asks before something leaves the position of `account` for `to`.
    function _requireNotLockedDown(address account, address to) internal view {
        uint256 until = _lockedDownUntil(account, to);
        if (block.timestamp < until) revert LockedDown(account, to, until);
    }

    function _isLockedDown(address account, address to) internal view returns (bool) {
        return block.timestamp < _lockedDownUntil(account, to);
    }

    /// @return until 0 or the past where `account` may pay `to`; the largest time where no lift has begun
    function _lockedDownUntil(address account, address to) internal view returns (uint256 until) {
        AccountLockdown memory own = _lockdown().accounts[account];
        if (!own.isOn || (to == own.safe && to != address(0))) return 0;
        return own.liftsAt == 0 ? type(uint256).max : own.liftsAt;
    }

    function _lockdown() internal pure returns (LockdownLayout storage l) {
        assembly ("memory-safe") {
            l.slot := LOCKDOWN_SLOT
        }
    }
}
