// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level} from "../guards/Types.sol";

/// @notice A beacon on another chain, and what its messages may do here.
struct Peer {
    address gateway; // ERC-7786, both ways; zero: no peer
    Level maxLevel; // of what it says, no more is raised here
    uint32 maxDuration; // seconds that one message raises
    uint32 budget; // seconds that its messages cover, until they have covered none for a whole day
}

/// @notice What a peer has sent and was sent so far.
struct PeerUse {
    uint64 sent; // number of the last message to it
    uint64 received; // number of the last message from it
    uint48 coveredUntil;
    uint32 spent; // seconds of its budget
}

interface IBeacon {
    error InvalidPeer(bytes remote);
    error InvalidMaxAge(uint256 maxAge, uint256 maximum);
    error NotSealed();
    error NotPeer(bytes remote);
    error NothingToRelay();
    error ValueNotAccepted(uint256 value);
    error InvalidMessage();
    error Superseded(uint256 number, uint256 received);
    error TooOld(uint256 sentAt, uint256 maxAge);
    error FromTheFuture(uint256 sentAt);
    error AlreadyOver(uint256 until);
    error OriginBudgetExhausted(bytes remote, uint256 spent, uint256 budget);
    error NotRaised(Level level);

    event PeerSet(bytes32 indexed remoteHash, bytes remote, Peer previous, Peer peer);
    event LevelRelayed(bytes32 indexed remoteHash, uint256 number, Level level, uint256 until, bytes32 sendId);
    event LevelReceived(bytes32 indexed remoteHash, uint256 number, Level level, uint256 until, bytes32 receiveId);

    /// @notice Governance admits a beacon, or changes or (with no gateway) removes one. Immediate where the peer gains
    /// nothing in any respect, otherwise a loosening.
    /// @param remote its ERC-7930 interoperable address, with chain and account
    function setPeer(bytes calldata remote, Peer calldata peer) external;

    /// @notice Anyone tells a peer this protocol's level; the value sent along pays the gateway's fee.
    /// @return sendId the gateway's; where it is not zero the gateway wants another step
    function relay(bytes calldata remote) external payable returns (bytes32 sendId);

    /// @notice What `relay` would say: the highest live level that was not raised by this beacon's own messages, and
    /// when it ends; the largest uint64 for one of governance.
    function levelToRelay() external view returns (Level level, uint256 until);

    function peerOf(bytes calldata remote) external view returns (Peer memory);
    function useOf(bytes calldata remote) external view returns (PeerUse memory);

    /// @notice This beacon's own interoperable address, to be named as a peer elsewhere.
    function interoperableAddress() external view returns (bytes memory);

    /// @notice Seconds after its sending at which a message is no longer taken.
    function maxAge() external view returns (uint256);
}
