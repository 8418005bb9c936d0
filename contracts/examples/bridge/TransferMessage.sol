// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The message of a token transfer, 133 bytes packed, as `contracts-bridge/BridgeMessage.sol` lays it out.
///
/// bytes      field
/// 0..3       domain in which the token was born
/// 4..35      the token there, left-padded
/// 36         kind: 3 transfer, 4 transfer with fast liquidity
/// 37..68     recipient, left-padded
/// 69..100    amount, smallest unit
/// 101..132   hash of the token's name, symbol and decimals
library TransferMessage {
    error InvalidLength(uint256 length);
    error NotATransfer(uint8 kind);

    struct Transfer {
        uint32 domain;
        address token;
        address recipient;
        uint256 amount;
    }

    uint8 private constant TRANSFER = 3;
    uint8 private constant FAST_TRANSFER = 4;
    uint256 private constant LENGTH = 133;

    function parse(bytes calldata message) internal pure returns (Transfer memory transfer) {
        if (message.length != LENGTH) revert InvalidLength(message.length);
        uint8 kind = uint8(message[36]);
        if (kind != TRANSFER && kind != FAST_TRANSFER) revert NotATransfer(kind);
        transfer.domain = uint32(bytes4(message[0:4]));
        transfer.token = address(bytes20(message[16:36]));
        transfer.recipient = address(bytes20(message[49:69]));
        transfer.amount = uint256(bytes32(message[69:101]));
    }

    function encode(uint32 domain, address token, bytes32 recipient, uint256 amount, bytes32 details)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(domain, uint256(uint160(token)), TRANSFER, recipient, amount, details);
    }

    /// @dev The lengths count as 32-byte words in the hash.
    function detailsHash(string memory name, string memory symbol, uint8 decimals) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes(name).length, name, bytes(symbol).length, symbol, decimals));
    }
}
