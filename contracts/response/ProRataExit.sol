// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProRataExit} from "./IProRataExit.sol";
import {TokenTry} from "./TokenTry.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title ProRataExit: what was saved or recovered, shared out by a snapshot
///
/// One escrow an incident, nobody can change it. For funds that are outside the protocol (returned, insured, rescued)
/// and for shares as they were *before* the attack: a thief's are not in the snapshot. `FrozenExit` is for what is
/// still inside.
///
/// Guards: each account gets, of each token, at most floor(funded * shares / totalShares), at most once, and all
/// together at most what was funded, whatever the leaves say. What arrives later is shared like the rest. A token
/// that reverts, burns gas, returns false, calls back or lies about its balance harms nobody's other tokens.
/// Trusts: the owner to state the snapshot; nothing here can check it. It states it in public before anyone is paid,
/// and can neither change it afterwards nor take anything out before `sweepAt`.
/// Assumes: one leaf an account (with several, the largest counts); a total that the leaves sum to (if they sum to
/// more, who comes late finds less); no two listed addresses of one balance; no token that shrinks by itself.
/// Does not guard: a token that says it has paid and has not; it counts as paid. Accounts that can neither use what
/// is paid to them nor redirect it (a pool that held shares): the snapshot must name who stands behind them.
contract ProRataExit is IProRataExit, EIP712("ProRataExit", "1"), Nonces, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Ledger {
        bool listed;
        uint256 funded;
        uint256 paid;
    }

    uint256 public constant MAX_TOKENS = 32;
    uint256 public constant MIN_CHALLENGE = 1 days;
    uint256 public constant MAX_CHALLENGE = 90 days;
    uint256 public constant MIN_CLAIM_PERIOD = 90 days;
    uint256 public constant MAX_CLAIM_PERIOD = 3650 days;

    bytes32 private constant REDIRECT =
        keccak256("Redirect(address account,address receiver,uint256 nonce,uint256 deadline)");

    address public immutable owner;
    /// @notice Seconds between a statement and its opening.
    uint256 public immutable challenge;
    /// @notice Seconds from the opening until the owner may take the rest.
    uint256 public immutable claimPeriod;

    bytes32 public root;
    uint256 public totalShares;
    uint256 public opensAt;
    address[] private _tokens;
    mapping(address token => Ledger) private _ledgers;
    mapping(address account => mapping(address token => uint256)) private _paid;
    mapping(address account => address) private _receivers;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    /// @param owner_ the governance that states the snapshot: a Safe, a timelock
    /// @param tokens_ what is shared out, 1 to 32 contracts
    constructor(address owner_, address[] memory tokens_, uint256 challenge_, uint256 claimPeriod_) {
        if (owner_ == address(0)) revert InvalidOwner();
        if (challenge_ < MIN_CHALLENGE || challenge_ > MAX_CHALLENGE) {
            revert ChallengeOutOfBounds(challenge_, MIN_CHALLENGE, MAX_CHALLENGE);
        }
        if (claimPeriod_ < MIN_CLAIM_PERIOD || claimPeriod_ > MAX_CLAIM_PERIOD) {
            revert ClaimPeriodOutOfBounds(claimPeriod_, MIN_CLAIM_PERIOD, MAX_CLAIM_PERIOD);
        }
        if (tokens_.length == 0 || tokens_.length > MAX_TOKENS) revert InvalidTokens();
        for (uint256 i = 0; i < tokens_.length; ++i) {
            Ledger storage l = _ledgers[tokens_[i]];
            if (l.listed || tokens_[i].code.length == 0) revert InvalidTokens();
            l.listed = true;
        }
        (owner, challenge, claimPeriod, _tokens) = (owner_, challenge_, claimPeriod_, tokens_);
    }

    // ---------------------------------------------------------------- external

    function announce(bytes32 root_, uint256 totalShares_, string calldata source) external onlyOwner {
        if (opensAt != 0 && block.timestamp >= opensAt) revert AlreadyOpen(opensAt);
        if (root_ == 0 || totalShares_ == 0) revert InvalidSnapshot();
        (root, totalShares, opensAt) = (root_, totalShares_, block.timestamp + challenge);
        emit SnapshotAnnounced(root_, totalShares_, opensAt, sweepAt(), source);
    }

    function claim(address account, uint256 shares, bytes32[] calldata proof, address[] calldata tokens_)
        external
        nonReentrant
    {
        if (opensAt == 0 || block.timestamp < opensAt) revert NotOpen(opensAt);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, shares))));
        if (shares > totalShares || !MerkleProof.verifyCalldata(proof, root, leaf)) {
            revert NotInSnapshot(account, shares);
        }
        address receiver = receiverOf(account);
        for (uint256 i = 0; i < tokens_.length; ++i) {
            _pay(account, receiver, shares, tokens_[i]);
        }
    }

    function redirect(address receiver) external {
        _redirect(msg.sender, receiver);
    }

    function redirectBySignature(address account, address receiver, uint256 deadline, bytes calldata signature)
        external
    {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 digest =
            _hashTypedDataV4(keccak256(abi.encode(REDIRECT, account, receiver, _useNonce(account), deadline)));
        if (!SignatureChecker.isValidSignatureNowCalldata(account, digest, signature)) {
            revert InvalidSignature(account);
        }
        _redirect(account, receiver);
    }

    function sweep(address token, address to) external onlyOwner nonReentrant {
        if (opensAt == 0 || block.timestamp < sweepAt()) revert NotSweepable(sweepAt());
        if (to == address(0) || to == address(this)) revert InvalidReceiver(to);
        uint256 amount = IERC20(token).balanceOf(address(this));
        emit Swept(token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    function fundedOf(address token) external view nonReentrantView returns (uint256 funded) {
        (funded,) = _measure(token);
    }

    function totalPaidOf(address token) external view returns (uint256) {
        return _ledgers[token].paid;
    }

    function paidOf(address account, address token) external view returns (uint256) {
        return _paid[account][token];
    }

    function claimableOf(address account, uint256 shares, address token)
        external
        view
        nonReentrantView
        returns (uint256 amount)
    {
        if (!_ledgers[token].listed || shares > totalShares || totalShares == 0) return 0;
        (amount,) = _due(account, shares, token);
    }

    function tokens() external view returns (address[] memory) {
        return _tokens;
    }

    function sweepAt() public view returns (uint256) {
        return opensAt == 0 ? 0 : opensAt + claimPeriod;
    }

    function receiverOf(address account) public view returns (address) {
        address receiver = _receivers[account];
        return receiver == address(0) ? account : receiver;
    }

    // ---------------------------------------------------------------- private

    function _pay(address account, address receiver, uint256 shares, address token) private {
        Ledger storage l = _ledgers[token];
        if (!l.listed) revert TokenNotListed(token);
        (uint256 amount, uint256 funded) = _due(account, shares, token);
        l.funded = funded;
        if (amount == 0) return;
        l.paid += amount;
        _paid[account][token] += amount;
        if (TokenTry.transfer(token, receiver, amount)) {
            emit SharePaid(account, token, receiver, amount);
        } else {
            l.paid -= amount;
            _paid[account][token] -= amount;
            emit ShareFailed(account, token, receiver, amount);
        }
    }

    /// @return amount rounded down, less what was paid before, and never more than there is
    function _due(address account, uint256 shares, address token)
        private
        view
        returns (uint256 amount, uint256 funded)
    {
        uint256 balance;
        (funded, balance) = _measure(token);
        uint256 share = Math.mulDiv(funded, shares, totalShares);
        uint256 left = Math.min(balance, funded - _ledgers[token].paid);
        amount = Math.min(Math.saturatingSub(share, _paid[account][token]), left);
    }

    /// @dev What is here and what was paid from here came in once. It only grows: a sweep takes nobody's share of it.
    function _measure(address token) private view returns (uint256 funded, uint256 balance) {
        balance = TokenTry.balanceOf(token, address(this));
        Ledger storage l = _ledgers[token];
        funded = Math.max(l.funded, Math.saturatingAdd(balance, l.paid));
    }

    function _redirect(address account, address receiver) private {
        if (receiver == address(0) || receiver == address(this)) revert InvalidReceiver(receiver);
        _receivers[account] = receiver;
        emit Redirected(account, receiver);
    }
}
