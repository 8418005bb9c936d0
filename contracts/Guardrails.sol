// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardWord} from "./guards/GuardWord.sol";
import {LevelGuard} from "./guards/level/LevelGuard.sol";
import {Lock} from "./guards/lock/Lock.sol";
import {Outflow} from "./guards/outflow/Outflow.sol";
import {Override} from "./guards/override/Override.sol";
import {Pause} from "./guards/pause/Pause.sol";
import {Roles} from "./guards/roles/Roles.sol";
import {Gate} from "./guards/Gate.sol";
import {Claim} from "./guards/settlement/ISettlement.sol";
import {Settlement} from "./guards/settlement/Settlement.sol";
import {Decision, Guard, Op} from "./guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Guardrails: every guard under one decision, embedded in the protocol
///
/// A protocol inherits this, marks its entries with `guarded(operation)`, and moves assets with `_takeIn` and
/// `_payOut`. Nothing else reaches its users' funds, and nobody can switch the guards off from outside.
///
/// Guards: operations (pause, level), collateral (lock), the speed of outflow, and the fate of what was over it.
/// Trusts: see each guard. Assumes: all assets move through `_takeIn` and `_payOut`; one reentrancy lock of the host's
/// own around its entries, where its tokens call back.
/// Does not guard: prices, or logic that pays the wrong amount slowly.
abstract contract Guardrails is Pause, LevelGuard, Lock, Outflow, Settlement, Override {
    using SafeERC20 for IERC20;

    // ---------------------------------------------------------------- internal: what a protocol uses

    /// @dev Once, by the constructor or initialiser. `deployer` configures and then calls `seal`; until then every
    /// operation is closed.
    function _initGuardrails(address deployer) internal {
        _initRoles(deployer);
        _closeUntilSealed();
    }

    /// @dev Pulls `amount` of `asset` from `from` and meters what arrived.
    /// @return received what arrived, which is less than `amount` for a token that takes a fee
    function _takeIn(address asset, address from, uint256 amount) internal virtual returns (uint256 received) {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(from, address(this), amount);
        received = IERC20(asset).balanceOf(address(this)) - before;
        _meterIn(asset, received);
    }

    /// @dev Pays `amount` of `asset` to `account`, or queues a claim for it, or refuses.
    /// @return claimId 0 when it was paid
    function _payOut(address asset, address account, uint256 amount) internal returns (uint256 claimId) {
        return _payOut(asset, account, account, amount);
    }

    /// @param account whose position the asset leaves: its locks count
    /// @param to who is paid, or owns the claim
    function _payOut(address asset, address account, address to, uint256 amount)
        internal
        virtual
        returns (uint256 claimId)
    {
        _requireRemovable(account, asset, amount);
        if (_meterOut(asset, account, amount) == Decision.QUEUE) return _createClaim(to, asset, amount);
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @dev What this contract holds of `asset` for waiting claims; not the protocol's own.
    function _lockedHere(address asset) internal view returns (uint256) {
        return lockedInClaims(asset);
    }

    // ---------------------------------------------------------------- internal: how the guards meet

    function _outflowShare() internal view virtual override returns (uint256 share, bool shadow) {
        GuardWord word = _word();
        if (!word.anyLevel()) return (100, false);
        return (_liveShare(word), word.inShadow(Guard.LEVEL));
    }

    function _levelClosedUntil(GuardWord word, uint16 operation)
        internal
        view
        virtual
        override(Gate, LevelGuard)
        returns (uint256)
    {
        return LevelGuard._levelClosedUntil(word, operation);
    }

    function _beforeSettle(Claim memory c) internal virtual override {
        _enter(Op.SETTLE);
        _requireNotLocked(_word(), c.owner, c.asset, c.amount);
    }

    function _governed(bool loosens) internal virtual override(Roles, Override) {
        Override._governed(loosens);
    }

    function _onSeal() internal virtual override(Roles, Gate) {
        Gate._onSeal();
    }
}
