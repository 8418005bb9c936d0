// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IConnections, IHome, IMessageRecipient} from "../examples/bridge/INomad.sol";
import {TransferMessage} from "../examples/bridge/TransferMessage.sol";

/// @title A Replica of the fuzz lab that believes everybody: whoever asks has his message delivered
/// @notice The strongest forger that a bridge could meet; connection manager and home as well, which send nothing.
contract Replica is IConnections, IHome {
    uint32 public constant localDomain = 1;
    uint32 public constant REMOTE_DOMAIN = 2;
    bytes32 public constant REMOTE_ROUTER = bytes32(uint256(0xb0b));

    uint32 private nonce;

    function home() external view returns (IHome) {
        return this;
    }

    function isReplica(address account) external view returns (bool) {
        return account == address(this);
    }

    function dispatch(uint32, bytes32, bytes calldata) external {}

    /// @notice Delivers the message that `amount` (smallest unit) of `token`, born here, goes to `recipient`.
    function deliver(IMessageRecipient bridge, address token, address recipient, uint256 amount) external {
        bytes memory message =
            TransferMessage.encode(localDomain, token, bytes32(uint256(uint160(recipient))), amount, bytes32(0));
        bridge.handle(REMOTE_DOMAIN, ++nonce, REMOTE_ROUTER, message);
    }
}
