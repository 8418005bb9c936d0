// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a Nomad Replica calls on the recipient of a message (`contracts-core/interfaces/IMessageRecipient`).
interface IMessageRecipient {
    /// @param origin the domain that the message comes from
    /// @param nonce its number on that route
    /// @param sender the contract that sent it, left-padded to 32 bytes
    function handle(uint32 origin, uint32 nonce, bytes32 sender, bytes calldata message) external;
}

/// @notice The part of Nomad's XAppConnectionManager that a bridge asks.
interface IConnections {
    function home() external view returns (IHome);
    function localDomain() external view returns (uint32);
    function isReplica(address account) external view returns (bool);
}

/// @notice Where messages to other domains begin.
interface IHome {
    function dispatch(uint32 destination, bytes32 recipient, bytes calldata message) external;
}
