// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailCore, IGuardedHost} from "./GuardrailCore.sol";
import {GuardWord} from "./guards/GuardWord.sol";
import {Decision} from "./guards/Types.sol";
import {OverrideCore} from "./guards/override/OverrideCore.sol";
import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Guardrails: every guard under one decision, embedded in the protocol
///
/// A protocol inherits this, marks its entries with `guarded(operation)`, and moves assets with `_takeIn` and
/// `_payOut`. What users run is in the protocol's own bytecode and storage, with no external call. The functions of
/// roles and governance (see `controls/`) are delegated to a contract that is fixed at construction.
///
/// Guards: operations (pause, level), collateral (lock), the speed of outflow, and the fate of what was over it.
/// Trusts: the code at `controls`, like its own; it is immutable, and `guardrails verify` compares it.
/// Assumes: all assets move through `_takeIn` and `_payOut`; the host has no function with the selector of a control,
/// never calls itself on a stranger's behalf, and has its own reentrancy lock where its tokens call back.
/// Does not guard: prices, or logic that pays the wrong amount slowly.
abstract contract Guardrails is GuardrailCore, OverrideCore, Proxy, IGuardedHost {
    using SafeERC20 for IERC20;

    error NotSelf(address caller);
    error ControlsHaveNoCode(address controls);

    address private immutable _CONTROLS;

    /// @param controls_ the `EmergencyControls` of this chain
    /// @param deployer configures and then calls `seal`; until then every operation is closed
    constructor(address controls_, address deployer) {
        if (controls_.code.length == 0) revert ControlsHaveNoCode(controls_);
        _CONTROLS = controls_;
        _initGuardrails(deployer);
    }

    // ---------------------------------------------------------------- external

    /// @notice The contract that implements what this one delegates.
    function controls() external view returns (address) {
        return _CONTROLS;
    }

    /// @inheritdoc IGuardedHost
    function onClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) external virtual {
        if (msg.sender != address(this)) revert NotSelf(msg.sender);
        _afterClaimEnded(id, owner, asset, amount, byOwner);
    }

    /// @inheritdoc IGuardedHost
    function outflowBase(address asset) external view virtual returns (uint256) {
        return _outflowBase(asset);
    }

    // ---------------------------------------------------------------- internal: what a protocol uses

    /// @dev Pulls `amount` of `asset` from `from` and meters what arrived.
    /// @return received what arrived, which is less than `amount` for a token that takes a fee
    function _takeIn(address asset, address from, uint256 amount) internal virtual returns (uint256 received) {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(from, address(this), amount);
        // a deposit inside the callback of this transfer must not count twice
        received = Math.min(amount, IERC20(asset).balanceOf(address(this)) - before);
        _meterIn(asset, received);
    }

    /// @dev Pays `amount` of `asset` to `account`, or queues a claim for it, or refuses.
    /// @return claimId 0 when it was paid
    function _payOut(address asset, address account, uint256 amount) internal returns (uint256 claimId) {
        return _payOut(asset, account, account, amount);
    }

    /// @param account whose position the asset leaves: its locks and blocks count
    /// @param to who is paid, or owns the claim: its blocks count
    function _payOut(address asset, address account, address to, uint256 amount)
        internal
        virtual
        returns (uint256 claimId)
    {
        GuardWord word = _word();
        if (word.asksWho(block.timestamp)) _requireMayLeave(word, account, to, asset, amount);
        if (_meterOut(asset, account, amount, _withheldBy(word)) == Decision.QUEUE) {
            return _createClaim(to, asset, amount);
        }
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @dev What may leave at once, for `max*` functions.
    function _available(address asset) internal view returns (uint256) {
        return _availableFor(asset, type(uint256).max);
    }

    /// @dev What this contract holds of `asset` for waiting claims; not the protocol's own.
    function _lockedHere(address asset) internal view returns (uint256) {
        return _lockedInClaims(asset);
    }

    // ---------------------------------------------------------------- internal: what a protocol supplies

    /// @dev What the relative limit of `asset` is a share of: the host's own accounting, never a raw balance.
    function _outflowBase(address asset) internal view virtual returns (uint256);

    /// @dev A claim ended without being paid; its amount is the protocol's again.
    /// @param byOwner true when its owner gave it up, false when governance returned it
    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) internal virtual;

    /// @dev Called by the constructor. A host behind a proxy calls it from its initialiser too, for the proxy's storage;
    /// only once.
    function _initGuardrails(address deployer) internal {
        _initRoles(deployer);
        _closeUntilSealed();
    }

    function _implementation() internal view virtual override returns (address) {
        return _CONTROLS;
    }
}
