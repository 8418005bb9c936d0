// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPatchBounty} from "./IPatchBounty.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title PatchBounty: a reward for who first had the bytecode that mends an incident
///
/// A patch is named by a root over the code hashes of the contracts that replace the faulty ones. An author commits to it
/// with a salt, tells the protocol off chain, and is paid when the protocol deploys exactly that code and adopts it.
///
/// Guards: who copies a patch from its adoption committed too late and gets nothing; of several authors the earliest
/// is paid; the reward is in escrow from the offer on, and goes to the author or back to who offered it.
/// Trusts: governance to adopt what it uses. It could rebuild a patch with another immutable to avoid the reward: the
/// author, who showed it first, can prove what happened, not undo it.
/// Assumes: code is deployed and adopted in one transaction. Who copies what was on chain earlier is paid, unless an
/// author committed before him. The author knows the constructor's immutables, which are part of the code hash. A token without a fee.
contract PatchBounty is IPatchBounty {
    using SafeERC20 for IERC20;

    struct Offer {
        address by;
        uint64 until; // of the offer; once adopted, of the reveals
        bool adopted;
        uint64 adoptedAt;
        uint256 amount;
        bytes32 root;
        address author;
        uint64 committedAt;
    }

    uint256 public constant REVEAL_PERIOD = 30 days;
    uint256 public constant MIN_PERIOD = 7 days;
    uint256 public constant MAX_PERIOD = 365 days;

    IERC20 public immutable token;
    address public immutable governance;
    uint256 public immutable offerPeriod;

    mapping(uint256 id => Offer) public offers;
    mapping(bytes32 commitment => uint256) public committedAt;
    uint256 public lastId;

    constructor(IERC20 token_, address governance_, uint256 offerPeriod_) {
        if (offerPeriod_ < MIN_PERIOD || offerPeriod_ > MAX_PERIOD) revert PeriodOutOfBounds(offerPeriod_);
        (token, governance, offerPeriod) = (token_, governance_, offerPeriod_);
    }

    // ---------------------------------------------------------------- external

    function offer(bytes32 incidentId, uint256 amount) external returns (uint256 id) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = Math.min(amount, token.balanceOf(address(this)) - before);
        if (received == 0) revert EmptyOffer();
        id = ++lastId;
        uint64 until = uint64(block.timestamp + offerPeriod);
        offers[id] = Offer(msg.sender, until, false, 0, received, 0, address(0), 0);
        emit Offered(id, incidentId, received, until);
    }

    function rootOf(address[] calldata patched) public view returns (bytes32) {
        if (patched.length == 0) revert NoContracts();
        bytes32[] memory hashes = new bytes32[](patched.length);
        for (uint256 i; i < patched.length; ++i) {
            if (patched[i].code.length == 0) revert NoCode(patched[i]);
            hashes[i] = patched[i].codehash;
        }
        return keccak256(abi.encode(hashes));
    }

    function commitmentOf(address author, bytes32 root, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(author, root, salt));
    }

    function commit(bytes32 commitment) external {
        if (committedAt[commitment] != 0) revert AlreadyCommitted(commitment);
        committedAt[commitment] = block.timestamp;
        emit Committed(commitment, msg.sender);
    }

    function adopt(uint256 id, address[] calldata patched) external {
        if (msg.sender != governance) revert Unauthorised(msg.sender);
        Offer storage o = _offer(id);
        if (o.adopted) revert Decided(id);
        (o.adopted, o.root) = (true, rootOf(patched));
        (o.adoptedAt, o.until) = (uint64(block.timestamp), uint64(block.timestamp + REVEAL_PERIOD));
        emit Adopted(id, o.root, patched, o.until);
    }

    function reveal(uint256 id, bytes32 root, bytes32 salt) external {
        Offer storage o = _offer(id);
        if (!o.adopted) revert NotDecided(id);
        if (block.timestamp >= o.until) revert RevealOver(o.until);
        if (root != o.root) revert OtherPatch(root, o.root);
        bytes32 commitment = commitmentOf(msg.sender, root, salt);
        uint256 at = committedAt[commitment];
        if (at == 0) revert NotCommitted(commitment);
        if (at >= o.adoptedAt) revert CommittedTooLate(at, o.adoptedAt);
        if (o.author != address(0) && at >= o.committedAt) revert NotEarlier(at, o.committedAt);
        (o.author, o.committedAt) = (msg.sender, uint64(at));
        emit Revealed(id, msg.sender, at);
    }

    function finish(uint256 id) external {
        Offer memory o = _offer(id);
        if (!o.adopted) revert NotDecided(id);
        if (block.timestamp < o.until) revert NotOver(o.until);
        delete offers[id];
        if (o.author == address(0)) return _giveBack(id, o);
        emit PatchPaid(id, o.author, o.amount);
        token.safeTransfer(o.author, o.amount);
    }

    function expire(uint256 id) external {
        Offer memory o = _offer(id);
        if (o.adopted) revert Decided(id);
        if (block.timestamp < o.until) revert NotOver(o.until);
        delete offers[id];
        _giveBack(id, o);
    }

    // ---------------------------------------------------------------- private

    function _giveBack(uint256 id, Offer memory o) private {
        emit OfferClosed(id, o.amount);
        token.safeTransfer(o.by, o.amount);
    }

    function _offer(uint256 id) private view returns (Offer storage o) {
        o = offers[id];
        if (o.by == address(0)) revert NoOffer(id);
    }
}
