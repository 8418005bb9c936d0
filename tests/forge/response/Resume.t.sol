// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ResumeChecklist} from "../../../contracts/response/ResumeChecklist.sol";
import {IResumeCheck} from "../../../contracts/response/IResumeCheck.sol";
import {IResume} from "../../../contracts/guards/resume/IResume.sol";
import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {SwitchedCheck} from "./Checks.sol";

/// @dev What a real protocol would ask: is every balance in the book backed by tokens?
contract SolvencyCheck is IResumeCheck {
    Host private immutable _HOST;
    address private immutable _ASSET;

    constructor(Host host, address asset) {
        (_HOST, _ASSET) = (host, asset);
    }

    function holds() external view returns (bool) {
        uint256 locked = IEngine(address(_HOST)).lockedInClaims(_ASSET);
        return IERC20(_ASSET).balanceOf(address(_HOST)) >= _HOST.total(_ASSET) + locked;
    }
}

/// @title Nothing resumes while an invariant of the protocol is false
/// forge-config: default.isolate = true
contract ResumeTest is EngineTest {
    SwitchedCheck private check;
    ResumeChecklist private list;

    function setUp() public override {
        super.setUp();
        check = new SwitchedCheck();
        list = _list(address(check));
    }

    function _list(address one) private returns (ResumeChecklist) {
        address[] memory checks = new address[](1);
        checks[0] = one;
        return new ResumeChecklist(governance, checks);
    }

    function _gate(address gate) private {
        vm.prank(governance);
        engine.setResumeGate(gate);
    }

    function _expectFails(address one) private {
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.CheckFails.selector, 0, one));
    }

    // ---------------------------------------------------------------- what asks

    function test_UnpauseAsks() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        _gate(address(list));
        check.set(SwitchedCheck.Answer.NO);
        _expectFails(address(check));
        _unpause(Op.WITHDRAW);
        _expectClosed(Op.WITHDRAW, T0 + 1 days);
        host.act(Op.WITHDRAW);
        check.set(SwitchedCheck.Answer.YES);
        _unpause(Op.WITHDRAW);
        host.act(Op.WITHDRAW);
    }

    function test_LoweringALevelAsks() public {
        _raise(governance, Level.FROZEN, 0);
        _gate(address(list));
        check.set(SwitchedCheck.Answer.REVERTS);
        _expectFails(address(check));
        _lower(Level.THROTTLED);
        assertEq(uint256(engine.level()), uint256(Level.FROZEN));
        check.set(SwitchedCheck.Answer.YES);
        _lower(Level.THROTTLED);
        assertEq(uint256(engine.level()), uint256(Level.THROTTLED));
    }

    function test_WeakerLevelRulesAsk() public {
        _gate(address(list));
        check.set(SwitchedCheck.Answer.NO);
        uint256 stronger = _rules() | _rule(Level.QUEUED, Op.TRADE, 0) | _rule(Level.EXIT_ONLY, Op.TRADE, 0);
        vm.prank(governance);
        engine.setLevelRules(stronger);
        bytes memory call = abi.encodeCall(engine.setLevelRules, (_rules()));
        _announce(call);
        _expectFails(address(check));
        _execute(call);
        assertEq(engine.levelRules(), stronger);
        check.set(SwitchedCheck.Answer.YES);
        _execute(call);
        assertEq(engine.levelRules(), _rules());
    }

    function test_EnteringShadowModeAsksAndLeavingItDoesNot() public {
        bytes memory call = abi.encodeCall(engine.setShadow, (Guard.PAUSE, true));
        _gate(address(list));
        check.set(SwitchedCheck.Answer.NO);
        _announce(call);
        _expectFails(address(check));
        _execute(call);
        check.set(SwitchedCheck.Answer.YES);
        _execute(call);
        assertTrue(engine.inShadow(Guard.PAUSE));
        check.set(SwitchedCheck.Answer.NO);
        vm.prank(governance);
        engine.setShadow(Guard.PAUSE, false);
        assertFalse(engine.inShadow(Guard.PAUSE));
    }

    /// An announcement made while all held is asked again when it is executed, and stays executable.
    function test_AnAnnouncementIsAskedWhenItIsExecuted() public {
        vm.prank(governance);
        engine.setDelay(engine.unpause.selector, 1 hours);
        _pause(guardian, Op.WITHDRAW, 1 days);
        _gate(address(list));
        bytes memory call = abi.encodeCall(engine.unpause, (Op.WITHDRAW, ""));
        _announce(call);
        check.set(SwitchedCheck.Answer.NO);
        _expectFails(address(check));
        _execute(call);
        check.set(SwitchedCheck.Answer.YES);
        _execute(call);
        host.act(Op.WITHDRAW);
    }

    /// Tightening asks nobody, whatever the checks say; and a pause ends by itself.
    function test_TighteningAsksNobodyAndTimeNeither() public {
        _gate(address(list));
        check.set(SwitchedCheck.Answer.BURNS_GAS);
        uint256 until = _pause(sentinel, Op.WITHDRAW, 1 hours);
        _raise(guardian, Level.QUEUED, 1 hours);
        vm.prank(governance);
        engine.setLevelRules(_rules() | _rule(Level.EXIT_ONLY, Op.TRADE, 0));
        _closedUntil(Op.WITHDRAW, until);
    }

    /// The protocol's own numbers: insolvent it stays frozen, repaid it opens.
    function test_AnInsolventProtocolStaysFrozen() public {
        _deposit(alice, 10 * UNIT);
        _deposit(bob, 10 * UNIT);
        SolvencyCheck solvency = new SolvencyCheck(host, address(token));
        _gate(address(_list(address(solvency))));
        host.setFaulty();
        vm.prank(attacker);
        host.withdraw(address(token), 5 * UNIT, attacker);
        _raise(governance, Level.FROZEN, 0);
        _expectFails(address(solvency));
        _lower(Level.NORMAL);
        token.mint(address(host), 5 * UNIT - 1);
        _expectFails(address(solvency));
        _lower(Level.NORMAL);
        token.mint(address(host), 1);
        _lower(Level.NORMAL);
        assertEq(uint256(engine.level()), 0);
    }

    // ---------------------------------------------------------------- who sets it

    function test_TheFirstGateIsImmediateAndReplacingItWaits() public {
        assertEq(engine.resumeGate(), address(0));
        vm.expectEmit(address(engine));
        emit IResume.ResumeGateSet(address(0), address(list));
        _gate(address(list));
        assertEq(engine.resumeGate(), address(list));
        _gate(address(list));
        address[2] memory others = [address(_list(address(check))), address(0)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setResumeGate.selector, DELAY)
            );
            _gate(others[i]);
            check.set(SwitchedCheck.Answer.NO);
            _govern(abi.encodeCall(engine.setResumeGate, (others[i])));
            assertEq(engine.resumeGate(), others[i], "a gate that says no can be replaced");
        }
        _pause(guardian, Op.WITHDRAW, 1 days);
        _unpause(Op.WITHDRAW);
    }

    function test_RevertIf_NotGovernanceOrNoCode() public {
        address[3] memory others = [guardian, sentinel, attacker];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.setResumeGate(address(list));
        }
        vm.expectRevert(abi.encodeWithSelector(IResume.GateHasNoCode.selector, alice));
        _gate(alice);
    }

    function test_TheGateIsAtItsSlot() public {
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("guardrails.resume")) - 1)) & ~bytes32(uint256(0xff));
        _gate(address(list));
        assertEq(uint256(vm.load(address(host), slot)), uint160(address(list)));
    }
}
