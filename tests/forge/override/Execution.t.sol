// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {OverrideFixture} from "./OverrideFixture.sol";

/// @title S42, S43: what an execution can do, whoever sends it and however
contract ExecutionTest is OverrideFixture {
    /// S42: too little gas reverts the whole, and the announcement stays.
    function test_S42_FrontRunWithLessGasChangesNothing() public {
        _schedule();
        skip(DELAY);
        bytes memory execute = abi.encodeCall(engine.execute, (call));
        uint256 succeededAt;
        for (uint256 gas = 20_000; gas < 140_000; gas += 1000) {
            uint256 state = vm.snapshotState();
            (bool done,) = address(engine).call{gas: gas}(execute);
            (uint256 executableAt,) = engine.overrideOf(id);
            assertEq(uint256(engine.rankOf(alice)), done ? 2 : 0, "half done");
            assertEq(executableAt, done ? 0 : T0 + DELAY, "lost");
            if (done && succeededAt == 0) succeededAt = gas;
            vm.revertToState(state);
        }
        assertGt(succeededAt, 20_000, "the range holds both outcomes");
    }

    /// S42, S43: in its own name the protocol calls functions of governance and nothing else.
    function test_S43_TheOverrideCannotCallWhatMovesFunds() public {
        token.mint(address(host), 2 * LIMIT);
        host.setFaulty();
        assertEq(_withdraw(alice, 2 * LIMIT), 1);
        token.mint(address(engine), LIMIT);
        bytes[6] memory calls = [
            abi.encodeCall(host.onClaimEnded, (1, attacker, address(token), LIMIT, true)),
            abi.encodeCall(host.withdraw, (address(token), 0, attacker)),
            abi.encodeCall(host.act, (Op.WITHDRAW)),
            abi.encodeCall(engine.isOpen, (Op.WITHDRAW)),
            abi.encodeCall(engine.withdrawClaim, (1)),
            abi.encodeCall(engine.pause, (Op.ALL, 60, ""))
        ];
        for (uint256 i; i < 6; ++i) {
            _announce(calls[i]);
            vm.expectRevert();
            _execute(calls[i]);
        }
        assertEq(host.balance(address(token), attacker), 0);
        bytes memory ended = calls[0];
        _announce(ended);
        vm.expectRevert(IOverride.InvalidCall.selector);
        _execute(ended);
    }

    function test_OnClaimEndedIsTheProtocolsOwn() public virtual {
        address[3] memory others = [attacker, governance, guardian];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSignature("NotSelf(address)", others[i]));
            vm.prank(others[i]);
            host.onClaimEnded(1, attacker, address(token), LIMIT, true);
        }
    }

    /// S42: an execution inside an execution needs an announcement of its own and takes nobody else's marker.
    function test_S42_NestedExecutionNeedsItsOwnAnnouncement() public {
        bytes memory outer = abi.encodeCall(engine.execute, (call));
        _announce(outer);
        _expectUnknown();
        _execute(outer);
        _announce(call);
        _execute(outer);
        assertEq(uint256(engine.rankOf(alice)), 2);
    }

    /// Even in the protocol's own name a call that was not announced is nobody's.
    function test_S42_TheProtocolItselfHasNoRank() public {
        _schedule();
        skip(DELAY);
        _expectUnauthorised(address(engine), Rank.GOVERNANCE);
        vm.prank(address(engine));
        engine.setHolder(alice, Rank.GUARDIAN);
        _execute(call);
        _expectUnauthorised(address(engine), Rank.GOVERNANCE);
        vm.prank(address(engine));
        engine.setHolder(alice, Rank.GUARDIAN);
    }

    /// A call with bytes behind its arguments is another announcement with the same delay.
    function test_TrailingBytesGainNothing() public {
        bytes memory longer = bytes.concat(call, hex"00");
        _schedule();
        vm.prank(governance);
        bytes32 other = engine.schedule(longer);
        assertNotEq(other, id);
        vm.warp(T0 + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, other, T0 + DELAY));
        _execute(longer);
        vm.warp(T0 + DELAY);
        _execute(longer);
        (uint256 executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, T0 + DELAY, "executing one took the other");
    }

    function test_ARevertInsideIsPassedOnAndTheAnnouncementStays() public {
        bytes memory bad = abi.encodeCall(engine.setGovernance, (guardian));
        bytes32 badId = _announce(bad);
        vm.expectRevert(abi.encodeWithSelector(IEngine.InvalidGovernance.selector, guardian));
        _execute(bad);
        (uint256 executableAt,) = engine.overrideOf(badId);
        assertNotEq(executableAt, 0);
        vm.prank(governance);
        engine.setHolder(guardian, Rank.NONE);
        _execute(bad);
        assertEq(engine.governance(), guardian);
    }

    /// A tightening may be announced too; it needs no abdicated power and waits like the rest.
    function test_ATighteningCanBeAnnounced() public {
        bytes memory removal = abi.encodeCall(engine.setHolder, (guardian, Rank.NONE));
        _govern(removal);
        assertEq(uint256(engine.rankOf(guardian)), 0);
    }
}
