// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

/// @notice Delegates what a contract does not implement itself to one that is fixed at construction.
abstract contract Delegating is Proxy {
    error ControlsHaveNoCode(address controls);

    address private immutable _NEXT;

    constructor(address next) {
        if (next.code.length == 0) revert ControlsHaveNoCode(next);
        _NEXT = next;
    }

    function _implementation() internal view virtual override returns (address) {
        return _NEXT;
    }
}
