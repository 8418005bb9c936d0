// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {Twins} from "./Twins.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title S55: the same policy and the same calls, embedded and on a hub: the same decisions, events and reverts
/// forge-config: default.isolate = true
contract DifferentialTest is Twins {
    function setUp() public override {
        super.setUp();
        _makeTwin();
        address[3] memory users = [alice, bob, attacker];
        for (uint256 i; i < 3; ++i) {
            token.mint(users[i], 1000 * LIMIT);
            vm.startPrank(users[i]);
            token.approve(address(host), type(uint256).max);
            token.approve(member, type(uint256).max);
            vm.stopPrank();
        }
    }

    function _configure(IEngine e) internal override {
        super._configure(e);
        vm.startPrank(deployer);
        e.setDelay(e.unblockAccount.selector, 0);
        e.setDelay(e.unblockSelector.selector, 0);
        e.setDelay(e.setShadow.selector, 0);
        vm.stopPrank();
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: heavy.fuzz.runs = 2000
    function testFuzz_S55_EmbeddedEqualsHub(uint256 seed) public {
        for (uint256 i; i < 30; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
        }
        assertEq(host.total(address(token)), HubHost(member).total(address(token)));
        assertEq(engine.claimCount(), IEngine(hub).claimCount());
        assertEq(engine.lockedInClaims(address(token)), IEngine(hub).lockedInClaims(address(token)));
        assertEq(engine.available(address(token)), IEngine(hub).available(address(token)));
    }

    function test_S55_TheStepsBothPassAndRefuse() public {
        for (uint256 i; i < 400; ++i) {
            _step(uint256(keccak256(abi.encode(i))));
        }
        assertGt(passed, 100);
        assertGt(refused, 50);
    }

    function _step(uint256 random) private {
        skip(random % 5 == 0 ? random >> 8 & 0x7fff : random >> 8 & 0xff);
        address user = [alice, bob, attacker][(random >> 40) % 3];
        uint256 amount = (random >> 48) % (3 * LIMIT);
        uint256 kind = (random >> 24) % 20;
        if (kind < 4) {
            return _sameOfUsers(user, abi.encodeCall(host.deposit, (address(token), amount)));
        }
        if (kind < 9) {
            bytes memory call = abi.encodeCall(host.withdraw, (address(token), amount, user));
            return _sameOfUsers(user, call);
        }
        if (kind == 16) {
            address to = [alice, bob, attacker][(random >> 90) % 3];
            bytes memory call = abi.encodeCall(host.withdrawFor, (address(token), amount, user, to));
            return _sameOfUsers([alice, bob, attacker][(random >> 100) % 3], call);
        }
        if (kind == 19) return _sameOfUsers(user, abi.encodeCall(host.move, (address(token), user)));
        if (kind > 16) return _firewall(random >> 32, kind == 17, user);
        if (kind == 9) {
            return _sameOfUsers(user, abi.encodeCall(host.act, (uint16(1 << (random >> 60) % 16))));
        }
        (address by, bytes memory control) = _control(random >> 32, kind, user);
        _sameOfControls(by, control);
    }

    /// @dev Blocks of users and of the hosts' entries; shadow mode now and then.
    function _firewall(uint256 random, bool blocks, address user) private {
        address by = [sentinel, guardian, governance][(random >> 30) % 3];
        uint256 duration = (random >> 50) % 20 minutes;
        bytes4 entry = (random >> 70) % 2 == 0 ? host.withdraw.selector : host.act.selector;
        bytes memory call;
        if (blocks && random % 2 == 0) {
            call = abi.encodeCall(engine.blockAccount, (user, duration, ""));
        } else if (blocks) {
            call = abi.encodeCall(engine.blockSelector, (entry, duration, ""));
        } else if (random % 8 == 0) {
            (by, call) = (governance, abi.encodeCall(engine.unblockAccount, (user, "")));
        } else if (random % 8 == 1) {
            (by, call) = (governance, abi.encodeCall(engine.unblockSelector, (entry, "")));
        } else if (random % 8 == 2) {
            call = abi.encodeCall(engine.cleanUpBlocks, ());
        } else if (random % 8 == 3) {
            Guard guard = random >> 81 & 1 == 0 ? Guard.BLOCKLIST : Guard.LOCK;
            (by, call) = (governance, abi.encodeCall(engine.setShadow, (guard, random >> 80 & 1 == 0)));
        } else {
            call = abi.encodeCall(engine.blockAccounts, (_users(), duration, ""));
        }
        _sameOfControls(by, call);
    }

    function _users() private view returns (address[] memory users) {
        users = new address[](3);
        (users[0], users[1], users[2]) = (alice, governance, bob);
    }

    function _control(uint256 random, uint256 kind, address user) private view returns (address by, bytes memory) {
        by = [sentinel, guardian, governance, attacker][(random >> 30) % 4];
        uint256 id = (random >> 40) % (engine.claimCount() + 2);
        uint256 duration = (random >> 50) % 2 hours;
        if (kind == 10) return (by, abi.encodeCall(engine.pause, (uint16(random >> 70), duration, "")));
        if (kind == 11) return (by, abi.encodeCall(engine.raiseLevel, (Level((random >> 70) % 5), duration, "")));
        if (kind == 12) return (by, abi.encodeCall(engine.lock, (engine.accountSubject(user), duration, 1, "")));
        if (kind == 13) {
            return (user, abi.encodeCall(random >> 90 & 1 == 0 ? engine.settle : engine.withdrawClaim, (id)));
        }
        if (kind == 14) return (by, abi.encodeCall(engine.hold, (_ids(id), _now() + duration, "")));
        uint256 which = (random >> 90) % 5;
        if (which == 0) return (governance, abi.encodeCall(engine.unpause, (Op.ALL, "")));
        if (which == 1) return (governance, abi.encodeCall(engine.lowerLevel, (Level((random >> 70) % 4), "")));
        if (which == 2) return (governance, abi.encodeCall(engine.cancel, (_ids(id), "")));
        if (which == 3) return (governance, abi.encodeCall(engine.unlock, (engine.accountSubject(user), "")));
        return (by, abi.encodeCall(engine.cleanUp, (Rank(1 + (random >> 80) % 3))));
    }
}
