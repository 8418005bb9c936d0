// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Gate} from "./guards/gate/Gate.sol";
import {GuardrailCore, IGuardedHost} from "./GuardrailCore.sol";
import {GuardWord} from "./guards/GuardWord.sol";
import {LevelGuard} from "./guards/level/LevelGuard.sol";
import {Lock} from "./guards/lock/Lock.sol";
import {Outflow} from "./guards/outflow/Outflow.sol";
import {OutflowCore} from "./guards/outflow/OutflowCore.sol";
import {Override} from "./guards/override/Override.sol";
import {Pause} from "./guards/pause/Pause.sol";
import {Roles} from "./guards/roles/Roles.sol";
import {RolesCore} from "./guards/roles/RolesCore.sol";
import {Settlement} from "./guards/settlement/Settlement.sol";
import {Claim} from "./guards/settlement/SettlementCore.sol";
import {Op} from "./guards/Types.sol";

/// @title GuardrailControls: every function by which roles, governance and claimants act on the guards
///
/// Deployed once a chain and used by all: a protocol that inherits `Guardrails` delegates to it what it does not
/// implement itself, so that the protocol's own bytecode holds only what its users run. It has no state, no owner and
/// no way to change; it works on the storage (ERC-7201) of the protocol that calls it.
contract GuardrailControls is GuardrailCore, Pause, LevelGuard, Lock, Outflow, Settlement, Override {
    /// @dev The host handed the claim's amount back to itself: it was never elsewhere. What follows is the host's.
    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner)
        internal
        virtual
        override
    {
        IGuardedHost(address(this)).onClaimEnded(id, owner, asset, amount, byOwner);
    }

    function _beforeSettle(Claim storage c) internal virtual override {
        _enter(Op.SETTLE);
        _requireNotLocked(_word(), c.owner, c.asset, c.amount);
    }

    function _outflowBase(address asset) internal view virtual override returns (uint256) {
        return IGuardedHost(address(this)).outflowBase(asset);
    }

    function _outflowShare() internal view virtual override(GuardrailCore, OutflowCore) returns (uint256, bool) {
        return GuardrailCore._outflowShare();
    }

    function _governed(bool loosens) internal virtual override(RolesCore, Override) {
        Override._governed(loosens);
    }

    function _onSeal() internal virtual override(Roles, Gate) {
        Gate._onSeal();
    }
}
