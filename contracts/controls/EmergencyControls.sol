// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuardedHost} from "../GuardrailCore.sol";
import {BlocklistCore} from "../guards/blocklist/BlocklistCore.sol";
import {Gate} from "../guards/gate/Gate.sol";
import {GateCore} from "../guards/gate/GateCore.sol";
import {GuardWord} from "../guards/GuardWord.sol";
import {LevelGuard} from "../guards/level/LevelGuard.sol";
import {Lock} from "../guards/lock/Lock.sol";
import {OverrideCore} from "../guards/override/OverrideCore.sol";
import {Pause} from "../guards/pause/Pause.sol";
import {Roles} from "../guards/roles/Roles.sol";
import {RolesCore} from "../guards/roles/RolesCore.sol";
import {Settlement} from "../guards/settlement/Settlement.sol";
import {Claim} from "../guards/settlement/SettlementCore.sol";
import {Op} from "../guards/Types.sol";
import {Delegating} from "./Delegating.sol";

/// @title EmergencyControls: pause, level, lock and claims, as sentinel, guardian, governance and claimants call them
///
/// Deployed once a chain and used by all: a protocol that inherits `Guardrails` delegates here what it does not
/// implement itself, so that its own bytecode holds only what its users run. What is not here is delegated on to
/// `GovernanceControls`, from there to `MarketControls`, and from there to `OracleControls`. None has state, an owner or a way to change; all work on the storage (ERC-7201) of the
/// protocol that calls.
contract EmergencyControls is BlocklistCore, Pause, LevelGuard, Lock, Settlement, OverrideCore, Delegating {
    /// @param next the `GovernanceControls` of this chain
    constructor(address next) Delegating(next) {}

    /// @notice The contract that implements what this one delegates.
    function governanceControls() external view returns (address) {
        return _implementation();
    }

    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner)
        internal
        virtual
        override
    {
        IGuardedHost(address(this)).onClaimEnded(id, owner, asset, amount, byOwner);
    }

    function _beforeSettle(Claim storage c) internal virtual override {
        _enter(Op.SETTLE);
        GuardWord word = _word();
        _requireNotLocked(word, c.owner, c.asset, c.amount);
        _requireNotBlocked(word, c.owner, c.asset, c.amount);
    }

    function _screen(uint16 operation, address sender, bytes4 selector)
        internal
        virtual
        override(GateCore, BlocklistCore)
    {
        BlocklistCore._screen(operation, sender, selector);
    }

    function _governed(bool loosens) internal virtual override(RolesCore, OverrideCore) {
        OverrideCore._governed(loosens);
    }

    function _onSeal() internal virtual override(Roles, Gate) {
        Gate._onSeal();
    }
}
