// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Vm} from "../base/Vm.sol";

/// @title Base of the proofs that `make prove` runs
/// @notice A function that begins with `check_` is a theorem: halmos runs it on the bytecode with every argument
/// unknown and shows that no argument makes an `assert` fail. Paths that revert, or contradict an `assume`, prove
/// nothing. forge compiles these files and runs none of them. What is bounded stands in the tag `bounds` of the
/// property's contract, which has the property's name; `tools/prove.py` prints it.
abstract contract Proof {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
}
