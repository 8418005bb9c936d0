// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @notice What the tests of the blocklist share.
abstract contract BlocklistTest is EngineTest {
    bytes4 internal constant ACT = bytes4(keccak256("act(uint16)"));

    function setUp() public virtual override {
        super.setUp();
        _deposit(alice, 10 * LIMIT);
        _deposit(bob, 10 * LIMIT);
    }

    /// @dev So that the ranks keep their powers over a long wait.
    function _alive() internal {
        if (_now() < T0 + 1 days) {
            vm.prank(sentinel);
            engine.heartbeat();
        }
        vm.prank(guardian);
        engine.heartbeat();
    }

    function _block(address by, address account, uint256 duration) internal returns (uint256) {
        vm.prank(by);
        return engine.blockAccount(account, duration, "case 7");
    }

    function _blockSelector(address by, bytes4 selector, uint256 duration) internal returns (uint256) {
        vm.prank(by);
        return engine.blockSelector(selector, duration, "case 7");
    }

    function _act(address by, uint16 operation) internal virtual {
        vm.prank(by);
        host.act(operation);
    }

    function _withdrawTo(address by, uint256 amount, address to) internal returns (uint256) {
        vm.prank(by);
        return host.withdraw(address(token), amount, to);
    }

    function _expectBlocked(address account, uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.AccountIsBlocked.selector, account, until));
    }

    function _expectSelectorBlocked(bytes4 selector, uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.SelectorIsBlocked.selector, selector, until));
    }

    function _expectMustWait(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
    }

    function _expectMayBeLive(uint256 horizon) internal {
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.BlocksMayBeLive.selector, horizon));
    }
}
