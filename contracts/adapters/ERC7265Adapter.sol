// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubGuarded} from "../HubGuarded.sol";
import {IGuardrailHub} from "../IGuardrailHub.sol";
import {ISettlement} from "../guards/settlement/ISettlement.sol";
import {Claim, ClaimState} from "../guards/settlement/SettlementCore.sol";
import {Op} from "../guards/Types.sol";
import {IERC7265} from "./IERC7265.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";

/// @title ERC7265Adapter: a `GuardrailHub` behind the calls of ERC-7265
///
/// A protocol written for ERC-7265 switches by taking this as its circuit breaker. Governance makes two members of the
/// hub: this adapter, and the protocol, which is then protected. There is no other list and no other administrator.
///
/// What differs from the ERC: over the limit, claims wait one by one with ids of their own, and no trip refuses
/// anybody else. So `isRateLimited` says whether something that left through here in this transaction waits, and
/// `isRateLimitTriggered` whether nothing more of an asset may leave now. There is no grace period. What flows is told
/// by the token's events and the hub's. Native assets are refused: wrap them in the protocol.
///
/// Guards: what protected protocols send out through it; the hub's pause, level, limit, lock and blocklist hold, of
/// which the last two know the recipient and not the user behind him.
/// Trusts: a protected protocol to transfer what it names in the same call before it says so, and to name what came in.
/// Assumes: assets do not rebase between the two. Of one that takes a fee, what arrived here is metered and sent on.
/// Does not guard: transfers that a protocol makes past it; limits relative to a base, which it cannot measure; an account that
/// its user locked down.
/// A claim that governance cancels goes back to the protocol, which is not told: ERC-7265 has no call for it. For the
/// same reason its owner cannot give it up.
contract ERC7265Adapter is IERC7265, HubGuarded, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TransientSlot for *;

    error NotProtected(address caller);
    error NativeAssetRefused();
    error RateLimited(address asset, uint256 amount, uint256 available);
    error NothingArrived(address asset, uint256 amount);
    error NothingToClaim(address asset, address recipient, uint256 waiting);
    error CannotBeGivenUp(uint256 claimId);

    /// @dev `protocol` sent `amount` over the limit; it waits in the hub as `claimId`.
    event OutflowQueued(
        address indexed protocol, address indexed asset, address indexed recipient, uint256 amount, uint256 claimId
    );
    event OutflowReturned(address indexed protocol, address indexed asset, uint256 amount, uint256 claimId);

    /// @notice Claims that one call of `claimLockedFunds` looks at.
    uint256 public constant PAGE = 16;

    /// @dev Transient: whether an outflow of this transaction waits.
    bytes32 private constant WAITS = keccak256("guardrails.erc7265.waits");

    mapping(uint256 claimId => address) private _protocolOf;
    mapping(address recipient => mapping(address asset => uint256[])) private _claims;

    modifier onlyProtected() {
        if (!isProtectedContract(msg.sender)) revert NotProtected(msg.sender);
        _;
    }

    constructor(IGuardrailHub hub_) HubGuarded(hub_) {}

    // ---------------------------------------------------------------- external: protected protocols

    function onTokenInflow(address token, uint256 amount) external onlyProtected guarded(Op.DEPOSIT) {
        hub.meterIn(token, amount);
    }

    function onTokenOutflow(address token, uint256 amount, address recipient, bool revertOnRateLimit) external {
        _outflow(token, amount, recipient, revertOnRateLimit);
    }

    function onTokenOutflow(address token, uint256 amount, address recipient) external {
        _outflow(token, amount, recipient, false);
    }

    function onNativeAssetInflow(uint256) external pure {
        revert NativeAssetRefused();
    }

    function onNativeAssetOutflow(address, bool) external payable {
        revert NativeAssetRefused();
    }

    function onNativeAssetOutflow(address) external payable {
        revert NativeAssetRefused();
    }

    // ---------------------------------------------------------------- external: users

    function claimLockedFunds(address asset, address recipient) external {
        claimLockedFunds(asset, recipient, 0);
    }

    /// @notice The same from the place `from` of `claimsOf` on: some of those before may be held.
    function claimLockedFunds(address asset, address recipient, uint256 from) public nonReentrant {
        uint256[] storage ids = _claims[recipient][asset];
        uint256 waiting = ids.length;
        for (uint256 i = Math.min(waiting, Math.saturatingAdd(from, PAGE)); i > from; --i) {
            uint256 id = ids[i - 1];
            Claim memory c = _claim(id);
            bool waits = c.state == ClaimState.PENDING || c.state == ClaimState.SUSPECT;
            if (waits && block.timestamp < c.readyAt) continue;
            ids[i - 1] = ids[ids.length - 1];
            ids.pop();
            if (waits) ISettlement(address(hub)).settle(id);
        }
        if (ids.length == waiting) revert NothingToClaim(asset, recipient, waiting);
        emit LockedFundsClaimed(asset, recipient);
    }

    /// @return ids of at most PAGE claims of the hub, from the place `from` on, in no order; some may have ended
    function claimsOf(address recipient, address asset, uint256 from) external view returns (uint256[] memory ids) {
        uint256[] storage all = _claims[recipient][asset];
        uint256 end = Math.min(all.length, Math.saturatingAdd(from, PAGE));
        ids = new uint256[](end - Math.min(from, end));
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = all[from + i];
        }
    }

    /// @return amount that waits in the first PAGE claims
    function lockedFunds(address recipient, address asset) external view returns (uint256 amount) {
        uint256[] storage ids = _claims[recipient][asset];
        uint256 end = Math.min(ids.length, PAGE);
        for (uint256 i = 0; i < end; ++i) {
            Claim memory c = _claim(ids[i]);
            if (c.state == ClaimState.PENDING || c.state == ClaimState.SUSPECT) amount += c.amount;
        }
    }

    function isProtectedContract(address account) public view returns (bool) {
        return account != address(this) && hub.isMember(account);
    }

    function isRateLimited() external view returns (bool) {
        return WAITS.asBoolean().tload();
    }

    function isRateLimitTriggered(address asset) external view returns (bool) {
        return hub.available(asset) == 0;
    }

    function isInGracePeriod() external pure returns (bool) {
        return false;
    }

    function isOperational() external view returns (bool) {
        return hub.isOpen(Op.DEPOSIT) && hub.isOpen(Op.WITHDRAW);
    }

    // ---------------------------------------------------------------- internal

    function _afterClaimEnded(uint256 id, address, address asset, uint256 amount, bool byOwner) internal override {
        if (byOwner) revert CannotBeGivenUp(id);
        address protocol = _protocolOf[id];
        emit OutflowReturned(protocol, asset, amount, id);
        IERC20(asset).safeTransfer(protocol, amount);
    }

    function _outflowBase(address asset) internal pure override returns (uint256) {
        revert IGuardrailHub.NoBaseSource(asset);
    }

    // ---------------------------------------------------------------- private

    function _outflow(address token, uint256 amount, address recipient, bool revertOnRateLimit)
        private
        onlyProtected
        nonReentrant
        guarded(Op.WITHDRAW)
    {
        uint256 arrived = Math.min(amount, IERC20(token).balanceOf(address(this)));
        if (arrived == 0 && amount != 0) revert NothingArrived(token, amount);
        uint256 claimId = _payOut(token, recipient, arrived);
        if (claimId == 0) return;
        if (revertOnRateLimit) revert RateLimited(token, arrived, hub.available(token));
        _protocolOf[claimId] = msg.sender;
        _claims[recipient][token].push(claimId);
        WAITS.asBoolean().tstore(true);
        emit OutflowQueued(msg.sender, token, recipient, arrived, claimId);
    }

    function _claim(uint256 id) private view returns (Claim memory) {
        return ISettlement(address(hub)).claim(id);
    }
}
