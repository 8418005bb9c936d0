// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "./Test.sol";
import {Vm} from "./Vm.sol";

/// @notice Lets a failing assertion be observed from outside.
contract Asserting is Test {
    function callUint(bytes4 selector, uint256 left, uint256 right) external pure {
        if (selector == bytes4("eq")) assertEq(left, right);
        else if (selector == bytes4("ne")) assertNotEq(left, right);
        else if (selector == bytes4("lt")) assertLt(left, right);
        else if (selector == bytes4("le")) assertLe(left, right);
        else if (selector == bytes4("gt")) assertGt(left, right);
        else if (selector == bytes4("ge")) assertGe(left, right);
        else if (selector == bytes4("near")) assertApproxEqAbs(left, right, 2);
        else fail("unknown selector");
    }

    function callTexts(string memory left, string memory right) external pure {
        assertEq(left, right, "texts");
    }

    function callBound(uint256 x, uint256 low, uint256 high) external pure returns (uint256) {
        return bound(x, low, high);
    }
}

/// @title The test base itself: an assertion that cannot fail would make every other test worthless
contract TestBaseTest is Test {
    Asserting private asserting;

    event Seen(address indexed who, uint256 amount);

    function setUp() public {
        asserting = new Asserting();
    }

    function _refuses(bytes4 selector, uint256 left, uint256 right) private view returns (bool) {
        (bool ok,) = address(asserting).staticcall(abi.encodeCall(Asserting.callUint, (selector, left, right)));
        return !ok;
    }

    function test_AssertionsHoldAndFailWhereTheyShould() public view {
        bytes4[7] memory names =
            [bytes4("eq"), bytes4("ne"), bytes4("lt"), bytes4("le"), bytes4("gt"), bytes4("ge"), bytes4("near")];
        // Columns: left below, equal to and above right, by more than the tolerance.
        bool[3][7] memory refuses = [
            [true, false, true],
            [false, true, false],
            [false, true, true],
            [false, false, true],
            [true, true, false],
            [true, false, false],
            [true, false, true]
        ];
        uint256[3] memory lefts = [uint256(2), 5, 8];
        for (uint256 i = 0; i < names.length; i++) {
            for (uint256 j = 0; j < 3; j++) {
                require(_refuses(names[i], lefts[j], 5) == refuses[i][j], string.concat("row ", vm.toString(i)));
            }
        }
    }

    function test_ApproximateEqualityAtTheToleranceExactly() public view {
        require(!_refuses(bytes4("near"), 7, 5) && !_refuses(bytes4("near"), 3, 5), "at the tolerance");
        require(_refuses(bytes4("near"), 8, 5) && _refuses(bytes4("near"), 2, 5), "one past it");
    }

    function test_AFailureNamesBothValues() public {
        vm.expectRevert(abi.encodeWithSelector(Test.AssertionFailed.selector, "7 != 5"));
        asserting.callUint(bytes4("eq"), 7, 5);
        vm.expectRevert(abi.encodeWithSelector(Test.AssertionFailed.selector, "texts: a != b"));
        asserting.callTexts("a", "b");
    }

    function testFuzz_BoundStaysInsideAndKeepsWhatIsInside(uint256 x, uint256 low, uint256 high) public pure {
        if (low > high) (low, high) = (high, low);
        uint256 got = bound(x, low, high);
        require(got >= low && got <= high, "outside");
        if (x >= low && x <= high) require(got == x, "moved although inside");
    }

    function test_BoundReachesBothEndsAndRefusesAnEmptyRange() public {
        assertEq(bound(0, 10, 20), 10);
        assertEq(bound(type(uint256).max, 10, 20), 20);
        vm.expectRevert(abi.encodeWithSelector(Test.AssertionFailed.selector, "bound: low > high"));
        asserting.callBound(0, 2, 1);
    }

    function test_ActorsAreNamedDistinctAndCanSign() public {
        (address guardian, uint256 key) = makeAddrAndKey("guardian");
        assertEq(guardian, makeAddr("guardian"));
        assertNotEq(guardian, makeAddr("attacker"));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256("message"));
        assertEq(ecrecover(keccak256("message"), v, r, s), guardian);
    }

    function test_CheatCodesReachForge() public {
        address alice = makeAddr("alice");
        vm.deal(alice, 3 ether);
        assertEq(alice.balance, 3 ether);
        uint256 before = vm.getBlockTimestamp();
        skip(1 hours);
        assertEq(vm.getBlockTimestamp() - before, 1 hours);
        uint256 state = vm.snapshotState();
        vm.store(alice, bytes32(uint256(1)), bytes32(uint256(42)));
        assertEq(vm.load(alice, bytes32(uint256(1))), bytes32(uint256(42)));
        assertTrue(vm.revertToState(state));
        assertEq(vm.load(alice, bytes32(uint256(1))), bytes32(0));
        vm.recordLogs();
        emit Seen(alice, 7);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[0], Seen.selector);
        assertEq(logs[0].emitter, address(this));
    }
}
