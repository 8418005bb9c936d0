// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Vm} from "./Vm.sol";

/// @title Base of every Solidity test: cheat codes, assertions, bounded fuzz inputs, named actors
/// @notice An assertion that fails reverts with both values in the text. A test function begins with `test`,
/// `testFuzz` or `invariant`; a contract that holds state for an invariant run lists itself by `targetContract`.
abstract contract Test {
    /// @dev Forge recognises a test contract by this flag.
    bool public constant IS_TEST = true;

    /// @dev Forge's fixed cheat-code address: the last 20 bytes of keccak256("hevm cheat code").
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice One handler whose selectors alone the invariant runner may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error AssertionFailed(string what);

    address[] private _targetContracts;
    address[] private _excludeContracts;
    address[] private _targetSenders;
    FuzzSelector[] private _targetSelectors;

    // ---- invariant targets (read by forge) --------------------------------------------------------------

    function targetContracts() public view returns (address[] memory) {
        return _targetContracts;
    }

    function excludeContracts() public view returns (address[] memory) {
        return _excludeContracts;
    }

    function targetSenders() public view returns (address[] memory) {
        return _targetSenders;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    function excludeContract(address target) internal {
        _excludeContracts.push(target);
    }

    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    function targetSelector(address target, bytes4[] memory selectors) internal {
        _targetSelectors.push(FuzzSelector(target, selectors));
    }

    // ---- actors and inputs --------------------------------------------------------------------------------

    /// @notice An address that has no code and is named in traces; the same name gives the same address.
    function makeAddr(string memory name) internal returns (address account) {
        (account,) = makeAddrAndKey(name);
    }

    function makeAddrAndKey(string memory name) internal returns (address account, uint256 privateKey) {
        privateKey = uint256(keccak256(bytes(name)));
        account = vm.addr(privateKey);
        vm.label(account, name);
    }

    /// @notice Folds a fuzz input into [low, high]; values already inside stay, and both ends are reached
    /// from the ends of uint256, where fuzzers like to look.
    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        if (low > high) revert AssertionFailed("bound: low > high");
        if (x >= low && x <= high) return x;
        uint256 span = high - low;
        if (span == type(uint256).max) return x;
        if (x > type(uint256).max - 4) {
            uint256 back = type(uint256).max - x;
            if (back <= span) return high - back;
        }
        return low + x % (span + 1);
    }

    /// @notice Moves the clock forward by `secondsForward`.
    function skip(uint256 secondsForward) internal {
        vm.warp(vm.getBlockTimestamp() + secondsForward);
    }

    function fail(string memory what) internal pure {
        revert AssertionFailed(what);
    }

    // ---- assertions -----------------------------------------------------------------------------------------

    function assertTrue(bool condition) internal pure {
        if (!condition) fail("expected true");
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) fail(what);
    }

    function assertFalse(bool condition) internal pure {
        if (condition) fail("expected false");
    }

    function assertFalse(bool condition, string memory what) internal pure {
        if (condition) fail(what);
    }

    function assertEq(uint256 actual, uint256 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) _fail(what, vm.toString(actual), " != ", vm.toString(expected));
    }

    function assertEq(int256 actual, int256 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(int256 actual, int256 expected, string memory what) internal pure {
        if (actual != expected) _fail(what, vm.toString(actual), " != ", vm.toString(expected));
    }

    function assertEq(address actual, address expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) _fail(what, vm.toString(actual), " != ", vm.toString(expected));
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) _fail(what, vm.toString(actual), " != ", vm.toString(expected));
    }

    function assertEq(bool actual, bool expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bool actual, bool expected, string memory what) internal pure {
        if (actual != expected) _fail(what, actual ? "true" : "false", " != ", expected ? "true" : "false");
    }

    function assertEq(string memory actual, string memory expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(string memory actual, string memory expected, string memory what) internal pure {
        if (keccak256(bytes(actual)) != keccak256(bytes(expected))) _fail(what, actual, " != ", expected);
    }

    function assertEq(bytes memory actual, bytes memory expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) _fail(what, vm.toString(actual), " != ", vm.toString(expected));
    }

    function assertNotEq(uint256 actual, uint256 forbidden) internal pure {
        if (actual == forbidden) _fail("", vm.toString(actual), " == ", vm.toString(forbidden));
    }

    function assertNotEq(address actual, address forbidden) internal pure {
        if (actual == forbidden) _fail("", vm.toString(actual), " == ", vm.toString(forbidden));
    }

    function assertNotEq(bytes32 actual, bytes32 forbidden) internal pure {
        if (actual == forbidden) _fail("", vm.toString(actual), " == ", vm.toString(forbidden));
    }

    function assertLt(uint256 left, uint256 right) internal pure {
        assertLt(left, right, "");
    }

    function assertLt(uint256 left, uint256 right, string memory what) internal pure {
        if (left >= right) _fail(what, vm.toString(left), " >= ", vm.toString(right));
    }

    function assertLe(uint256 left, uint256 right) internal pure {
        assertLe(left, right, "");
    }

    function assertLe(uint256 left, uint256 right, string memory what) internal pure {
        if (left > right) _fail(what, vm.toString(left), " > ", vm.toString(right));
    }

    function assertGt(uint256 left, uint256 right) internal pure {
        assertGt(left, right, "");
    }

    function assertGt(uint256 left, uint256 right, string memory what) internal pure {
        if (left <= right) _fail(what, vm.toString(left), " <= ", vm.toString(right));
    }

    function assertGe(uint256 left, uint256 right) internal pure {
        assertGe(left, right, "");
    }

    function assertGe(uint256 left, uint256 right, string memory what) internal pure {
        if (left < right) _fail(what, vm.toString(left), " < ", vm.toString(right));
    }

    /// @param tolerance largest accepted difference, in the unit of the two values
    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 tolerance) internal pure {
        assertApproxEqAbs(actual, expected, tolerance, "");
    }

    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 tolerance, string memory what) internal pure {
        uint256 difference = actual > expected ? actual - expected : expected - actual;
        if (difference > tolerance) _fail(what, vm.toString(actual), " !~ ", vm.toString(expected));
    }

    function _fail(string memory what, string memory left, string memory relation, string memory right) private pure {
        if (bytes(what).length == 0) fail(string.concat(left, relation, right));
        fail(string.concat(what, ": ", left, relation, right));
    }
}
