// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook} from "../mocks/Token.sol";
import {Answer, Bite, BitingToken} from "./BitingToken.sol";

/// @notice Told of a token's movements, it tries to end every claim once more, and to take what it never put in.
contract Meddler is ITokenHook {
    address private host;
    IEngine private engine;
    bool private inside;
    uint256 public tried;

    function aim(address host_, IEngine engine_) external {
        (host, engine) = (host_, engine_);
    }

    function onToken(address from, address to, uint256 amount, bool) external {
        if (inside || host == address(0) || amount == 0) return;
        inside = true;
        ++tried;
        for (uint256 id = 1; id <= 3; ++id) {
            bytes memory settle = abi.encodeCall(engine.settle, (id));
            (bool paid,) = address(engine).call(settle);
            // only a claim that is ready may be paid, and only one that no outer call is ending
            if (paid && (engine.claim(id).owner == from || engine.claim(id).owner == to)) revert("twice");
            (bool given,) = address(engine).call(abi.encodeCall(engine.withdrawClaim, (id)));
            if (given) revert("not his");
        }
        bytes memory take = abi.encodeWithSignature("withdraw(address,uint256,address)", msg.sender, 1, address(this));
        (bool took,) = host.call(take);
        if (took) revert("took");
        inside = false;
    }
}

/// @title S14, S15, S24, S39: tokens that bite, through their whole life in a protocol
/// @dev In, out within the limit, three claims over it, of which one is paid, one returned and one given up.
/// forge-config: default.isolate = true
contract BitingTest is EngineTest {
    BitingToken private biting;
    uint256 private one;

    function _plain() private pure returns (Bite memory b) {
        b.decimals = 18;
    }

    function _make(Bite memory bite) private {
        biting = new BitingToken(bite);
        one = 10 ** bite.decimals;
        (host, engine) = _makeHost();
        _configure(engine);
        uint256 word = uint256(100) << 151 | uint256(bite.decimals) << 171 | uint256(1440) << 176 | uint256(2) << 253;
        vm.prank(deployer);
        engine.setLimit(address(biting), OutflowWord.wrap(word));
        _seal(engine);
    }

    function _put(address account, uint256 amount) private returns (uint256 received) {
        biting.mint(account, amount);
        uint256 before = biting.balanceOf(address(host));
        vm.startPrank(account);
        biting.approve(address(host), amount);
        received = host.deposit(address(biting), amount);
        vm.stopPrank();
        assertEq(received, biting.balanceOf(address(host)) - before, "credited what moved");
    }

    function _take(address account, uint256 amount) private returns (uint256 id) {
        vm.prank(account);
        id = host.withdraw(address(biting), amount, account);
        if (id != 0) assertEq(engine.claim(id).owner, account);
    }

    function _available() private view returns (uint256) {
        return engine.available(address(biting));
    }

    function _amount(uint256 id) private view returns (uint256) {
        return engine.claim(id).amount;
    }

    /// @dev What is promised is there: claims by the engine, balances by the protocol.
    function _backed() private view {
        uint256 waiting;
        for (uint256 id = 1; id <= engine.claimCount(); ++id) {
            Claim memory c = engine.claim(id);
            if (c.state == ClaimState.PENDING || c.state == ClaimState.SUSPECT) waiting += c.amount;
        }
        assertEq(engine.lockedInClaims(address(biting)), waiting, "locked is what waits");
        assertGe(biting.balanceOf(address(engine)), waiting, "claims are backed");
        uint256 owed = host.total(address(biting)) + host.lockedHere(address(biting));
        assertGe(biting.balanceOf(address(host)), owed, "nothing is credited twice");
    }

    function _lives(Bite memory bite) private {
        _make(bite);
        uint256 fee = bite.feeBps;
        assertEq(_put(alice, 1000 * one), 1000 * one - 1000 * one * fee / 10_000);
        _put(bob, 1000 * one);
        _put(keeper, 1000 * one);
        if (bite.hook != address(0)) Meddler(bite.hook).aim(address(host), engine);
        assertEq(_take(alice, 40 * one), 0);
        assertEq(biting.balanceOf(alice), 40 * one - 40 * one * fee / 10_000);
        assertEq(_available(), 60 * one, "metered what moved");
        uint256 paid = _take(bob, 200 * one);
        uint256 given = _take(alice, 150 * one);
        uint256 returned = _take(keeper, 100 * one);
        assertEq(_available(), 60 * one, "a claim uses nothing of the limit");
        uint256 received = _amount(paid) + _amount(given) + _amount(returned);
        _backed();
        _end(paid, given, returned);
        assertEq(received, _amount(paid) + _amount(given) + _amount(returned));
        assertEq(engine.lockedInClaims(address(biting)), 0, "conservation");
        assertEq(_take(bob, 60 * one), 0);
        _backed();
        if (bite.hook != address(0)) assertGe(Meddler(bite.hook).tried(), 4);
    }

    function _end(uint256 paid, uint256 given, uint256 returned) private {
        uint256 total = host.total(address(biting));
        vm.prank(guardian);
        engine.hold(_ids(returned), 0, "suspect");
        vm.prank(governance);
        engine.cancel(_ids(returned), "stolen");
        assertEq(host.total(address(biting)), total, "returned to the protocol, credited to nobody");
        _backed();
        uint256 before = host.balance(address(biting), alice);
        vm.prank(alice);
        engine.withdrawClaim(given);
        uint256 credited = host.balance(address(biting), alice) - before;
        assertGt(credited, 0);
        assertLe(credited, _amount(given), "given up: credited once");
        assertEq(host.total(address(biting)), total + credited);
        _backed();
        skip(CLAIM_DELAY);
        before = biting.balanceOf(bob);
        vm.prank(keeper);
        engine.settle(paid);
        (,, uint256 fee,,,,) = biting.bite();
        assertEq(biting.balanceOf(bob) - before, _amount(paid) - _amount(paid) * fee / 10_000, "paid once");
        for (uint256 id = 1; id <= 3; ++id) {
            vm.expectRevert();
            engine.settle(id);
        }
        _backed();
    }

    /// @dev S39: bob's token refuses him; that is his trouble alone, and he may still give in.
    function _refusesOne(Bite memory bite) private {
        _make(bite);
        _put(alice, 300 * one);
        _put(bob, 300 * one);
        uint256 his = _take(bob, 200 * one);
        uint256 hers = _take(alice, 200 * one);
        biting.setBlocked(bob, true);
        vm.expectRevert();
        vm.prank(bob);
        host.withdraw(address(biting), one, bob);
        assertEq(_available(), 100 * one, "what was refused is not charged");
        skip(CLAIM_DELAY);
        vm.expectRevert();
        engine.settle(his);
        assertEq(uint256(engine.claim(his).state), uint256(ClaimState.PENDING));
        engine.settle(hers);
        assertGt(biting.balanceOf(alice), 0);
        assertEq(engine.lockedInClaims(address(biting)), _amount(his));
        vm.prank(bob);
        engine.withdrawClaim(his);
        assertEq(engine.lockedInClaims(address(biting)), 0);
        assertGt(host.balance(address(biting), bob), 0);
    }

    function test_S24_NoReturnValueAndNoSecondApproval() public {
        Bite memory b = _plain();
        (b.decimals, b.answer, b.refusesSecondApproval) = (6, Answer.NOTHING, true);
        _lives(b);
        _refusesOne(b);
    }

    function test_S24_FalseInsteadOfARevert() public {
        Bite memory b = _plain();
        b.answer = Answer.FALSE_ON_FAILURE;
        _lives(b);
        _refusesOne(b);
    }

    function test_S14_AFeeOnEveryTransfer() public {
        Bite memory b = _plain();
        b.feeBps = 100;
        _lives(b);
        _refusesOne(b);
    }

    function test_S15_DecimalsOf0And6And27() public {
        uint8[3] memory decimals = [0, 6, 27];
        for (uint256 i; i < 3; ++i) {
            Bite memory b = _plain();
            b.decimals = decimals[i];
            _lives(b);
            _refusesOne(b);
        }
    }

    function test_S24_ItRefusesZero() public {
        Bite memory b = _plain();
        b.refusesZero = true;
        _lives(b);
        vm.startPrank(alice);
        vm.expectRevert(BitingToken.ZeroAmount.selector);
        host.deposit(address(biting), 0);
        vm.expectRevert(BitingToken.ZeroAmount.selector);
        host.withdraw(address(biting), 0, alice);
        vm.stopPrank();
    }

    function test_S14_ItCallsBackBeforeAndAfter() public {
        Bite memory b = _plain();
        b.hook = address(new Meddler());
        _lives(b);
    }

    function test_S23_ItBurnsGas() public {
        Bite memory b = _plain();
        b.burnsGas = 300_000;
        _lives(b);
        _put(alice, 200 * one);
        uint256 id = _take(alice, 200 * one);
        skip(CLAIM_DELAY);
        (bool done,) = address(engine).call{gas: 250_000}(abi.encodeCall(engine.settle, (id)));
        assertFalse(done);
        assertEq(uint256(engine.claim(id).state), uint256(ClaimState.PENDING));
        engine.settle(id);
    }

    function test_S24_ItReturns64Kilobytes() public {
        Bite memory b = _plain();
        b.answer = Answer.HUGE;
        _lives(b);
        _refusesOne(b);
    }

    /// S14: what a rebase gives is nobody's; the claims stay what they were.
    function test_S14_ItRebasesUpWhileClaimsWait() public {
        _make(_plain());
        _put(alice, 1000 * one);
        uint256 id = _take(alice, 200 * one);
        biting.rebase(200);
        assertEq(_amount(id), 200 * one);
        assertEq(_available(), 100 * one);
        _backed();
        skip(CLAIM_DELAY);
        engine.settle(id);
        assertEq(biting.balanceOf(alice), 200 * one);
        _backed();
    }

    /// S14, S24: what a rebase takes, claims can lack: who comes last waits, nothing is paid from another asset's.
    function test_S24_ItRebasesDownWhileClaimsWait() public {
        _make(_plain());
        uint256 honest = _claimOf(keeper);
        _put(alice, 200 * one);
        _put(bob, 200 * one);
        uint256 first = _take(alice, 200 * one);
        uint256 last = _take(bob, 200 * one);
        biting.rebase(50);
        skip(CLAIM_DELAY);
        engine.settle(first);
        assertEq(biting.balanceOf(alice), 200 * one);
        vm.expectRevert();
        engine.settle(last);
        assertEq(uint256(engine.claim(last).state), uint256(ClaimState.PENDING));
        engine.settle(honest);
        assertEq(token.balanceOf(keeper), 2 * LIMIT);
        biting.rebase(100);
        biting.mint(address(engine), 200 * one);
        engine.settle(last);
        assertEq(biting.balanceOf(bob), 200 * one);
    }

    /// S14: a transfer that says true and moves nothing is no deposit.
    function test_S14_NothingArrivesAndNothingIsCredited() public {
        _make(_plain());
        biting.mute();
        assertEq(_put(attacker, 1000 * one), 0);
        assertEq(host.balance(address(biting), attacker), 0);
    }

    /// S14: a balance that lies, low or high, is credit for nobody.
    function test_S14_ABalanceThatStandsStillIsNoCredit() public {
        uint256[2] memory said = [uint256(1), type(uint256).max];
        for (uint256 i; i < 2; ++i) {
            _make(_plain());
            biting.lie(address(host), said[i]);
            assertEq(_put(attacker, 1000 * one), 0);
            vm.expectRevert();
            _take(attacker, 1);
        }
    }

    /// S24: a token that invents balances owes claims of itself, and of nothing else.
    function test_S24_ALyingTokenTouchesNoOtherAsset() public {
        _make(_plain());
        uint256 honest = _claimOf(alice);
        _deposit(bob, LIMIT);
        _put(attacker, 1000 * one);
        uint256 fake = _take(attacker, 1000 * one);
        biting.lie(address(engine), type(uint256).max);
        biting.mute();
        skip(CLAIM_DELAY);
        engine.settle(fake);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
        assertEq(engine.available(address(token)), LIMIT);
        engine.settle(honest);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        assertEq(_withdraw(bob, LIMIT), 0);
        assertEq(token.balanceOf(attacker), 0);
    }

    /// A claim that was moved by a transfer of nothing would be paid from others': it is refused.
    function test_S24_AClaimThatDidNotMoveIsNotPaidFromOthers() public {
        _make(_plain());
        _put(alice, 200 * one);
        uint256 honest = _take(alice, 200 * one);
        host.setFaulty();
        biting.mute();
        vm.prank(attacker);
        (bool done,) = address(host).call(abi.encodeCall(host.withdraw, (address(biting), 300 * one, attacker)));
        uint256 locked = engine.lockedInClaims(address(biting));
        assertLe(locked, biting.balanceOf(address(engine)), "promised more than there is");
        assertTrue(!done || _amount(honest + 1) == 0);
    }
}
