// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook, Token} from "../mocks/Token.sol";

/// @notice A member that lies as well as it can.
contract HostileMember is ITokenHook {
    error Kept();

    IGuardrailHub private immutable hub;
    Token private immutable token;
    address private immutable thief;
    uint256 private nested;

    constructor(IGuardrailHub hub_, Token token_, address thief_) {
        (hub, token, thief) = (hub_, token_, thief_);
        token_.approve(address(hub_), type(uint256).max);
    }

    /// @dev Queues `amount` and, from inside the transfer, as much again.
    function queueTwice(uint256 amount) external {
        nested = amount;
        hub.queueClaim(thief, address(token), amount);
    }

    function queue(uint256 amount) external {
        hub.queueClaim(thief, address(token), amount);
    }

    function meterIn(uint256 amount) external {
        hub.meterIn(address(token), amount);
    }

    function onToken(address, address, uint256, bool before) external {
        if (before || nested == 0) return;
        uint256 amount = nested;
        nested = 0;
        hub.queueClaim(thief, address(token), amount);
    }

    function onClaimEnded(uint256, address, address, uint256, bool) external pure {
        revert Kept();
    }
}

/// @title A hostile contract that governance admitted to the hub by mistake, and then removed
/// forge-config: default.isolate = true
contract HostileMemberTest is EngineTest {
    GuardrailHub private hub;
    HubHost private honest;
    HostileMember private hostile;

    function setUp() public override {
        super.setUp();
        hub = new GuardrailHub(controls, deployer);
        engine = IEngine(address(hub));
        honest = new HubHost(hub);
        hostile = new HostileMember(hub, token, attacker);
        _configure(engine);
        vm.startPrank(deployer);
        hub.setMember(address(honest), true);
        hub.setMember(address(hostile), true);
        vm.stopPrank();
        _seal(engine);
        token.mint(address(hostile), 10 * UNIT);
    }

    function _remove() private {
        vm.prank(governance);
        hub.setMember(address(hostile), false);
    }

    function _honestClaim() private returns (uint256 id) {
        token.mint(alice, 2 * LIMIT);
        vm.startPrank(alice);
        token.approve(address(honest), 2 * LIMIT);
        honest.deposit(address(token), 2 * LIMIT);
        id = honest.withdraw(address(token), 2 * LIMIT, alice);
        vm.stopPrank();
    }

    /// What arrives counts once, also where somebody's stray tokens would back it a second time.
    function test_S14_ANestedClaimIsNotCountedTwice() public {
        _honestClaim();
        token.mint(address(hub), 100 * UNIT);
        token.setHook(address(hostile));
        hostile.queueTwice(5 * UNIT);
        token.setHook(address(0));
        assertEq(engine.claimCount(), 3);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT + 10 * UNIT);
        skip(CLAIM_DELAY);
        engine.settle(2);
        engine.settle(3);
        assertEq(token.balanceOf(attacker), 10 * UNIT, "no more than it brought");
    }

    function test_S22_RemovedItMovesNothingAndHoldsNobodyUp() public {
        uint256 id = _honestClaim();
        hostile.queue(UNIT);
        _remove();
        bytes memory refused = abi.encodeWithSelector(IGuardrailHub.NotMember.selector, address(hostile));
        vm.expectRevert(refused);
        hostile.queue(UNIT);
        vm.expectRevert(refused);
        hostile.meterIn(UNIT);
        skip(CLAIM_DELAY);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
    }

    /// Admitting asks for code; removing does not, or a member that destroyed itself would stay one.
    function test_AMemberWithoutCodeCanBeRemoved() public {
        vm.etch(address(hostile), "");
        _remove();
        assertFalse(hub.isMember(address(hostile)));
    }

    /// Its claims cannot be returned to a member that refuses them: they wait, and are paid. They are its own assets.
    function test_S22_AMemberThatRefusesAReturnGetsItsClaimPaid() public {
        uint256 other = _honestClaim();
        hostile.queue(UNIT);
        _remove();
        vm.startPrank(guardian);
        engine.hold(_ids(2), _now() + MAX_HOLD, "suspect");
        engine.hold(_ids(other), 0, "suspect");
        vm.stopPrank();
        vm.expectRevert(HostileMember.Kept.selector);
        vm.prank(governance);
        engine.cancel(_ids(2), "stolen");
        vm.prank(governance);
        engine.cancel(_ids(other), "stolen");
        skip(MAX_HOLD);
        engine.settle(2);
        assertEq(token.balanceOf(attacker), UNIT);
        assertEq(engine.lockedInClaims(address(token)), 0);
    }

    /// S55: a position is locked for members as for a host that embeds the guards.
    function test_S55_APositionIsLockedForMembers() public {
        bytes32 position = keccak256("a position");
        bytes32 subject = engine.positionSubject(position);
        vm.prank(guardian);
        uint256 until = engine.lock(subject, 60, 7, "suspect");
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
        honest.removePosition(position, address(token), 1);
        honest.removePosition(keccak256("another"), address(token), 1);
        vm.warp(until);
        honest.removePosition(position, address(token), 1);
        _remove();
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, address(hostile)));
        vm.prank(address(hostile));
        hub.requirePositionRemovable(position, alice, address(token), 1);
    }
}
