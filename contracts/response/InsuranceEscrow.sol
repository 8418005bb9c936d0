// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIncidents} from "./IIncidents.sol";
import {IInsuranceEscrow} from "./IInsuranceEscrow.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title InsuranceEscrow: one token set aside, and paid to those whom an attested incident hurt
///
/// Guards: no payout without an attested incident; none before a challenge period in which the challenger can end it;
/// never more than is funded, nor more than was proposed; each account once for an incident; a token that does not pay
/// one account keeps nobody else from being paid. What a payout reserved cannot be withdrawn, and a withdrawal is
/// announced a whole notice period before.
/// Trusts: `incidents` to say what happened; governance to propose a just list, with the challenger against it.
/// Assumes: a token that does not take from balances by itself. If it does, the last claims fail.
/// Does not guard: against governance that announces a withdrawal, waits for its notice and only then proposes. Who
/// relies on the escrow reads its announcements.
contract InsuranceEscrow is IInsuranceEscrow {
    using SafeERC20 for IERC20;

    struct Payout {
        bytes32 root;
        uint256 left;
        uint64 openAt;
        uint64 closesAt;
        bool closed;
    }

    uint256 public constant MIN_PERIOD = 1 days;
    uint256 public constant MAX_PERIOD = 365 days;
    /// @notice How long an announced withdrawal stays possible.
    uint256 public constant WITHDRAWAL_WINDOW = 14 days;

    IERC20 public immutable token;
    IIncidents public immutable incidents;
    address public immutable governance;
    address public immutable challenger;
    /// @notice Seconds between the proposal of a payout and its first claim; also the notice of a withdrawal.
    uint256 public immutable challengePeriod;
    /// @notice Seconds for which a payout can be claimed.
    uint256 public immutable claimPeriod;

    mapping(bytes32 incidentId => Payout) public payouts;
    mapping(bytes32 incidentId => mapping(address account => bool)) public claimed;
    /// @notice What the payouts that are proposed or open still need.
    uint256 public reserved;
    uint256 public announcedAmount;
    uint256 public withdrawableAt;

    modifier only(address who) {
        if (msg.sender != who) revert Unauthorised(msg.sender);
        _;
    }

    /// @param challenger_ who may end a proposed payout besides governance; 0 for nobody
    constructor(
        IERC20 token_,
        IIncidents incidents_,
        address governance_,
        address challenger_,
        uint256 challengePeriod_,
        uint256 claimPeriod_
    ) {
        if (challengePeriod_ < MIN_PERIOD || challengePeriod_ > MAX_PERIOD) {
            revert PeriodOutOfBounds(challengePeriod_);
        }
        if (claimPeriod_ < MIN_PERIOD || claimPeriod_ > MAX_PERIOD) revert PeriodOutOfBounds(claimPeriod_);
        if (governance_ == address(0)) revert InvalidGovernance(governance_);
        (token, incidents) = (token_, incidents_);
        (governance, challenger) = (governance_, challenger_);
        (challengePeriod, claimPeriod) = (challengePeriod_, claimPeriod_);
    }

    // ---------------------------------------------------------------- external: money in and out

    function available() public view returns (uint256) {
        uint256 balance = token.balanceOf(address(this));
        return balance > reserved ? balance - reserved : 0;
    }

    function fund(uint256 amount) external {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        emit Funded(msg.sender, token.balanceOf(address(this)) - before);
    }

    function announceWithdrawal(uint256 amount) external only(governance) {
        announcedAmount = amount;
        withdrawableAt = block.timestamp + challengePeriod;
        emit WithdrawalAnnounced(amount, withdrawableAt, withdrawableAt + WITHDRAWAL_WINDOW);
    }

    function withdraw() external only(governance) {
        uint256 amount = announcedAmount;
        uint256 until = withdrawableAt + WITHDRAWAL_WINDOW;
        if (amount == 0) revert NothingAnnounced();
        if (block.timestamp < withdrawableAt || block.timestamp >= until) {
            revert NotWithdrawable(withdrawableAt, until);
        }
        if (amount > available()) revert NotFunded(amount, available());
        announcedAmount = 0;
        emit Withdrawn(amount);
        token.safeTransfer(governance, amount);
    }

    // ---------------------------------------------------------------- external: payouts

    function propose(bytes32 incidentId, bytes32 root, uint256 total) external only(governance) {
        Payout storage payout = payouts[incidentId];
        if (payout.root != 0) revert PayoutExists(incidentId);
        if (root == 0 || total == 0) revert EmptyPayout();
        if (!incidents.isAttested(incidentId)) revert NotAttested(incidentId);
        if (total > available()) revert NotFunded(total, available());
        uint256 openAt = block.timestamp + challengePeriod;
        payouts[incidentId] = Payout(root, total, uint64(openAt), uint64(openAt + claimPeriod), false);
        reserved += total;
        emit PayoutProposed(incidentId, root, total, openAt, openAt + claimPeriod);
    }

    function cancel(bytes32 incidentId) external {
        if (msg.sender != governance && msg.sender != challenger) revert Unauthorised(msg.sender);
        Payout storage payout = _payout(incidentId);
        if (block.timestamp >= payout.openAt) revert ChallengeOver(payout.openAt);
        reserved -= payout.left;
        delete payouts[incidentId];
        emit PayoutCancelled(incidentId, msg.sender);
    }

    function claim(bytes32 incidentId, address account, uint256 amount, bytes32[] calldata proof) external {
        _claim(incidentId, account, account, amount, proof);
    }

    function claimTo(bytes32 incidentId, address to, uint256 amount, bytes32[] calldata proof) external {
        _claim(incidentId, msg.sender, to, amount, proof);
    }

    function close(bytes32 incidentId) external {
        Payout storage payout = _payout(incidentId);
        if (block.timestamp < payout.closesAt) revert StillOpen(payout.closesAt);
        if (payout.closed) revert NoPayout(incidentId);
        uint256 left = payout.left;
        (payout.left, payout.closed) = (0, true);
        reserved -= left;
        emit PayoutClosed(incidentId, left);
    }

    // ---------------------------------------------------------------- private

    function _claim(bytes32 incidentId, address account, address to, uint256 amount, bytes32[] calldata proof) private {
        Payout storage payout = _payout(incidentId);
        if (block.timestamp < payout.openAt || block.timestamp >= payout.closesAt) {
            revert NotOpen(payout.openAt, payout.closesAt);
        }
        if (claimed[incidentId][account]) revert AlreadyClaimed(incidentId, account);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(incidentId, account, amount))));
        if (!MerkleProof.verifyCalldata(proof, payout.root, leaf)) revert InvalidProof(incidentId, account, amount);
        // a root whose amounts are more than its total pays those who come first
        if (amount > payout.left) revert NotFunded(amount, payout.left);
        claimed[incidentId][account] = true;
        payout.left -= amount;
        reserved -= amount;
        emit PaidOut(incidentId, account, to, amount);
        token.safeTransfer(to, amount);
    }

    function _payout(bytes32 incidentId) private view returns (Payout storage payout) {
        payout = payouts[incidentId];
        if (payout.root == 0) revert NoPayout(incidentId);
    }
}
