// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook, Token} from "../mocks/Token.sol";

/// @title An owner that calls back while it is paid, given in to or deposits
contract Reenterer is ITokenHook {
    address private target_;
    bytes private call_;
    bool private active;
    bool public tried;
    bool public succeeded;

    constructor(Host host_, Token token_) {
        token_.approve(address(host_), type(uint256).max);
    }

    function run(address target, bytes calldata call, bytes calldata nested) external returns (bytes memory) {
        (target_, call_, active) = (target, nested, true);
        (bool done, bytes memory returned) = target.call(call);
        require(done, "refused");
        active = false;
        return returned;
    }

    function onToken(address, address, uint256, bool before) external {
        if (!active || !before) return;
        active = false;
        tried = true;
        (succeeded,) = target_.call(call_);
    }
}

/// @title S23, S14, S26, S39: claims of owners and tokens that misbehave
/// forge-config: default.isolate = true
contract HostileTest is EngineTest {
    Reenterer private reenterer;

    function setUp() public override {
        super.setUp();
        reenterer = new Reenterer(host, token);
    }

    function _queueFor(address owner) private returns (uint256 id) {
        _deposit(attacker, 2 * LIMIT);
        vm.prank(attacker);
        id = host.withdraw(address(token), 2 * LIMIT, owner);
    }

    function test_S23_S39_ABlockedOrGasBurningOwnerTouchesNobodyElse() public {
        uint256 blocked = _queueFor(bob);
        uint256 burning = _queueFor(keeper);
        uint256 honest = _claimOf(alice);
        token.setBlocked(bob, true);
        token.setWastesGas(keeper);
        skip(CLAIM_DELAY);
        vm.expectRevert(abi.encodeWithSelector(Token.Blocked.selector, bob));
        engine.settle(blocked);
        (bool done,) = address(engine).call{gas: 500_000}(abi.encodeCall(engine.settle, (burning)));
        assertFalse(done);
        engine.settle(honest);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        assertEq(uint256(engine.claim(blocked).state), uint256(ClaimState.PENDING));
        assertEq(uint256(engine.claim(burning).state), uint256(ClaimState.PENDING));
        assertEq(engine.lockedInClaims(address(token)), 4 * LIMIT);
        vm.prank(bob);
        engine.withdrawClaim(blocked);
        assertEq(host.balance(address(token), bob), 2 * LIMIT, "he can still give it up");
    }

    function test_S23_SettlingAgainFromInsideIsRefused() public {
        uint256 id = _queueFor(address(reenterer));
        _queueFor(bob);
        skip(CLAIM_DELAY);
        token.setHook(address(reenterer));
        bytes memory settle = abi.encodeCall(engine.settle, (id));
        reenterer.run(address(engine), settle, settle);
        assertTrue(reenterer.tried());
        assertFalse(reenterer.succeeded(), "paid twice");
        assertEq(token.balanceOf(address(reenterer)), 2 * LIMIT);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
    }

    function test_S23_GivingUpWhileBeingPaidIsRefused() public {
        uint256 id = _queueFor(address(reenterer));
        skip(CLAIM_DELAY);
        token.setHook(address(reenterer));
        bytes memory settle = abi.encodeCall(engine.settle, (id));
        reenterer.run(address(engine), settle, abi.encodeCall(engine.withdrawClaim, (id)));
        assertFalse(reenterer.succeeded());
        assertEq(host.balance(address(token), address(reenterer)), 0);
    }

    /// S14: a deposit inside the callback of a deposit is credited once, although the host has no lock.
    function test_S14_ANestedDepositCountsOnce() public {
        token.mint(address(reenterer), 30);
        token.setHook(address(reenterer));
        bytes memory outer = abi.encodeCall(host.deposit, (address(token), 20));
        bytes memory nested = abi.encodeCall(host.deposit, (address(token), 10));
        reenterer.run(address(host), outer, nested);
        assertTrue(reenterer.succeeded());
        assertEq(token.balanceOf(address(host)), 30);
        assertEq(host.balance(address(token), address(reenterer)), 30);
    }

    function test_S14_AFeeTokenIsCreditedByWhatArrived() public {
        token.setFee(100);
        token.mint(alice, 1000);
        vm.startPrank(alice);
        token.approve(address(host), 1000);
        assertEq(host.deposit(address(token), 1000), 990);
        vm.stopPrank();
        assertEq(host.balance(address(token), alice), 990);
    }

    /// A protocol that is tricked into owing more than it has cannot promise what belongs to other claims.
    function test_AClaimThatNothingStandsBehindIsRefused() public {
        uint256 honest = _claimOf(alice);
        _deposit(bob, 2 * LIMIT);
        host.setFaulty();
        _expectNotBacked(2 * LIMIT + 1, 1);
        _withdraw(attacker, 2 * LIMIT + 1);
        _withdraw(attacker, 2 * LIMIT);
        _expectNotBacked(LIMIT + 1, LIMIT + 1);
        _withdraw(attacker, LIMIT + 1);
        assertEq(engine.lockedInClaims(address(token)), token.balanceOf(address(engine)));
        skip(CLAIM_DELAY);
        engine.settle(honest);
    }

    function _expectNotBacked(uint256 amount, uint256 missing) internal virtual {
        vm.expectRevert(abi.encodeWithSelector(IEngine.ClaimNotBacked.selector, address(token), amount, missing));
    }

    function test_WithoutASettlementNothingIsQueued() public {
        (host, engine) = _makeHost();
        vm.prank(deployer);
        engine.setLimit(address(token), _queued());
        _seal(engine);
        _deposit(alice, 2 * LIMIT);
        vm.expectRevert(IEngine.SettlementNotSet.selector);
        _withdraw(alice, 2 * LIMIT);
    }

    /// S26: what was queued in a frame that reverts never was.
    function test_S26_ATripInARevertedFrameLeavesNothing() public {
        _deposit(alice, 3 * LIMIT);
        uint256 available = engine.available(address(token));
        try this.withdrawAndRevert() {
            fail("did not revert");
        } catch {}
        assertEq(engine.claimCount(), 0);
        assertEq(engine.lockedInClaims(address(token)), 0);
        assertEq(engine.available(address(token)), available);
        assertEq(_withdraw(alice, LIMIT), 0);
    }

    function withdrawAndRevert() external {
        _withdraw(alice, LIMIT / 2);
        assertNotEq(_withdraw(alice, 2 * LIMIT), 0);
        revert("outer");
    }

    /// S27: who trips the breaker pays with his own money's delay; nobody else's budget moves.
    function test_S27_TrippingCostsTheAttackerAndNobodyElse() public {
        _deposit(alice, LIMIT);
        uint256 available = engine.available(address(token));
        for (uint256 i; i < 5; ++i) {
            _claimOf(attacker);
        }
        assertEq(engine.available(address(token)), available);
        assertEq(token.balanceOf(attacker), 0, "what he used is locked for the delay");
        assertEq(_withdraw(alice, LIMIT), 0);
        host.act(Op.WITHDRAW);
    }

    /// S20: what went over the limit left no mark: the next small withdrawal passes.
    function test_S20_AfterATripOneWeiDoesNotTripAgain() public {
        _deposit(bob, LIMIT);
        _claimOf(attacker);
        assertEq(_withdraw(bob, 1), 0);
    }

    function test_S39_ABlockedReceiverIsRefusedAndLosesNothing() public {
        _deposit(alice, LIMIT);
        token.setBlocked(bob, true);
        vm.expectRevert(abi.encodeWithSelector(Token.Blocked.selector, bob));
        vm.prank(alice);
        host.withdraw(address(token), 1, bob);
        assertEq(host.balance(address(token), alice), LIMIT);
        assertEq(_withdraw(alice, 1), 0);
    }
}
