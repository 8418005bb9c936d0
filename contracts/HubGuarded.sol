// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuardedHost} from "./GuardrailCore.sol";
import {IGuardrailHub} from "./IGuardrailHub.sol";
import {Exposure, ofAccount} from "./guards/caps/CapWord.sol";
import {ICaps} from "./guards/caps/ICaps.sol";
import {Side} from "./guards/oracle/PriceTypes.sol";
import {Decision} from "./guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title HubGuarded: the internal functions of `Guardrails`, answered by a shared `GuardrailHub`
///
/// A protocol goes from embedded to hub mode by inheriting this instead of `Guardrails`; its own code stays as it is.
/// The hub is immutable: replacing it means replacing the contract.
abstract contract HubGuarded is IGuardedHost {
    using SafeERC20 for IERC20;

    error NotHub(address caller);

    IGuardrailHub public immutable hub;

    modifier guarded(uint16 operation) {
        if (!hub.enter(operation)) _enterByName(operation);
        _;
    }

    constructor(IGuardrailHub hub_) {
        hub = hub_;
    }

    // ---------------------------------------------------------------- external

    function onClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) external virtual {
        if (msg.sender != address(hub)) revert NotHub(msg.sender);
        _afterClaimEnded(id, owner, asset, amount, byOwner);
    }

    function outflowBase(address asset) external view virtual returns (uint256) {
        return _outflowBase(asset);
    }

    // ---------------------------------------------------------------- internal

    function _takeIn(address asset, address from, uint256 amount) internal virtual returns (uint256 received) {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(from, address(this), amount);
        // a deposit inside the callback of this transfer must not count twice
        received = Math.min(amount, IERC20(asset).balanceOf(address(this)) - before);
        hub.meterIn(asset, received);
    }

    function _payOut(address asset, address account, uint256 amount) internal returns (uint256 claimId) {
        return _payOut(asset, account, account, amount);
    }

    function _payOut(address asset, address account, address to, uint256 amount)
        internal
        virtual
        returns (uint256 claimId)
    {
        Decision decision = hub.meterOut(asset, account, amount);
        if (decision != Decision.PASS) {
            if (decision == Decision.REFUSE) decision = hub.meterOutTo(asset, account, to, amount);
            if (decision == Decision.QUEUE) {
                IERC20(asset).forceApprove(address(hub), amount);
                return hub.queueClaim(to, asset, amount);
            }
        }
        IERC20(asset).safeTransfer(to, amount);
    }

    function _noteDeposit(address account) internal {
        hub.noteDeposit(account);
    }

    /// @dev For hosts whose positions have identities of their own; asked in addition.
    function _requirePositionRemovable(bytes32 position, address account, address asset, uint256 amount) internal {
        hub.requirePositionRemovable(position, account, asset, amount);
    }

    function _requireUnderCap(Exposure kind, address asset, uint256 newTotal) internal {
        hub.requireUnderCap(kind, asset, address(0), newTotal);
    }

    function _requireUnderAccountCap(Exposure kind, address asset, address account, uint256 newAmount) internal {
        hub.requireUnderCap(ofAccount(kind), asset, account, newAmount);
    }

    function _capRoom(Exposure kind, address asset, uint256 total) internal view returns (uint256) {
        return ICaps(address(hub)).capRoom(kind, asset, total);
    }

    function _isOpen(uint16 operation) internal view returns (bool) {
        return hub.isOpen(operation);
    }

    function _reopenedAt(uint16 operation) internal view returns (uint256 time) {
        return hub.reopenedAt(operation);
    }

    function _available(address asset) internal view returns (uint256) {
        return hub.available(asset);
    }

    function _mayMove(address account, address asset) internal returns (bool) {
        return hub.mayMove(account, asset);
    }

    function _isRemovable(address account, address asset) internal view returns (bool) {
        return hub.isRemovable(account, asset);
    }

    /// @dev Asks before something leaves the position of `account` for `to`.
    function _requireNotLockedDown(address account, address to) internal view {
        hub.requireNotLockedDown(account, to);
    }

    function _isLockedDown(address account, address to) internal view returns (bool) {
        return hub.isLockedDown(account, to);
    }

    function _usePrice(address asset, uint16 operation, Side side) internal returns (uint256 price) {
        return hub.usePrice(asset, operation, side);
    }

    function _price(address asset, uint16 operation, Side side) internal view returns (uint256 price) {
        return hub.priceOf(asset, operation, side);
    }

    /// @dev Claims wait in the hub, with their assets.
    function _lockedHere(address) internal view virtual returns (uint256) {
        return 0;
    }

    function _enterByName(uint16 operation) private {
        hub.enterAs(operation, msg.sender, msg.sig);
    }

    function _outflowBase(address asset) internal view virtual returns (uint256);

    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) internal virtual;
}
