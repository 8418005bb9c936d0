// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GovernedUpgrade} from "../../../contracts/response/GovernedUpgrade.sol";
import {ResumeChecklist} from "../../../contracts/response/ResumeChecklist.sol";
import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {SwitchedCheck} from "./Checks.sol";

contract MigratingHost is Host, GovernedUpgrade {
    uint256 public immutable version;
    uint256 public migrations;

    constructor(address controls, uint256 version_) Host(controls, address(1)) {
        version = version_;
    }

    function initialize(address deployer) external {
        _initGuardrails(deployer);
    }

    function migrate(SwitchedCheck check) external {
        ++migrations;
        check.set(SwitchedCheck.Answer.YES);
    }

    /// @dev A migration with a mistake.
    function reopen() external {
        _setWord(GuardWord.wrap(0));
    }
}

/// @dev An implementation whose author forgot the guards.
contract Bare is UUPSUpgradeable {
    function guardWord() external pure returns (GuardWord) {
        return GuardWord.wrap(0);
    }

    function _authorizeUpgrade(address) internal override {}
}

/// @title S37: migration to a new implementation, behind the override
/// forge-config: default.isolate = true
contract MigrationTest is EngineTest {
    MigratingHost private proxy;
    address private second;

    function setUp() public override {
        super.setUp();
        bytes memory init = abi.encodeCall(MigratingHost.initialize, (deployer));
        proxy = MigratingHost(payable(address(new ERC1967Proxy(address(new MigratingHost(controls, 1)), init))));
        second = address(new MigratingHost(controls, 2));
        (host, engine) = (proxy, IEngine(address(proxy)));
        _configure(engine);
        _seal(engine);
    }

    function _upgrade(address to, bytes memory data) private pure returns (bytes memory) {
        return abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (to, data));
    }

    // ---------------------------------------------------------------- who, and when

    function test_AnUpgradeWaitsItsDelay() public {
        bytes memory call = _upgrade(second, "");
        vm.prank(governance);
        bytes32 id = engine.schedule(call);
        vm.warp(T0 + DELAY - 1);
        vm.expectRevert(abi.encodeWithSignature("NotYetExecutable(bytes32,uint256)", id, T0 + DELAY));
        _execute(call);
        assertEq(proxy.version(), 1);
        vm.warp(T0 + DELAY);
        _execute(call);
        assertEq(proxy.version(), 2);
    }

    function test_RevertIf_NotAnnouncedOrNotGovernance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IEngine.MustBeScheduled.selector, proxy.upgradeToAndCall.selector, DELAY)
        );
        vm.prank(governance);
        proxy.upgradeToAndCall(second, "");
        address[2] memory others = [guardian, attacker];
        for (uint256 i; i < 2; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            proxy.upgradeToAndCall(second, "");
        }
        assertEq(proxy.version(), 1);
    }

    function test_RevertIf_AnotherAddressThanAnnounced() public {
        address third = address(new MigratingHost(controls, 3));
        _announce(_upgrade(second, ""));
        vm.expectRevert(abi.encodeWithSignature("NotScheduled(bytes32)", keccak256(_upgrade(third, ""))));
        _execute(_upgrade(third, ""));
    }

    function test_AGuardianVetoesAnUpgrade() public {
        bytes memory call = _upgrade(second, "");
        bytes32 id = _announce(call);
        vm.prank(guardian);
        engine.veto(id);
        vm.expectRevert(abi.encodeWithSignature("NotScheduled(bytes32)", id));
        _execute(call);
        assertEq(proxy.version(), 1);
    }

    /// Given up, the code is what it is for ever.
    function test_AnAbdicatedUpgradeIsNoUpgrade() public {
        _govern(abi.encodeCall(engine.abdicate, (proxy.upgradeToAndCall.selector)));
        bytes memory call = _upgrade(second, "");
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(IEngine.SelectorAbdicated.selector, proxy.upgradeToAndCall.selector));
        _execute(call);
    }

    // ---------------------------------------------------------------- what it keeps

    function test_S37_AMigrationKeepsWhatIsRestricted() public {
        _raise(governance, Level.FROZEN, 0);
        bytes32 subject = engine.accountSubject(alice);
        bytes memory call = _upgrade(second, abi.encodeCall(MigratingHost.migrate, (new SwitchedCheck())));
        _announce(call);
        uint256 until = _pause(guardian, Op.TRADE, 1 days);
        vm.prank(guardian);
        engine.lock(subject, 1 days, 9, "");
        GuardWord word = engine.guardWord();
        _execute(call);
        assertEq(proxy.version(), 2);
        assertEq(proxy.migrations(), 1);
        assertEq(GuardWord.unwrap(engine.guardWord()), GuardWord.unwrap(word));
        assertEq(uint256(engine.level()), uint256(Level.FROZEN));
        (uint256 lockedUntil,) = engine.lockOf(subject);
        assertEq(lockedUntil, until);
        assertEq(engine.governance(), governance);
        _lower(Level.NORMAL);
        _closedUntil(Op.TRADE, until);
    }

    function test_S37_RevertIf_AMigrationReopens() public {
        bytes memory call = _upgrade(second, abi.encodeCall(MigratingHost.reopen, ()));
        _announce(call);
        _pause(guardian, Op.TRADE, 1 days);
        GuardWord word = engine.guardWord();
        vm.expectRevert(abi.encodeWithSelector(GovernedUpgrade.RestrictionsChanged.selector, word, GuardWord.wrap(0)));
        _execute(call);
        assertEq(proxy.version(), 1);
        assertEq(GuardWord.unwrap(engine.guardWord()), GuardWord.unwrap(word));
    }

    function test_S37_RevertIf_TheNewCodeForgotTheGuards() public {
        bytes memory call = _upgrade(address(new Bare()), "");
        _announce(call);
        _pause(guardian, Op.TRADE, 1 days);
        vm.expectPartialRevert(GovernedUpgrade.RestrictionsChanged.selector);
        _execute(call);
        // nor code that answers nothing at all, or is no implementation
        call = _upgrade(controls, "");
        _announce(call);
        vm.expectPartialRevert(ERC1967Utils.ERC1967InvalidImplementation.selector);
        _execute(call);
        assertEq(proxy.version(), 1);
    }

    // ---------------------------------------------------------------- the resume checklist

    function test_RevertIf_TheChecklistFailsAfterTheMigration() public {
        SwitchedCheck check = new SwitchedCheck();
        check.set(SwitchedCheck.Answer.NO);
        address[] memory checks = new address[](1);
        checks[0] = address(check);
        address gate = address(new ResumeChecklist(governance, checks));
        vm.prank(governance);
        engine.setResumeGate(gate);
        bytes memory call = _upgrade(second, "");
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.CheckFails.selector, 0, check));
        _execute(call);
        assertEq(proxy.version(), 1);
        // a migration that mends what did not hold is not refused for what it mends
        call = _upgrade(second, abi.encodeCall(MigratingHost.migrate, (check)));
        _announce(call);
        _execute(call);
        assertEq(proxy.version(), 2);
    }

    /// The implementation itself is nobody's.
    function test_RevertIf_CalledWithoutTheProxy() public {
        vm.prank(address(1));
        vm.expectRevert(UUPSUpgradeable.UUPSUnauthorizedCallContext.selector);
        MigratingHost(payable(second)).upgradeToAndCall(address(proxy), "");
    }
}
