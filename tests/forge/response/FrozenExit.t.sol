// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ExitVault} from "../../../contracts/examples/vault/ExitVault.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {ILockdown} from "../../../contracts/guards/lockdown/ILockdown.sol";
import {LockdownCore} from "../../../contracts/guards/lockdown/LockdownCore.sol";
import {OverrideCore} from "../../../contracts/guards/override/OverrideCore.sol";
import {RolesCore} from "../../../contracts/guards/roles/RolesCore.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IFrozenExit} from "../../../contracts/response/IFrozenExit.sol";
import {VaultFixture} from "../examples/VaultFixture.sol";
import {Token} from "../examples/Tokens.sol";

/// @title S36: leaving a frozen vault with the part of what is left
/// @dev alice has 800 of 1,000 tokens, bob 200; 100 may leave in 24 hours. A loosening waits two days.
/// forge-config: default.isolate = true
contract FrozenExitTest is VaultFixture {
    uint256 private constant WAIT = 2 days;

    event ExitSet(uint256 previous, uint256 until);
    event Exited(address indexed account, address indexed receiver, uint256 shares);
    event ExitPaid(address indexed account, address indexed token, address receiver, uint256 amount);

    ExitVault private host;

    function deployVault(Token asset) internal override returns (address vault_, address guards_) {
        host = new ExitVault(controls, address(this), asset, "Guarded", "gTKN");
        return (address(host), address(host));
    }

    function setUp() public override {
        guards = address(0);
        super.setUp();
        vm.prank(governance);
        rules().setDelay(IFrozenExit.setExit.selector, WAIT);
    }

    function _freeze() private {
        vm.prank(governance);
        emergency().raiseLevel(Level.FROZEN, 0, "drain");
    }

    function _open(uint256 duration) private {
        bytes memory call = abi.encodeCall(host.setExit, (duration));
        vm.prank(governance);
        rules().schedule(call);
        skip(WAIT);
        rules().execute(call);
    }

    function _exit(address account, uint256 shares) private {
        vm.prank(account);
        host.exitProRata(shares, account);
    }

    // ---------------------------------------------------------------- lockdown

    /// A stolen key does not take a locked-down account out by the exit, but for its safe address.
    function test_ALockedDownAccountLeavesOnlyForItsSafe() public {
        address safe = makeAddr("safe");
        _freeze();
        _open(30 days);
        vm.startPrank(alice);
        ILockdown(address(host)).lockDown(1 days, safe);
        address[2] memory refused = [makeAddr("thief"), alice];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(LockdownCore.LockedDown.selector, alice, refused[i], type(uint256).max)
            );
            host.exitProRata(800e24, refused[i]);
        }
        uint256 until = ILockdown(address(host)).beginLift();
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(LockdownCore.LockedDown.selector, alice, alice, until));
        host.exitProRata(1, alice);
        host.exitProRata(400e24, safe);
        assertEq(token.balanceOf(safe), 400 * ONE);
        vm.warp(until);
        uint256 before = token.balanceOf(alice);
        host.exitProRata(400e24, alice);
        vm.stopPrank();
        assertEq(token.balanceOf(alice) - before, 400 * ONE);
        _exit(bob, 200e24);
    }

    // ---------------------------------------------------------------- the way out

    /// S36: everything is closed and the limit lets nothing through; each leaves with his part, once, in any order.
    function test_S36_UsersLeaveAFrozenVaultProRata() public {
        _freeze();
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.withdraw(1, bob, bob);
        _open(30 days);
        vm.expectEmit(address(host));
        emit Exited(bob, bob, 100e24);
        vm.expectEmit(address(host));
        emit ExitPaid(bob, address(token), bob, 100 * ONE);
        _exit(bob, 100e24);
        _exit(alice, 800e24);
        assertEq(token.balanceOf(alice), 800 * ONE);
        _exit(bob, 100e24);
        assertEq(token.balanceOf(bob), 200 * ONE);
        assertEq(host.totalAssets(), 0);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitShares.selector, 1, 0));
        host.exitProRata(1, bob);
    }

    /// S36: after a loss all bear it alike, whoever is first; claims that wait and donations are not touched.
    function test_S36_ALossIsBorneAlikeAndClaimsAreNotTouched() public {
        withdraw(alice, 300 * ONE); // a claim
        vm.prank(address(host));
        token.transfer(attacker, 1);
        token.mint(address(host), 50 * ONE + 1); // a donation, and what would else be missing for the claim
        _freeze();
        _open(30 days);
        _exit(bob, 200e24);
        assertEq(token.balanceOf(bob), 200 * ONE);
        assertEq(emergency().lockedInClaims(address(token)), 300 * ONE);
        _exit(alice, 500e24);
        assertEq(token.balanceOf(alice), 500 * ONE);
        assertEq(token.balanceOf(address(host)), 350 * ONE);
        vm.prank(governance);
        emergency().lowerLevel(Level.NORMAL, "over");
        emergency().settle(1);
        assertEq(token.balanceOf(alice), 800 * ONE);
    }

    function test_S36_NobodyBurnsMoreThanHeHas() public {
        _freeze();
        _open(30 days);
        vm.expectRevert();
        _exit(bob, 200e24 + 1);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitShares.selector, 0, 1000e24));
        _exit(bob, 0);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitShares.selector, 1000e24 + 1, 1000e24));
        _exit(bob, 1000e24 + 1);
        assertEq(token.balanceOf(bob), 0);
    }

    function test_TheReceiverIsTheOwnersChoice() public {
        _freeze();
        _open(30 days);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitReceiver.selector, address(0)));
        host.exitProRata(1e24, address(0));
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitReceiver.selector, host));
        host.exitProRata(1e24, address(host));
        host.exitProRata(1e24, attacker);
        assertEq(token.balanceOf(attacker), ONE);
    }

    // ---------------------------------------------------------------- when it is open

    function test_OpeningIsALooseningOfGovernance() public {
        vm.expectRevert(abi.encodeWithSelector(RolesCore.Unauthorised.selector, guardian, Rank.GOVERNANCE));
        vm.prank(guardian);
        host.setExit(1 days);
        vm.expectRevert(abi.encodeWithSelector(OverrideCore.MustBeScheduled.selector, host.setExit.selector, WAIT));
        vm.prank(governance);
        host.setExit(1 days);
        bytes memory call = abi.encodeCall(host.setExit, (1 days));
        vm.prank(governance);
        rules().schedule(call);
        skip(WAIT);
        vm.expectEmit(address(host));
        emit ExitSet(0, vm.getBlockTimestamp() + 1 days);
        rules().execute(call);
        assertEq(host.exitOpenUntil(), vm.getBlockTimestamp() + 1 days);
    }

    /// A guardian can veto it; governance cannot, by opening it, take anything itself (S43).
    function test_S43_OpeningMovesNothingAndCanBeVetoed() public {
        _freeze();
        bytes memory call = abi.encodeCall(host.setExit, (1 days));
        vm.prank(governance);
        bytes32 id = rules().schedule(call);
        vm.prank(guardian);
        rules().veto(id);
        skip(WAIT);
        vm.expectRevert();
        rules().execute(call);
        _open(1 days);
        assertEq(token.balanceOf(address(host)), 1000 * ONE);
        vm.expectRevert();
        _exit(governance, 1);
    }

    /// S38: one second before the end, and at it; the bounds of the duration.
    function test_S38_TheExitEndsByItself() public {
        _freeze();
        _open(90 days);
        uint256 end = host.exitOpenUntil();
        vm.warp(end - 1);
        _exit(bob, 1e24);
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.ExitNotOpen.selector, end));
        _exit(bob, 1e24);
        assertEq(token.balanceOf(bob), ONE);
    }

    function test_RevertIf_TheDurationIsOutOfBounds() public {
        bytes memory call = abi.encodeCall(host.setExit, (90 days + 1));
        vm.prank(governance);
        rules().schedule(call);
        skip(WAIT);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.ExitDurationOutOfBounds.selector, 90 days + 1, 90 days));
        rules().execute(call);
    }

    /// Sooner at once, later by announcement.
    function test_ClosedUntilOpenedAndWhenClosedAgain() public {
        _freeze();
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.ExitNotOpen.selector, 0));
        _exit(bob, 1e24);
        _open(30 days);
        uint256 end = host.exitOpenUntil();
        vm.expectRevert(abi.encodeWithSelector(RolesCore.Unauthorised.selector, guardian, Rank.GOVERNANCE));
        vm.prank(guardian);
        host.setExit(0);
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(OverrideCore.MustBeScheduled.selector, host.setExit.selector, WAIT));
        host.setExit(30 days + 1);
        host.setExit(30 days);
        vm.expectEmit(address(host));
        emit ExitSet(end, vm.getBlockTimestamp() + 1 days);
        host.setExit(1 days);
        vm.stopPrank();
        _exit(bob, 1e24);
        vm.prank(governance);
        host.setExit(0);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.ExitNotOpen.selector, vm.getBlockTimestamp()));
        _exit(bob, 1e24);
        skip(1 days);
        vm.prank(governance);
        host.setExit(0);
        assertEq(token.balanceOf(bob), ONE);
    }

    /// Only the last level: below it the ordinary ways out and their limits hold.
    function test_RevertIf_NotFrozen() public {
        _open(30 days);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.NotFrozen.selector, Level.NORMAL));
        _exit(bob, 1e24);
        vm.prank(governance);
        emergency().raiseLevel(Level.EXIT_ONLY, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.NotFrozen.selector, Level.EXIT_ONLY));
        _exit(bob, 1e24);
        vm.prank(guardian);
        emergency().raiseLevel(Level.FROZEN, 1 hours, "");
        _exit(bob, 1e24);
        skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.NotFrozen.selector, Level.EXIT_ONLY));
        _exit(bob, 1e24);
    }

    // ---------------------------------------------------------------- who may not

    /// A suspect's shares stay while his account is locked; the others leave.
    function test_ALockedAccountWaits() public {
        _freeze();
        _open(30 days);
        lockAccount(alice, 1 days);
        vm.expectPartialRevert(LockCore.Locked.selector);
        _exit(alice, 800e24);
        _exit(bob, 200e24);
        assertEq(token.balanceOf(bob), 200 * ONE);
        skip(1 days);
        _exit(alice, 800e24);
        assertEq(token.balanceOf(alice), 800 * ONE);
    }

    function test_AYoungDepositWaits() public {
        skip(30 days);
        vm.prank(governance);
        emergency().setMinDepositAge(10 days);
        give(attacker, ONE);
        _freeze();
        _open(30 days);
        vm.expectPartialRevert(LockCore.DepositTooYoung.selector);
        _exit(attacker, 1e24);
        _exit(bob, 200e24);
        skip(10 days);
        _exit(attacker, 1e24);
        assertEq(token.balanceOf(attacker), ONE);
    }

    /// S36: exactly the part of what is left, rounded down, for any loss and any order; roundings stay for the others.
    function testFuzz_S36_ExactlyTheShareInAnyOrder(uint256 first, uint256 second, bool aliceFirst) public {
        _freeze();
        _open(30 days);
        address[2] memory order = aliceFirst ? [alice, bob] : [bob, alice];
        for (uint256 i; i < 4; ++i) {
            address account = order[i % 2];
            uint256 held = host.balanceOf(account);
            uint256 part = i < 2 ? bound(i == 0 ? first : second, 1, held - 1) : held;
            uint256 expected = token.balanceOf(address(host)) * part / host.totalSupply();
            uint256 before = token.balanceOf(account);
            _exit(account, part);
            assertEq(token.balanceOf(account) - before, expected);
        }
        assertApproxEqAbs(token.balanceOf(bob), 200 * ONE, 4);
        assertEq(host.totalSupply(), 0);
        assertEq(host.totalAssets(), 0, "the last one gets the rest");
    }
}
