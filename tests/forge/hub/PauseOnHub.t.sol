// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Guard} from "../../../contracts/guards/Types.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {LevelTest} from "../level/Level.t.sol";
import {LevelRulesTest} from "../level/LevelRules.t.sol";
import {DepositAgeTest} from "../lock/DepositAge.t.sol";
import {LockTest} from "../lock/Lock.t.sol";
import {MoveTest} from "../lock/Move.t.sol";
import {BoundedFreezeTest} from "../pause/BoundedFreeze.t.sol";
import {BudgetTest} from "../pause/Budget.t.sol";
import {GraceTest} from "../pause/Grace.t.sol";
import {PauseTest} from "../pause/Pause.t.sol";
import {SealingTest} from "../pause/Sealing.t.sol";
import {ShadowTest} from "../pause/Shadow.t.sol";

/// @title Pause, level and lock of `tests/forge/{pause,level,lock}`, answered by a hub
contract PauseOnHubTest is PauseTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract BudgetOnHubTest is BudgetTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract BoundedFreezeOnHubTest is BoundedFreezeTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract SealingOnHubTest is SealingTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract GraceOnHubTest is GraceTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract ShadowOnHubTest is ShadowTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract LevelOnHubTest is LevelTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract LevelRulesOnHubTest is LevelRulesTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract LockOnHubTest is LockTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract DepositAgeOnHubTest is DepositAgeTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract MoveOnHubTest is MoveTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }

    /// Whoever is no member leaves no report; while there is nothing to say, anybody is answered.
    function test_OnlyAMemberLeavesAReport() public {
        GuardrailHub hub = GuardrailHub(payable(address(engine)));
        assertTrue(hub.mayMove(alice, address(token)));
        _inShadow(Guard.LOCK);
        _lock(engine.accountSubject(alice), 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, attacker));
        vm.prank(attacker);
        hub.mayMove(alice, address(token));
        vm.prank(address(host));
        assertTrue(hub.mayMove(alice, address(token)));
        vm.warp(T0 + 1 hours);
        vm.prank(attacker);
        assertTrue(hub.mayMove(alice, address(token)));
    }
}
