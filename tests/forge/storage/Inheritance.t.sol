// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Gate} from "../../../contracts/guards/gate/Gate.sol";
import {LevelGuard} from "../../../contracts/guards/level/LevelGuard.sol";
import {Lock} from "../../../contracts/guards/lock/Lock.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {Override} from "../../../contracts/guards/override/Override.sol";
import {Pause} from "../../../contracts/guards/pause/Pause.sol";
import {Roles} from "../../../contracts/guards/roles/Roles.sol";
import {RolesCore} from "../../../contracts/guards/roles/RolesCore.sol";
import {Settlement} from "../../../contracts/guards/settlement/Settlement.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

contract OnlyPause is Pause {
    constructor() {
        _initRoles(msg.sender);
    }

    function act(uint16 operation) external guarded(operation) {}

    function enter(uint16 operation) external {
        _enter(operation);
    }

    function again() external {
        _initRoles(msg.sender);
    }
}

contract OnlyLevel is LevelGuard {
    constructor() {
        _initRoles(msg.sender);
    }

    function act(uint16 operation) external guarded(operation) {}
}

contract OnlyLock is Lock {
    constructor() {
        _initRoles(msg.sender);
    }

    function put(address account) external {
        _noteDeposit(account);
    }

    function remove(address account, address asset) external {
        _requireRemovable(account, asset, 1);
    }
}

contract OnlySettlement is Settlement {
    uint256 public ended;

    constructor() {
        _initRoles(msg.sender);
    }

    function queue(address owner, address asset, uint256 amount) external returns (uint256) {
        return _createClaim(owner, asset, amount);
    }

    function _afterClaimEnded(uint256, address, address, uint256 amount, bool) internal override {
        ended += amount;
    }
}

contract Forward is Pause, LevelGuard, Lock, Override {
    constructor() {
        _initRoles(msg.sender);
        _closeUntilSealed();
    }

    function act(uint16 operation) external guarded(operation) {}

    function _governed(bool loosens) internal override(RolesCore, Override) {
        Override._governed(loosens);
    }

    function _onSeal() internal override(Roles, Gate) {
        Gate._onSeal();
    }
}

contract Backward is Override, Lock, LevelGuard, Pause {
    constructor() {
        _initRoles(msg.sender);
        _closeUntilSealed();
    }

    function act(uint16 operation) external guarded(operation) {}

    function _governed(bool loosens) internal override(RolesCore, Override) {
        Override._governed(loosens);
    }

    function _onSeal() internal override(Roles, Gate) {
        Gate._onSeal();
    }
}

/// @title S52: each guard alone, and several in any order
contract InheritanceTest is EngineTest {
    function _start(address guard) private returns (IEngine e) {
        e = IEngine(guard);
        e.setRankLimits(Rank.GUARDIAN, _pack(_guardianPowers()));
        e.setHolder(guardian, Rank.GUARDIAN);
    }

    function test_PauseAlone() public {
        OnlyPause p = new OnlyPause();
        p.act(Op.WITHDRAW);
        IEngine e = _start(address(p));
        vm.prank(guardian);
        uint256 until = e.pause(Op.WITHDRAW, 60, "");
        _expectClosed(Op.WITHDRAW, until);
        p.act(Op.WITHDRAW);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        e.unpause(Op.ALL, "");
        e.seal(governance);
        vm.prank(governance);
        e.unpause(Op.ALL, "");
        p.act(Op.WITHDRAW);
        vm.expectRevert(IEngine.AlreadyInitialised.selector);
        vm.prank(attacker);
        p.again();
    }

    /// The sentinel's DEPOSIT is the lowest bit of the word: alone it is the number one.
    function test_TheLowestBitClosesHoweverAHostEnters() public {
        OnlyPause p = new OnlyPause();
        IEngine e = _start(address(p));
        Powers memory powers = _sentinelPowers();
        powers.operations = Op.DEPOSIT;
        e.setRankLimits(Rank.SENTINEL, _pack(powers));
        e.setHolder(sentinel, Rank.SENTINEL);
        p.enter(Op.DEPOSIT);
        vm.prank(sentinel);
        uint256 until = e.pause(Op.DEPOSIT, 60, "");
        _expectClosed(Op.DEPOSIT, until);
        p.enter(Op.DEPOSIT);
        _expectClosed(Op.DEPOSIT, until);
        p.act(Op.DEPOSIT);
        vm.warp(until);
        p.enter(Op.DEPOSIT);
    }

    function test_LevelAlone() public {
        OnlyLevel l = new OnlyLevel();
        IEngine e = _start(address(l));
        e.setLevelRules(_rules());
        vm.prank(guardian);
        e.raiseLevel(Level.QUEUED, 60, "");
        l.act(Op.WITHDRAW);
        _expectClosed(Op.BORROW, T0 + 60);
        l.act(Op.BORROW);
        e.lowerLevel(Level.NORMAL, "");
        l.act(Op.BORROW);
    }

    function test_LockAlone() public {
        OnlyLock l = new OnlyLock();
        IEngine e = _start(address(l));
        bytes32 subject = e.accountSubject(alice);
        vm.prank(guardian);
        uint256 until = e.lock(subject, 60, 0, "");
        l.remove(bob, address(token));
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
        l.remove(alice, address(token));
        e.unlock(subject, "");
        l.remove(alice, address(token));
        e.setMinDepositAge(60);
        l.put(alice);
        vm.expectRevert(abi.encodeWithSelector(LockCore.DepositTooYoung.selector, alice, block.timestamp + 60));
        l.remove(alice, address(token));
        skip(60);
        l.remove(alice, address(token));
    }

    function test_SettlementAlone() public {
        OnlySettlement s = new OnlySettlement();
        IEngine e = _start(address(s));
        e.setSettlement(1 days, 2 days);
        token.mint(address(s), 30);
        uint256 paid = s.queue(alice, address(token), 10);
        uint256 returned = s.queue(attacker, address(token), 20);
        vm.expectRevert(abi.encodeWithSelector(IEngine.ClaimNotBacked.selector, address(token), 1, 1));
        s.queue(bob, address(token), 1);
        vm.prank(guardian);
        e.hold(_ids(returned), T0 + 2 days, "");
        e.cancel(_ids(returned), "");
        assertEq(s.ended(), 20);
        skip(1 days);
        e.settle(paid);
        assertEq(token.balanceOf(alice), 10);
    }

    function test_S52_TheOrderOfInheritanceChangesNothing() public {
        IEngine[2] memory both = [IEngine(address(new Forward())), IEngine(address(new Backward()))];
        uint256 start = vm.snapshotState();
        bytes32[2] memory traces;
        for (uint256 i; i < 2; ++i) {
            assertEq(both[i].overrideExpiry(), 7 days, "until one is set");
            traces[i] = _trace(both[i]);
            if (i == 0) vm.revertToState(start);
        }
        assertEq(traces[0], traces[1]);
    }

    /// @dev A life of the guard, with every outcome and the words of storage hashed.
    function _trace(IEngine e) private returns (bytes32 hash) {
        _start(address(e));
        e.setLevelRules(_rules());
        e.setDelay(bytes4(0), DELAY);
        e.setDelay(e.lowerLevel.selector, 0);
        hash = _called(hash, e, address(this), abi.encodeCall(OnlyPause.act, (Op.WITHDRAW)));
        hash = _called(hash, e, address(this), abi.encodeCall(e.seal, (governance)));
        hash = _called(hash, e, address(this), abi.encodeCall(OnlyPause.act, (Op.WITHDRAW)));
        hash = _called(hash, e, guardian, abi.encodeCall(e.pause, (Op.ALL, 60, "")));
        hash = _called(hash, e, guardian, abi.encodeCall(e.raiseLevel, (Level.FROZEN, 70, "")));
        hash = _called(hash, e, guardian, abi.encodeCall(e.lock, (bytes32("subject"), 70, 3, "")));
        hash = _called(hash, e, address(this), abi.encodeCall(OnlyPause.act, (Op.REPAY)));
        hash = _called(hash, e, governance, abi.encodeCall(e.unpause, (Op.ALL, "")));
        hash = _called(hash, e, governance, abi.encodeCall(e.schedule, (abi.encodeCall(e.unpause, (Op.ALL, "")))));
        hash = _called(hash, e, governance, abi.encodeCall(e.lowerLevel, (Level.NORMAL, "")));
        hash = keccak256(abi.encode(hash, e.guardWord()));
        skip(DELAY);
        hash = _called(hash, e, attacker, abi.encodeCall(e.execute, (abi.encodeCall(e.unpause, (Op.ALL, "")))));
        hash = _called(hash, e, attacker, abi.encodeCall(e.cleanUp, (Rank.GUARDIAN)));
        return keccak256(abi.encode(hash, e.guardWord(), e.pauseBudgetLeft(Rank.GUARDIAN)));
    }

    function _called(bytes32 hash, IEngine e, address by, bytes memory call) private returns (bytes32) {
        vm.prank(by);
        (bool done, bytes memory returned) = address(e).call(call);
        return keccak256(abi.encode(hash, done, returned));
    }
}
