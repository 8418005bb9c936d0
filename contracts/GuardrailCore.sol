// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlocklistCore} from "./guards/blocklist/BlocklistCore.sol";
import {CapsCore} from "./guards/caps/CapsCore.sol";
import {GuardWord} from "./guards/GuardWord.sol";
import {LockCore} from "./guards/lock/LockCore.sol";
import {LockdownCore} from "./guards/lockdown/LockdownCore.sol";
import {OracleCore} from "./guards/oracle/OracleCore.sol";
import {OutflowCore} from "./guards/outflow/OutflowCore.sol";
import {SettlementCore} from "./guards/settlement/SettlementCore.sol";
import {Guard} from "./guards/Types.sol";

/// @notice What the guards call on the protocol that they guard.
interface IGuardedHost {
    /// @notice A claim ended without being paid: given up by its owner, or returned by governance. Its `amount` of
    /// `asset` is this contract's again.
    function onClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) external;

    /// @notice What the relative limit of `asset` is a share of, by the host's own accounting.
    function outflowBase(address asset) external view returns (uint256);
}

/// @notice What a guarded call runs, of all guards; and how the guards meet.
abstract contract GuardrailCore is
    BlocklistCore,
    LockCore,
    OutflowCore,
    SettlementCore,
    CapsCore,
    LockdownCore,
    OracleCore
{
    /// @dev Asks before `amount` of `asset` leaves the position of `account` for `to`; only where the word says so.
    function _requireMayLeave(GuardWord word, address account, address to, address asset, uint256 amount) internal {
        _requireNotLocked(word, account, asset, amount);
        if (word.agesDeposits()) _requireOldEnough(word, account, asset, amount);
        _requireNotBlocked(word, account, asset, amount);
        if (to != account) _requireNotBlocked(word, to, asset, amount);
    }

    /// @dev Whether what `account` has of `asset` may change hands inside the protocol, for hosts that refuse by
    /// themselves where nothing is paid out. `_isRemovable`, but what shadow mode lets pass is reported, without an
    /// amount.
    function _mayMove(address account, address asset) internal returns (bool) {
        GuardWord word = _word();
        if (!word.asksWho(block.timestamp)) return true;
        if (!_isUnlocked(word, account, asset) || _isBlocked(word, account)) return false;
        _requireMayLeave(word, account, account, asset, 0);
        return true;
    }

    function _isRemovable(address account, address asset) internal view virtual override returns (bool) {
        GuardWord word = _word();
        return _isUnlocked(word, account, asset) && !_isBlocked(word, account);
    }

    function _withheld() internal view virtual override returns (uint256) {
        return _withheldBy(_word());
    }

    function _withheldInShadow() internal view virtual override returns (bool) {
        return _word().inShadow(Guard.LEVEL);
    }

    /// @dev The same of a word that is read already.
    function _withheldBy(GuardWord word) internal view returns (uint256 withheld) {
        if (word.anyLevel()) withheld = 100 - _shareAt(_liveLevel(word));
    }
}
