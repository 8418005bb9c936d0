// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIncidents} from "./IIncidents.sol";
import {IWhiteHatBounty} from "./IWhiteHatBounty.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title WhiteHatBounty: rescued funds come back, and a capped share of them is the rescuer's
///
/// The terms are those of SEAL's Whitehat Safe Harbor Agreement, as far as a contract can keep them: a percentage of what
/// is returned, a cap over all white hats of an incident, one recovery address, a review before the bounty is paid. The
/// agreement itself, its scope and who may rely on it are law and not here.
///
/// Guards: a bounty is a part of what came in with it, so that the contract cannot owe what it does not hold; the cap;
/// that the incident was attested; that terms do not get worse under a pending return. Slicing a return earns no more.
/// Trusts: `incidents`; governance to deny only those who were no white hats: it could deny anybody, in the open.
/// Assumes: caps are in the token's own unit; a price is nowhere needed. A cap is one incident's, and the rescuer names
/// the incident: who reviews compares it with where the funds came from. No token that shrinks by itself.
/// Does not guard: against an attacker who returns a part for its bounty and is not denied.
contract WhiteHatBounty is IWhiteHatBounty, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Bounty {
        address whiteHat;
        uint64 reviewUntil;
        address token;
        uint256 amount;
        bytes32 incidentId;
    }

    uint256 public constant MAX_BOUNTY_BPS = 2500;
    uint256 public constant MIN_REVIEW = 1 days;
    uint256 public constant MAX_REVIEW = 90 days;
    /// @notice Seconds after the review in which a bounty must be collected.
    uint256 public constant COLLECTION_PERIOD = 365 days;
    uint256 private constant BPS = 10_000;

    IIncidents public immutable incidents;
    address public immutable governance;
    /// @notice Where what is returned goes: the protocol's treasury or an escrow, never the contract that was drained.
    address public immutable recovery;
    uint256 public immutable bountyBps;
    uint256 public immutable reviewPeriod;

    mapping(address token => uint256) public caps;
    /// @notice Bounties of an incident that are paid or pending, by token.
    mapping(bytes32 incidentId => mapping(address token => uint256)) public promised;
    mapping(uint256 id => Bounty) public bounties;
    uint256 public lastId;

    modifier onlyGovernance() {
        if (msg.sender != governance) revert Unauthorised(msg.sender);
        _;
    }

    constructor(
        IIncidents incidents_,
        address governance_,
        address recovery_,
        uint256 bountyBps_,
        uint256 reviewPeriod_
    ) {
        if (bountyBps_ == 0 || bountyBps_ > MAX_BOUNTY_BPS) revert ShareOutOfBounds(bountyBps_);
        if (reviewPeriod_ < MIN_REVIEW || reviewPeriod_ > MAX_REVIEW) revert PeriodOutOfBounds(reviewPeriod_);
        if (recovery_ == address(0) || recovery_ == address(this)) revert InvalidRecovery(recovery_);
        (incidents, governance, recovery) = (incidents_, governance_, recovery_);
        (bountyBps, reviewPeriod) = (bountyBps_, reviewPeriod_);
    }

    // ---------------------------------------------------------------- external: white hats

    function bountyFor(bytes32 incidentId, address token, uint256 amount) public view returns (uint256) {
        uint256 spent = promised[incidentId][token];
        uint256 left = caps[token] > spent ? caps[token] - spent : 0;
        return Math.min(Math.mulDiv(amount, bountyBps, BPS), left);
    }

    function giveBack(bytes32 incidentId, address token, uint256 amount, uint256 minBounty)
        external
        nonReentrant
        returns (uint256 id)
    {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received == 0) revert NothingReturned();
        uint256 bounty = bountyFor(incidentId, token, received);
        if (bounty < minBounty) revert BountyTooSmall(bounty, minBounty);
        if (bounty != 0) {
            id = ++lastId;
            promised[incidentId][token] += bounty;
            bounties[id] = Bounty(msg.sender, uint64(block.timestamp + reviewPeriod), token, bounty, incidentId);
        }
        emit Returned(id, msg.sender, incidentId, token, received, bounty);
        IERC20(token).safeTransfer(recovery, received - bounty);
    }

    function collect(uint256 id, address to) external {
        Bounty memory bounty = _bounty(id);
        if (msg.sender != bounty.whiteHat) revert Unauthorised(msg.sender);
        if (block.timestamp < bounty.reviewUntil) revert UnderReview(bounty.reviewUntil);
        if (!incidents.isAttested(bounty.incidentId)) revert NotAttested(bounty.incidentId);
        delete bounties[id];
        emit BountyPaid(id, to, bounty.amount);
        IERC20(bounty.token).safeTransfer(to, bounty.amount);
    }

    // ---------------------------------------------------------------- external: governance and anyone

    function setCap(address token, uint256 cap) external onlyGovernance {
        emit CapSet(token, caps[token], cap);
        caps[token] = cap;
    }

    function deny(uint256 id, string calldata reason) external onlyGovernance {
        Bounty memory bounty = _bounty(id);
        if (block.timestamp >= bounty.reviewUntil) revert ReviewOver(bounty.reviewUntil);
        emit BountyDenied(id, reason);
        _recover(id, bounty);
    }

    function lapse(uint256 id) external {
        Bounty memory bounty = _bounty(id);
        uint256 until = bounty.reviewUntil + COLLECTION_PERIOD;
        if (block.timestamp < until) revert StillClaimable(until);
        emit BountyLapsed(id);
        _recover(id, bounty);
    }

    // ---------------------------------------------------------------- private

    function _recover(uint256 id, Bounty memory bounty) private {
        delete bounties[id];
        promised[bounty.incidentId][bounty.token] -= bounty.amount;
        IERC20(bounty.token).safeTransfer(recovery, bounty.amount);
    }

    function _bounty(uint256 id) private view returns (Bounty memory bounty) {
        bounty = bounties[id];
        if (bounty.whiteHat == address(0)) revert NoBounty(id);
    }
}
