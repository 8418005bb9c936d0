// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Override} from "../guards/override/Override.sol";
import {Level, Rank} from "../guards/Types.sol";
import {IBeacon, Peer, PeerUse} from "./IBeacon.sol";
import {IGuarded, RankHolder} from "./RankHolder.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Beacon: a level raised on one chain raises it on others
///
/// Guards: the deployments of one protocol on several chains, each with a beacon that names the others as peers. Anyone
/// relays the present level; the receiving beacon raises it by its fast rank, never lowers anything, and never longer
/// than the level stands where it came from. Messages are numbered: one that was taken, or that a later one overtook,
/// is not taken again. What a beacon raised is not relayed on, so that no level keeps itself alive by going round.
///
/// Trusts: a peer, and its gateway, with `budget` seconds of restriction a day, up to `maxLevel`. A gateway that lies
/// can do that, and silence the peer: a number high enough overtakes all that follow, under another gateway too. The
/// remedy is a new beacon there. Assumes: gateways deliver; nothing here notices a silence.
/// Does not guard: a chain whose peers nobody relays to. Lowering is never relayed.
contract Beacon is IBeacon, Override, RankHolder, ERC7786Recipient {
    uint256 public constant MAX_MAX_AGE = 7 days;
    /// @notice How far the clock of another chain may be ahead.
    uint256 public constant MAX_SKEW = 15 minutes;

    uint256 private constant DAY = 1 days;
    uint256 private constant MESSAGE_LENGTH = 4 * 32;

    struct Echo {
        Level level;
        uint48 until;
    }

    uint256 public immutable maxAge;

    mapping(bytes32 remoteHash => Peer) private _peers;
    mapping(bytes32 remoteHash => PeerUse) private _uses;
    Echo private _echo; // the level that messages raised here

    /// @param deployer names the peers and then calls `seal`; nothing is sent or taken before
    /// @param maxAge_ seconds
    constructor(IGuarded protocol_, address deployer, uint256 maxAge_) RankHolder(protocol_) {
        if (maxAge_ == 0 || maxAge_ > MAX_MAX_AGE) revert InvalidMaxAge(maxAge_, MAX_MAX_AGE);
        maxAge = maxAge_;
        _initRoles(deployer);
    }

    // ---------------------------------------------------------------- external

    function setPeer(bytes calldata remote, Peer calldata peer) external virtual {
        bytes32 id = keccak256(remote);
        Peer memory previous = _peers[id];
        bool more = peer.maxLevel > previous.maxLevel || peer.maxDuration > previous.maxDuration;
        bool moves = peer.gateway != previous.gateway;
        _governed(peer.gateway != address(0) && (moves || more || peer.budget > previous.budget));
        if (!_isCanonical(remote)) revert InvalidPeer(remote);
        emit PeerSet(id, remote, previous, peer);
        _peers[id] = peer;
    }

    function relay(bytes calldata remote) external payable virtual returns (bytes32 sendId) {
        if (!isSealed()) revert NotSealed();
        bytes32 id = keccak256(remote);
        address gateway = _peers[id].gateway;
        if (gateway == address(0)) revert NotPeer(remote);
        (Level level, uint256 until) = levelToRelay();
        if (level == Level.NORMAL) revert NothingToRelay();
        uint64 number = ++_uses[id].sent;
        bytes memory message = abi.encode(number, level, until, block.timestamp);
        sendId = IERC7786GatewaySource(gateway).sendMessage{value: msg.value}(remote, message, new bytes[](0));
        emit LevelRelayed(id, number, level, until, sendId);
    }

    function levelToRelay() public view virtual returns (Level level, uint256 until) {
        Rank own = _fastRank();
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level found, uint256 foundUntil) = _liveLevelOf(Rank(r));
            if (found == Level.NORMAL || found < level || (Rank(r) == own && _isEcho(found, foundUntil))) continue;
            until = found == level ? Math.max(until, foundUntil) : foundUntil;
            level = found;
        }
        if (until > type(uint64).max) until = type(uint64).max;
    }

    function peerOf(bytes calldata remote) external view virtual returns (Peer memory) {
        return _peers[keccak256(remote)];
    }

    function useOf(bytes calldata remote) external view virtual returns (PeerUse memory) {
        return _uses[keccak256(remote)];
    }

    function interoperableAddress() public view virtual returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(block.chainid, address(this));
    }

    // ---------------------------------------------------------------- internal: ERC-7786

    function _isAuthorizedGateway(address gateway, bytes calldata sender)
        internal
        view
        virtual
        override
        returns (bool)
    {
        return gateway == _peers[keccak256(sender)].gateway;
    }

    /// @dev Reverts where it does nothing: the gateway may then deliver again, until the message is too old.
    function _processMessage(address, bytes32 receiveId, bytes calldata sender, bytes calldata payload)
        internal
        virtual
        override
    {
        if (!isSealed()) revert NotSealed();
        if (msg.value != 0) revert ValueNotAccepted(msg.value);
        bytes32 id = keccak256(sender);
        (uint64 number, Level level, uint64 until) = _open(payload, _uses[id].received);
        _uses[id].received = number;
        Peer memory peer = _peers[id];
        uint256 duration = _charge(sender, peer, until);
        if (level > peer.maxLevel) level = peer.maxLevel;
        _raiseAsEcho(level, duration);
        emit LevelReceived(id, number, level, block.timestamp + duration, receiveId);
    }

    // ---------------------------------------------------------------- private

    function _open(bytes calldata payload, uint64 received)
        private
        view
        returns (uint64 number, Level level, uint64 until)
    {
        if (payload.length != MESSAGE_LENGTH) revert InvalidMessage();
        uint64 sentAt;
        (number, level, until, sentAt) = abi.decode(payload, (uint64, Level, uint64, uint64));
        if (level == Level.NORMAL) revert InvalidMessage();
        if (number <= received) revert Superseded(number, received);
        if (block.timestamp >= sentAt + maxAge) revert TooOld(sentAt, maxAge);
        if (sentAt > block.timestamp + MAX_SKEW) revert FromTheFuture(sentAt);
        if (block.timestamp >= until) revert AlreadyOver(until);
    }

    /// @dev As `Roles` counts a rank's budget: what live messages cover costs nothing again, and `spent` returns to zero
    /// only after a whole day that no message covered, so that the budget holds in every rolling day.
    /// @return duration what the message, the peer's `maxDuration` and its budget leave
    function _charge(bytes calldata sender, Peer memory peer, uint256 until) private returns (uint256 duration) {
        PeerUse storage use = _uses[keccak256(sender)];
        uint256 from = Math.max(use.coveredUntil, block.timestamp);
        uint256 spent = block.timestamp >= use.coveredUntil + DAY ? 0 : use.spent;
        uint256 left = peer.budget > spent ? peer.budget - spent : 0;
        until = Math.min(Math.min(until, block.timestamp + peer.maxDuration), from + left);
        if (until <= block.timestamp) revert OriginBudgetExhausted(sender, spent, peer.budget);
        if (until > from) {
            spent += until - from;
            use.coveredUntil = uint48(until);
        }
        use.spent = uint32(spent);
        return until - block.timestamp;
    }

    /// @dev Remembers what is raised here by messages alone: it is not this protocol's own to tell.
    function _raiseAsEcho(Level level, uint256 duration) private {
        Rank rank = _fastRank();
        if (rank == Rank.NONE) revert NotRaised(level);
        (Level before, uint256 beforeUntil) = _liveLevelOf(rank);
        bool wasEcho = _isEcho(before, beforeUntil);
        if (!_raise(level, duration, duration, "beacon")) revert NotRaised(level);
        (Level reached, uint256 until) = _liveLevelOf(rank);
        bool raised = reached > before || (wasEcho && until > beforeUntil);
        if (raised) _echo = Echo(reached, uint48(until));
    }

    function _isEcho(Level level, uint256 until) private view returns (bool) {
        return level == _echo.level && until == _echo.until;
    }

    /// @dev Trailing bytes or a missing part would give one account several addresses.
    function _isCanonical(bytes calldata remote) private view returns (bool) {
        (bool parsed, bytes2 kind, bytes calldata chain, bytes calldata account) =
            InteroperableAddress.tryParseV1Calldata(remote);
        if (!parsed || chain.length == 0 || account.length == 0) return false;
        bytes32 id = keccak256(remote);
        bool exact = keccak256(InteroperableAddress.formatV1(kind, chain, account)) == id;
        return exact && id != keccak256(interoperableAddress());
    }
}
