// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {RankLimits} from "./RankLimits.sol";

/// @title RolesCore: where roles are stored, and who begins
abstract contract RolesCore {
    error AlreadyInitialised();
    error Unauthorised(address account, Rank required);
    error InvalidGovernance(address governance);

    event GovernanceSet(address indexed previous, address indexed governance);

    struct Holder {
        Rank rank;
        uint32 aliveUntil;
        uint32 provenAt;
    }

    struct RankUse {
        uint32 spent;
        uint32 coveredUntil;
        bool endedEarly;
        uint16 locks;
        uint32 lastLockAt;
        /// @dev restrictions that are neither a pause nor a level end then at the latest
        uint32 othersUntil;
    }

    /// @custom:storage-location erc7201:guardrails.roles
    struct RolesLayout {
        address governance;
        bool isSealed;
        /// @dev what was announced before is void, also where the same account governs again
        uint48 governsSince;
        mapping(address account => Holder) holders;
        mapping(Rank => RankLimits) limits;
        mapping(Rank => RankUse) use;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.roles")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ROLES_SLOT = 0xeaa7ff185ec08de6a03320337f401984752cea9132e23f84bc59a6ad763e9000;

    /// @dev Called once, by the constructor or initialiser of the host: `deployer` configures until `seal`.
    function _initRoles(address deployer) internal {
        if (_roles().governance != address(0)) revert AlreadyInitialised();
        _setGovernance(deployer);
    }

    /// @dev Every function of governance starts here. `Override` adds the delays; alone, governance acts at once.
    function _governed(bool loosens) internal virtual {
        loosens;
        if (msg.sender != _roles().governance) revert Unauthorised(msg.sender, Rank.GOVERNANCE);
    }

    function _setGovernance(address newGovernance) internal {
        RolesLayout storage l = _roles();
        bool usable = newGovernance != address(0) && newGovernance != address(this);
        if (!usable || l.holders[newGovernance].rank != Rank.NONE) revert InvalidGovernance(newGovernance);
        emit GovernanceSet(l.governance, newGovernance);
        (l.governance, l.governsSince) = (newGovernance, uint48(block.timestamp));
    }

    function _roles() internal pure returns (RolesLayout storage l) {
        assembly ("memory-safe") {
            l.slot := ROLES_SLOT
        }
    }
}
