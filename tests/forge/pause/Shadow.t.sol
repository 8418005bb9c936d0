// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Decision, Guard, Level, Op} from "../../../contracts/guards/Types.sol";
import {Vm} from "../base/Vm.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title S53: in shadow mode a guard says what it would refuse, refuses nothing, and says nothing else
/// forge-config: default.isolate = true
contract ShadowTest is EngineTest {
    bytes32 private constant DECISION = keccak256("GuardDecision(uint8,uint8,address,address,uint256,uint16,bool)");

    Host private shadowed;
    IEngine private shadow;
    uint256 private refusedSeen;
    uint256 private passedSeen;

    function setUp() public override {
        super.setUp();
        (shadowed, shadow) = _makeHost();
        _configure(shadow);
        vm.startPrank(deployer);
        shadow.setShadow(Guard.PAUSE, true);
        shadow.setShadow(Guard.LEVEL, true);
        shadow.setShadow(Guard.LOCK, true);
        vm.stopPrank();
        _seal(shadow);
        token.mint(alice, 20 * LIMIT);
        vm.startPrank(alice);
        token.approve(address(host), type(uint256).max);
        token.approve(address(shadowed), type(uint256).max);
        host.deposit(address(token), 10 * LIMIT);
        shadowed.deposit(address(token), 10 * LIMIT);
        vm.stopPrank();
        skip(2 days);
    }

    function _both(address by, bytes memory call) private {
        vm.prank(by);
        (bool done,) = address(engine).call(call);
        vm.prank(by);
        (bool shadowDone,) = address(shadow).call(call);
        assertEq(shadowDone, done, "controls act alike");
    }

    /// @dev One decision for each guard that would refuse by itself; none where live mode passes.
    function _compare(address by, bytes memory call) private {
        vm.prank(by);
        (bool live,) = address(host).call(call);
        vm.recordLogs();
        vm.prank(by);
        (bool done,) = address(shadowed).call(call);
        assertTrue(done, "shadow mode refused");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 said;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != DECISION) continue;
            (Decision decision,,, bool shadow) = abi.decode(logs[i].data, (Decision, uint256, uint16, bool));
            assertTrue(shadow, "enforced");
            if (decision == Decision.REFUSE) ++said;
        }
        assertEq(said != 0, !live, "said what live mode does");
        live ? ++passedSeen : ++refusedSeen;
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: heavy.fuzz.runs = 2000
    function testFuzz_S53_ShadowEqualsLive(uint256 seed) public {
        for (uint256 i; i < 25; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
        }
    }

    function test_S53_TheStepsBothPassAndRefuse() public {
        for (uint256 i; i < 200; ++i) {
            _step(uint256(keccak256(abi.encode(i))));
        }
        assertGt(passedSeen, 30);
        assertGt(refusedSeen, 20);
    }

    function _step(uint256 random) private {
        skip((random >> 8) % 3 hours);
        uint256 duration = (random >> 40) % 4 hours;
        uint256 kind = random % 9;
        if (kind == 0) _both(governance, abi.encodeCall(engine.pause, (uint16(random >> 80), duration, "")));
        if (kind == 1) _both(governance, abi.encodeCall(engine.raiseLevel, (Level((random >> 80) % 5), 0, "")));
        if (kind == 2) _both(governance, abi.encodeCall(engine.lowerLevel, (Level((random >> 80) % 5), "")));
        bytes32 subject = random >> 90 & 1 == 0 ? engine.accountSubject(alice) : engine.assetSubject(address(token));
        if (kind == 3) _both(governance, abi.encodeCall(engine.lock, (subject, duration, 0, "")));
        if (kind > 3 && kind < 6) _compare(bob, abi.encodeCall(host.act, (uint16(1 << (random >> 80) % 16))));
        if (kind == 6 || kind == 7) _compare(alice, abi.encodeCall(host.withdraw, (address(token), 1, alice)));
        if (kind == 8) _compare(bob, abi.encodeCall(host.move, (address(token), alice)));
    }

    function test_S53_TheDecisionIsWrittenDownWhole() public {
        vm.prank(governance);
        shadow.pause(Op.WITHDRAW, 60, "");
        vm.recordLogs();
        shadowed.act(Op.WITHDRAW);
        Vm.Log memory log = vm.getRecordedLogs()[0];
        assertEq(log.topics[0], DECISION);
        assertEq(uint256(log.topics[1]), uint256(Guard.PAUSE));
        assertEq(log.data, abi.encode(Decision.REFUSE, 0, Op.WITHDRAW, true));
        bytes32 subject = engine.accountSubject(alice);
        skip(60);
        vm.prank(governance);
        shadow.lock(subject, 60, 0, "");
        vm.recordLogs();
        vm.prank(alice);
        shadowed.withdraw(address(token), 3, bob);
        log = vm.getRecordedLogs()[0];
        assertEq(uint256(log.topics[1]), uint256(Guard.LOCK));
        assertEq(address(uint160(uint256(log.topics[2]))), alice);
        assertEq(address(uint160(uint256(log.topics[3]))), address(token));
        assertEq(log.data, abi.encode(Decision.REFUSE, 3, 0, true));
    }

    function test_S53_AYoungDepositIsSaidAndLeaves() public {
        vm.prank(governance);
        shadow.setMinDepositAge(1 hours);
        token.mint(alice, 1);
        vm.startPrank(alice);
        shadowed.deposit(address(token), 1);
        vm.recordLogs();
        shadowed.withdraw(address(token), 3, alice);
        vm.stopPrank();
        Vm.Log memory log = vm.getRecordedLogs()[0];
        assertEq(log.topics[0], DECISION);
        assertEq(uint256(log.topics[1]), uint256(Guard.LOCK));
    }
}
