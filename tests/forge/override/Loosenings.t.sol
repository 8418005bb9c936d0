// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title DelayedLoosening: what ends a restriction waits too, wherever the policy gives it a delay
///
/// Elsewhere the engine of the tests has a delay of 0 for these five, so that a test about something else can call
/// them; a policy need not.
contract LooseningsTest is EngineTest {
    function test_EndingARestrictionWaitsItsDelay() public {
        bytes32 subject = engine.accountSubject(alice);
        bytes[5] memory calls = [
            abi.encodeCall(engine.unpause, (Op.ALL, "over")),
            abi.encodeCall(engine.lowerLevel, (Level.NORMAL, "over")),
            abi.encodeCall(engine.unlock, (subject, "over")),
            abi.encodeCall(engine.release, (_ids(1), "over")),
            abi.encodeCall(engine.cancel, (_ids(1), "over"))
        ];
        for (uint256 i; i < calls.length; ++i) {
            bytes4 selector = bytes4(calls[i]);
            vm.prank(governance);
            engine.setDelay(selector, DELAY);
            vm.prank(governance);
            (bool done, bytes memory answer) = address(engine).call(calls[i]);
            assertFalse(done);
            assertEq(answer, abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
            vm.prank(guardian);
            (done, answer) = address(engine).call(calls[i]);
            assertEq(answer, abi.encodeWithSelector(IEngine.Unauthorised.selector, guardian, Rank.GOVERNANCE));
        }
    }

    function test_AnAnnouncedEndTakesEffect() public {
        vm.prank(governance);
        engine.setDelay(engine.lowerLevel.selector, DELAY);
        vm.prank(governance);
        engine.raiseLevel(Level.QUEUED, 0, "incident");
        _govern(abi.encodeCall(engine.lowerLevel, (Level.NORMAL, "over")));
        assertTrue(engine.level() == Level.NORMAL);
    }

    /// Giving up a function, or its delay, waits as long as the function itself, in the shortest call that can say so.
    function test_GivingUpAFunctionWaitsItsDelay() public {
        vm.prank(governance);
        engine.setDelay(engine.setLimit.selector, 3 * DELAY);
        vm.prank(governance);
        (uint256 executableAt,) =
            engine.overrideOf(engine.schedule(abi.encodeCall(engine.abdicate, (engine.setLimit.selector))));
        assertEq(executableAt, T0 + 3 * DELAY);
    }
}
