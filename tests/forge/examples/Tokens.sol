// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice An OpenZeppelin token that anybody may mint.
contract Token is ERC20("Token", "TKN") {
    uint8 private immutable _DECIMALS;

    constructor(uint8 decimals_) {
        _DECIMALS = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _DECIMALS;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Burns 1 % of every transfer.
contract FeeToken is Token(18) {
    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0) && to != address(0)) {
            super._update(from, address(0), amount / 100);
            amount -= amount / 100;
        }
        super._update(from, to, amount);
    }
}

/// @notice Calls sender and receiver as ERC-777 does, where they have code and asked for it.
contract CallbackToken is Token(18) {
    mapping(address account => bool) private _wants;

    function register() external {
        _wants[msg.sender] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_wants[from]) ICallback(from).onToken();
        super._update(from, to, amount);
        if (_wants[to]) ICallback(to).onToken();
    }
}

interface ICallback {
    function onToken() external;
}

/// @notice Makes one prepared call from inside a token's callback, and remembers how it ended.
contract Reentrant is ICallback {
    address private target;
    bytes private call;
    bool public entered;
    bytes public refusal;

    constructor(CallbackToken token) {
        token.register();
    }

    function prepare(address target_, bytes calldata call_) external {
        (target, call, entered) = (target_, call_, false);
    }

    function act(address to, bytes calldata data) external {
        (bool done, bytes memory returned) = to.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }

    function onToken() external {
        if (entered || target == address(0)) return;
        entered = true;
        (bool done, bytes memory returned) = target.call(call);
        refusal = done ? bytes("") : returned;
    }
}
