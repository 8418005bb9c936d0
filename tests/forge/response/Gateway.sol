// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title An ERC-7786 gateway, both ends in one: it keeps messages until somebody delivers them, in any order
contract Gateway is IERC7786GatewaySource {
    error NoSuchAttributes();
    error FeeMissing(uint256 paid, uint256 fee);
    error NotAcknowledged();

    struct Message {
        bytes sender;
        bytes recipient;
        bytes payload;
    }

    uint256 public fee;
    Message[] private _messages;

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function count() external view returns (uint256) {
        return _messages.length;
    }

    function message(uint256 index) external view returns (Message memory) {
        return _messages[index];
    }

    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }

    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
        external
        payable
        returns (bytes32)
    {
        if (attributes.length != 0) revert NoSuchAttributes();
        if (msg.value != fee) revert FeeMissing(msg.value, fee);
        bytes memory sender = InteroperableAddress.formatEvmV1(block.chainid, msg.sender);
        _messages.push(Message(sender, recipient, payload));
        emit MessageSent(0, sender, recipient, payload, msg.value, attributes);
        return 0;
    }

    /// @dev As an honest gateway does it; nothing keeps it from doing so twice.
    function deliver(uint256 index) external payable {
        Message memory m = _messages[index];
        _hand(bytes32(index + 1), m.sender, m.recipient, m.payload);
    }

    /// @dev As one does that lies.
    function forge(bytes32 receiveId, bytes calldata sender, bytes calldata recipient, bytes calldata payload)
        external
        payable
    {
        _hand(receiveId, sender, recipient, payload);
    }

    function _hand(bytes32 receiveId, bytes memory sender, bytes memory recipient, bytes memory payload) private {
        (, address to) = InteroperableAddress.parseEvmV1(recipient);
        bytes4 answer = IERC7786Recipient(to).receiveMessage{value: msg.value}(receiveId, sender, payload);
        if (answer != IERC7786Recipient.receiveMessage.selector) revert NotAcknowledged();
    }
}
