// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IResumeGate} from "../guards/resume/IResume.sol";
import {IResumeCheck} from "./IResumeCheck.sol";

/// @title ResumeChecklist: the invariants that a protocol supplies, all asked before it resumes
///
/// Guards: a protocol whose `setResumeGate` names it. `requireAll` reverts with the first check that does not hold.
/// Trusts: the owner to add checks, at once; nobody can remove one. A list without it is another contract, and naming
/// that to the protocol is a loosening which waits. So an incident can only make the list longer.
/// Assumes: checks are views. One that reverts, answers anything but true, or wants more than its gas does not hold.
/// Does not guard: against a check that says true and is wrong.
contract ResumeChecklist is IResumeGate, IResumeCheck {
    error CheckFails(uint256 index, address check);
    error InvalidCheck(address check);
    error TooManyChecks(uint256 maximum);
    error NotOwner(address account);

    event CheckAdded(uint256 indexed index, address indexed check);

    uint256 public constant MAX_CHECKS = 16;
    /// @dev Gas of one check; all of them fit into a block.
    uint256 public constant CHECK_GAS = 1_000_000;

    /// @notice Who adds checks: the protocol's governance; 0 for a list that cannot grow.
    address public immutable owner;
    address[] private _checks;

    constructor(address owner_, address[] memory checks_) {
        owner = owner_;
        for (uint256 i = 0; i < checks_.length; ++i) {
            _add(checks_[i]);
        }
    }

    // ---------------------------------------------------------------- external

    /// @notice Adds a check; for good.
    function add(address check) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _add(check);
    }

    /// @inheritdoc IResumeGate
    function requireAll() external view {
        (bool all, uint256 index) = _firstFailing();
        if (!all) revert CheckFails(index, _checks[index]);
    }

    /// @notice True while every check holds: a list can be a check of another one.
    function holds() external view returns (bool all) {
        (all,) = _firstFailing();
    }

    /// @notice All checks, and which of them hold now.
    function state() external view returns (address[] memory checks, bool[] memory held) {
        checks = _checks;
        held = new bool[](checks.length);
        for (uint256 i = 0; i < checks.length; ++i) {
            held[i] = _holds(checks[i]);
        }
    }

    // ---------------------------------------------------------------- private

    function _add(address check) private {
        if (check.code.length == 0) revert InvalidCheck(check);
        if (_checks.length == MAX_CHECKS) revert TooManyChecks(MAX_CHECKS);
        emit CheckAdded(_checks.length, check);
        _checks.push(check);
    }

    function _firstFailing() private view returns (bool all, uint256 index) {
        for (; index < _checks.length; ++index) {
            if (!_holds(_checks[index])) return (false, index);
        }
        return (true, index);
    }

    /// @dev One word of the answer is read, whatever it returns: a check must not exhaust the caller's gas.
    function _holds(address check) private view returns (bool held) {
        bytes memory data = abi.encodeCall(IResumeCheck.holds, ());
        assembly ("memory-safe") {
            held := staticcall(CHECK_GAS, check, add(data, 32), mload(data), 0, 32)
            held := and(held, and(gt(returndatasize(), 31), eq(mload(0), 1)))
        }
    }
}
