// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "./GuardStorage.sol";
import {GuardWord} from "./GuardWord.sol";
import {ResumeCore} from "./resume/ResumeCore.sol";
import {Roles} from "./roles/Roles.sol";
import {Guard} from "./Types.sol";

/// @notice What the functions of every guard stand on: its storage, the roles, and shadow mode.
abstract contract GuardBase is GuardStorage, Roles, ResumeCore {
    event ShadowChanged(Guard indexed guard, bool previous, bool shadow);

    /// @notice The raw word, for tools that read the chain; see `GuardWord` for its fields.
    function guardWord() external view returns (GuardWord) {
        return _word();
    }

    function inShadow(Guard guard) external view returns (bool) {
        return _inShadow(guard);
    }

    /// @notice In shadow mode a guard decides and emits but does not enforce. Leaving it is immediate, entering it a
    /// loosening.
    function setShadow(Guard guard, bool shadow) external virtual {
        _governed(shadow);
        if (shadow) _requireResumable();
        emit ShadowChanged(guard, _inShadow(guard), shadow);
        _enterShadow(guard, shadow);
    }
}
