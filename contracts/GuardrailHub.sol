// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "./Guardrails.sol";
import {IGuardedHost} from "./GuardrailCore.sol";
import {HubStorage} from "./HubStorage.sol";
import {IGuardrailHub} from "./IGuardrailHub.sol";
import {GuardWord} from "./guards/GuardWord.sol";
import {Exposure} from "./guards/caps/CapWord.sol";
import {Side} from "./guards/oracle/PriceTypes.sol";
import {Decision} from "./guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title GuardrailHub: the guards of one protocol that has several contracts
///
/// The same mixins as `Guardrails`, deployed once: one pause, one level, one limit an asset for all members together.
/// Members inherit `HubGuarded`. Claims and the assets behind them live here.
///
/// Trusts: members, which governance admits, to say truthfully what moves. A member cannot take anything out of the
/// hub: it pays claims to their owners, or returns them to the member that queued them.
/// Does not guard: a member that governance removed while it held positions; its claims still settle.
contract GuardrailHub is Guardrails, HubStorage, IGuardrailHub {
    using SafeERC20 for IERC20;

    modifier onlyMember() {
        if (!_hub().members[msg.sender]) revert NotMember(msg.sender);
        _;
    }

    /// @param controls_ the `EmergencyControls` of this chain
    /// @param deployer configures the hub until it calls `seal`
    constructor(address controls_, address deployer) Guardrails(controls_, deployer) {}

    // ---------------------------------------------------------------- external: members

    /// @dev Who asks matters only where the answer is not a plain yes: it may leave an event.
    function enter(uint16 operation) external virtual returns (bool) {
        if (_mayRestrict(operation) == 0) return true;
        if (!_hub().members[msg.sender]) revert NotMember(msg.sender);
        if (_word().mayBlock()) return false;
        _refuseWhileClosed(operation);
        return true;
    }

    function enterAs(uint16 operation, address sender, bytes4 selector) external virtual onlyMember {
        _refuseWhileClosed(operation, sender, selector);
    }

    function meterIn(address asset, uint256 amount) external virtual onlyMember {
        _meterIn(asset, amount);
    }

    function meterOut(address asset, address account, uint256 amount) external virtual onlyMember returns (Decision) {
        GuardWord word = _word();
        if (word.asksWho(block.timestamp)) {
            if (word.mayBlock()) return Decision.REFUSE;
            _requireMayLeave(word, account, account, asset, amount);
        }
        return _meterOut(asset, account, amount, _withheldBy(word));
    }

    function meterOutTo(address asset, address account, address to, uint256 amount)
        external
        virtual
        onlyMember
        returns (Decision)
    {
        GuardWord word = _word();
        _requireMayLeave(word, account, to, asset, amount);
        return _meterOut(asset, account, amount, _withheldBy(word));
    }

    function noteDeposit(address account) external virtual onlyMember {
        _noteDeposit(account);
    }

    function requirePositionRemovable(bytes32 position, address account, address asset, uint256 amount)
        external
        virtual
        onlyMember
    {
        _requirePositionRemovable(position, account, asset, amount);
    }

    /// @dev As with `enter`, who asks matters only where the answer may leave an event.
    function mayMove(address account, address asset) external virtual returns (bool) {
        if (!_word().asksWho(block.timestamp)) return true;
        if (!_hub().members[msg.sender]) revert NotMember(msg.sender);
        return _mayMove(account, asset);
    }

    /// @dev As with `enter`, who asks matters only where the answer may leave an event.
    function requireUnderCap(Exposure kind, address asset, address account, uint256 wanted) external virtual {
        if (wanted <= _capOf(kind, asset)) return;
        if (!_hub().members[msg.sender]) revert NotMember(msg.sender);
        _refuseOverCap(kind, asset, account, wanted);
    }

    function queueClaim(address owner, address asset, uint256 amount)
        external
        virtual
        onlyMember
        returns (uint256 claimId)
    {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        // a claim queued inside the callback of this transfer must not count twice
        claimId = _createClaim(owner, asset, Math.min(amount, IERC20(asset).balanceOf(address(this)) - before));
        _hub().queuedBy[claimId] = msg.sender;
    }

    function usePrice(address asset, uint16 operation, Side side) external virtual returns (uint256 price) {
        Decision decision;
        bool plain;
        (price, decision, plain) = _judge(asset, operation, side);
        if (plain) return price;
        if (!_hub().members[msg.sender]) revert NotMember(msg.sender);
        _report(asset, operation, price, decision);
    }

    // ---------------------------------------------------------------- external: governance and views

    /// @notice Admitting is a loosening, removing immediate.
    function setMember(address member, bool isMember_) external virtual {
        _governed(isMember_);
        if (isMember_ && member.code.length == 0) revert MemberHasNoCode(member);
        _hub().members[member] = isMember_;
        emit MemberSet(member, isMember_);
    }

    /// @notice The member whose accounting measures the base of the relative limit of `asset`. A loosening.
    function setBaseSource(address asset, address source) external virtual {
        _governed(true);
        if (!_hub().members[source]) revert NotMember(source);
        _hub().baseSources[asset] = source;
        emit BaseSourceSet(asset, source);
    }

    function isMember(address account) external view virtual returns (bool) {
        return _hub().members[account];
    }

    function isOpen(uint16 operation) external view virtual returns (bool) {
        return _isOpen(operation);
    }

    function reopenedAt(uint16 operation) external view virtual returns (uint256) {
        return _reopenedAt(operation);
    }

    function available(address asset) external view virtual returns (uint256) {
        return _available(asset);
    }

    function isRemovable(address account, address asset) external view virtual returns (bool) {
        return _isRemovable(account, asset);
    }

    function requireNotLockedDown(address account, address to) external view virtual {
        _requireNotLockedDown(account, to);
    }

    function isLockedDown(address account, address to) external view virtual returns (bool) {
        return _isLockedDown(account, to);
    }

    function priceOf(address asset, uint16 operation, Side side) external view virtual returns (uint256) {
        return _price(asset, operation, side);
    }

    // ---------------------------------------------------------------- internal

    function _outflowBase(address asset) internal view virtual override returns (uint256) {
        address source = _hub().baseSources[asset];
        if (source == address(0)) revert NoBaseSource(asset);
        if (!_hub().members[source]) revert NotMember(source);
        return IGuardedHost(source).outflowBase(asset);
    }

    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner)
        internal
        virtual
        override
    {
        address member = _hub().queuedBy[id];
        uint256 before = IERC20(asset).balanceOf(member);
        IERC20(asset).safeTransfer(member, amount);
        uint256 received = Math.min(amount, IERC20(asset).balanceOf(member) - before);
        IGuardedHost(member).onClaimEnded(id, owner, asset, received, byOwner);
    }
}
